"""Who may do what: against a small model, across midnight and when the clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from backend.domain.rights import allows, allows_somewhere, is_in_window, local_minute
from contract.rights import Grant, Level, Scope

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 1, 1, 11, 0, tzinfo=dt.UTC)
WORDS = ("a", "b", "c")
words = st.none() | st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple)
minutes = st.none() | st.integers(0, 1440)
scopes = st.builds(Scope, communes=words, services=words, classes=words, from_minute=minutes, to_minute=minutes)
grants = st.lists(st.builds(Grant, level=st.sampled_from(Level), scope=scopes, is_deny=st.booleans()), max_size=6)
things = st.tuples(*[st.none() | st.sampled_from(WORDS)] * 3)
times = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis wants them naive


def may(lines: list[Grant], level: Level, at: dt.datetime = NOON, commune: str | None = "21231") -> bool:
    """Whether somebody may, on a camera of the police."""
    return allows(lines, level, commune=commune, service="police", class_="camera", at=at)


def test_nothing_granted_is_nothing_allowed() -> None:
    assert not may([], Level.VIEW)


def test_each_level_contains_those_below() -> None:
    lines = [Grant(level=Level.OPERATE)]
    assert [may(lines, level) for level in Level] == [True, True, False, False]


def test_a_denial_takes_its_level_and_those_above_and_wins_wherever_it_stands() -> None:
    denial = Grant(level=Level.OPERATE, scope=Scope(classes=("camera",)), is_deny=True)
    for lines in ([Grant(level=Level.CONFIGURE), denial], [denial, Grant(level=Level.CONFIGURE)]):
        assert [may(lines, level) for level in Level] == [True, False, False, False]


def test_what_belongs_to_no_commune_needs_a_grant_for_all() -> None:
    lines = [Grant(level=Level.VIEW, scope=Scope(communes=("21231",)))]
    assert may(lines, Level.VIEW)
    assert not may(lines, Level.VIEW, commune=None)
    assert not may(lines, Level.VIEW, commune="21166")
    assert may([Grant(level=Level.VIEW)], Level.VIEW, commune=None)


def test_a_night_shift_crosses_midnight_in_local_time() -> None:
    lines = [Grant(level=Level.VIEW, scope=Scope(from_minute=22 * 60, to_minute=6 * 60))]
    for hour, is_allowed in ((21, False), (22, True), (23, True), (0, True), (5, True), (6, False), (12, False)):
        local = dt.datetime(2026, 7, 1, hour, 0, tzinfo=PARIS)
        assert may(lines, Level.VIEW, local.astimezone(dt.UTC)) is is_allowed, hour


def test_a_window_follows_the_wall_clock_when_the_clocks_change() -> None:
    lines = [Grant(level=Level.VIEW, scope=Scope(from_minute=2 * 60, to_minute=3 * 60))]
    spring = dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC)
    # In spring there is no hour from two to three; in autumn it comes twice.
    assert not any(may(lines, Level.VIEW, spring + dt.timedelta(minutes=n)) for n in range(180))
    autumn = dt.datetime(2026, 10, 25, 0, 0, tzinfo=dt.UTC)
    assert sum(may(lines, Level.VIEW, autumn + dt.timedelta(minutes=n)) for n in range(180)) == 120


@given(grants, st.sampled_from(Level), things, times)
def test_it_agrees_with_the_model(
    lines: list[Grant], level: Level, thing: tuple[str | None, str | None, str | None], at: dt.datetime
) -> None:
    local = at.astimezone(PARIS)
    minute = local.hour * 60 + local.minute

    def matches(scope: Scope) -> bool:
        pairs = zip(thing, (scope.communes, scope.services, scope.classes), strict=True)
        window = {(scope.from_minute or 0) + n for n in range(_length(scope))}
        return all(limit is None or item in limit for item, limit in pairs) and any(m % 1440 == minute for m in window)

    found = [grant for grant in lines if matches(grant.scope)]
    expected = any(not grant.is_deny and grant.level >= level for grant in found) and not any(
        grant.is_deny and grant.level <= level for grant in found
    )
    commune, service, class_ = thing
    assert allows(lines, level, commune=commune, service=service, class_=class_, at=at) is expected
    if expected and thing != (None, None, None):
        assert allows_somewhere(lines, level, at=at)


@given(scopes, st.integers(0, 1439))
def test_a_window_and_its_complement_share_the_day(scope: Scope, minute: int) -> None:
    start, end = scope.from_minute, scope.to_minute
    if start is None or end is None or start == end or {start, end} == {0, 1440}:
        return
    other = Scope(from_minute=end % 1440, to_minute=start or 1440)
    assert is_in_window(scope, minute) != is_in_window(other, minute)


def test_the_minute_is_the_city_s_own() -> None:
    assert local_minute(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)) == 30


def _length(scope: Scope) -> int:
    start = scope.from_minute or 0
    end = 1440 if scope.to_minute is None else scope.to_minute
    return end - start if start < end else 1440 - start + end if start > end else 1440
