"""With which workspace one starts, and which one a time of day asks for."""

import pytest

from console.shell.default_workspaces import DEFAULTS
from console.shell.workspace_hours import (
    FromThen,
    Habits,
    due,
    planned,
    read_habits,
    starts_with,
    with_line,
    without,
    write_habits,
)
from console.shell.workspace_shelf import Entry, Whose

KEYS = tuple(DEFAULTS)
NIGHT, DAY, NOON = 23 * 60, 9 * 60, 12 * 60


def _golden(key: str, hours: tuple[int, int] | None = None) -> Entry:
    start, end = hours or (None, None)
    return Entry(key=key, layout=DEFAULTS[key], whose=Whose.GOLDEN, from_minute=start, to_minute=end)


def _start(
    habits: Habits | None = None,
    golden: tuple[Entry, ...] = (),
    *,
    asked: str = "",
    last: str = "",
    minute: int = NOON,
    screen_count: int = 1,
) -> str:
    return starts_with(
        habits or Habits(),
        golden,
        KEYS,
        asked=asked,
        last=last,
        role="operator",
        minute=minute,
        screen_count=screen_count,
    )


def test_what_is_asked_for_wins_over_ones_own_wish_over_the_hour_over_the_teams_over_the_last() -> None:
    night = _golden("alarm-wall", (22 * 60, 6 * 60))
    everything = (Habits(start="wall"), (_golden("supervisor"), night))
    assert _start(*everything, asked="liaison", last="operator", minute=NIGHT) == "liaison"
    assert _start(*everything, last="operator", minute=NIGHT) == "wall"
    assert _start(Habits(), everything[1], last="operator", minute=NIGHT) == "alarm-wall"
    assert _start(Habits(), everything[1], last="operator", minute=DAY) == "supervisor"
    assert _start(last="wall") == "wall"
    assert _start() == "operator"
    assert _start(Habits(start="gone"), asked="gone", last="gone") == "operator"


@pytest.mark.parametrize(("screens", "key"), [(1, "operator"), (2, "operator"), (3, "operator-3-screens")])
def test_the_golden_one_that_fills_the_screens_is_given(screens: int, key: str) -> None:
    golden = (_golden("operator"), _golden("operator-3-screens"))
    assert _start(golden=golden, last="wall", screen_count=screens) == key


def test_a_plan_goes_on_after_midnight_and_ones_own_wins_over_the_teams() -> None:
    habits = with_line(with_line(Habits(), NIGHT, "wall"), DAY, "operator")
    assert [planned(habits.plan, minute) for minute in (0, DAY - 1, DAY, NIGHT)] == [
        "wall",
        "wall",
        "operator",
        "wall",
    ]
    night = (_golden("alarm-wall", (22 * 60, 6 * 60)),)
    assert due(Habits(), night, KEYS, 5 * 60, 1) == "alarm-wall"
    assert due(Habits(), night, KEYS, 6 * 60, 1) == ""
    assert due(habits, night, KEYS, 5 * 60, 1) == "wall"
    assert due(without(without(habits, "wall"), "operator"), night, KEYS, DAY, 1) == ""


def test_habits_survive_their_writing_and_nonsense_is_none() -> None:
    habits = Habits(start="wall", plan=(FromThen(0, "operator"),))
    assert read_habits(write_habits(habits)) == habits
    assert read_habits("[broken") == Habits()
    assert read_habits('{"plan": [[-5, "wall"], [1500, "wall"], [60, "wall"]]}').plan == ()
    assert read_habits('{"plan":[{"minute":-5,"key":"a"},{"minute":60,"key":"b"}]}').plan == (FromThen(60, "b"),)
