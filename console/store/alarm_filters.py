"""What the operator wants to see of the alarms, as a value that can be kept under a name."""

import datetime as dt
import enum
import logging
from typing import Final

import msgspec

from contract.alarms import Priority, ShownState
from contract.named_content import NamedContent

log = logging.getLogger(__name__)
LONGEST_NAME: Final = 80


class Sight(enum.StrEnum):
    """Which alarms are listed."""

    STANDING = "standing"
    WAITING = "waiting"
    SET_ASIDE = "set_aside"
    HISTORY = "history"


class Assigned(enum.StrEnum):
    """By who takes care of it."""

    ANYBODY = "anybody"
    ME = "me"
    NOBODY = "nobody"


class Order(enum.StrEnum):
    """Which alarm stands first."""

    URGENCY = "urgency"
    NEWEST = "newest"
    OLDEST = "oldest"


class AlarmFilter(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Every condition that is given must hold; an empty one asks nothing."""

    text: str = ""
    priorities: tuple[Priority, ...] = ()
    states: tuple[ShownState, ...] = ()
    classes: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    assigned: Assigned = Assigned.ANYBODY
    is_chattering: bool = False
    older_than_minutes: int = 0
    since: dt.datetime | None = None  # raised from then on
    until: dt.datetime | None = None  # and before

    @property
    def asks_nothing(self) -> bool:
        """Whether everything passes."""
        return self == AlarmFilter()


class NamedFilter(msgspec.Struct, frozen=True):
    """A filter that is kept."""

    name: str
    value: AlarmFilter
    owner: str = ""
    is_shared: bool = False


def written(name: str, value: AlarmFilter, *, is_shared: bool) -> NamedContent:
    """As the backend keeps it; a period of one evening is no habit and stays out."""
    lasting = msgspec.structs.replace(value, since=None, until=None)
    return NamedContent(name=name, content=msgspec.json.encode(lasting).decode(), is_shared=is_shared)


def read(kept: NamedContent) -> NamedFilter | None:
    """What was kept, None when it makes no sense to this console."""
    try:
        value = msgspec.json.decode(kept.content, type=AlarmFilter)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        log.warning("the alarm filter %r is not readable: %s", kept.name, error)
        return None
    return NamedFilter(kept.name, value, kept.owner, kept.is_shared)
