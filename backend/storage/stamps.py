"""Times as stored: UTC ISO 8601 text of fixed width, so that text order is time order."""

import datetime as dt


def stamp(at: dt.datetime) -> str:
    """The text of an aware time. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_stamp(text: str) -> dt.datetime:
    """The aware time of a stored text."""
    return dt.datetime.fromisoformat(text)
