"""Priorities can be told apart by every eye, and the measure by which we say so is the published one."""

import itertools

import pytest

from contract.alarms import Priority
from tests.widgets.colour_vision import VISIONS, Triple, ciede2000, difference
from widgets.city_map.theme import DARK, LIGHT, MapTheme
from widgets.look import THEMES, load_palette

LEAST = 8.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # from the supplementary test data of Sharma, Wu and Dalal
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ],
)
def test_the_colour_difference_is_the_published_one(one: Triple, other: Triple, expected: float) -> None:
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_priorities_nor_what_is_stale_look_alike(theme: str, vision: str) -> None:
    palette = load_palette(theme)
    colours = [*(palette.of_priority(priority) for priority in Priority), palette.stale]
    for one, other in itertools.combinations(colours, 2):
        assert difference(one, other, vision) >= LEAST, (one, other)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: "dark" if theme is DARK else "light")
def test_the_map_has_the_same_priorities_as_the_list(theme: MapTheme) -> None:
    palette = load_palette("dark" if theme is DARK else "light")
    assert (theme.p1, theme.p2, theme.p3, theme.p4) == (palette.p1, palette.p2, palette.p3, palette.p4)
