"""What alarms, classes and points are called, from the classes' own bilingual labels."""

from console.kit.ports import Catalogue
from contract.alarms import Alarm
from contract.assets import AlarmRule, PointSpec
from widgets.texts import Texts


def rule_of(catalogue: Catalogue, class_code: str, kind: str) -> AlarmRule | None:
    """The rule that raised an alarm of this kind."""
    class_ = catalogue.classes.get(class_code)
    if class_ is None:
        return None
    rules = (*class_.alarms, *(rule for point in class_.points for rule in point.alarms))
    return next((rule for rule in rules if rule.kind == kind), None)


def alarm_text(catalogue: Catalogue, alarm: Alarm, tr: Texts) -> str:
    """An alarm's kind in words; its code where the class has no words for it."""
    rule = rule_of(catalogue, alarm.class_, alarm.kind)
    return alarm.kind if rule is None else tr.label(rule.label)


def guidance_text(catalogue: Catalogue, alarm: Alarm, tr: Texts) -> str:
    """What to do about it."""
    rule = rule_of(catalogue, alarm.class_, alarm.kind)
    return "" if rule is None else tr.label(rule.guidance)


def class_text(catalogue: Catalogue, class_code: str, tr: Texts) -> str:
    """A class in words."""
    class_ = catalogue.classes.get(class_code)
    return class_code if class_ is None else tr.label(class_.label)


def point_spec(catalogue: Catalogue, class_code: str, point: str) -> PointSpec | None:
    """What a class says of one of its points."""
    class_ = catalogue.classes.get(class_code)
    if class_ is None:
        return None
    return next((spec for spec in class_.points if spec.name == point), None)


def point_text(catalogue: Catalogue, class_code: str, point: str, tr: Texts) -> str:
    """A point in words; its name where the class does not know it."""
    spec = point_spec(catalogue, class_code, point)
    return point if spec is None else tr.label(spec.label)
