"""The logbook: notes of those who operate, with pictures, found again by words, author, asset and incident."""

import datetime as dt
from typing import Any, Final

import msgspec
from aiohttp import web

from backend.api.checks import checked_line, checked_text, checked_time, checked_uuid
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.services.logbook.logbook import Logbook, MayRead, NotesWanted
from backend.services.refusals import DocumentRefused
from contract.asset_documents import PictureSize
from contract.logbook import (
    LONGEST_INCIDENT,
    LONGEST_NOTE,
    MOST_PICTURE_BYTES,
    LogbookNote,
    LogbookPage,
    NotePicture,
    NoteRequest,
)
from contract.rights import Level

LONGEST_SEARCH: Final = 120
_HEADERS: Final = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}


class NotesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; `words` are looked for without accents or case; times are UTC ISO 8601 with their zone."""

    words: str = ""
    author: str = ""
    incident: str = ""
    asset_id: int | None = None
    alarm_id: int | None = None
    with_pictures: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    cursor: str | None = None
    limit: int = 100


class PictureNameQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the photo is called."""

    name: str


class NotePictureQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How large."""

    size: PictureSize = PictureSize.PREVIEW


async def notes(call: Call[NotesQuery, Nothing]) -> LogbookPage:
    """Those about no asset, and those about assets that one operates."""
    query = call.query
    for name, text in (("words", query.words), ("author", query.author), ("incident", query.incident)):
        checked_line(name, checked_text(name, text, LONGEST_SEARCH))
    if query.asset_id is not None:
        call.asset(query.asset_id, Level.VIEW)
    wanted = NotesWanted(
        words=query.words,
        author=query.author,
        incident=query.incident,
        asset_id=query.asset_id,
        alarm_id=query.alarm_id,
        with_pictures=query.with_pictures,
        since=None if query.since is None else checked_time(query.since),
        until=None if query.until is None else checked_time(query.until),
        before=number_cursor(query.cursor),
        limit=page_limit(query.limit),
    )
    return await _logbook(call).page(wanted, _may_read(call))


async def write(call: Call[Nothing, NoteRequest]) -> LogbookNote:
    """About an asset it takes the right to operate it; about none, to operate anything."""
    body = call.body
    checked_uuid(body.id)
    _checked_words(checked_text("text", body.text, LONGEST_NOTE))
    checked_line("incident", checked_text("incident", body.incident, LONGEST_INCIDENT))
    if not body.text.strip():
        raise bad_request("A note needs words.")
    asset_id = body.asset_id
    if body.alarm_id is not None:
        alarm = call.parts.alarms.get(body.alarm_id)
        if alarm is None or (asset_id is not None and asset_id != alarm.asset_id):
            raise not_found("alarm")
        asset_id = alarm.asset_id
        asset = call.parts.register.get(asset_id)
        if asset is None or not call.sight.may_see(asset):
            raise not_found("alarm")  # in the same words: which alarms there are elsewhere is not told
    if asset_id is not None:
        call.asset(asset_id, Level.OPERATE)
    wanted = msgspec.structs.replace(body, asset_id=asset_id, incident=body.incident.strip())
    with _REFUSALS:
        return await _logbook(call).write(wanted, by=call.actor)


async def add_picture(call: Call[PictureNameQuery, bytes]) -> NotePicture:
    """The body is a photo; it waits a day for the note that takes it."""
    with _REFUSALS:
        return await _logbook(call).pictures.add(call.query.name, call.body, by=call.actor)


async def picture(call: Call[NotePictureQuery, Nothing]) -> web.Response:
    """A JPEG that we drew of a photo."""
    seq, picture_id = call.path_number("seq", digits=18), call.path_text("picture_id")
    with _REFUSALS:
        body = await _logbook(call).image(seq, picture_id, call.query.size, _may_read(call))
    return web.Response(body=body, content_type="image/jpeg", headers=_HEADERS)


def _may_read(call: Call[Any, Any]) -> MayRead:
    register, sight = call.parts.register, call.sight

    def may(asset_id: int | None) -> bool:
        if asset_id is None:
            return True
        asset = register.get(asset_id)
        return sight.has_everywhere(Level.OPERATE) if asset is None else sight.may(Level.OPERATE, asset)

    return may


def _checked_words(text: str) -> None:
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text) or "\x7f" in text:
        raise bad_request("text may have no control characters but new lines and tabs.")


def _logbook(call: Call[Any, Any]) -> Logbook:
    return call.parts.asset_work.logbook


def _refused(error: DocumentRefused) -> ProblemError:
    if error.said.code == "note_picture_none":
        return not_found("picture")
    status = 507 if error.said.code == "document_room" else 422
    return ProblemError(status, "note-refused", "The logbook did not take it.", error.said)


_REFUSALS: Final = Refusals(DocumentRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/notes",
        access=Level.OPERATE,
        summary="Notes of the logbook, newest first.",
        handler=notes,
        query=NotesQuery,
        answer=LogbookPage,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/notes",
        access=Level.OPERATE,
        summary="Write a note into the logbook.",
        handler=write,
        body=NoteRequest,
        answer=LogbookNote,
        problems=(404, 422),
    ),
    Route(
        method="POST",
        path="/notes/pictures",
        access=Level.OPERATE,
        summary="Add a photo for a note that one is about to write.",
        handler=add_picture,
        query=PictureNameQuery,
        answer=NotePicture,
        problems=(422, 507),
        max_body_bytes=MOST_PICTURE_BYTES,
        takes_bytes=True,
    ),
    Route(
        method="GET",
        path="/notes/{seq}/pictures/{picture_id}",
        access=Level.OPERATE,
        summary="A picture of a note.",
        handler=picture,
        query=NotePictureQuery,
        answer=bytes,
        answer_type="image/jpeg",
        problems=(404, 422),
    ),
)
