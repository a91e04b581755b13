"""A logbook of the sample city's night."""

import datetime as dt
import functools

import cv2
import numpy as np

from console.kit.errors import RequestFailed
from console.kit.logbook_ports import NoteFilter
from contract.asset_documents import PictureSize
from contract.logbook import LogbookNote, LogbookPage, NotePicture, NoteRequest
from tools.screenshots import sample_city

ME = "c.moreau"
_PHOTO = NotePicture(id="p1", name="armoire.jpg", sha256="0" * 64, size_bytes=245_000, width=1600, height=1200)


class SampleLogbook:
    """Part of SampleClient."""

    notes_refusal: RequestFailed | None = None

    @functools.cached_property
    def logbook_asked(self) -> list[NoteFilter]:
        """What was looked for."""
        return []

    @functools.cached_property
    def logbook_written(self) -> list[NoteRequest]:
        """What was written here."""
        return []

    @functools.cached_property
    def note_pictures_added(self) -> list[str]:
        """Names of photos."""
        return []

    @functools.cached_property
    def logbook_notes(self) -> list[LogbookNote]:
        """Newest first."""
        return _night()

    async def notes(self, wanted: NoteFilter, cursor: str | None = None) -> LogbookPage:
        """Those that are looked for."""
        del cursor
        self._may_write()
        self.logbook_asked.append(wanted)
        found = [
            note
            for note in self.logbook_notes
            if wanted.words.casefold() in note.text.casefold()
            and (wanted.asset_id is None or note.asset_id == wanted.asset_id)
            and (not wanted.author or note.author == wanted.author)
            and (note.pictures or not wanted.with_pictures)
        ]
        return LogbookPage(items=tuple(found), next=None)

    async def write_logbook_note(self, wanted: NoteRequest) -> LogbookNote:
        """Kept on top."""
        self._may_write()
        self.logbook_written.append(wanted)
        note = LogbookNote(
            id=wanted.id,
            seq=1_000 + len(self.logbook_written),
            at=sample_city.NOW,
            author=ME,
            text=wanted.text,
            asset_id=wanted.asset_id,
            alarm_id=wanted.alarm_id,
            incident=wanted.incident,
        )
        self.logbook_notes.insert(0, note)
        return note

    async def add_note_picture(self, name: str, content: bytes) -> NotePicture:
        """Taken."""
        self._may_write()
        self.note_pictures_added.append(name)
        return NotePicture(id=name, name=name, sha256="1" * 64, size_bytes=len(content), width=4, height=3)

    async def note_picture(self, seq: int, picture_id: str, size: PictureSize) -> bytes:
        """A grey photo."""
        del seq, picture_id, size
        _is_done, content = cv2.imencode(".jpg", np.full((180, 240, 3), (96, 110, 120), dtype=np.uint8))
        return content.tobytes()

    def _may_write(self) -> None:
        if self.notes_refusal is not None:
            raise self.notes_refusal


def _night() -> list[LogbookNote]:
    by_code = {asset.code: asset.id for asset in sample_city.assets()}
    rows: tuple[tuple[float, str, str, str | None, str, tuple[NotePicture, ...]], ...] = (
        (
            4,
            ME,
            "Enedis confirme une coupure dans le quartier ; retour annoncé vers 22 h 30. Patrouille prévenue.",
            "ARM-003",
            "ENEDIS 26-11-4471",
            (),
        ),
        (31, "m.lambert", "Porte de l'armoire trouvée forcée, refermée avec un cadenas.", "ARM-021", "", (_PHOTO,)),
        (58, "m.lambert", "La préfecture demande l'état des barrières avant le match. Rappeler le 03 80 00 00 00.",
         None, "", ()),
        (140, "m.lambert", "Nuit calme jusqu'ici.", None, "", ()),
    )  # fmt: skip
    return [
        LogbookNote(
            id=f"n{number}",
            seq=900 - number,
            at=sample_city.NOW - dt.timedelta(minutes=minutes),
            author=author,
            text=text,
            asset_id=None if code is None else by_code[code],
            incident=incident,
            pictures=pictures,
        )
        for number, (minutes, author, text, code, incident, pictures) in enumerate(rows)
    ]
