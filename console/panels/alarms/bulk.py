"""Many alarms at once: exactly what was shown, what has changed since is left out, and each is told. No Qt."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.ports import AlarmBook, Client
from console.kit.said import said_text
from console.panels.alarms.acts import Done, Undo
from console.store.alarm_order import is_set_aside, wants_acknowledgement
from contract.alarm_work import AlarmAct, BulkOutcome, BulkRequest, Pick
from contract.alarms import Alarm, ShownState
from widgets.texts import Texts

_TAKEN_BACK: Final = frozenset({ShownState.C_ACKED, ShownState.LTCH_A})
_UNDONE_BY: Final = {
    AlarmAct.ACKNOWLEDGE: AlarmAct.UNACKNOWLEDGE,
    AlarmAct.SHELVE: AlarmAct.UNSHELVE,
    AlarmAct.OUT_OF_SERVICE: AlarmAct.RETURN_TO_SERVICE,
}
_CAN: Final[Mapping[AlarmAct, Callable[[Alarm], bool]]] = {
    AlarmAct.ACKNOWLEDGE: wants_acknowledgement,
    AlarmAct.UNACKNOWLEDGE: lambda alarm: alarm.shown in _TAKEN_BACK,
    AlarmAct.RESET: lambda alarm: alarm.shown is ShownState.LTCH_A,
    AlarmAct.SHELVE: lambda alarm: not is_set_aside(alarm),
    AlarmAct.UNSHELVE: lambda alarm: alarm.is_shelved,
    AlarmAct.OUT_OF_SERVICE: lambda alarm: not alarm.is_out_of_service,
    AlarmAct.RETURN_TO_SERVICE: lambda alarm: alarm.is_out_of_service,
}


def can(act: AlarmAct, alarm: Alarm) -> bool:
    """Whether the act makes sense for the alarm as it is now."""
    rule = _CAN.get(act)
    return rule is None or rule(alarm)


@dataclass(frozen=True)
class Plan:
    """What was shown when the operator asked: nothing joins it afterwards."""

    act: AlarmAct
    picks: tuple[Pick, ...]
    senseless_count: int = 0  # shown among them, but the act makes no sense for these
    is_everything_listed: bool = False  # asked for the whole list, not for marked lines


def plan(act: AlarmAct, alarms: Iterable[Alarm], *, is_everything_listed: bool = False) -> Plan:
    """The alarms of the list for which the act makes sense."""
    shown = list(alarms)
    picks = tuple(Pick(alarm.id, alarm.occurrence) for alarm in shown if can(act, alarm))
    return Plan(act, picks, len(shown) - len(picks), is_everything_listed)


def still_so(wanted: Plan, alarms: AlarmBook) -> tuple[Sequence[Pick], Sequence[Pick]]:
    """What is as it was shown, and what has changed since and is left out."""
    same: list[Pick] = []
    others: list[Pick] = []
    for pick in wanted.picks:
        alarm = alarms.get(pick.id)
        is_same = alarm is not None and alarm.occurrence == pick.occurrence and can(wanted.act, alarm)
        (same if is_same else others).append(pick)
    return same, others


@dataclass(frozen=True)
class BulkTold:
    """What became of it: in all, and of each that was left as it is."""

    done: Done
    refused: Sequence[str]


class BulkActs:
    """Asks the backend, tells item by item."""

    def __init__(self, client: Client, tr: Texts, what_of: Callable[[int], str]) -> None:
        """`what_of`: an alarm in words."""
        self._client = client
        self._tr = tr
        self._what_of = what_of

    async def do(
        self,
        act: AlarmAct,
        picks: Sequence[Pick],
        *,
        reason: str = "",
        until: dt.datetime | None = None,
        is_one_shot: bool = False,
        user: str = "",
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> BulkTold:
        """The act on exactly these."""
        request = BulkRequest(
            id=str(uuid.uuid4()),
            act=act,
            picks=tuple(picks),
            reason=reason,
            until=until,
            is_one_shot=is_one_shot,
            user=user,
        )
        try:
            outcome = await self._client.act_on_alarms(request, progress)
        except RequestFailed as error:
            return BulkTold(Done(Answer(failure_text(error, self._tr), is_warning=True)), ())
        return self._told(act, picks, outcome)

    async def undo(self, undo: Undo) -> BulkTold:
        """Take an act back."""
        return await self.do(undo.act, undo.picks)

    def _told(self, act: AlarmAct, picks: Sequence[Pick], outcome: BulkOutcome) -> BulkTold:
        done = frozenset(outcome.done)
        back = _UNDONE_BY.get(act)
        undo = Undo(back, tuple(pick for pick in picks if pick.id in done)) if back is not None and done else None
        text = self._tr(f"alarms.bulk.done.{act.value}", count=len(done))
        if outcome.refused:
            text = f"{text} {self._tr('alarms.bulk.refused', count=len(outcome.refused))}"
        refused = [
            self._tr(
                "alarms.bulk.one_refused", what=self._what_of(each.id), why=self._why(each.code, each.args, each.said)
            )
            for each in outcome.refused
        ]
        return BulkTold(Done(Answer(text, is_warning=bool(outcome.refused)), undo), refused)

    def _why(self, code: str, args: Mapping[str, str], said: str) -> str:
        return said_text(code, args, said, self._tr)
