"""The logbook: notes are entries of the journal; they are written once, and never changed or removed."""

import datetime as dt
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import JournalQuery, Storage, Unit
from backend.services.logbook.pictures import NotePictures
from backend.services.refusals import DocumentRefused
from backend.services.said import say
from backend.services.serial import Serial
from contract.asset_documents import PictureSize
from contract.journal import EntryKind, JournalEntry, NewEntry
from contract.logbook import LogbookNote, LogbookPage, NotePicture, NoteRequest

MayRead = Callable[[int | None], bool]  # notes about this asset; None: about none
_SCAN: Final = 500
_MOST_SCANNED: Final = 10 * _SCAN  # of one request: who searches years asks on with the cursor
_REMEMBERED: Final = 1_000


class NotesWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which notes: all that is said holds. `words` are looked for without accents or case, each of them."""

    words: str = ""
    author: str = ""
    incident: str = ""
    asset_id: int | None = None
    alarm_id: int | None = None
    with_pictures: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None
    limit: int = 100


class Logbook:
    """Whoever calls has asked for the rights. `load` before it is asked, `close` before storage."""

    def __init__(self, storage: Storage, clock: Clock, folder: Path) -> None:
        self._storage = storage
        self.pictures = NotePictures(storage, clock, folder)
        self._tasks = Tasks("logbook notes")
        self._in_turn = Serial(self._tasks, "note")
        self._written: dict[str, LogbookNote] = {}  # the latest, by id: a console that asks again writes once

    async def load(self) -> None:
        """What was kept, and the latest notes."""
        await self.pictures.load()
        latest = await self._storage.journal(JournalQuery(kinds=(EntryKind.NOTE,), limit=_REMEMBERED))
        self._written = {note.id: note for entry in reversed(latest) if (note := note_of(entry)).id}

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()
        await self.pictures.close()

    async def write(self, wanted: NoteRequest, *, by: str) -> LogbookNote:
        """Durable when it answers. Raises DocumentRefused."""
        return await self._in_turn.run(lambda: self._write(wanted, by))

    async def page(self, wanted: NotesWanted, may_read: MayRead) -> LogbookPage:
        """Newest first."""
        found: list[LogbookNote] = []
        before, scanned_count = wanted.before, 0
        query = JournalQuery(
            since=wanted.since,
            until=wanted.until,
            asset_id=wanted.asset_id,
            actor=wanted.author or None,
            kinds=(EntryKind.NOTE,),
            limit=_SCAN,
        )
        while scanned_count < _MOST_SCANNED:
            scanned = await self._storage.journal(msgspec.structs.replace(query, before=before))
            for entry in scanned:
                note = note_of(entry)
                before = note.seq
                if may_read(note.asset_id) and is_wanted(note, wanted):
                    found.append(note)
                    if len(found) == wanted.limit:
                        return LogbookPage(items=tuple(found), next=str(before))
            if len(scanned) < _SCAN:
                return LogbookPage(items=tuple(found), next=None)
            scanned_count += len(scanned)
        return LogbookPage(items=tuple(found), next=None if before is None else str(before))

    async def note(self, seq: int, may_read: MayRead) -> LogbookNote:
        """One of them. Raises DocumentRefused."""
        query = JournalQuery(kinds=(EntryKind.NOTE,), before=seq + 1, limit=1)
        for entry in await self._storage.journal(query):
            note = note_of(entry)
            if note.seq == seq and may_read(note.asset_id):
                return note
        raise DocumentRefused(say("note_picture_none"))

    async def image(self, seq: int, picture_id: str, size: PictureSize, may_read: MayRead) -> bytes:
        """A picture of a note. Raises DocumentRefused."""
        for picture in (await self.note(seq, may_read)).pictures:
            if picture.id == picture_id:
                return await self.pictures.image(picture, size)
        raise DocumentRefused(say("note_picture_none"))

    async def _write(self, wanted: NoteRequest, by: str) -> LogbookNote:
        if (known := self._written.get(wanted.id)) is not None:
            same = (by, wanted.text.strip(), wanted.asset_id, wanted.alarm_id, wanted.incident)
            if (known.author, known.text, known.asset_id, known.alarm_id, known.incident) == same:
                return known
            raise DocumentRefused(say("note_id_used"))
        text = wanted.text.strip()
        if not text:
            raise DocumentRefused(say("note_words"))
        given = self.pictures.given(wanted.pictures, by=by)
        payload: dict[str, object] = {"id": wanted.id, "text": text}
        if wanted.alarm_id is not None:
            payload["alarm_id"] = wanted.alarm_id
        if wanted.incident:
            payload["incident"] = wanted.incident
        if given:
            payload["pictures"] = [msgspec.to_builtins(kept.picture) for kept in given]
        records, taken = self.pictures.take(given, wanted.id)
        entry = NewEntry(kind=EntryKind.NOTE, actor=by, asset_id=wanted.asset_id, payload=payload)
        (written,) = await self._storage.commit(Unit(entries=[entry], records=records))
        self.pictures.taken(taken)
        note = note_of(written)
        self._written[note.id] = note
        while len(self._written) > _REMEMBERED:
            self._written.pop(next(iter(self._written)))
        return note


def note_of(entry: JournalEntry) -> LogbookNote:
    """The note that an entry is; what an entry does not say is left out."""
    payload = entry.payload
    alarm_id = payload.get("alarm_id")
    try:
        pictures = msgspec.convert(payload.get("pictures", ()), tuple[NotePicture, ...])
    except msgspec.ValidationError:
        pictures = ()
    return LogbookNote(
        id=str(payload.get("id", "")),
        seq=entry.seq,
        at=entry.at,
        author=entry.actor,
        text=str(payload.get("text", "")),
        asset_id=entry.asset_id,
        alarm_id=alarm_id if isinstance(alarm_id, int) else None,
        incident=str(payload.get("incident", "")),
        pictures=pictures,
    )


def is_wanted(note: LogbookNote, wanted: NotesWanted) -> bool:
    """Whether it is one of those that are looked for; times, asset and author are storage's to say."""
    if wanted.alarm_id is not None and note.alarm_id != wanted.alarm_id:
        return False
    if wanted.with_pictures and not note.pictures:
        return False
    if wanted.incident and bare(wanted.incident) not in bare(note.incident):
        return False
    there = bare(f"{note.text} {note.incident} {note.author}")
    return all(word in there for word in bare(wanted.words).split())


def bare(text: str) -> str:
    """Without accents and case."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
