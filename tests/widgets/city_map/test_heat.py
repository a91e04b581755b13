"""The heat map: sums are kept, the scale is honest, a pan is a blit, and no alarm looks like it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import settle
from tests.widgets.city_map.screen import MIDDLE, picture_of
from widgets.city_map import DARK, LIGHT, CityMap, HeatColumns, HeatKind, MapTheme, Viewport
from widgets.city_map.mercator import ground_scale, project_point
from widgets.city_map.overlay.heat_colours import heat_palette
from widgets.city_map.overlay.heat_layer import value_words
from widgets.city_map.scene.heat_grid import CELL_PX, Field, HeatArea, HeatField, area_around

X, Y = project_point(*MIDDLE)
VIEW = Viewport(X, Y, 8.0, 800, 600)


def columns(lon: list[float], lat: list[float], weight: list[float], **more: object) -> HeatColumns:
    kind = more.get("kind", HeatKind.DENSITY)
    maximum = more.get("maximum")
    assert isinstance(kind, HeatKind)
    assert maximum is None or isinstance(maximum, float)
    return HeatColumns(np.array(lon), np.array(lat), np.array(weight), "Faults", "/km²", maximum, kind)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), count=st.integers(1, 200), units=st.sampled_from([2.0, 8.0, 30.0]))
def test_density_times_area_is_what_was_fed(seed: int, count: int, units: float) -> None:
    rng = np.random.default_rng(seed)
    view = Viewport(X, Y, units, 800, 600)
    reach = units * 150 / 111_000
    weight = rng.uniform(0, 5, count)
    lon, lat = 5.04 + rng.uniform(-reach, reach, count), 47.32 + rng.uniform(-reach, reach, count) * 0.6
    field = HeatField(columns(lon.tolist(), lat.tolist(), weight.tolist()))
    area = area_around(view)
    cell_km2 = (CELL_PX / area.scale * ground_scale(Y) / 1000) ** 2
    assert float(field.over(area).sum()) * cell_km2 == pytest.approx(weight.sum(), rel=0.02)


def test_an_average_is_one_and_does_not_grow_with_the_number_of_places() -> None:
    few = HeatField(columns([5.04] * 2, [47.32] * 2, [100.0, 300.0], kind=HeatKind.AVERAGE))
    many = HeatField(columns([5.04] * 200, [47.32] * 200, [100.0, 300.0] * 100, kind=HeatKind.AVERAGE))
    area = area_around(VIEW)
    assert few.over(area).max() == pytest.approx(200, rel=0.01)
    assert many.over(area).max() == pytest.approx(200, rel=0.01)


def test_it_is_strongest_where_most_is() -> None:
    field = HeatField(columns([5.04, 5.06], [47.32, 47.33], [10.0, 1.0]))
    area = area_around(VIEW)
    line, column = np.unravel_index(int(field.over(area).argmax()), (area.down, area.across))
    x = (area.column + column + 0.5) * CELL_PX / area.scale
    y = (area.line + line + 0.5) * CELL_PX / area.scale
    assert abs(x - X) <= CELL_PX * VIEW.units
    assert abs(y - Y) <= CELL_PX * VIEW.units


def test_a_pan_shows_the_same_values_moved() -> None:
    rng = np.random.default_rng(4)
    field = HeatField(columns(rng.normal(5.04, 0.02, 500).tolist(), rng.normal(47.32, 0.01, 500).tolist(), [1.0] * 500))
    one, other = area_around(VIEW), area_around(VIEW.moved_to(X + 4_000, Y - 2_500))
    here, there = field.over(one), field.over(other)
    left, top = max(one.column, other.column), max(one.line, other.line)
    right = min(one.column + one.across, other.column + other.across)
    bottom = min(one.line + one.down, other.line + other.down)
    assert right - left > 60
    assert here.max() > 0
    np.testing.assert_allclose(
        here[top - one.line : bottom - one.line, left - one.column : right - one.column],
        there[top - other.line : bottom - other.line, left - other.column : right - other.column],
        atol=1e-3,
    )


def test_what_makes_no_sense_is_left_out() -> None:
    nan = float("nan")
    lon, lat = [5.04, nan, 5.04, 5.04, 999.0], [47.32, 47.32, nan, 47.32, 47.32]
    field = HeatField(columns(lon, lat, [1.0, 1.0, 1.0, nan, 1.0]))
    assert field.weight.tolist() == [1.0]
    assert HeatField(columns([5.0], [47.0], [-3.0])).weight.size == 0
    empty = HeatField(columns([], [], []))
    assert empty.over(area_around(VIEW)).max() == 0
    assert empty.maximum(empty.over(area_around(VIEW))) > 0


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_its_colours_grow_evenly_and_are_no_alarm(theme: MapTheme) -> None:
    palette = heat_palette(theme)
    ground = QColor(theme.land)
    steps: list[float] = []
    for at in (60, 110, 160, 210, 255):
        colour = QColor.fromRgba(int(palette[at]))
        alpha = colour.alphaF()
        # What the eye sees over the ground.
        over = ((16, ground.red()), (8, ground.green()), (0, ground.blue()))
        parts = [(int(palette[at]) >> shift & 255) + (1 - alpha) * base for shift, base in over]
        steps.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
        assert parts[1] > parts[0]  # towards green, away from red, orange, violet
        assert parts[1] >= parts[2] - 12  # and away from the blue of P4
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)
    assert int(palette[0]) == 0
    assert abs(steps[-1] - steps[0]) > 40


@pytest.fixture
def city(make_map: MakeMap) -> CityMap:
    city_map = make_map(700, 500)
    city_map.go_to(*MIDDLE, 10.0, animate=False)
    return city_map


def test_it_is_shown_with_its_scale_and_taken_away(city: CityMap, qtbot: QtBot) -> None:
    settle(qtbot, city)
    before = picture_of(city)
    city.meaning.set_heat(columns([5.04] * 5, [47.32] * 5, [1.0] * 5))
    settle(qtbot, city)
    during = picture_of(city)
    middle = during[230:270, 330:370]
    assert (middle[:, :, 1] - before[230:270, 330:370, 1]).mean() > 20
    card = np.any(during != before, axis=2)[400:, 500:]
    assert card.sum() > 500
    city.meaning.set_heat(None)
    settle(qtbot, city)
    np.testing.assert_array_equal(picture_of(city), before)


def test_nothing_is_computed_while_the_ground_is_dragged(
    city: CityMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.meaning.set_heat(columns([5.04] * 5, [47.32] * 5, [1.0] * 5))
    settle(qtbot, city)
    made: list[HeatArea] = []
    over = HeatField.over

    def counted(field: HeatField, area: HeatArea) -> Field:
        made.append(area)
        return over(field, area)

    monkeypatch.setattr(HeatField, "over", counted)
    for _ in range(5):
        city.pan_by(12, 6)
        settle(qtbot, city)
    assert not made
    city.zoom_by(0.5)
    settle(qtbot, city)
    assert 1 <= len(made) <= 2  # once at rest; while zooming the last picture stands in


def test_screen_readers_hear_what_it_shows(city: CityMap, qtbot: QtBot) -> None:
    city.meaning.set_heat(columns([5.04], [47.32], [1.0]))
    qtbot.waitUntil(lambda: "Heat map: Faults" in city.accessibleDescription(), timeout=3000)


def test_the_scale_is_written_as_the_reader_writes_numbers() -> None:
    assert [value_words(value, ".") for value in (0.5, 1.887, 2500.0)] == ["0.5", "1.89", "2,500"]
    assert [value_words(value, ",") for value in (0.5, 1.887, 2500.0)] == ["0,5", "1,89", "2\u202f500"]
