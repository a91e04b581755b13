"""Requests about alarm types: sheets, conditions, trials, the priority matrix, inhibitions."""

from typing import Final
from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.alarm_flood import InhibitionRule, InhibitionRules
from contract.alarm_rules import (
    AlarmSheet,
    AlarmTypeDetail,
    AlarmTypeList,
    MatrixChange,
    OverrideChange,
    OverrideRemoval,
    PriorityMatrix,
    RuleHistory,
    RuleOverride,
    SheetChange,
    Trial,
    TrialRequest,
)

_MATRIX: Final = "/alarm-priority-matrix"
_INHIBITIONS: Final = "/alarms/inhibitions"


class RuleRequests:
    """console.kit.rule_ports.RuleCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def alarm_types(self) -> AlarmTypeList:
        """All that one may see."""
        return await asked(self._session.get("/alarm-rules", AlarmTypeList))

    async def alarm_type(self, class_: str, kind: str) -> AlarmTypeDetail:
        """One, with its sheet and overrides."""
        return await asked(self._session.get(_path(class_, kind), AlarmTypeDetail))

    async def save_alarm_sheet(self, class_: str, kind: str, change: SheetChange) -> AlarmSheet:
        """Another content."""
        return await asked(self._session.put_for(f"{_path(class_, kind)}/sheet", change, AlarmSheet))

    async def save_alarm_override(self, class_: str, kind: str, change: OverrideChange) -> RuleOverride:
        """Place or replace."""
        return await asked(self._session.put_for(f"{_path(class_, kind)}/override", change, RuleOverride))

    async def remove_alarm_override(self, class_: str, kind: str, removal: OverrideRemoval) -> None:
        """What it changed is inherited again."""
        await asked(self._session.post(f"{_path(class_, kind)}/override/remove", removal))

    async def begin_alarm_trial(self, request: TrialRequest) -> Trial:
        """Begin to reckon."""
        return await asked(self._session.post_for("/alarm-trials", request, Trial))

    async def alarm_trial(self, trial_id: str) -> Trial:
        """How far it is."""
        return await asked(self._session.get(f"/alarm-trials/{quote(trial_id, safe='')}", Trial))

    async def cancel_alarm_trial(self, trial_id: str) -> Trial:
        """Reckon no further."""
        return await asked(self._session.post_for(f"/alarm-trials/{quote(trial_id, safe='')}/cancel", None, Trial))

    async def alarm_rule_history(self, class_: str, kind: str) -> RuleHistory:
        """What was done to one, newest first."""
        return await asked(self._session.get(f"{_path(class_, kind)}/history", RuleHistory))

    async def alarm_matrix(self) -> PriorityMatrix:
        """Priority by consequence and time."""
        return await asked(self._session.get(_MATRIX, PriorityMatrix))

    async def save_alarm_matrix(self, change: MatrixChange) -> PriorityMatrix:
        """Another matrix."""
        return await asked(self._session.put_for(_MATRIX, change, PriorityMatrix))

    async def alarm_matrix_history(self) -> RuleHistory:
        """What was done to it, newest first."""
        return await asked(self._session.get(f"{_MATRIX}/history", RuleHistory))

    async def inhibitions(self) -> InhibitionRules:
        """All of them."""
        return await asked(self._session.get(_INHIBITIONS, InhibitionRules))

    async def save_inhibition(self, rule: InhibitionRule) -> InhibitionRule:
        """Add it, or replace the one of this name."""
        return await asked(self._session.put_for(_INHIBITIONS, rule, InhibitionRule))

    async def remove_inhibition(self, name: str) -> None:
        """What it alone inhibited is shown."""
        await asked(self._session.delete(f"{_INHIBITIONS}/{quote(name, safe='')}"))


def _path(class_: str, kind: str) -> str:
    return f"/alarm-rules/{quote(class_, safe='')}/{quote(kind, safe='')}"
