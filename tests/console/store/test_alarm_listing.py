"""Which alarms stand in the list, in which order, and what is behind a line."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from console.store.alarm_columns import AlarmColumns
from console.store.alarm_filters import AlarmFilter, Assigned, NamedFilter, Order, Sight, read, written
from console.store.alarm_listing import Listing, Wish, listing, members_of, strays_of
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.named_content import NamedContent

NOW = dt.datetime(2026, 1, 15, 2, 0, tzinfo=dt.UTC)
ME = "c.moreau"


def _alarm(number: int, priority: int = 3, minutes: float = 5, **more: Any) -> Alarm:
    fields: dict[str, Any] = {
        "shown": ShownState.B_UNACK,
        "annunciation": Annunciation.UNACK,
        "occurrence": 1,
        "commune": "21231",
        "class_": "streetlight",
        "asset_code": f"PL-{number}",
        "asset_name": f"Lampe {number}",
        **more,
    }
    at = NOW - dt.timedelta(minutes=minutes)
    whole: dict[str, Any] = {
        "id": number,
        "asset_id": number + 1000,
        "kind": "lampFailure",
        "priority": Priority(priority),
    }
    return Alarm(is_active=True, raised_at=at, **whole, **fields)


def _columns(*alarms: Alarm) -> AlarmColumns:
    columns = AlarmColumns(lambda alarm: f"{alarm.asset_name} {alarm.commune}".casefold(), lambda _alarm: "lighting")
    for alarm in alarms:
        columns.take(alarm)
    return columns


def _listed(columns: AlarmColumns, wish: Wish | None = None) -> Listing:
    return listing(columns, wish or Wish(), me=ME, now=NOW)


def _ids(columns: AlarmColumns, wish: Wish | None = None) -> list[int]:
    ids: list[int] = _listed(columns, wish).ids.tolist()
    return ids


ACKED: dict[str, Any] = {"shown": ShownState.C_ACKED, "annunciation": Annunciation.ACKED}
FOLDED: dict[str, Any] = {"shown": ShownState.F_DSUPR, "is_suppressed": True}


def test_what_waits_stands_first_then_priority_then_the_newest() -> None:
    columns = _columns(_alarm(1, 3, 9), _alarm(2, 1, 8, **ACKED), _alarm(3, 3, 2), _alarm(4, 2, 30))
    assert _ids(columns) == [4, 3, 1, 2]
    assert _ids(columns, Wish(order=Order.NEWEST)) == [3, 2, 1, 4]
    assert _ids(columns, Wish(order=Order.OLDEST)) == [4, 1, 2, 3]


def test_an_alarm_changes_its_place_and_one_that_left_is_gone() -> None:
    columns = _columns(_alarm(1, 3), _alarm(2, 4))
    columns.take(_alarm(2, 1))
    assert _ids(columns) == [2, 1]
    columns.forget(2)
    assert _ids(columns) == [1]
    columns.take(_alarm(7, 2))
    assert _ids(columns) == [7, 1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AlarmFilter(priorities=(Priority.P1,)), {2}),
        (AlarmFilter(communes=("21515",)), {3}),
        (AlarmFilter(communes=("21000",)), set[int]()),
        (AlarmFilter(classes=("cabinet",)), {2}),
        (AlarmFilter(services=("lighting",)), {1, 2, 3, 4}),
        (AlarmFilter(states=(ShownState.C_ACKED,)), {4}),
        (AlarmFilter(assigned=Assigned.ME), {3}),
        (AlarmFilter(assigned=Assigned.NOBODY), {1, 2}),
        (AlarmFilter(is_chattering=True), {1}),
        (AlarmFilter(older_than_minutes=60), {4}),
        (AlarmFilter(since=NOW - dt.timedelta(minutes=10), until=NOW - dt.timedelta(minutes=3)), {1}),
        (AlarmFilter(text="LAMPE 21515"), {3}),
        (AlarmFilter(text="lampe", priorities=(Priority.P1, Priority.P3)), {1, 2}),
    ],
)
def test_every_condition_of_a_filter_holds(wanted: AlarmFilter, found: set[int]) -> None:
    columns = _columns(
        _alarm(1, 3, 5, is_chattering=True),
        _alarm(2, 1, 2, class_="cabinet"),
        _alarm(3, 4, 30, commune="21515", assigned_to=ME),
        _alarm(4, 4, 90, assigned_to="m.lambert", **ACKED),
    )
    shown = _listed(columns, Wish(filter=wanted))
    assert set(shown.ids.tolist()) == found
    assert (shown.passing_count, shown.sight_count) == (len(found), 4)


def test_nobody_is_me_while_nobody_is_logged_in() -> None:
    columns = _columns(_alarm(1))
    assert not len(listing(columns, Wish(filter=AlarmFilter(assigned=Assigned.ME)), me="", now=NOW).ids)


def test_what_is_set_aside_is_kept_apart() -> None:
    columns = _columns(_alarm(1), _alarm(2, **FOLDED), _alarm(3, **ACKED))
    assert _ids(columns) == [1, 3]
    assert _ids(columns, Wish(sight=Sight.WAITING)) == [1]
    assert _ids(columns, Wish(sight=Sight.SET_ASIDE)) == [2]


def test_a_card_opens_on_what_it_stands_for_first_out_first() -> None:
    members = [_alarm(number, 4, 10 - number, folded_into=50, **FOLDED) for number in (1, 2, 3)]
    columns = _columns(_alarm(50, 2, folded_count=3), _alarm(60, 3), *members)
    assert _ids(columns) == [50, 60]
    opened = _listed(columns, Wish(opened=frozenset({50})))
    assert opened.ids.tolist() == [50, 1, 2, 3, 60]
    assert opened.depths.tolist() == [0, 1, 1, 1, 0]
    ranked = _listed(columns, Wish(opened=frozenset({50}), ranks={3: 1, 1: 2}))
    assert ranked.ids.tolist() == [50, 3, 1, 2, 60]
    assert members_of(columns, 50).tolist() == [1, 2, 3]


def test_what_stands_behind_a_card_of_another_commune_is_listed_itself() -> None:
    """A seat that may not see the feeder's card would otherwise see nothing of its own dark lamps."""
    lamps = [_alarm(number, 4, 10 - number, folded_into=50, **FOLDED) for number in (1, 2)]
    columns = _columns(*lamps, _alarm(60, 3))
    assert sorted(_ids(columns)) == [1, 2, 60]
    assert sorted(_ids(columns, Wish(sight=Sight.SET_ASIDE))) == [1, 2]
    columns.take(_alarm(50, 2, folded_count=2))
    assert _ids(columns) == [50, 60]


def test_cards_behind_a_card_open_in_turn_and_a_ring_ends() -> None:
    columns = _columns(_alarm(1, 2), _alarm(2, 3, folded_into=1, **FOLDED), _alarm(3, 4, folded_into=2, **FOLDED))
    shown = _listed(columns, Wish(opened=frozenset({1, 2, 3})))
    assert list(zip(shown.ids.tolist(), shown.depths.tolist(), strict=True)) == [(1, 0), (2, 1), (3, 2)]
    columns.take(_alarm(1, 2, folded_into=3))
    assert _ids(columns, Wish(opened=frozenset({1, 2, 3}))) == [1, 2, 3]


def test_strays_of_a_group_are_one_line_that_opens_by_one_key() -> None:
    strays = [_alarm(number, 4, number, stray_group="lampFailure") for number in (1, 2, 3)]
    columns = _columns(*strays, _alarm(9, 3))
    group = _ids(columns)[1]
    assert _ids(columns) == [9, group]
    assert group < 0
    assert strays_of(columns, group).tolist() == [1, 2, 3]
    opened = _listed(columns, Wish(opened=frozenset({group})))
    assert opened.ids.tolist() == [9, group, 1, 2, 3]
    assert opened.passing_count == 4


def test_in_a_flood_only_p1_and_p2_stand_and_the_rest_is_counted() -> None:
    columns = _columns(*(_alarm(number, 1 + number % 4) for number in range(1, 41)))
    flood = _listed(columns, Wish(is_flood=True))
    assert len(flood.ids) == 20
    assert flood.held_back == (10, 10)
    asked_for = _listed(columns, Wish(is_flood=True, filter=AlarmFilter(priorities=(Priority.P4,))))
    assert (len(asked_for.ids), asked_for.held_back) == (10, (0, 0))


def test_thousands_are_listed_as_one_by_one_they_would_be() -> None:
    dice = np.random.default_rng(3)
    alarms = [_alarm(int(number), int(dice.integers(1, 5)), float(dice.integers(0, 3000))) for number in range(1, 3001)]
    columns = _columns(*alarms)
    for alarm in alarms[:500]:
        columns.forget(alarm.id)
    rest = sorted(alarms[500:], key=lambda alarm: (alarm.priority, -(alarm.raised_at or NOW).timestamp(), alarm.id))
    assert _ids(columns) == [alarm.id for alarm in rest]
    assert columns.count == 2500


def test_a_kept_filter_comes_back_as_it_was_and_without_the_evening_it_was_made_for() -> None:
    wanted = AlarmFilter(text="gare", priorities=(Priority.P1,), assigned=Assigned.NOBODY, since=NOW)
    kept = written("mine", wanted, is_shared=True)
    back = read(kept)
    assert back == NamedFilter(
        "mine", AlarmFilter(text="gare", priorities=(Priority.P1,), assigned=Assigned.NOBODY), "", True
    )


@pytest.mark.parametrize("content", ["", "[]", '{"priorities": [9]}', '{"assigned": "x"}', "{" * 5000, '{"states": 3}'])
def test_a_filter_that_makes_no_sense_is_left_out(content: str) -> None:
    assert read(NamedContent(name="bad", content=content)) is None
