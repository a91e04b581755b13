"""How a value moves: too fast, or not at all while it should. Times are monotonic seconds."""

import msgspec
from msgspec.structs import replace

from backend.domain.alarms.conditions import is_in_alarm
from contract.assets import AlarmRule, AlarmWhen
from contract.points import PointValue, Quality, Value

MOVING = frozenset({AlarmWhen.RISES_FASTER, AlarmWhen.FALLS_FASTER, AlarmWhen.STUCK})
MOST_EXTREMES = 256


class Motion(msgspec.Struct, frozen=True):
    """What must be remembered of a value to say how it moves.

    For a stuck value `since` is when it last moved to `value`. Else `since` is when it became known, `value` and
    `extremes` (level, held until) are negated where it may not fall: what may still be the lowest of the span.
    """

    value: Value
    since: float
    extremes: tuple[tuple[float, float], ...] = ()


def judge(
    rule: AlarmRule,
    motion: Motion | None,
    value: PointValue,
    was: bool,
    now: float,
    *,
    is_enabled: bool | None = True,
    wanted: Value = None,
) -> tuple[Motion | None, bool]:
    """Whether it is in alarm now, and what to remember for the next time.

    What is not known, be it the value or what enables the rule, neither raises nor clears; a span begins anew after it.
    """
    if is_enabled is False:
        return None, False
    if rule.when not in MOVING:
        return None, was if is_enabled is None else is_in_alarm(rule, value, was, wanted)
    if is_enabled is None or value.quality is not Quality.GOOD or value.value is None:
        return (motion if was else None), was
    if rule.when is AlarmWhen.STUCK:
        return _stuck(rule, motion, value.value, was, now)
    return _moving(rule, motion, value.value, was, now)


def next_look(rule: AlarmRule, motion: Motion | None, was: bool) -> float | None:
    """When time alone may change the judgement."""
    if motion is None or rule.when not in MOVING:
        return None
    if rule.when is AlarmWhen.STUCK:
        return None if was else motion.since + rule.over_s
    if not was:
        return None
    if motion.extremes:
        return motion.extremes[0][1] + rule.over_s
    return motion.since + rule.over_s


def _stuck(rule: AlarmRule, motion: Motion | None, value: Value, was: bool, now: float) -> tuple[Motion, bool]:
    if motion is None:
        return Motion(value, now), was
    if _has_moved(rule, motion.value, value):
        return Motion(value, now), False
    return motion, was or now >= motion.since + rule.over_s


def _has_moved(rule: AlarmRule, before: Value, value: Value) -> bool:
    if _is_number(before) and _is_number(value):
        return abs(float(value or 0) - float(before or 0)) > rule.dead_band
    return before != value


def _moving(rule: AlarmRule, motion: Motion | None, value: Value, was: bool, now: float) -> tuple[Motion | None, bool]:
    if rule.limit is None or not _is_number(value):
        return motion, was
    level = float(value or 0) * (1 if rule.when is AlarmWhen.RISES_FASTER else -1)
    if motion is None:
        return Motion(level, now), was
    before = float(motion.value or 0)
    kept = [extreme for extreme in motion.extremes if extreme[1] + rule.over_s > now]
    if level != before:
        while kept and kept[-1][0] >= before:
            kept.pop()
        kept.append((before, now))
        while kept and kept[-1][0] >= level:
            kept.pop()
    if len(kept) > MOST_EXTREMES:
        kept = kept[:1] + kept[1::2]  # a fast sensor is remembered more coarsely, not longer
    motion = replace(motion, value=level, extremes=tuple(kept))
    excess = level - kept[0][0] - rule.limit if kept else -rule.limit
    if excess > (-rule.dead_band if was else 0.0):
        return motion, True
    return motion, was and now < motion.since + rule.over_s


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
