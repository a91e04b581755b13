"""Routing rules as rows of texts, and back; a rule in words. No Qt."""

from collections.abc import Sequence

import msgspec

from console.panels.on_call.cells import (
    BadCell,
    delay_text,
    hours_text,
    new_id,
    plain,
    read_delay,
    read_hours,
    read_name,
    read_priority,
    words_of,
)
from console.panels.on_call.people_rows import BadRow, Keyed, Row
from contract.alarm_routing import RESPOND_S, Contacts, RoutingPlan, RoutingRule, Step, Target, TargetKind
from contract.alarms import Priority
from widgets.texts import Texts, pair


class RuleRows:
    """Between the plan and the table in which it is edited."""

    def __init__(self, tr: Texts, book: Contacts) -> None:
        self._tr = tr
        self._book = book

    def rules(self, plan: RoutingPlan) -> Sequence[Keyed]:
        """name, services, classes, communes, priority, hours, steps, tells the end, in force."""
        return [
            (
                rule.id,
                (
                    rule.name,
                    ", ".join(rule.services or ()),
                    ", ".join(rule.classes or ()),
                    ", ".join(rule.communes or ()),
                    f"P{int(rule.lowest_priority)}",
                    hours_text(rule.from_minute, rule.to_minute),
                    "; ".join(self.step_text(step) for step in rule.steps),
                    self._yes(rule.tells_end),
                    self._yes(rule.is_active),
                ),
            )
            for rule in plan.rules
        ]

    def read(
        self, before: RoutingPlan, rows: Sequence[Keyed], last_resort: str, respond: Sequence[str], call_back: str
    ) -> RoutingPlan:
        """The plan as the form stands. Raises BadRow."""
        known = {rule.id: rule for rule in before.rules}
        taken = [key for key, _ in rows if key]
        rules: list[RoutingRule] = []
        for number, (key, row) in enumerate(rows):
            id_ = key or new_id(row[0], taken)
            taken.append(id_)
            try:
                rules.append(self._rule(id_, row, known.get(id_)))
            except BadCell as bad:
                raise BadRow("rules", number, bad) from bad
        try:
            resort = self._targets(last_resort) if last_resort.strip() else ()
            times = [read_delay(text, self._tr) for text in respond]
        except BadCell as bad:
            raise BadRow("last", 0, bad) from bad
        usual = {str(int(priority)): seconds for priority, seconds in RESPOND_S.items()}
        said = {str(number): seconds for number, seconds in enumerate(times, 1) if seconds is not None}
        return msgspec.structs.replace(
            before,
            rules=tuple(rules),
            last_resort=resort,
            respond_s={key: seconds for key, seconds in said.items() if usual[key] != seconds},
            call_back=call_back.strip(),
        )

    def respond_texts(self, plan: RoutingPlan) -> Sequence[str]:
        """The time to respond of P1 to P4."""
        return [delay_text(plan.respond_s.get(str(int(one)), RESPOND_S[one]), self._tr) for one in Priority]

    def targets_text(self, targets: Sequence[Target]) -> str:
        """Who is told, by name."""
        return " + ".join(self._target_text(target) for target in targets)

    def step_text(self, step: Step) -> str:
        """2 min: seats + somebody."""
        return pair(delay_text(step.after_s, self._tr), self.targets_text(step.targets), self._tr)

    def in_words(self, rule: RoutingRule, plan: RoutingPlan) -> str:
        """What happens when nobody acknowledges, step by step, to the last resort."""
        lines = [self._tr("on_call.words.first")]
        lines += [
            self._tr(
                "on_call.words.step", number=number, delay=delay_text(step.after_s, self._tr),
                who=self.targets_text(step.targets),
            )
            for number, step in enumerate(rule.steps, 1)
        ]  # fmt: skip
        resort = [target for target in plan.last_resort if target.kind is not TargetKind.SEATS]
        who = " + ".join([self._tr("on_call.target.seats"), *([self.targets_text(resort)] if resort else [])])
        lines.append(self._tr("on_call.words.last", who=who))
        return "\n".join(lines)

    def _rule(self, id_: str, row: Row, before: RoutingRule | None) -> RoutingRule:
        name, services, classes, communes, priority, hours, steps, end, active = row
        window = read_hours(hours)
        return RoutingRule(
            id=id_,
            name=name,
            services=words_of(services),
            classes=words_of(classes),
            communes=words_of(communes),
            kinds=None if before is None else before.kinds,
            lowest_priority=read_priority(priority or "P2"),
            from_minute=None if window is None else window[0],
            to_minute=None if window is None else window[1],
            steps=tuple(self._step(part) for part in steps.split(";") if part.strip()),
            tells_end=plain(end) != plain(self._yes(False)),
            is_active=plain(active) != plain(self._yes(False)),
        )

    def _step(self, text: str) -> Step:
        delay, colon, targets = text.partition(":")
        if not colon:
            raise BadCell("on_call.bad.step", text=text.strip())
        return Step(after_s=read_delay(delay, self._tr), targets=self._targets(targets))

    def _targets(self, text: str) -> tuple[Target, ...]:
        return tuple(self._target(part) for part in text.split("+"))

    def _target(self, text: str) -> Target:
        for kind in (TargetKind.SEATS, TargetKind.ON_DUTY):
            if plain(text) == plain(self._tr(f"on_call.target.{kind.value}")):
                return Target(kind=kind)
        try:
            return Target(kind=TargetKind.ROSTER, id=read_name(text, self._book.rosters, "on_call.bad.target"))
        except BadCell:
            return Target(kind=TargetKind.CONTACT, id=read_name(text, self._book.contacts, "on_call.bad.target"))

    def _target_text(self, target: Target) -> str:
        if target.kind in {TargetKind.SEATS, TargetKind.ON_DUTY}:
            return self._tr(f"on_call.target.{target.kind.value}")
        known = self._book.rosters if target.kind is TargetKind.ROSTER else self._book.contacts
        return next((one.name for one in known if one.id == target.id), target.id)

    def _yes(self, is_so: bool) -> str:
        return self._tr("on_call.yes" if is_so else "on_call.no")
