"""Notes in words, and the requests behind the buttons. No Qt."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.formats import day_and_time
from console.kit.logbook_ports import LogbookCalls, NoteFilter
from console.kit.ports import AssetLookup
from contract.logbook import LogbookNote, NoteRequest
from widgets.texts import Texts

PERIODS: Final = (0, 12, 24, 24 * 7, 24 * 31)  # hours; 0: ever


@dataclass(frozen=True)
class NoteLine:
    """One note in words."""

    note: LogbookNote
    head: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A photo that waits for its note."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """What is about to be written; its id stays until it is, so that a second try writes no second note."""

    id: str
    text: str
    incident: str = ""
    asset_id: int | None = None
    alarm_id: int | None = None
    pictures: tuple[Attachment, ...] = ()


def new_id() -> str:
    """Of a draft."""
    return str(uuid.uuid4())


class LogbookPresenter:
    """What the panel says and asks."""

    def __init__(self, assets: AssetLookup, client: LogbookCalls, tr: Texts) -> None:
        self._assets = assets
        self._client = client
        self._tr = tr

    async def page(
        self, wanted: NoteFilter, now: dt.datetime, cursor: str | None = None
    ) -> tuple[Sequence[NoteLine], str | None]:
        """Newest first, and the cursor of what is older. Raises RequestFailed."""
        page = await self._client.notes(wanted, cursor)
        return [self.line(note, now) for note in page.items], page.next

    async def write(self, draft: Draft) -> LogbookNote:
        """Its pictures first. Raises RequestFailed."""
        pictures = [await self._client.add_note_picture(each.name, each.content) for each in draft.pictures]
        return await self._client.write_logbook_note(
            NoteRequest(
                id=draft.id,
                text=draft.text,
                incident=draft.incident,
                asset_id=draft.asset_id,
                alarm_id=draft.alarm_id,
                pictures=tuple(picture.id for picture in pictures),
            )
        )

    def line(self, note: LogbookNote, now: dt.datetime) -> NoteLine:
        """A note in words."""
        parts = [day_and_time(note.at, now), note.author, self.about(note.asset_id, note.alarm_id)]
        if note.incident:
            parts.append(self._tr("logbook.incident_of", incident=note.incident))
        if note.pictures:
            parts.append(self._tr("logbook.pictures_of", count=len(note.pictures)))
        return NoteLine(note, " · ".join(part for part in parts if part), note.text)

    def about(self, asset_id: int | None, alarm_id: int | None) -> str:
        """What a note is about; "" of nothing."""
        if asset_id is None:
            return ""
        asset = self._assets.get(asset_id)
        where = f"#{asset_id}" if asset is None else asset.code if not asset.name else f"{asset.code} {asset.name}"
        return where if alarm_id is None else self._tr("logbook.alarm_of", asset=where)


def since(hours: int, now: dt.datetime) -> dt.datetime | None:
    """From when a period of PERIODS reaches."""
    return now - dt.timedelta(hours=hours) if hours else None
