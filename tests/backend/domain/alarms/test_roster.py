"""Who is on call, as the people on the roster read it from the city's clocks."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
from hypothesis import given, settings

from backend.domain.alarms.roster import duties, gaps, on_call
from contract.alarm_routing import Roster, RosterException, Shift

PARIS = ZoneInfo("Europe/Paris")
MONDAY = dt.date(2026, 3, 2)


def roster(*shifts: Shift, exceptions: tuple[RosterException, ...] = ()) -> Roster:
    return Roster(id="lighting", name="Éclairage", first_monday=MONDAY, shifts=shifts, exceptions=exceptions)


def local(year: int, month: int, day: int, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(dt.UTC)


NIGHTS = Shift(contacts=("anna",), from_minute=18 * 60, to_minute=6 * 60)
DAYS = Shift(contacts=("bruno", "chloe"), from_minute=6 * 60, to_minute=18 * 60)


def test_the_night_crosses_midnight_and_the_day_takes_over_at_six() -> None:
    two = roster(NIGHTS, DAYS)
    assert on_call(two, local(2026, 3, 4, 3, 0)).contacts == ("anna",)
    assert on_call(two, local(2026, 3, 4, 5, 59)).contacts == ("anna",)
    assert on_call(two, local(2026, 3, 4, 6, 0)).contacts == ("bruno", "chloe")
    assert on_call(two, local(2026, 3, 4, 18, 0)).contacts == ("anna",)


def test_weeks_take_turns() -> None:
    even = Shift(contacts=("anna",), every_weeks=2, week=0)
    odd = Shift(contacts=("bruno",), every_weeks=2, week=1)
    turns = roster(even, odd)
    assert on_call(turns, local(2026, 3, 8, 23, 59)).contacts == ("anna",)
    assert on_call(turns, local(2026, 3, 9, 0, 0)).contacts == ("bruno",)
    assert on_call(turns, local(2026, 3, 16, 0, 0)).contacts == ("anna",)
    assert on_call(turns, local(2026, 2, 25, 12, 0)).contacts == ("bruno",)  # before the first Monday too


def test_an_exception_stands_over_the_shifts_and_the_last_entered_wins() -> None:
    first = RosterException(since=local(2026, 3, 4, 0, 0), until=local(2026, 3, 5, 0, 0), contacts=("chloe",))
    second = RosterException(since=local(2026, 3, 4, 12, 0), until=local(2026, 3, 4, 14, 0), contacts=("denis",))
    one = roster(NIGHTS, DAYS, exceptions=(first, second))
    assert on_call(one, local(2026, 3, 4, 3, 0)).contacts == ("chloe",)
    assert on_call(one, local(2026, 3, 4, 12, 0)).contacts == ("denis",)
    assert on_call(one, local(2026, 3, 4, 14, 0)).contacts == ("chloe",)
    assert on_call(one, local(2026, 3, 5, 0, 0)).contacts == ("anna",)


def test_the_long_night_of_autumn_has_one_hour_more_and_that_of_spring_one_less() -> None:
    two = roster(NIGHTS, DAYS)
    autumn = on_call(two, local(2026, 10, 25, 1, 0))
    assert autumn.contacts == ("anna",)
    assert autumn.until - autumn.since == dt.timedelta(hours=13)
    spring = on_call(two, local(2026, 3, 29, 1, 0))
    assert spring.until - spring.since == dt.timedelta(hours=11)


def test_shifts_that_meet_in_the_hour_that_spring_leaves_out_leave_no_hole() -> None:
    before = Shift(contacts=("anna",), from_minute=0, to_minute=150)
    after = Shift(contacts=("bruno",), from_minute=150, to_minute=0)
    for day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25)):
        start = dt.datetime.combine(day, dt.time(), PARIS).astimezone(dt.UTC)
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), PARIS).astimezone(dt.UTC)
        assert [duty.contacts for duty in duties(roster(before, after), start, end)] == [("anna",), ("bruno",)]


def test_a_weekend_without_anybody_is_told_as_a_gap() -> None:
    week = Shift(contacts=("anna",), weekdays=(0, 1, 2, 3, 4))
    found = gaps(roster(week), local(2026, 3, 2, 0, 0), local(2026, 3, 9, 0, 0))
    assert [(gap.since, gap.until) for gap in found] == [(local(2026, 3, 7, 0, 0), local(2026, 3, 9, 0, 0))]
    assert gaps(roster(NIGHTS, DAYS), local(2026, 3, 2, 0, 0), local(2026, 4, 2, 0, 0)) == []


shift_values = st.builds(
    Shift,
    contacts=st.lists(st.sampled_from(["anna", "bruno", "chloe"]), min_size=1, max_size=2).map(tuple),
    weekdays=st.sets(st.integers(0, 6)).map(tuple),
    from_minute=st.integers(0, 1439),
    to_minute=st.integers(0, 1439),
    every_weeks=st.integers(1, 3),
    week=st.integers(0, 2),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(shift_values, max_size=4), st.integers(0, 360), st.integers(1, 200))
def test_any_roster_covers_all_of_the_time_asked_for_once(shifts: list[Shift], day: int, hours: int) -> None:
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
    until = since + dt.timedelta(hours=hours)
    found = duties(roster(*shifts), since, until)
    assert (found[0].since, found[-1].until) == (since, until)
    for one, following in itertools.pairwise(found):
        assert one.until == following.since
        assert one.since < one.until
    for duty in found:
        assert on_call(roster(*shifts), duty.since).contacts == duty.contacts
