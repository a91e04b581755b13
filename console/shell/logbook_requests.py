"""Requests about the logbook."""

from urllib.parse import quote, urlencode

from backend_client.session import Session
from console.kit.logbook_ports import NoteFilter
from console.shell.asking import asked
from contract.asset_documents import PictureSize
from contract.logbook import LogbookNote, LogbookPage, NotePicture, NoteRequest


class LogbookRequests:
    """console.kit.logbook_ports.LogbookCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def notes(self, wanted: NoteFilter, cursor: str | None = None) -> LogbookPage:
        """Newest first."""
        query: dict[str, str | int | float | None] = {
            "words": wanted.words or None,
            "author": wanted.author or None,
            "asset_id": wanted.asset_id,
            "with_pictures": "true" if wanted.with_pictures else None,
            "since": None if wanted.since is None else wanted.since.isoformat(),
            "cursor": cursor,
        }
        return await asked(self._session.get("/notes", LogbookPage, query))

    async def write_logbook_note(self, wanted: NoteRequest) -> LogbookNote:
        """Asked twice with the same id, it is written once."""
        return await asked(self._session.post_for("/notes", wanted, LogbookNote))

    async def add_note_picture(self, name: str, content: bytes) -> NotePicture:
        """A photo for the note that is about to be written."""
        path = f"/notes/pictures?{urlencode({'name': name})}"
        return await asked(self._session.post_file(path, content, NotePicture))

    async def note_picture(self, seq: int, picture_id: str, size: PictureSize) -> bytes:
        """A JPEG that the backend drew."""
        path = f"/notes/{seq}/pictures/{quote(picture_id, safe='')}"
        return await asked(self._session.get_bytes(path, {"size": size.value}))
