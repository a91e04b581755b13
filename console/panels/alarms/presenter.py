"""What the alarm list shows, and what becomes of an acknowledgement. No Qt."""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from console.kit.answer import Answer
from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import AlarmBook, Catalogue, Client
from console.parts.alarm_lines import alarm_line
from console.store.alarm_order import is_set_aside, urgency, wants_acknowledgement
from console.store.wording import alarm_text, guidance_text
from contract.alarms import Alarm, Priority, ShownState
from contract.api import ShelveRequest
from widgets.alarm_rows import AlarmRow
from widgets.texts import Texts

_CONFLICT = 409


class Sight(enum.StrEnum):
    """Which alarms are listed."""

    STANDING = "standing"
    WAITING = "waiting"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Filter:
    """What the operator wants to see."""

    sight: Sight = Sight.STANDING
    priority: Priority | None = None
    text: str = ""


class AlarmsPresenter:
    """Rows in order of urgency; acts on one alarm."""

    def __init__(self, alarms: AlarmBook, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._alarms = alarms
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    def rows(self, wanted: Filter, now: dt.datetime) -> Sequence[AlarmRow]:
        """The lines of the list, most urgent first."""
        alarms = [alarm for alarm in self._alarms.standing() if _is_in_sight(alarm, wanted)]
        rows = [alarm_line(alarm, self._catalogue, self._tr, now) for alarm in sorted(alarms, key=urgency)]
        words = wanted.text.casefold().split()
        return [row for row in rows if all(word in f"{row.what} {row.where}".casefold() for word in words)]

    def empty_text(self, wanted: Filter) -> str:
        """What an empty list says."""
        if wanted.text or wanted.priority is not None:
            return self._tr("alarms.empty.filtered")
        return self._tr(f"alarms.empty.{wanted.sight.value}")

    def guidance(self, alarm_id: int) -> str:
        """What to do about an alarm."""
        alarm = self._alarms.get(alarm_id)
        if alarm is None:
            return ""
        if alarm.is_suppressed and alarm.suppressed_by:
            return self._tr("alarms.explained_by", cause=alarm.suppressed_by)
        return guidance_text(self._catalogue, alarm, self._tr)

    async def acknowledge(self, alarm_id: int, occurrence: int) -> Answer:
        """Acknowledge what was shown; a refusal says who was first or what has changed since."""
        try:
            alarm = await self._client.acknowledge(alarm_id, occurrence)
        except RequestRefused as error:
            return Answer(self._why_refused(alarm_id, occurrence, error), is_warning=error.status != _CONFLICT)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return Answer(self._tr("alarms.acknowledged", what=alarm_text(self._catalogue, alarm, self._tr)))

    async def shelve(self, alarm_id: int, reason: str, minutes: int, now: dt.datetime) -> Answer:
        """Set an alarm aside until a time, for a reason."""
        until = now + dt.timedelta(minutes=minutes)
        try:
            alarm = await self._client.shelve(alarm_id, ShelveRequest(reason=reason, until=until))
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        what = alarm_text(self._catalogue, alarm, self._tr)
        return Answer(self._tr("alarms.shelved", what=what, time=clock_time(until)))

    async def unshelve(self, alarm_id: int) -> Answer:
        """Take a shelved alarm back."""
        try:
            alarm = await self._client.unshelve(alarm_id)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return Answer(self._tr("alarms.unshelved", what=alarm_text(self._catalogue, alarm, self._tr)))

    async def reset(self, alarm_id: int) -> Answer:
        """Let a latched alarm go whose cause is gone."""
        try:
            alarm = await self._client.reset(alarm_id)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return Answer(self._tr("alarms.was_reset", what=alarm_text(self._catalogue, alarm, self._tr)))

    def can_reset(self, alarm_id: int) -> bool:
        """Whether it is latched, acknowledged, and waits for nothing but a reset."""
        alarm = self._alarms.get(alarm_id)
        return alarm is not None and alarm.shown is ShownState.LTCH_A

    def is_shelved(self, alarm_id: int) -> bool:
        """Whether it can be taken back."""
        alarm = self._alarms.get(alarm_id)
        return alarm is not None and alarm.is_shelved

    def _why_refused(self, alarm_id: int, occurrence: int, error: RequestRefused) -> str:
        alarm = self._alarms.get(alarm_id)
        if alarm is not None and alarm.occurrence > occurrence:
            return self._tr("alarms.refused.newer")
        if alarm is not None and alarm.acknowledged_by:
            at = clock_time(alarm.acknowledged_at)
            return self._tr("alarms.refused.already", who=alarm.acknowledged_by, time=at)
        return failure_text(error, self._tr)


def _is_in_sight(alarm: Alarm, wanted: Filter) -> bool:
    if wanted.priority is not None and alarm.priority is not wanted.priority:
        return False
    if wanted.sight is Sight.SET_ASIDE:
        return is_set_aside(alarm)
    if wanted.sight is Sight.WAITING:
        return wants_acknowledgement(alarm)
    return not is_set_aside(alarm)
