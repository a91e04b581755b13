"""Rights: four levels within a scope. Deny wins; what is not granted is denied."""

import datetime as dt
import enum
from typing import Final

import msgspec

WALL_ROLE: Final = "wall"  # of accounts in front of which nobody sits: they only show


class Level(enum.IntEnum):
    """Each level contains the ones below it."""

    VIEW = 1
    OPERATE = 2
    MANAGE = 3
    CONFIGURE = 4


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Where a grant holds. None = everywhere. Hours are local minutes of the day; a window may cross midnight."""

    communes: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    from_minute: int | None = None
    to_minute: int | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One line of somebody's rights."""

    level: Level
    scope: Scope = Scope()
    is_deny: bool = False


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account as others may see it. `person` is the human being: two accounts may be one person."""

    name: str
    person: str
    display_name: str
    role: str
    grants: tuple[Grant, ...]
    is_active: bool = True
    created_at: dt.datetime | None = None
