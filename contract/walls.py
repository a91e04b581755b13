"""Named camera walls: layouts, scenes (a layout and its cameras) and tours, kept for one person or his team."""

import datetime as dt

import msgspec


class WallLayout(msgspec.Struct, frozen=True, kw_only=True):
    """One named wall. `content` is opaque to the backend (the console's own JSON).

    It holds ids of cameras, never pictures: what a reader may not see of it stays empty at his console.
    `is_shared`: everybody of the owner's role may read it. `owner`, `updated_at` are the backend's to say.
    """

    name: str
    content: str
    is_shared: bool = False
    owner: str = ""
    updated_at: dt.datetime | None = None


class WallLayoutList(msgspec.Struct, frozen=True, kw_only=True):
    """One's own, then what others of one's role share."""

    items: tuple[WallLayout, ...]
    total: int
    next: str | None = None
