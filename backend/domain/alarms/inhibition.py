"""Alarms that mean nothing while something else is so: named rules, their state, and what is wrong with one."""

from collections.abc import Iterable, Mapping
from typing import Final

from contract.alarm_flood import InhibitionRule
from contract.assets import AlarmRule, AssetClass
from contract.points import PointValue, Quality

LONGEST_NAME: Final = 80
LONGEST_REASON: Final = 500
MOST_KINDS: Final = 100


def fault_of(rule: InhibitionRule, classes: Mapping[str, AssetClass]) -> tuple[str, str] | None:
    """Why a rule cannot be taken, as a code and what it is about; None when it can."""
    source, target = classes.get(rule.source_class), classes.get(rule.target_class)
    if not rule.name.strip() or not rule.kinds:
        return ("inhibition_incomplete", rule.name)
    is_short = len(rule.name) <= LONGEST_NAME and len(rule.kinds) <= MOST_KINDS
    if not is_short or not rule.name.isprintable() or max(len(rule.reason.fr), len(rule.reason.en)) > LONGEST_REASON:
        return ("inhibition_long", rule.name[:LONGEST_NAME])
    if source is None or target is None:
        return ("inhibition_class", rule.source_class if source is None else rule.target_class)
    if bool(rule.source_kind) is bool(rule.source_point):
        return ("inhibition_source", rule.name)
    if rule.source_kind and rule.source_kind not in rules_of(source):
        return ("inhibition_kind", rule.source_kind)
    if rule.source_point and rule.source_point not in {spec.name for spec in source.points}:
        return ("inhibition_point", rule.source_point)
    known = rules_of(target)
    for kind in rule.kinds:
        if kind not in known:
            return ("inhibition_kind", kind)
        if known[kind].never_waits:
            return ("inhibition_never", kind)
        if (rule.source_class, rule.source_kind) == (rule.target_class, kind):
            return ("inhibition_self", kind)
    return None


def circle_of(rule: InhibitionRule, others: Iterable[InhibitionRule]) -> tuple[str, str] | None:
    """As `fault_of`, when alarms would inhibit each other: with both active, neither would be seen."""
    inhibits: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for one in (*others, rule):
        if one.is_enabled and one.source_kind:
            targets = inhibits.setdefault((one.source_class, one.source_kind), set())
            targets.update((one.target_class, kind) for kind in one.kinds)
    begin = (rule.source_class, rule.source_kind)
    reached, waiting = {begin}, [begin]
    while waiting:
        following = inhibits.get(waiting.pop(), set())
        if begin in following and rule.is_enabled and rule.source_kind:
            return ("inhibition_circle", rule.source_kind)
        waiting.extend(following - reached)
        reached |= following
    return None


def rules_of(class_: AssetClass) -> dict[str, AlarmRule]:
    """The alarm rules of a class by kind."""
    found = {rule.kind: rule for rule in class_.alarms}
    return found | {rule.kind: rule for spec in class_.points for rule in spec.alarms}


def holds(rule: InhibitionRule, value: PointValue, was: bool) -> bool:
    """Whether a point's value puts a rule in force. What is not known leaves it as it was."""
    if value.quality is not Quality.GOOD or value.value is None:
        return was
    return value.value == rule.source_value
