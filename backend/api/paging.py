"""Lists answer {items, next, total}; `next` is an opaque cursor."""

from backend.api.problems import bad_request

LARGEST_PAGE = 1000


def page_limit(limit: int) -> int:
    """The limit, checked. Raises a problem."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise bad_request(f"limit must be between 1 and {LARGEST_PAGE}.")
    return limit


def number_cursor(cursor: str | None) -> int | None:
    """A cursor that is a number. Raises a problem."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise bad_request("cursor is not one that this list gave.")
    return int(cursor)
