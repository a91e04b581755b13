"""What alarms, classes, points and troubles are called, from the classes' own bilingual labels."""

import datetime as dt

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import Catalogue
from console.kit.said import said_text
from contract.alarms import Alarm
from contract.assets import AlarmRule, PointSpec
from contract.base_maps import BaseMap
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


def role_text(role: str, tr: Texts) -> str:
    """A role in words; one that a city named itself stands as it is."""
    return tr(f"role.{role}") if tr.has(f"role.{role}") else role


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


def trouble_text(
    base_map: BaseMap, failure: RequestFailed | None, since: dt.datetime, tr: Texts, zone: dt.tzinfo | None = None
) -> str:
    """What is wrong with a base map and since when: what kept us from asking, else what the backend says."""
    if failure is not None:
        words = failure_text(failure, tr)
    else:
        words = said_text(base_map.trouble_code, base_map.trouble_args, base_map.trouble, tr)
    begins_with_name = any(value and words.startswith(value) for value in base_map.trouble_args.values())
    if not begins_with_name:
        words = words[:1].upper() + words[1:]
    return tr("layers.trouble", words=words.rstrip("."), time=clock_time(since, zone)[:5])
