"""From values to raise and clear: limits, dead-band, delays, count in window. Times are monotonic seconds."""

import enum

import msgspec
from msgspec.structs import replace

from contract.assets import AlarmRule, AlarmWhen
from contract.points import PointValue, Quality, Value

CHATTER_COUNT = 3
CHATTER_WINDOW_S = 60.0
CHATTER_CLEAR_HOLD_S = 10.0


class Verdict(enum.Enum):
    """What a condition asks of its alarm."""

    RAISE = "raise"
    CLEAR = "clear"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on one asset: what its alarm was told, what is pending since when, how often it came lately."""

    is_raised: bool = False
    pending: Verdict | None = None
    due_at: float = 0.0
    onsets: tuple[float, ...] = ()  # when it came, within the chatter window
    comings: tuple[float, ...] = ()  # when it had held for its delay, within the window of the rule's count
    is_uncounted: bool = False  # in alarm, but too few times yet to be told

    @property
    def is_in_alarm(self) -> bool:
        """In alarm now, even if the on-delay still runs."""
        return (
            self.pending is Verdict.RAISE or self.is_uncounted or (self.is_raised and self.pending is not Verdict.CLEAR)
        )


def is_chattering(condition: Condition) -> bool:
    """It comes and goes three times a minute or more: held until it is quiet for ten seconds."""
    return len(condition.onsets) >= CHATTER_COUNT


def is_in_alarm(rule: AlarmRule, value: PointValue, was: bool, wanted: Value = None) -> bool:
    """Whether a point's value is in alarm by its rule. What is not known does not raise, and does not clear."""
    if rule.when is AlarmWhen.QUALITY_FAILED:
        return value.quality is Quality.FAILED or (was and value.quality is not Quality.GOOD)
    if rule.when is AlarmWhen.COMMUNICATION_LOST:
        return was if value.quality is Quality.UNKNOWN else value.quality is Quality.STALE
    if value.quality is not Quality.GOOD or value.value is None:
        return was
    match rule.when:
        case AlarmWhen.IS_TRUE:
            return value.value is True
        case AlarmWhen.IS_FALSE:
            return value.value is False
        case AlarmWhen.ABOVE:
            return _beyond(rule, value.value, was, sign=1)
        case AlarmWhen.BELOW:
            return _beyond(rule, value.value, was, sign=-1)
        case AlarmWhen.DIFFERS_FROM_COMMAND:
            return wanted is not None and not same_value(value.value, wanted)
        case AlarmWhen.RISES_FASTER | AlarmWhen.FALLS_FASTER | AlarmWhen.STUCK:
            return was  # one value alone does not move: `motion` judges these


def same_value(one: Value, other: Value) -> bool:
    """Equal for an operator: numbers within half a unit."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 0.5
    return one == other


def observe(rule: AlarmRule, condition: Condition, in_alarm: bool, now: float) -> Condition:
    """Take what the process says now. A change back within its delay leaves nothing behind, whatever its stamp."""
    if in_alarm == condition.is_in_alarm:
        return condition
    onsets = tuple(at for at in condition.onsets if at > now - CHATTER_WINDOW_S)
    if in_alarm:
        onsets = (*onsets, now)[-CHATTER_COUNT:]
    condition = replace(condition, onsets=onsets)
    if in_alarm == condition.is_raised:
        return replace(condition, pending=None, is_uncounted=False)
    if in_alarm:
        hold_s = 0.0 if rule.never_waits else rule.hold_s
        return replace(condition, pending=Verdict.RAISE, due_at=now + hold_s)
    hold_s = max(rule.clear_hold_s, CHATTER_CLEAR_HOLD_S if is_chattering(condition) else 0.0)
    return replace(condition, pending=Verdict.CLEAR, due_at=now + hold_s)


def fire(rule: AlarmRule, condition: Condition, now: float) -> tuple[Condition, Verdict | None]:
    """What is due now, once. One that came too few times within the rule's window stays untold."""
    if condition.pending is None or now < condition.due_at:
        return condition, None
    verdict = condition.pending
    if verdict is Verdict.RAISE and rule.count > 1 and rule.count_window_s > 0 and not rule.never_waits:
        since = condition.due_at - rule.count_window_s
        comings = (*(at for at in condition.comings if at > since), condition.due_at)[-rule.count :]
        is_enough = len(comings) >= rule.count
        condition = replace(condition, comings=comings, pending=None, is_raised=is_enough, is_uncounted=not is_enough)
        return condition, verdict if is_enough else None
    return replace(condition, pending=None, is_raised=verdict is Verdict.RAISE), verdict


def reheld(rule: AlarmRule, condition: Condition, now: float) -> Condition:
    """What is pending under an edited rule: never later than the new delay from now on, and not by a count undone."""
    if condition.pending is Verdict.RAISE:
        hold_s = 0.0 if rule.never_waits else rule.hold_s
        return replace(condition, due_at=min(condition.due_at, now + hold_s))
    if condition.is_uncounted and (rule.never_waits or rule.count <= 1):
        return replace(condition, is_uncounted=False, pending=Verdict.RAISE, due_at=now)
    return condition


def _beyond(rule: AlarmRule, value: Value, was: bool, *, sign: int) -> bool:
    if rule.limit is None or isinstance(value, (bool, str)) or value is None:
        return was
    excess = (value - rule.limit) * sign
    return excess > -rule.dead_band if was else excess > 0
