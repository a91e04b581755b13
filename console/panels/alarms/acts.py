"""What becomes of an act on one alarm: in words, and how to take it back. No Qt."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.kit.answer import Answer
from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import AlarmBook, Catalogue, Client
from console.store.wording import alarm_text
from contract.alarm_work import AlarmAct, OutOfServiceRequest, Pick
from contract.alarms import Alarm
from contract.api import ShelveRequest
from widgets.texts import Texts

_CONFLICT = 409


@dataclass(frozen=True)
class Undo:
    """What takes an act back, on exactly those alarms."""

    act: AlarmAct
    picks: tuple[Pick, ...]


@dataclass(frozen=True)
class Done:
    """What became of it; `undo` where it can be taken back."""

    answer: Answer
    undo: Undo | None = None


class AlarmActs:
    """One act on one alarm; a refusal says who was first or what has changed since."""

    def __init__(self, alarms: AlarmBook, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._alarms = alarms
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    async def acknowledge(self, alarm_id: int, occurrence: int) -> Done:
        """Exactly what was shown."""
        try:
            alarm = await self._client.acknowledge(alarm_id, occurrence)
        except RequestRefused as error:
            return Done(Answer(self._why_refused(alarm_id, occurrence, error), is_warning=error.status != _CONFLICT))
        except RequestFailed as error:
            return Done(Answer(failure_text(error, self._tr), is_warning=True))
        text = self._tr("alarms.acknowledged", what=self._what(alarm))
        return Done(Answer(text), Undo(AlarmAct.UNACKNOWLEDGE, (Pick(alarm_id, occurrence),)))

    async def unacknowledge(self, alarm_id: int) -> Done:
        """It must be seen again."""
        return await self._one(self._client.unacknowledge(alarm_id), "alarms.unacknowledged")

    async def shelve(self, alarm_id: int, reason: str, until: dt.datetime, *, is_one_shot: bool = False) -> Done:
        """Set aside until a time, for a reason; one-shot: or until it returns to normal."""
        request = ShelveRequest(reason=reason, until=until, is_one_shot=is_one_shot)
        try:
            alarm = await self._client.shelve(alarm_id, request)
        except RequestFailed as error:
            return Done(Answer(failure_text(error, self._tr), is_warning=True))
        text = self._tr("alarms.shelved", what=self._what(alarm), time=clock_time(until))
        return Done(Answer(text), Undo(AlarmAct.UNSHELVE, (Pick(alarm_id, alarm.occurrence),)))

    async def unshelve(self, alarm_id: int) -> Done:
        """Take a shelved alarm back."""
        return await self._one(self._client.unshelve(alarm_id), "alarms.unshelved")

    async def reset(self, alarm_id: int) -> Done:
        """Let a latched alarm go whose cause is gone."""
        return await self._one(self._client.reset(alarm_id), "alarms.was_reset")

    async def take_out_of_service(self, alarm_id: int, reason: str) -> Done:
        """Somebody works on the equipment."""
        request = OutOfServiceRequest(reason=reason)
        return await self._one(
            self._client.take_out_of_service(alarm_id, request),
            "alarms.taken_out",
            undone_by=AlarmAct.RETURN_TO_SERVICE,
        )

    async def return_to_service(self, alarm_id: int) -> Done:
        """The work is over."""
        return await self._one(self._client.return_to_service(alarm_id), "alarms.returned")

    async def take_over(self, alarm_id: int) -> Done:
        """Take care of it oneself."""
        return await self._one(self._client.take_over_alarm(alarm_id), "alarms.taken_over")

    async def assign(self, alarm_id: int, user: str) -> Done:
        """Give it to somebody; "" gives it back to everybody."""
        key = "alarms.assigned" if user else "alarms.given_back"
        return await self._one(self._client.assign_alarm(alarm_id, user), key)

    async def comment(self, alarm_id: int, text: str) -> Done:
        """Write something about it."""
        try:
            await self._client.comment_alarm(alarm_id, text)
        except RequestFailed as error:
            return Done(Answer(failure_text(error, self._tr), is_warning=True))
        return Done(Answer(self._tr("alarms.commented")))

    async def _one(self, asked: Awaitable[Alarm], key: str, *, undone_by: AlarmAct | None = None) -> Done:
        try:
            alarm = await asked
        except RequestFailed as error:
            return Done(Answer(failure_text(error, self._tr), is_warning=True))
        undo = None if undone_by is None else Undo(undone_by, (Pick(alarm.id, alarm.occurrence),))
        words: Callable[..., str] = self._tr
        return Done(Answer(words(key, what=self._what(alarm), who=alarm.assigned_to)), undo)

    def _what(self, alarm: Alarm) -> str:
        return alarm_text(self._catalogue, alarm, self._tr)

    def _why_refused(self, alarm_id: int, occurrence: int, error: RequestRefused) -> str:
        alarm = self._alarms.get(alarm_id)
        if alarm is not None and alarm.occurrence > occurrence:
            return self._tr("alarms.refused.newer")
        if alarm is not None and alarm.acknowledged_by:
            at = clock_time(alarm.acknowledged_at)
            return self._tr("alarms.refused.already", who=alarm.acknowledged_by, time=at)
        return failure_text(error, self._tr)
