"""One line of the alarm list, in words. No Qt, so that presenters can make it."""

from dataclasses import dataclass

from contract.alarms import Priority


@dataclass(frozen=True)
class AlarmRow:
    """One line, in words."""

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
