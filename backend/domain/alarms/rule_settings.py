"""Which rule holds: the class's own, changed by its sheet, then by overrides from the class down to the asset."""

import math
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET

from backend.domain.alarms.conditions import is_in_alarm
from backend.domain.alarms.motion import MOVING
from contract.alarm_rules import (
    LONGEST_HOLD_S,
    LONGEST_SPAN_S,
    MOST_COUNT,
    MOST_ENABLING,
    RulePatch,
)
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, AssetClass, EnablingCondition, Label, PointSpec
from contract.points import PointKind, PointValue, Quality

_LIMITED = frozenset({AlarmWhen.ABOVE, AlarmWhen.BELOW, AlarmWhen.RISES_FASTER, AlarmWhen.FALLS_FASTER})
_SIMPLE = frozenset({AlarmWhen.IS_TRUE, AlarmWhen.IS_FALSE, AlarmWhen.ABOVE, AlarmWhen.BELOW})


def patched_fields(patch: RulePatch) -> dict[str, object]:
    """What a patch sets, by the names of AlarmRule."""
    return {name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET}


def patched(rule: AlarmRule, patches: Iterable[RulePatch]) -> AlarmRule:
    """The rule with these patches, the weakest first; each field is that of the last that sets it."""
    fields: dict[str, object] = {}
    for patch in patches:
        fields.update(patched_fields(patch))
    if rule.never_waits:
        for name in ("hold_s", "count", "count_window_s", "enabled_by"):
            fields.pop(name, None)
        if fields.get("needs_acknowledgement") is False:  # it would come without a sound
            del fields["needs_acknowledgement"]
    return msgspec.structs.replace(rule, **fields) if fields else rule


def on_sheet(rule: AlarmRule, priority: Priority | None, guidance: Label) -> AlarmRule:
    """The rule with what its sheet says; an empty text in one language leaves the class's own there."""
    said = Label(fr=guidance.fr.strip() or rule.guidance.fr, en=guidance.en.strip() or rule.guidance.en)
    return msgspec.structs.replace(rule, priority=rule.priority if priority is None else priority, guidance=said)


def holds(condition: EnablingCondition, value: PointValue | None) -> bool | None:
    """Whether an enabling condition is met; None when that is not known."""
    if value is None or value.quality is not Quality.GOOD or value.value is None:
        return None
    if condition.when in {AlarmWhen.ABOVE, AlarmWhen.BELOW} and isinstance(value.value, (bool, str)):
        return None
    question = AlarmRule(
        kind="", when=condition.when, priority=Priority.P4, label=_NO_WORDS, guidance=_NO_WORDS, limit=condition.limit
    )
    return is_in_alarm(question, value, was=False)


def all_hold(answers: Sequence[bool | None]) -> bool | None:
    """One that fails is enough to disable; else one that is not known leaves it open."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def faults_of(rule: AlarmRule, spec: PointSpec | None, classes: Iterable[AssetClass]) -> Sequence[str]:
    """Why this rule cannot be, as codes of `rule_texts`; empty when it can."""
    faults: list[str] = []
    spans = (rule.hold_s, rule.clear_hold_s)
    numbers = (*spans, rule.over_s, rule.count_window_s, rule.dead_band, rule.limit or 0.0)
    if not all(math.isfinite(number) for number in numbers):
        return ["rule_number"]
    if not all(0 <= span <= LONGEST_HOLD_S for span in spans):
        faults.append("rule_hold")
    if rule.dead_band < 0:
        faults.append("rule_dead_band")
    if rule.when in _LIMITED and rule.limit is None:
        faults.append("rule_limit")
    if rule.when in {AlarmWhen.RISES_FASTER, AlarmWhen.FALLS_FASTER} and rule.limit is not None and rule.limit <= 0:
        faults.append("rule_speed")
    if rule.when in MOVING and not 0 < rule.over_s <= LONGEST_SPAN_S:
        faults.append("rule_span")
    if not 1 <= rule.count <= MOST_COUNT or not 0 <= rule.count_window_s <= LONGEST_SPAN_S:
        faults.append("rule_count")
    elif rule.count > 1 and rule.count_window_s <= 0:
        faults.append("rule_count_window")
    if rule.never_waits and (rule.hold_s > 0 or rule.count > 1 or rule.enabled_by):
        faults.append("rule_never_waits")
    if rule.when in _LIMITED and (spec is None or spec.kind is not PointKind.NUMBER):
        faults.append("rule_no_number")
    points = {(spec.name, spec.kind) for class_ in classes for spec in class_.points}
    if len(rule.enabled_by) > MOST_ENABLING or not all(_is_possible(one, points) for one in rule.enabled_by):
        faults.append("rule_enabling")
    return faults


def _is_possible(condition: EnablingCondition, points: set[tuple[str, PointKind]]) -> bool:
    if condition.when not in _SIMPLE:
        return False
    if condition.when in {AlarmWhen.ABOVE, AlarmWhen.BELOW}:
        is_limited = condition.limit is not None and math.isfinite(condition.limit)
        return is_limited and (condition.point, PointKind.NUMBER) in points
    return (condition.point, PointKind.BOOLEAN) in points


_NO_WORDS = Label("", "")
