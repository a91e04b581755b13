"""What consoles keep by name for one person or his team: camera walls, filters of the alarm list, own settings."""

import datetime as dt

import msgspec


class NamedContent(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `content` is opaque to the backend (the console's own JSON).

    It says what to show, never what there is: what a reader may not see of it stays empty at his console.
    `is_shared`: everybody of the owner's role may read it. `owner`, `updated_at` are the backend's to say.
    """

    name: str
    content: str
    is_shared: bool = False
    owner: str = ""
    updated_at: dt.datetime | None = None


class NamedContentList(msgspec.Struct, frozen=True, kw_only=True):
    """One's own, then what others of one's role share."""

    items: tuple[NamedContent, ...]
    total: int
    next: str | None = None
