"""The logbook: what people write down during a shift. A note is an entry of the journal: it is never changed."""

import datetime as dt
from typing import Final

import msgspec

LONGEST_NOTE: Final = 2_000
LONGEST_INCIDENT: Final = 60
MOST_PICTURES: Final = 8
MOST_PICTURE_BYTES: Final = 20 * 2**20


class NotePicture(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of a note. `sha256` is of its content as it came, and stands in the note's entry."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    width: int
    height: int


class LogbookNote(msgspec.Struct, frozen=True, kw_only=True):
    """One note. `incident` is how other services call what it is about: a number of the fire brigade's."""

    id: str
    seq: int
    at: dt.datetime
    author: str
    text: str
    asset_id: int | None = None
    alarm_id: int | None = None
    incident: str = ""
    pictures: tuple[NotePicture, ...] = ()


class NoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /notes: a line for the logbook. `id` is the client's UUID; asked twice, it is written once.

    `asset_id`, `alarm_id`: what it is about; an alarm brings its asset. `pictures`: ids from POST /notes/pictures.
    """

    id: str
    text: str
    asset_id: int | None = None
    alarm_id: int | None = None
    incident: str = ""
    pictures: tuple[str, ...] = ()


class LogbookPage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. A page may be short, or empty, and have a `next`: so far one has looked."""

    items: tuple[LogbookNote, ...]
    next: str | None
