"""What is chosen in the form of the alarm filters. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contract.alarms import Priority

FIELDS: Final = ("state", "class", "commune", "service", "assigned", "older")


@dataclass(frozen=True)
class FilterChoice:
    """What is chosen; a field that is not there, or empty, asks nothing."""

    priorities: tuple[Priority, ...] = ()
    fields: Mapping[str, str] | None = None
    is_chattering: bool = False


@dataclass(frozen=True)
class KeptName:
    """A filter that is kept: its name, who keeps it, and whether it may be forgotten here."""

    name: str
    text: str
    is_mine: bool
