"""Alarm types as the sample backend knows them."""

import datetime as dt

import msgspec

from contract.alarm_flood import InhibitionRule, InhibitionRules, InhibitionScope
from contract.alarm_rules import (
    AlarmSheet,
    AlarmType,
    AlarmTypeDetail,
    AlarmTypeList,
    Consequence,
    MatrixChange,
    OverrideChange,
    OverrideRemoval,
    OverrideSeen,
    PriorityMatrix,
    RuleChange,
    RuleEvent,
    RuleHistory,
    RuleInForce,
    RuleOverride,
    RulePatch,
    RuleSource,
    RuleStep,
    SheetChange,
    SheetContent,
    Trial,
    TrialBasis,
    TrialRequest,
    TrialResult,
    TrialState,
)
from contract.alarms import Priority
from contract.assets import AlarmWhen, EnablingCondition, EnablingOf, Label
from tools.screenshots.sample_classes import classes

_CONTENT = SheetContent(
    cause=Label("Porte forcée ou mal fermée.", "Door forced or left open."),
    effect=Label("Accès à des parties sous tension.", "Live parts can be reached."),
    response=Label("Envoyer un agent ; couper le départ au besoin.", "Send someone; cut the circuit if needed."),
    guidance=Label("Appeler l'astreinte éclairage au 6112.", "Call the lighting crew on 6112."),
    consequence=Consequence.HIGH,
    respond_within_s=480.0,
    owner="Éclairage public",
    review_on=dt.date(2026, 3, 1),
    displays=("ARM-", "caméra voisine"),
)


_LIT = EnablingCondition(point="power_w", when=AlarmWhen.ABOVE, of=EnablingOf.SUPPLY, limit=5.0)
_OVERRIDES = (
    (None, "", RulePatch(hold_s=30.0), "moins d'alarmes brèves", None, 850),
    (12, "PL-000-09", RulePatch(hold_s=120.0, priority=Priority.P4), "travaux rue de la Liberté", 3, 40),
    (14, "PL-000-11", RulePatch(enabled_by=(_LIT,), is_latching=True), "chantier voisin", None, 1),
)
_INHIBITIONS = (
    InhibitionRule(
        name="armoire coupée",
        reason=Label("Une armoire coupée éteint ses lampes.", "A dead cabinet darkens its lamps."),
        source_class="lighting_cabinet",
        source_kind="supplyLoss",
        target_class="streetlight",
        kinds=("lampFailure",),
        scope=InhibitionScope.FED_BY_IT,
    ),
    InhibitionRule(
        name="porte en maintenance",
        reason=Label("Un agent travaille dans l'armoire.", "Somebody works in the cabinet."),
        source_class="lighting_cabinet",
        source_point="cabinetDoorOpen",
        target_class="lighting_cabinet",
        kinds=("supplyLoss",),
        scope=InhibitionScope.SAME_ASSET,
        is_enabled=False,
    ),
)
_MATRIX = PriorityMatrix(
    within_s=(1800.0, 600.0, 180.0),
    priorities=(
        (Priority.P4, Priority.P4, Priority.P4, Priority.P3),
        (Priority.P4, Priority.P3, Priority.P3, Priority.P2),
        (Priority.P3, Priority.P3, Priority.P2, Priority.P2),
        (Priority.P3, Priority.P2, Priority.P1, Priority.P1),
    ),
)


class SampleRules:
    """console.kit.rule_ports.RuleCalls; keeps the last sheet and trial."""

    def __init__(self, now: dt.datetime) -> None:
        self._rules_now = now
        self.saved_sheets: list[SheetChange] = []
        self.saved_overrides: list[OverrideChange] = []
        self.removed_overrides: list[OverrideRemoval] = []
        self.saved_matrices: list[MatrixChange] = []
        self.sheet_version = 3
        self.trial_runs = False  # a trial begun is not over at once
        self._trial: Trial | None = None
        self.matrix = _MATRIX
        self.inhibition_rules = {rule.name: rule for rule in _INHIBITIONS}

    async def alarm_types(self) -> AlarmTypeList:
        items = tuple(self._types())
        return AlarmTypeList(items=items, total=len(items))

    async def alarm_type(self, class_: str, kind: str) -> AlarmTypeDetail:
        found = next(item for item in self._types() if (item.class_, item.kind) == (class_, kind))
        overrides = tuple(
            OverrideSeen(
                override=RuleOverride(
                    class_=class_,
                    kind=kind,
                    asset_id=asset_id,
                    patch=patch,
                    reason=reason,
                    by="anne",
                    at=self._rules_now,
                    until=None if days is None else self._rules_now + dt.timedelta(days=days),
                ),
                asset_code=code,
                asset_class="" if asset_id is None else "streetlight",
                reaches=reaches,
                depth=depth,
            )
            for depth, (asset_id, code, patch, reason, days, reaches) in enumerate(_OVERRIDES)
        )
        sheet = AlarmSheet(
            class_=class_,
            kind=kind,
            content=_CONTENT,
            version=self.sheet_version,
            by="anne",
            at=self._rules_now,
            reason="revue",
        )
        trace = (
            RuleStep(source=RuleSource.CLASS, fields=("limit", "hold_s")),
            RuleStep(
                source=RuleSource.SHEET,
                fields=("priority", "guidance"),
                by="anne",
                consequence=_CONTENT.consequence,
                respond_within_s=_CONTENT.respond_within_s,
            ),
        )
        return AlarmTypeDetail(
            type=found,
            in_force=RuleInForce(rule=found.rule, trace=trace),
            standard=found.rule,
            sheet=sheet,
            overrides=overrides,
        )

    async def save_alarm_sheet(self, class_: str, kind: str, change: SheetChange) -> AlarmSheet:
        self.saved_sheets.append(change)
        return AlarmSheet(
            class_=class_, kind=kind, content=change.content, version=change.version + 1, by="anne", at=self._rules_now
        )

    async def save_alarm_override(self, class_: str, kind: str, change: OverrideChange) -> RuleOverride:
        self.saved_overrides.append(change)
        return RuleOverride(
            class_=class_,
            kind=kind,
            asset_id=change.asset_id,
            patch=change.patch,
            reason=change.reason,
            by="anne",
            at=self._rules_now,
            until=change.until,
        )

    async def remove_alarm_override(self, class_: str, kind: str, removal: OverrideRemoval) -> None:
        del class_, kind
        self.removed_overrides.append(removal)

    async def begin_alarm_trial(self, request: TrialRequest) -> Trial:
        would = tuple((7 * index) % 5 if index % 3 else 0 for index in range(48))
        did = tuple(count + (index % 7 == 0) * 6 for index, count in enumerate(would))
        result = TrialResult(
            would=sum(would),
            did=sum(did),
            kept=sum(would),
            removed=sum(did) - sum(would),
            new=0,
            asset_count=850,
            unknown_share=0.08,
            basis=TrialBasis.VALUES,
            would_bins=would,
            did_bins=did,
            unknown_bins=tuple(1.0 if 30 <= index < 34 else 0.0 for index in range(48)),
        )
        self._trial = Trial(
            id="1",
            request=request,
            state=TrialState.RUNNING if self.trial_runs else TrialState.DONE,
            done=300 if self.trial_runs else 850,
            total=850,
            started_at=self._rules_now,
            result=None if self.trial_runs else result,
        )
        return self._trial

    async def alarm_trial(self, trial_id: str) -> Trial:
        if self._trial is None:
            raise KeyError(trial_id)
        return self._trial

    async def cancel_alarm_trial(self, trial_id: str) -> Trial:
        self._trial = msgspec.structs.replace(await self.alarm_trial(trial_id), state=TrialState.CANCELLED)
        return self._trial

    async def alarm_rule_history(self, class_: str, kind: str) -> RuleHistory:
        del class_, kind
        before: dict[str, object] = {"owner": "", "consequence": 2, "respond_within_s": 1800.0}
        after: dict[str, object] = {
            "owner": _CONTENT.owner,
            "consequence": 3,
            "respond_within_s": 480.0,
            "guidance": {"fr": _CONTENT.guidance.fr, "en": _CONTENT.guidance.en},
        }
        sheet = self._change(9, RuleEvent.SHEET, 3, None, "revue annuelle", before, after)
        override = self._change(7, RuleEvent.OVERRIDE_PLACED, 1, 12, "travaux", {}, {"hold_s": 120.0, "priority": 4})
        return RuleHistory(items=(sheet, override))

    async def alarm_matrix(self) -> PriorityMatrix:
        return self.matrix

    async def save_alarm_matrix(self, change: MatrixChange) -> PriorityMatrix:
        self.saved_matrices.append(change)
        self.matrix = PriorityMatrix(
            within_s=change.within_s,
            priorities=change.priorities,
            version=change.version + 1,
            by="anne",
            at=self._rules_now,
            reason=change.reason,
        )
        return self.matrix

    async def alarm_matrix_history(self) -> RuleHistory:
        return RuleHistory(items=())

    async def inhibitions(self) -> InhibitionRules:
        return InhibitionRules(items=tuple(self.inhibition_rules.values()))

    async def save_inhibition(self, rule: InhibitionRule) -> InhibitionRule:
        self.inhibition_rules[rule.name] = rule
        return rule

    async def remove_inhibition(self, name: str) -> None:
        del self.inhibition_rules[name]

    def _change(
        self,
        seq: int,
        event: RuleEvent,
        version: int,
        asset_id: int | None,
        reason: str,
        before: dict[str, object],
        after: dict[str, object],
    ) -> RuleChange:
        return RuleChange(
            seq=seq,
            at=self._rules_now - dt.timedelta(days=20 - seq),
            actor="anne",
            event=event,
            version=version,
            asset_id=asset_id,
            reason=reason,
            before=before,
            after=after,
        )

    def _types(self) -> list[AlarmType]:
        found: list[AlarmType] = []
        for class_ in classes():
            for point in class_.points:
                for rule in point.alarms:
                    is_sheeted = len(found) % 3 == 0
                    found.append(
                        AlarmType(
                            class_=class_.code,
                            kind=rule.kind,
                            point=point.name,
                            rule=rule,
                            unit=point.unit,
                            overrides=len(found) % 4 if len(found) % 5 == 0 else 0,
                            has_sheet=is_sheeted,
                            review_on=_CONTENT.review_on if is_sheeted else None,
                            is_review_overdue=is_sheeted and len(found) % 2 == 0,
                            may_edit=True,
                        )
                    )
        return found
