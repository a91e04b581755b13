"""From what a device says to what an operator is told: limits, dead-bands, delays, chatter."""

import pytest

from backend.domain.alarms.conditions import Condition, Verdict, fire, is_chattering, is_in_alarm, observe
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, Label
from contract.points import PointValue, Quality, Value

WORDS = Label("mot", "word")


def a_rule(
    when: AlarmWhen = AlarmWhen.IS_TRUE,
    *,
    hold_s: float = 0.0,
    clear_hold_s: float = 0.0,
    limit: float | None = None,
    dead_band: float = 0.0,
) -> AlarmRule:
    return AlarmRule(
        kind="k",
        when=when,
        priority=Priority.P3,
        label=WORDS,
        guidance=WORDS,
        hold_s=hold_s,
        clear_hold_s=clear_hold_s,
        limit=limit,
        dead_band=dead_band,
    )


def good(value: Value) -> PointValue:
    return PointValue(value, Quality.GOOD, None, None)


def told(rule: AlarmRule, *moments: tuple[float, bool], until: float) -> list[tuple[float, Verdict]]:
    """What is raised and cleared, looking every tenth of a second."""
    said: list[tuple[float, Verdict]] = []
    condition = Condition()
    waiting = list(moments)
    for tenth in range(int(until * 10) + 1):
        now = tenth / 10
        while waiting and waiting[0][0] <= now:
            condition = observe(rule, condition, waiting.pop(0)[1], now)
        condition, verdict = fire(rule, condition, now)
        if verdict is not None:
            said.append((now, verdict))
    return said


def test_a_delayed_raise_waits() -> None:
    assert told(a_rule(hold_s=3), (1.0, True), until=10) == [(4.0, Verdict.RAISE)]


def test_a_delayed_raise_cancelled_by_a_clear_never_fires() -> None:
    assert told(a_rule(hold_s=3), (1.0, True), (3.5, False), until=20) == []


def test_a_delayed_clear_cancelled_by_a_raise_leaves_the_alarm_standing() -> None:
    rule = a_rule(clear_hold_s=5)
    assert told(rule, (1.0, True), (2.0, False), (4.0, True), until=20) == [(1.0, Verdict.RAISE)]
    assert told(rule, (1.0, True), (2.0, False), until=20) == [(1.0, Verdict.RAISE), (7.0, Verdict.CLEAR)]


def test_the_dead_band_keeps_a_value_at_the_limit_from_flapping() -> None:
    rule = a_rule(AlarmWhen.ABOVE, limit=80.0, dead_band=5.0)
    was = False
    seen: list[bool] = []
    for value in (79.0, 80.0, 80.1, 78.0, 75.1, 75.0, 79.0):
        was = is_in_alarm(rule, good(value), was)
        seen.append(was)
    assert seen == [False, False, True, True, True, False, False]


def test_below_is_the_mirror_of_above() -> None:
    rule = a_rule(AlarmWhen.BELOW, limit=200.0, dead_band=10.0)
    assert is_in_alarm(rule, good(199.0), was=False)
    assert is_in_alarm(rule, good(209.0), was=True)
    assert not is_in_alarm(rule, good(210.0), was=True)


@pytest.mark.parametrize("was", [False, True])
@pytest.mark.parametrize("quality", [Quality.STALE, Quality.UNKNOWN, Quality.FAILED])
def test_what_is_not_known_neither_raises_nor_hides_the_process_alarm(quality: Quality, was: bool) -> None:
    assert is_in_alarm(a_rule(), PointValue(not was, quality, None, None), was) is was


def test_a_failed_sensor_is_an_alarm_of_its_own_kind() -> None:
    rule = a_rule(AlarmWhen.QUALITY_FAILED)
    failed = PointValue(None, Quality.FAILED, None, None)
    assert is_in_alarm(rule, failed, was=False)
    assert is_in_alarm(rule, PointValue(None, Quality.STALE, None, None), was=True)
    assert not is_in_alarm(rule, good(1.0), was=True)


def test_a_lamp_that_burns_against_its_order_is_unexpected() -> None:
    rule = a_rule(AlarmWhen.DIFFERS_FROM_COMMAND)
    assert is_in_alarm(rule, good(100.0), was=False, wanted=30)
    assert not is_in_alarm(rule, good(30.2), was=True, wanted=30)
    assert not is_in_alarm(rule, good(100.0), was=True, wanted=None)


def test_a_contact_that_flaps_ten_times_a_second_is_one_alarm_until_it_is_quiet() -> None:
    flaps = [(1 + tick / 10, tick % 2 == 0) for tick in range(100)]
    said = told(a_rule(), *flaps, until=40)
    assert said.count((said[0][0], Verdict.RAISE)) == 1
    assert len([verdict for _, verdict in said if verdict is Verdict.RAISE]) <= 3
    assert said[-1] == (20.9, Verdict.CLEAR), "ten seconds after its last word"


def test_chatter_is_forgotten_after_a_minute() -> None:
    rule, condition = a_rule(), Condition()
    for at in (0.0, 1.0, 2.0):
        condition = observe(rule, observe(rule, condition, True, at), False, at + 0.5)
    assert is_chattering(condition)
    condition = observe(rule, condition, True, 100.0)
    assert not is_chattering(condition)
