"""Watches values and links for what raises or clears alarms, with their delays."""

import heapq
from collections.abc import Callable, Iterable, Sequence, Set

from backend.domain.alarms.conditions import Condition, Verdict, fire, is_chattering, is_in_alarm, observe, reheld
from backend.domain.alarms.motion import MOVING, Motion, judge, next_look
from backend.domain.alarms.rule_settings import all_hold, holds
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.register import Register
from contract.assets import AlarmRule, AlarmWhen, Asset, AssetStatus
from contract.points import PointValue, Value

Key = tuple[int, str]  # asset id, alarm kind
Present = Callable[[int, str], PointValue | None]


def nothing_present(_asset_id: int, _point: str) -> PointValue | None:
    """No value is known."""
    return None


class AlarmWatch:
    """Conditions that are not at rest, and when they are due. Times are monotonic."""

    def __init__(
        self, register: Register, wanted: Callable[[int, str], Value], present: Present = nothing_present
    ) -> None:
        """`wanted` is what the winning claim says of a point, `present` its value now."""
        self.rules = RulesInForce(register)
        self._register = register
        self._wanted = wanted
        self._present = present
        self._conditions: dict[Key, Condition] = {}
        self._repeats: dict[Key, int] = {}
        self._due: list[tuple[float, Key]] = []
        self._motions: dict[Key, Motion] = {}
        self._looks: dict[Key, float] = {}  # when time alone may change a judgement
        self._look_heap: list[tuple[float, Key]] = []
        self._ready: list[tuple[Key, AlarmRule, Verdict]] = []  # without delay: never lost, however short
        self._withdrawn: set[Key] = set()  # of retired assets: to be judged anew should they come back
        self._revision = -1  # of the register, when retired assets were looked for
        self.signs_changed: set[int] = set()  # feeders whose own sign of being down came or went
        self.repeated: set[Key] = set()  # alarms that came again while they stood
        self.undecided: set[Key] = set()  # conditions of which it is not known whether they are enabled

    def rule(self, key: Key) -> AlarmRule | None:
        """The rule behind an alarm; None when the class has none any more."""
        return self.rules.rule(*key)

    def condition(self, key: Key) -> Condition:
        """Where a condition stands."""
        return self._conditions.get(key, _AT_REST)

    def raised(self) -> Iterable[Key]:
        """Alarms that were raised and not cleared."""
        return (key for key, condition in self._conditions.items() if condition.is_raised)

    def waiting(self) -> Set[Key]:
        """Alarms that came or went, which `due` has not handed over yet."""
        return {key for key, _, _ in self._ready}

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
        again: dict[Key, None] = {}
        rules = self.rules
        for asset_id, point, value in changes:
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            for rule in rules.of_point(asset, point):
                self._observe(asset, point, rule, value, now)
            if point in rules.enabling_points:
                again.update(dict.fromkeys((other.id, kind) for other, kind in rules.enables(asset_id, point)))
        for key in again:
            self.look_again(key, now)

    def look_again(self, key: Key, now: float) -> None:
        """Its rule, or what enables it, is another: judge the present value anew. What is not known stays."""
        asset = self._register.get(key[0])
        rule = self.rule(key)
        if asset is None or rule is None:
            self.undecided.discard(key)
            return
        point = self.rules.of_class(asset.class_).point_of.get(key[1])
        value = None if point is None else self._present(key[0], point)
        if point is not None and value is not None:
            self._observe(asset, point, rule, value, now)
        before = self._conditions.get(key)
        after = None if before is None else reheld(rule, before, now)
        if after is not None and after is not before:
            self._keep(key, after)
            heapq.heappush(self._due, (after.due_at, key))

    def communication_changed(self, asset_ids: Iterable[int], *, is_lost: bool, now: float) -> None:
        """Assets that stopped answering, or answer again."""
        for asset_id in asset_ids:
            asset = self._register.get(asset_id)
            if asset is None:
                continue
            is_retired = asset.status is AssetStatus.RETIRED
            for rule in self.rules.of_link(asset):
                key = (asset_id, rule.kind)
                if is_retired:
                    (self._withdrawn.add if is_lost else self._withdrawn.discard)(key)
                self._take(key, rule, is_lost and not is_retired, now)

    def is_down(self, asset_id: int) -> bool:
        """Whether it feeds nothing now: it lost its supply or does not answer, even if the delay still runs."""
        return self.sign_of(asset_id) is not None

    def sign_of(self, asset_id: int) -> str | None:
        """The kind of alarm by which a feeder says that it is down; None when it says nothing of the sort."""
        asset = self._register.get(asset_id)
        kinds = () if asset is None else self.rules.of_class(asset.class_).supply_kinds
        return next((kind for kind in kinds if self.condition((asset_id, kind)).is_in_alarm), None)

    @property
    def pending_count(self) -> int:
        """About how many conditions wait for their delay."""
        return len(self._due)

    def is_supply_kind(self, key: Key) -> bool:
        """Whether this alarm explains those of what its asset feeds."""
        asset = self._register.get(key[0])
        return asset is not None and key[1] in self.rules.of_class(asset.class_).supply_kinds

    def due(self, now: float) -> Sequence[tuple[Key, AlarmRule, Verdict]]:
        """What is due now, in the order in which it became due."""
        if self._revision != self._register.revision:
            self._revision = self._register.revision
            self._look_at_retired(now)
        while self._look_heap and self._look_heap[0][0] <= now:
            at, key = heapq.heappop(self._look_heap)
            if self._looks.get(key) == at:
                del self._looks[key]
                self.look_again(key, now)
        fired, self._ready = self._ready, []
        while self._due and self._due[0][0] <= now:
            _, key = heapq.heappop(self._due)
            rule = self.rule(key)
            if rule is None:
                continue
            before = self.condition(key)
            condition, verdict = fire(rule, before, now)
            if condition is not before:
                self._keep(key, condition)
            if verdict is not None:
                fired.append((key, rule, verdict))
        return fired

    def _observe(self, asset: Asset, point: str, rule: AlarmRule, value: PointValue, now: float) -> None:
        key = (asset.id, rule.kind)
        if asset.status is AssetStatus.RETIRED:  # it was taken away: whatever still speaks in its name is no alarm
            self._withdrawn.add(key)
            self._take(key, rule, False, now)
            return
        before = self._conditions.get(key)
        was = before is not None and before.is_in_alarm
        wanted = self._wanted(asset.id, point) if rule.when is AlarmWhen.DIFFERS_FROM_COMMAND else None
        if rule.when not in MOVING and not rule.enabled_by:
            if self.undecided:
                self.undecided.discard(key)
            self._take(key, rule, is_in_alarm(rule, value, was, wanted), now)
            return
        is_enabled = self._is_enabled(asset, rule)
        motion, in_alarm = judge(rule, self._motions.get(key), value, was, now, is_enabled=is_enabled, wanted=wanted)
        self._remember(key, rule, motion, in_alarm)
        self._take(key, rule, in_alarm, now)

    def _look_at_retired(self, now: float) -> None:
        """What was taken away is in no alarm from that moment on; what is back is judged anew."""
        for key in [key for key in self._withdrawn if not self._is_retired(key[0])]:
            self._withdrawn.discard(key)
            asset, rule = self._register.get(key[0]), self.rule(key)
            if asset is not None and rule in self.rules.of_link(asset) and rule is not None:
                self._take(key, rule, True, now)
            else:
                self.look_again(key, now)
        for key in [key for key in self._conditions if self._is_retired(key[0])]:
            rule = self.rule(key)
            if rule is None:
                continue
            if self.condition(key).is_in_alarm:
                self._withdrawn.add(key)
            self._remember(key, rule, None, False)
            if self.condition(key).is_raised:
                self._ready.append((key, rule, Verdict.CLEAR))
            self._keep(key, _AT_REST)
            if self.is_supply_kind(key):
                self.signs_changed.add(key[0])

    def _is_retired(self, asset_id: int) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and asset.status is AssetStatus.RETIRED

    def _is_enabled(self, asset: Asset, rule: AlarmRule) -> bool | None:
        answers: list[bool | None] = []
        for condition in rule.enabled_by:
            on = self.rules.enabling_asset(asset, condition)
            answers.append(None if on is None else holds(condition, self._present(on, condition.point)))
        answer = all_hold(answers)
        if answer is None:
            self.undecided.add((asset.id, rule.kind))
        else:
            self.undecided.discard((asset.id, rule.kind))
        return answer

    def _remember(self, key: Key, rule: AlarmRule, motion: Motion | None, in_alarm: bool) -> None:
        if motion is None:
            self._motions.pop(key, None)
            self._looks.pop(key, None)
            return
        self._motions[key] = motion
        look = next_look(rule, motion, in_alarm)
        if look is None:
            self._looks.pop(key, None)
        elif self._looks.get(key) != look:
            self._looks[key] = look
            heapq.heappush(self._look_heap, (look, key))

    def _take(self, key: Key, rule: AlarmRule, in_alarm: bool, now: float) -> None:
        before = self._conditions.get(key, _AT_REST)
        after = observe(rule, before, in_alarm, now)
        if after is before:
            return
        after, verdict = fire(rule, after, now)
        self._keep(key, after)
        if verdict is not None:
            self._ready.append((key, rule, verdict))
        if after.pending is not None:
            heapq.heappush(self._due, (after.due_at, key))
        if in_alarm:
            self._repeats[key] = self._repeats.get(key, -1) + 1
            if before.is_raised:
                self.repeated.add(key)
        if self.is_supply_kind(key):
            self.signs_changed.add(key[0])

    def _keep(self, key: Key, condition: Condition) -> None:
        if condition == _AT_REST:
            self._conditions.pop(key, None)
        else:
            self._conditions[key] = condition


_AT_REST = Condition()
