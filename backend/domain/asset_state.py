"""What the map shows of an asset: the worst of its alarms, then what is not known, then normal."""

from collections.abc import Iterable

from contract.alarms import Alarm, Annunciation, Priority
from contract.points import Quality
from contract.stream import LEVEL_UNKNOWN, UNACKNOWLEDGED_FLAG, Visual

_OF_PRIORITY = {
    Priority.P1: Visual.ALARM_P1,
    Priority.P2: Visual.ALARM_P2,
    Priority.P3: Visual.ALARM_P3,
    Priority.P4: Visual.ALARM_P4,
}
UNACKNOWLEDGED = frozenset({Annunciation.UNACK, Annunciation.RTNUN, Annunciation.LTCH_U})


def alarm_visual(alarms: Iterable[Alarm]) -> int:
    """The worst visible alarm as a Visual, with the flag when one waits for an operator; 0 when there is none.

    Shelved, suppressed and out-of-service alarms do not colour the map.
    """
    worst = 0
    flag = 0
    for alarm in alarms:
        if alarm.is_shelved or alarm.is_suppressed or alarm.is_out_of_service:
            continue
        if alarm.annunciation is Annunciation.NORM:
            continue
        worst = max(worst, _OF_PRIORITY[alarm.priority])
        if alarm.annunciation in UNACKNOWLEDGED:
            flag = UNACKNOWLEDGED_FLAG
    return worst | flag


def quality_visual(quality: Quality) -> Visual:
    """What the map shows of an asset without alarms, by the quality of what is known of it."""
    match quality:
        case Quality.GOOD:
            return Visual.NORMAL
        case Quality.STALE:
            return Visual.STALE
        case Quality.FAILED:
            return Visual.FAULT
        case Quality.UNKNOWN:
            return Visual.UNKNOWN


def level_byte(value: float | None, quality: Quality) -> int:
    """A level in percent as one byte; 255 when it is not known now."""
    if value is None or quality is not Quality.GOOD or not 0 <= value <= 100:
        return LEVEL_UNKNOWN
    return round(value)
