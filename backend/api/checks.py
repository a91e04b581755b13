"""Checks that several routes share: times, texts, ids. Each raises a problem that says what is wrong."""

import datetime as dt
import uuid
from typing import Final

from backend.api.problems import bad_request

LONGEST_REASON: Final = 500
LONGEST_WORD: Final = 80
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def checked_time(at: dt.datetime) -> dt.datetime:
    """The time in UTC: with its zone, and in an age that has cities."""
    if at.tzinfo is None:
        raise bad_request("Times need their zone, such as 2026-11-23T18:00:00Z.")
    if not _FIRST_YEAR < at.year < _LAST_YEAR:
        raise bad_request(f"Times lie between {_FIRST_YEAR} and {_LAST_YEAR}.")
    return at.astimezone(dt.UTC)


def checked_text(name: str, text: str, longest: int = LONGEST_REASON) -> str:
    """The text, when it is not too long."""
    if len(text) > longest:
        raise bad_request(f"{name} may have at most {longest} characters.")
    return text


def checked_line(name: str, text: str) -> str:
    """A text that is one line: what names something has no control characters."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise bad_request(f"{name} may have no control characters.")
    return text


def checked_uuid(text: str) -> str:
    """The id of something that a client makes."""
    try:
        uuid.UUID(text)
    except ValueError as error:
        raise bad_request("id must be a UUID.") from error
    return text
