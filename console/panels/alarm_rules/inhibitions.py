"""Inhibition rules without Qt: in words, what each holds back now, and a rule as it was typed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.ports import Catalogue
from console.panels.alarm_rules.bad_field import BadField
from console.store.wording import class_text, point_spec, point_text, rule_of
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.alarms import Alarm
from contract.assets import AssetClass, Label
from contract.points import PointKind
from widgets.texts import Texts, pair

_SAID: Final = "rule: "  # begins what an inhibited alarm is suppressed by


@dataclass(frozen=True)
class TypedRule:
    """What stands in the form."""

    name: str
    reason_fr: str
    reason_en: str
    source_class: str
    source_kind: str
    source_point: str
    source_value: str
    scope: str
    target_class: str
    kinds: tuple[str, ...]
    is_enabled: bool


def held_back(rule: InhibitionRule, standing: Iterable[Alarm]) -> Sequence[Alarm]:
    """The alarms that this rule keeps silent now."""
    return [alarm for alarm in standing if alarm.suppressed_by == f"{_SAID}{rule.name}"]


def held_counts(standing: Iterable[Alarm]) -> Mapping[str, int]:
    """How many alarms each rule keeps silent now, by its name."""
    return Counter(
        alarm.suppressed_by.removeprefix(_SAID) for alarm in standing if alarm.suppressed_by.startswith(_SAID)
    )


def alarm_kinds(class_: AssetClass | None, tr: Texts) -> Sequence[tuple[str, str, bool]]:
    """Kind, words, and whether it never waits, of each alarm of a class."""
    if class_ is None:
        return ()
    rules = (*class_.alarms, *(rule for spec in class_.points for rule in spec.alarms))
    return [(rule.kind, tr.label(rule.label), rule.never_waits) for rule in rules]


class InhibitionWords:
    """Inhibition rules as an engineer reads and writes them."""

    def __init__(self, catalogue: Catalogue, tr: Texts, code_of: Callable[[int], str]) -> None:
        self._catalogue = catalogue
        self._tr = tr
        self._code_of = code_of

    def row(self, rule: InhibitionRule, held: int) -> tuple[str, ...]:
        """One line of the list."""
        state = str(held) if rule.is_enabled else self._tr("alarm_rules.inhibition_off")
        return (rule.name, self.source(rule), self.target(rule), state)

    def source(self, rule: InhibitionRule) -> str:
        """As "lighting cabinet: supply loss"."""
        class_ = class_text(self._catalogue, rule.source_class, self._tr)
        if rule.source_kind:
            return pair(class_, self._kind(rule.source_class, rule.source_kind), self._tr)
        point = point_text(self._catalogue, rule.source_class, rule.source_point, self._tr)
        return pair(class_, f"{point} = {self._value(rule.source_value)}", self._tr)

    def target(self, rule: InhibitionRule) -> str:
        """As "streetlight (fed by it): lamp failure"."""
        class_ = class_text(self._catalogue, rule.target_class, self._tr)
        scope = self._tr(f"alarm_rules.scope_{rule.scope.value}")
        kinds = ", ".join(self._kind(rule.target_class, kind) for kind in rule.kinds)
        return pair(f"{class_} ({scope})", kinds, self._tr)

    def held(self, rule: InhibitionRule, alarms: Sequence[Alarm], most: int) -> str:
        """What it holds back now, and why."""
        if not rule.is_enabled:
            return self._tr("alarm_rules.inhibition_is_off")
        if not alarms:
            return self._tr("alarm_rules.inhibition_holds_nothing")
        codes = [f"{self._code_of(alarm.asset_id)} ({self._kind(alarm.class_, alarm.kind)})" for alarm in alarms[:most]]
        more = len(alarms) - len(codes)
        words = self._tr("alarm_rules.inhibition_holds", count=len(alarms), what=", ".join(codes))
        return words + (self._tr("alarm_rules.inhibition_more", count=more) if more else "")

    def read(self, typed: TypedRule) -> InhibitionRule:
        """As typed. Raises BadField."""
        tr, name = self._tr, typed.name.strip()
        if not name:
            raise BadField(tr("alarm_rules.inhibition_no_name"))
        if not typed.kinds:
            raise BadField(tr("alarm_rules.inhibition_no_kinds"))
        if not (typed.reason_fr.strip() or typed.reason_en.strip()):
            raise BadField(tr("alarm_rules.inhibition_no_reason"))
        french, english = typed.reason_fr.strip(), typed.reason_en.strip()
        return InhibitionRule(
            name=name,
            reason=Label(fr=french or english, en=english or french),
            source_class=typed.source_class,
            source_kind=typed.source_kind,
            source_point=typed.source_point,
            source_value=self._read_value(typed) if typed.source_point else True,
            scope=InhibitionScope(typed.scope),
            target_class=typed.target_class,
            kinds=typed.kinds,
            is_enabled=typed.is_enabled,
        )

    def _read_value(self, typed: TypedRule) -> bool | str:
        spec = point_spec(self._catalogue, typed.source_class, typed.source_point)
        text = typed.source_value.strip()
        if spec is None or spec.kind is not PointKind.BOOLEAN:
            if not text:
                raise BadField(self._tr("alarm_rules.inhibition_no_value"))
            return text
        if text.casefold() in {"true", self._tr("alarm_rules.yes").casefold()}:
            return True
        if text.casefold() in {"false", self._tr("alarm_rules.no").casefold()}:
            return False
        raise BadField(self._tr("alarm_rules.inhibition_yes_no"))

    def _kind(self, class_: str, kind: str) -> str:
        rule = rule_of(self._catalogue, class_, kind)
        return kind if rule is None else self._tr.label(rule.label)

    def _value(self, value: bool | str) -> str:
        return value if isinstance(value, str) else self._tr("alarm_rules.yes" if value else "alarm_rules.no")
