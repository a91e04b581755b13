"""One line of the alarm list, in words. No Qt, so that presenters can make it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract.alarms import Priority


@dataclass(frozen=True)
class AlarmRow:
    """One line, in words. A group of strays is a line too: its `alarm_id` is negative, its `asset_id` 0."""

    alarm_id: int
    asset_id: int
    priority: Priority
    occurrence: int
    wants_acknowledgement: bool
    is_active: bool
    is_set_aside: bool
    time: str
    what: str
    where: str
    state: str
    is_gone: bool = False
    tooltip: str = ""
    behind_count: int = 0  # how many alarms this line stands for besides itself; what can be opened
    is_open: bool = False
    depth: int = 0  # how far it is set in: it stands behind the line above it
    rank: int | None = None  # its place among the first that came, behind a card
    cells: Mapping[str, str] = field(default_factory=dict[str, str])  # columns that not everybody shows, by name

    @property
    def is_group(self) -> bool:
        """Whether it is no alarm but a line for many."""
        return self.alarm_id < 0
