"""Watches values and links for what raises or clears alarms, with their delays."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence

from backend.domain.conditions import Condition, Verdict, fire, is_chattering, is_in_alarm, observe
from backend.domain.supply import SUPPLY_LOSS
from backend.services.register import Register
from contract.assets import AlarmRule, AlarmWhen, AssetClass
from contract.points import PointValue, Value

Key = tuple[int, str]  # asset id, alarm kind


class AlarmWatch:
    """Conditions that are not at rest, and when they are due. Times are monotonic."""

    def __init__(self, register: Register, wanted: Callable[[int, str], Value]) -> None:
        self._register = register
        self._wanted = wanted
        self._rules = {code: _rules_of(class_) for code, class_ in register.classes.items()}
        self._conditions: dict[Key, Condition] = {}
        self._repeats: dict[Key, int] = {}
        self._due: list[tuple[float, Key]] = []
        self._ready: list[tuple[Key, AlarmRule, Verdict]] = []  # without delay: never lost, however short
        self.recovered: set[int] = set()  # assets that fed others badly and do so no more
        self.repeated: set[Key] = set()  # alarms that came again while they stood

    def rule(self, key: Key) -> AlarmRule | None:
        """The rule behind an alarm; None when the class has none any more."""
        asset = self._register.get(key[0])
        return None if asset is None else self._rules[asset.class_].by_kind.get(key[1])

    def condition(self, key: Key) -> Condition:
        """Where a condition stands."""
        return self._conditions.get(key, _AT_REST)

    def repeats(self, key: Key) -> int:
        """How often it came since it last was at rest."""
        return self._repeats.get(key, 0)

    def is_chattering(self, key: Key) -> bool:
        """It comes and goes too often."""
        return is_chattering(self.condition(key))

    def restore(self, key: Key) -> None:
        """An alarm that stood when the backend stopped stands until its device says otherwise."""
        self._conditions[key] = Condition(is_raised=True)

    def forget(self, key: Key) -> None:
        """Its alarm is at rest."""
        self._repeats.pop(key, None)

    def points_changed(self, changes: Iterable[tuple[int, str, PointValue]], now: float) -> None:
        """New values or qualities."""
        for asset_id, point, value in changes:
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            for rule in self._rules[asset.class_].by_point.get(point, ()):
                key = (asset_id, rule.kind)
                was = self.condition(key).is_in_alarm
                wanted = self._wanted(asset_id, point) if rule.when is AlarmWhen.DIFFERS_FROM_COMMAND else None
                self._take(key, rule, is_in_alarm(rule, value, was, wanted), now)

    def communication_changed(self, asset_ids: Iterable[int], *, is_lost: bool, now: float) -> None:
        """Assets that stopped answering, or answer again."""
        for asset_id in asset_ids:
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            for rule in self._rules[asset.class_].of_link:
                self._take((asset_id, rule.kind), rule, is_lost, now)

    def is_down(self, asset_id: int) -> bool:
        """Whether it feeds nothing now: it lost its supply or does not answer, even if the delay still runs."""
        asset = self._register.get(asset_id)
        if asset is None:
            return False
        return any(self.condition((asset_id, kind)).is_in_alarm for kind in self._rules[asset.class_].supply_kinds)

    def is_supply_kind(self, key: Key) -> bool:
        """Whether this alarm explains those of what its asset feeds."""
        asset = self._register.get(key[0])
        return asset is not None and key[1] in self._rules[asset.class_].supply_kinds

    def due(self, now: float) -> Sequence[tuple[Key, AlarmRule, Verdict]]:
        """What is due now, in the order in which it became due."""
        fired, self._ready = self._ready, []
        while self._due and self._due[0][0] <= now:
            _, key = heapq.heappop(self._due)
            condition, verdict = fire(self.condition(key), now)
            rule = self.rule(key)
            if verdict is None or rule is None:
                continue
            self._keep(key, condition)
            fired.append((key, rule, verdict))
        return fired

    def _take(self, key: Key, rule: AlarmRule, in_alarm: bool, now: float) -> None:
        before = self._conditions.get(key, _AT_REST)
        after = observe(rule, before, in_alarm, now)
        if after is before:
            return
        after, verdict = fire(after, now)
        self._keep(key, after)
        if verdict is not None:
            self._ready.append((key, rule, verdict))
        if after.pending is not None:
            heapq.heappush(self._due, (after.due_at, key))
        if in_alarm:
            self._repeats[key] = self._repeats.get(key, -1) + 1
            if before.is_raised:
                self.repeated.add(key)
        elif self.is_supply_kind(key) and not self.is_down(key[0]):
            self.recovered.add(key[0])

    def _keep(self, key: Key, condition: Condition) -> None:
        if condition == _AT_REST:
            self._conditions.pop(key, None)
        else:
            self._conditions[key] = condition


_AT_REST = Condition()


class _ClassRules:
    def __init__(
        self, by_kind: Mapping[str, AlarmRule], by_point: Mapping[str, Sequence[AlarmRule]], feeds: bool
    ) -> None:
        self.by_kind = by_kind
        self.by_point = by_point
        in_points = {rule.kind for rules in by_point.values() for rule in rules}
        self.of_link = tuple(rule for rule in by_kind.values() if rule.kind not in in_points)
        self.supply_kinds = tuple(
            kind
            for kind, rule in by_kind.items()
            if feeds and (kind == SUPPLY_LOSS or rule.when is AlarmWhen.COMMUNICATION_LOST)
        )


def _rules_of(class_: AssetClass) -> _ClassRules:
    by_kind = {rule.kind: rule for rule in class_.alarms}
    by_point: dict[str, Sequence[AlarmRule]] = {}
    for spec in class_.points:
        by_point[spec.name] = spec.alarms
        by_kind.update({rule.kind: rule for rule in spec.alarms})
    return _ClassRules(by_kind, by_point, class_.feeds)
