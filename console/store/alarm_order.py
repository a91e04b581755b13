"""Which alarm comes first, and which one still waits for somebody. Plain functions."""

from typing import Final

from contract.alarms import Alarm, Annunciation, ShownState

_OWED: Final = frozenset({Annunciation.UNACK, Annunciation.RTNUN, Annunciation.LTCH_U})
_SET_ASIDE: Final = frozenset({ShownState.E_SHLVD, ShownState.F_DSUPR, ShownState.G_OOSRV})


def wants_acknowledgement(alarm: Alarm) -> bool:
    """Whether somebody still has to acknowledge it, here and now."""
    return alarm.annunciation in _OWED and alarm.shown not in _SET_ASIDE


def is_set_aside(alarm: Alarm) -> bool:
    """Shelved, suppressed by design or out of service."""
    return alarm.shown in _SET_ASIDE


def urgency(alarm: Alarm) -> tuple[bool, int, float]:
    """Sort key, most urgent first: unacknowledged, then priority, then newest."""
    at = 0.0 if alarm.raised_at is None else -alarm.raised_at.timestamp()
    return (not wants_acknowledgement(alarm), int(alarm.priority), at)
