"""When two people want the same of one alarm: the one is refused in words, the other is told."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from backend.devkit.clock import Clock
from backend.domain.rights import CITY_ZONE
from backend.ports import Feed
from backend.services.refusals import AlarmRefused
from backend.services.said import Said, say
from contract.alarm_work import AlarmAct, AlarmConflict
from contract.alarms import Alarm

AT_ONCE: Final = dt.timedelta(seconds=60)  # later, the second simply has not looked
_TEXTS: Final = {
    "already_acknowledged": "acknowledged_first",
    "is_shelved": "shelved_first",
    "is_out_of_service": "out_of_service_first",
}


class Conflicts:
    """Finds who came first in a refusal."""

    def __init__(self, feed: Feed, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock

    def worded(self, error: AlarmRefused, by: str) -> Said:
        """The refusal of `by`, with when the other one did it."""
        won = _won(error, by)
        if won is None or error.alarm is None:
            return error.said
        who, at = won
        return say(_TEXTS[error.said.code], who=who, time=f"{at.astimezone(CITY_ZONE):%H:%M:%S}")

    def tell(self, errors: Iterable[AlarmRefused], act: AlarmAct, by: str) -> None:
        """Each winner hears once of all that `by` was refused because of him."""
        now = self._clock.now()
        lost: dict[str, list[Alarm]] = {}
        for error in errors:
            won = _won(error, by)
            if won is not None and error.alarm is not None and now - won[1] <= AT_ONCE:
                lost.setdefault(won[0], []).append(error.alarm)
        for winner, alarms in lost.items():
            conflict = AlarmConflict(alarm=alarms[0], act=act, actor=by, at=now, count=len(alarms))
            self._feed.alarm_conflict(winner, conflict)


def _won(error: AlarmRefused, by: str) -> tuple[str, dt.datetime] | None:
    """Who had done it before, and when; None when it was no person, or oneself."""
    alarm = error.alarm
    if alarm is None:
        return None
    if error.said.code == "already_acknowledged":
        who, at = alarm.acknowledged_by, alarm.acknowledged_at
    elif error.said.code in _TEXTS:
        who, at = alarm.set_aside_by, alarm.changed_at
    else:
        return None
    return (who, at) if who and at is not None and who != by else None
