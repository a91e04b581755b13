"""What presenters ask of the backend about the logbook."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from contract.asset_documents import PictureSize
from contract.logbook import LogbookNote, LogbookPage, NotePicture, NoteRequest


@dataclass(frozen=True)
class NoteFilter:
    """Which notes; what is empty does not count."""

    words: str = ""
    author: str = ""
    asset_id: int | None = None
    with_pictures: bool = False
    since: dt.datetime | None = None


class LogbookCalls(Protocol):
    """Part of Client. Reading and writing take the right to operate what a note is about."""

    async def notes(self, wanted: NoteFilter, cursor: str | None = None) -> LogbookPage: ...
    async def write_logbook_note(self, wanted: NoteRequest) -> LogbookNote: ...
    async def add_note_picture(self, name: str, content: bytes) -> NotePicture: ...
    async def note_picture(self, seq: int, picture_id: str, size: PictureSize) -> bytes: ...
