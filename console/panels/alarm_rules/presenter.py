"""What the panel of alarm rules shows and asks, without Qt."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, cast

import msgspec
from msgspec import UNSET

from console.kit.formats import day_text, moment_with_year, read_day
from console.kit.ports import Catalogue
from console.kit.said_by_devices import told_text
from console.panels.alarm_rules.bad_field import BadField
from console.panels.alarm_rules.enabling import condition_text
from console.store.wording import class_text
from contract.alarm_rules import (
    AlarmType,
    AlarmTypeDetail,
    Consequence,
    OverrideSeen,
    RulePatch,
    RuleSource,
    RuleStep,
    SheetContent,
    Trial,
    TrialBasis,
)
from contract.assets import AlarmRule, EnablingCondition, Label
from widgets.texts import Texts, pair

NUMBERS: Final = ("priority", "limit", "dead_band", "hold_s", "clear_hold_s", "over_s", "count", "count_window_s")
_WHOLE: Final = frozenset({"priority", "count"})
FLAGS: Final = ("is_latching", "needs_acknowledgement")
LABELS: Final = ("cause", "effect", "response", "guidance")


class RuleWords:
    """Alarm types in words, and what was typed as values."""

    def __init__(self, catalogue: Catalogue, tr: Texts, zone: dt.tzinfo | None = None) -> None:
        self._catalogue = catalogue
        self._tr = tr
        self._zone = zone

    @property
    def catalogue(self) -> Catalogue:
        """Classes and communes."""
        return self._catalogue

    def row(self, item: AlarmType) -> tuple[str, ...]:
        """One line of the list."""
        return (
            class_text(self._catalogue, item.class_, self._tr),
            self._tr.label(item.rule.label),
            f"P{int(item.rule.priority)}",
            self.conditions(item.rule, item.unit),
            str(item.overrides) if item.overrides else "",
            self.review(item),
        )

    def conditions(self, rule: AlarmRule, unit: str) -> str:
        """The figures that differ from nothing."""
        parts: list[str] = []
        if rule.limit is not None:
            parts.append(f"{rule.limit:g} {unit}".strip())
        if rule.dead_band:
            parts.append(f"± {rule.dead_band:g}")
        if rule.hold_s:
            parts.append(self._tr("alarm_rules.short_hold", seconds=f"{rule.hold_s:g}"))
        if rule.clear_hold_s:
            parts.append(self._tr("alarm_rules.short_clear_hold", seconds=f"{rule.clear_hold_s:g}"))
        if rule.over_s:
            parts.append(f"Δ {rule.over_s:g} s")
        if rule.count > 1:
            parts.append(f"{rule.count} x / {rule.count_window_s:g} s")
        return " · ".join(parts)

    def review(self, item: AlarmType) -> str:
        """When it is looked at again, or that nobody has agreed on it yet."""
        if not item.has_sheet:
            return self._tr("alarm_rules.no_sheet")
        date = day_text(item.review_on)
        return self._tr("alarm_rules.overdue", date=date) if item.is_review_overdue else date

    def matches(self, item: AlarmType, text: str, *, overdue_only: bool) -> bool:
        """Whether it is to be listed."""
        if overdue_only and not item.is_review_overdue:
            return False
        words = " ".join((*self.row(item), item.kind, item.class_, item.owner)).casefold()
        return all(word in words for word in text.casefold().split())

    def trace(self, detail: AlarmTypeDetail) -> str:
        """Where the rule comes from, a step a line."""
        return "\n".join(self._step(step) for step in detail.in_force.trace if step.fields)

    def override(self, seen: OverrideSeen) -> tuple[str, ...]:
        """One override: where, what is other, how many it reaches, until when, by whom and why."""
        override = seen.override
        until = self._tr("alarm_rules.no_end") if override.until is None else self.time(override.until)
        by = pair(override.by, override.reason, self._tr)
        return (self.place(seen), self.changes(override.patch, override.class_), str(seen.reaches), until, by)

    def place(self, seen: OverrideSeen) -> str:
        """Where an override holds."""
        if seen.override.asset_id is None:
            return self._tr("alarm_rules.whole_class")
        name = seen.asset_name if seen.asset_name != seen.asset_code else ""
        kind = class_text(self._catalogue, seen.asset_class, self._tr) if seen.asset_class else ""
        return ", ".join(part for part in (seen.asset_code or f"#{seen.override.asset_id}", name, kind) if part)

    def changes(self, patch: RulePatch, class_: str) -> str:
        """The fields that a patch makes other, in words."""
        parts: list[str] = []
        for name in patch.__struct_fields__:
            value = getattr(patch, name)
            if value is UNSET:
                continue
            parts.append(f"{self._field(name)} {self._patched(name, value, class_)}")
        return " · ".join(parts)

    def patch(
        self,
        typed: Mapping[str, str],
        flags: Mapping[str, bool | None] | None = None,
        enabled_by: tuple[EnablingCondition, ...] | None = None,
    ) -> RulePatch:
        """The fields that were typed or chosen; None is inherited. Raises BadField."""
        fields: dict[str, object] = {}
        for name in NUMBERS:
            text = typed.get(name, "").strip().replace(",", ".").upper().removeprefix("P")
            if text:
                fields[name] = self._number(name, text)
        fields |= {name: value for name, value in (flags or {}).items() if value is not None}
        try:
            found = msgspec.convert(fields, RulePatch)
        except msgspec.ValidationError as error:
            raise BadField(self._tr("alarm_rules.not_number", name=self._field("priority"))) from error
        return found if enabled_by is None else msgspec.structs.replace(found, enabled_by=enabled_by)

    def typed(self, patch: RulePatch) -> dict[str, str]:
        """The other way round."""
        values = {name: getattr(patch, name) for name in NUMBERS}
        return {name: "" if value is UNSET else f"{value:g}" for name, value in values.items()}

    def hours(self, text: str) -> float | None:
        """How long a trial looks back; None where nothing was typed. Raises BadField."""
        return self._hours(text, "alarm_rules.try_hours") if text.strip() else None

    def content(self, texts: Mapping[str, tuple[str, str]], gravity: int, typed: Mapping[str, str]) -> SheetContent:
        """A sheet as typed. Raises BadField."""
        minutes, review = typed["respond"].strip(), typed["review"].strip()
        review_on = read_day(review) if review else None
        if review and review_on is None:
            raise BadField(self._tr("alarm_rules.not_date"))
        respond = self._hours(minutes, "alarm_rules.respond") * 60.0 if minutes else None
        cause, effect, response, guidance = (Label(*texts[name]) for name in LABELS)
        return SheetContent(
            cause=cause,
            effect=effect,
            response=response,
            guidance=guidance,
            consequence=Consequence(gravity) if gravity else None,
            respond_within_s=respond,
            owner=typed["owner"].strip(),
            review_on=review_on,
            displays=tuple(name for part in typed["displays"].split(";") if (name := part.strip())),
        )

    def trial(self, trial: Trial) -> str:
        """What a trial says."""
        result = trial.result
        if result is None:
            if trial.trouble:
                return self._tr("alarm_rules.failed", why=told_text(trial.trouble, self._tr))
            return self._tr("alarm_rules.trying", done=trial.done, total=trial.total)
        words = [
            self._tr(
                "alarm_rules.result",
                would=result.would,
                did=result.did,
                kept=result.kept,
                removed=result.removed,
                new=result.new,
                unknown=round(result.unknown_share * 100),
            )
        ]
        if result.basis is TrialBasis.EPISODES:
            words.append(self._tr("alarm_rules.result_episodes"))
        if result.is_thinned:
            words.append(self._tr("alarm_rules.result_thinned"))
        if result.left_out:
            words.append(self._tr("alarm_rules.result_left_out", count=result.left_out))
        return " ".join(words)

    def summary(self, items: Sequence[AlarmType]) -> str:
        """How many, and how many reviews are overdue."""
        overdue = sum(item.is_review_overdue for item in items)
        return self._tr("alarm_rules.count", count=len(items), overdue=overdue)

    def _step(self, step: RuleStep) -> str:
        match step.source:
            case RuleSource.CLASS:
                source = self._tr("alarm_rules.trace_class")
            case RuleSource.SHEET:
                source = self._tr("alarm_rules.trace_sheet", by=step.by)
            case RuleSource.OVERRIDE:
                where = step.asset_code or self._tr("alarm_rules.whole_class")
                source = self._tr("alarm_rules.trace_override", where=where, by=step.by)
        words = pair(source, ", ".join(self._field(name) for name in step.fields), self._tr)
        if "priority" in step.fields and step.consequence is not None and step.respond_within_s is not None:
            gravity = self._tr(f"alarm_rules.gravity_{int(step.consequence)}")
            words += f" ({gravity} x {step.respond_within_s / 60:g} min)"
        return words

    def time(self, at: dt.datetime) -> str:
        """A moment, by this console's clock."""
        return moment_with_year(at, self._zone)

    def _patched(self, name: str, value: object, class_: str) -> str:
        if isinstance(value, bool):
            return self._tr("alarm_rules.yes" if value else "alarm_rules.no")
        if isinstance(value, tuple):
            held = cast("tuple[EnablingCondition, ...]", value)
            conditions = [condition_text(self._catalogue, one, class_, self._tr) for one in held]
            return "; ".join(conditions) or self._tr("alarm_rules.enabling_none")
        return f"P{value:g}" if name == "priority" else f"{value:g}"

    def _field(self, name: str) -> str:
        return self._tr(f"alarm_rules.field_{name}")

    def _number(self, name: str, text: str) -> float | int:
        try:
            return int(text) if name in _WHOLE else float(text)
        except ValueError as error:
            raise BadField(self._tr("alarm_rules.not_number", name=self._field(name))) from error

    def _hours(self, text: str, key: str) -> float:
        try:
            found = float(text.strip().replace(",", "."))
        except ValueError as error:
            raise BadField(self._tr("alarm_rules.not_number", name=self._tr(key))) from error
        if not 0 < found < 100_000:
            raise BadField(self._tr("alarm_rules.not_number", name=self._tr(key)))
        return found
