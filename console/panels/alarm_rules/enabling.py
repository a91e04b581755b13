"""Enabling conditions without Qt: which points can be asked, what they can say, and a condition as it was typed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.ports import Catalogue
from console.panels.alarm_rules.bad_field import BadField
from contract.assets import AlarmWhen, EnablingCondition, EnablingOf
from contract.points import PointKind
from widgets.texts import Texts

_OF_NUMBER: Final = (AlarmWhen.ABOVE, AlarmWhen.BELOW)
_OF_BOOLEAN: Final = (AlarmWhen.IS_TRUE, AlarmWhen.IS_FALSE)


@dataclass(frozen=True)
class EnablingPoint:
    """A point that an enabling condition may look at."""

    name: str
    words: str
    kind: PointKind


def enabling_points(catalogue: Catalogue, of: EnablingOf, class_: str, tr: Texts) -> Sequence[EnablingPoint]:
    """Points of the alarm's class; of any class where the condition looks at parent or supply."""
    found: dict[str, EnablingPoint] = {}
    for one in catalogue.classes.values():
        if of is EnablingOf.ASSET and one.code != class_:
            continue
        for spec in one.points:
            if spec.kind in {PointKind.BOOLEAN, PointKind.NUMBER}:
                words = f"{tr.label(spec.label)} ({spec.unit})" if spec.unit else tr.label(spec.label)
                found.setdefault(spec.name, EnablingPoint(spec.name, words, spec.kind))
    return sorted(found.values(), key=lambda point: point.words.casefold())


def whens_of(point: EnablingPoint | None) -> Sequence[AlarmWhen]:
    """What a point can be asked."""
    return _OF_NUMBER if point is not None and point.kind is PointKind.NUMBER else _OF_BOOLEAN


def read_condition(of: EnablingOf, point: str, when: AlarmWhen, limit: str, tr: Texts) -> EnablingCondition:
    """As typed. Raises BadField."""
    if not point:
        raise BadField(tr("alarm_rules.enabling_no_point"))
    if when not in _OF_NUMBER:
        return EnablingCondition(point=point, when=when, of=of)
    try:
        number = float(limit.strip().replace(",", "."))
    except ValueError as error:
        raise BadField(tr("alarm_rules.not_number", name=tr("alarm_rules.enabling_value"))) from error
    if not math.isfinite(number):
        raise BadField(tr("alarm_rules.not_number", name=tr("alarm_rules.enabling_value")))
    return EnablingCondition(point=point, when=when, of=of, limit=number)


def condition_text(catalogue: Catalogue, condition: EnablingCondition, class_: str, tr: Texts) -> str:
    """As "Level (%) above 5, of its supply"."""
    points = enabling_points(catalogue, EnablingOf.PARENT, class_, tr)
    words = next((point.words for point in points if point.name == condition.point), condition.point)
    limit = "" if condition.limit is None else f" {condition.limit:g}"
    asked = f"{words} {tr(f'alarm_rules.when_{condition.when.value}')}{limit}"
    return asked if condition.of is EnablingOf.ASSET else f"{asked} ({tr(f'alarm_rules.of_{condition.of.value}')})"
