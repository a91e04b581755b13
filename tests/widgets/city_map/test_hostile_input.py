"""Whatever a broken register or a hostile device sends: the map goes on painting, and what is sound in it is shown."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import PLACES, STYLES, columns, ids, octets, scattered, settle
from widgets.city_map import UNACKNOWLEDGED, AssetColumns, AssetVisual, BaseLayer, CityMap, ConeColumns, LayerKind

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]
NAN, INFINITE = math.nan, math.inf
SOUND = (5.0713, 47.3071)
NASTY_NAMES = (
    "<b>Rue</b><img src='file:///etc/passwd'>",
    "\u202eemorez ed euR\u2066",
    "شارع الحرية",
    "x" * 10_000,
    "\n" * 500,
    "\x00\x07\x1b[31m",
    "👩‍👩‍👧‍👦" * 300,
    "a" + "\u0301" * 2_000,
    "",
    "\ud83d",
)
OFF_EARTH = [(NAN, 47.3), (5.0, NAN), (INFINITE, 47.3), (5.0, -INFINITE), (181.0, 0.0), (0.0, 90.0), (0.0, -90.0),
             (1e308, -1e308), (-180.1, 10.0)]  # fmt: skip
EDGES = [(180.0, 0.0), (-180.0, 0.0), (0.0, 85.05), (0.0, -85.05), (179.9999999, 85.0)]
FREEZE_S = 30.0
"""Nothing here takes a third of it on quiet cores; without its bounds it would take minutes, or never end."""

any_float = st.floats(allow_nan=True, allow_infinity=True, width=64)
own_fixtures = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def picture(city_map: CityMap) -> Picture:
    """What is painted now, whether or not work is left."""
    image = QImage(city_map.size(), QImage.Format.Format_RGB32)
    image.fill(0)
    city_map.render(image)
    return np.frombuffer(bytes(image.constBits()), np.uint32).reshape(image.height(), image.width()) & np.uint32(
        0xFFFFFF
    )


def assert_still_sound(qtbot: QtBot, city_map: CityMap) -> None:
    """A lamp put in the middle of the view is counted, found and seen."""
    city_map.set_classes(STYLES)
    city_map.upsert_assets(columns([SOUND], first_id=4_000_000_000))
    city_map.set_states(np.array([4_000_000_000], np.uint32), octets(AssetVisual.NORMAL))
    city_map.go_to(*SOUND, 0.3, animate=False)
    settle(qtbot, city_map)
    assert city_map.counts_in_view().total >= 1
    assert city_map.pick_at(QPointF(city_map.width() / 2, city_map.height() / 2)) == 4_000_000_000
    full = picture(city_map)
    city_map.remove_assets(np.array([4_000_000_000], np.uint32))
    settle(qtbot, city_map)
    middle = np.s_[
        city_map.height() // 2 - 6 : city_map.height() // 2 + 6, city_map.width() // 2 - 6 : city_map.width() // 2 + 6
    ]
    assert (full[middle] != picture(city_map)[middle]).any()


def test_positions_off_the_earth_are_left_out_and_the_others_shown(qtbot: QtBot, city: CityMap) -> None:
    city.set_assets(columns([*OFF_EARTH, *PLACES, *EDGES]))
    city.zoom_to_all(animate=False)
    settle(qtbot, city)
    assert city.counts_in_view().total <= len(PLACES) + len(EDGES)
    city.show_area(4.9, 47.2, 5.2, 47.5, animate=False)
    assert city.counts_in_view().total == len(PLACES)
    assert_still_sound(qtbot, city)


def test_vehicles_that_report_nonsense_stay_where_they_were(qtbot: QtBot, city: CityMap) -> None:
    for lon, lat in OFF_EARTH:
        city.move_assets(ids(1, 2), np.array([lon, lon]), np.array([lat, lat]), np.array([NAN, 1e30], np.float32))
    settle(qtbot, city)
    city.show_area(4.9, 47.2, 5.2, 47.5, animate=False)
    assert city.counts_in_view().total == 3
    city.move_assets(ids(1), np.array([5.01]), np.array([47.31]), np.array([-INFINITE], np.float32))
    assert_still_sound(qtbot, city)


@pytest.mark.parametrize("place", [*EDGES, (NAN, NAN), (0.0, INFINITE), (-INFINITE, 0.0), (720.0, 0.0)])
def test_no_wish_takes_the_view_off_the_earth(city: CityMap, place: tuple[float, float]) -> None:
    for scale in (None, 0.0, -5.0, NAN, INFINITE, 1e-300, 1e300):
        city.go_to(*place, scale, animate=False)
        view = city.view
        assert all(math.isfinite(number) for number in (view.x, view.y, view.units))
        assert view.units > 0
        assert picture(city).shape == (480, 640)


@pytest.mark.parametrize("factor", [0.0, -1.0, NAN, INFINITE, 1e300, 1e-300])
def test_no_turn_of_the_wheel_breaks_the_scale(qtbot: QtBot, city: CityMap, factor: float) -> None:
    city.zoom_by(factor)
    city.pan_by(1e12, -1e12)
    city.pan_by(NAN, INFINITE)
    settle(qtbot, city)
    assert math.isfinite(city.view.units)
    assert city.view.units > 0
    assert_still_sound(qtbot, city)


@pytest.mark.parametrize("size", [(1, 1), (160, 1), (8000, 6000)])
def test_the_map_paints_at_any_size(qtbot: QtBot, make_map: MakeMap, size: tuple[int, int]) -> None:
    city_map = make_map()
    city_map.setMinimumSize(0, 0)
    city_map.set_classes(STYLES)
    city_map.set_assets(columns(PLACES))
    city_map.resize(*size)
    start = time.perf_counter()
    assert picture(city_map).shape == (size[1], size[0])
    settle(qtbot, city_map)
    assert time.perf_counter() - start < FREEZE_S


def test_an_empty_city_is_a_map_too(qtbot: QtBot, make_map: MakeMap) -> None:
    city_map = make_map()
    nothing = columns([])
    city_map.set_classes(())
    city_map.set_assets(nothing)
    city_map.upsert_assets(nothing)
    city_map.remove_assets(nothing.ids)
    city_map.set_states(nothing.ids, nothing.class_index)
    city_map.set_levels(nothing.ids, nothing.class_index)
    city_map.move_assets(nothing.ids, nothing.lon, nothing.lat, np.empty(0, np.float32))
    city_map.ground.set_base_layers(())
    city_map.set_communes((), ())
    city_map.set_labels({})
    city_map.set_cones(ConeColumns(nothing.ids, nothing.lon, nothing.lat, nothing.lon))
    city_map.next_alarm()
    city_map.zoom_to_all(animate=False)
    city_map.zoom_to_selection()
    settle(qtbot, city_map)
    assert city_map.counts_in_view().total == 0
    assert_still_sound(qtbot, city_map)


def test_of_an_id_given_twice_the_last_place_counts(qtbot: QtBot, city: CityMap) -> None:
    twice = columns([(5.00, 47.30), (5.06, 47.33), (5.01, 47.31)])
    city.set_assets(replace(twice, ids=ids(7, 7, 0)))
    city.show_area(4.9, 47.2, 5.2, 47.5, animate=False)
    assert city.counts_in_view().total == 1
    city.go_to(5.06, 47.33, 1.0, animate=False)
    settle(qtbot, city)
    assert city.pick_at(QPointF(320, 240)) == 7
    city.set_states(ids(7, 7, 7), octets(AssetVisual.ALARM_P1, AssetVisual.FAULT, AssetVisual.STALE))
    assert city.counts_in_view().by_state == {AssetVisual.STALE: 1}


def test_columns_of_unequal_length_count_as_far_as_all_reach(qtbot: QtBot, city: CityMap) -> None:
    whole = scattered(50)
    city.set_assets(replace(whole, lon=whole.lon[:40], class_index=whole.class_index[:30]))
    city.set_states(whole.ids, octets(*([AssetVisual.FAULT] * 7)))
    city.set_levels(whole.ids[:3], octets(*([50] * 9)))
    city.move_assets(whole.ids, whole.lon[:5], whole.lat[:9], np.zeros(2, np.float32))
    city.set_cones(ConeColumns(whole.ids, whole.lon[:4], whole.lat[:3], whole.lon[:1]))
    city.zoom_to_all(animate=False)
    settle(qtbot, city)
    assert city.counts_in_view().total == 30
    assert_still_sound(qtbot, city)


def test_ids_beyond_what_the_wire_carries_hit_nobody(qtbot: QtBot, city: CityMap) -> None:
    for wrong in (0, -1, 2**32, 2**32 + 1, 2**63):
        city.select(wrong)
        settle(qtbot, city)
        city.zoom_to_selection()
    wide = np.array([2**32 + 1, 0, 2**40], np.int64)
    city.set_states(wide, octets(*([AssetVisual.ALARM_P1] * 3)))  # type: ignore[arg-type]  # what the types forbid
    city.show_area(4.9, 47.2, 5.2, 47.5, animate=False)
    assert city.counts_in_view().by_state == {AssetVisual.NORMAL: 3}
    assert_still_sound(qtbot, city)


def test_names_of_any_kind_are_shown_as_plain_text_in_bounded_time(qtbot: QtBot, make_map: MakeMap) -> None:
    city_map = make_map()
    city_map.set_classes(STYLES)
    places = [(5.04 + number * 2e-4, 47.32) for number in range(len(NASTY_NAMES))]
    city_map.set_assets(columns(places, classes=[1] * len(places)))
    city_map.set_labels(dict(enumerate(NASTY_NAMES, 1)))
    city_map.set_communes(NASTY_NAMES, places)
    offsets = np.arange(len(places) + 1, dtype=np.int64)
    lon, lat = (np.array(column) for column in zip(*places, strict=True))
    city_map.ground.set_base_layers(
        (BaseLayer("\u202e<i>", LayerKind.LABEL, lon, lat, offsets, NASTY_NAMES, None, "<b>©" * 900),)
    )
    start = time.perf_counter()
    for scale in (0.2, 3.0, 60.0):
        city_map.go_to(5.041, 47.32, scale, animate=False)
        settle(qtbot, city_map)
        picture(city_map)
    city_map.select(4)
    settle(qtbot, city_map)
    assert time.perf_counter() - start < FREEZE_S
    assert_still_sound(qtbot, city_map)


@pytest.mark.parametrize("kind", list(LayerKind))
def test_layers_with_broken_lines_do_not_take_the_map_down(qtbot: QtBot, city: CityMap, kind: LayerKind) -> None:
    lon = np.array([5.0, NAN, 5.1, 5.04, 5.04, INFINITE, 400.0, 5.05, 180.0, -180.0])
    lat = np.array([47.3, 47.3, NAN, 47.32, 47.32, 47.3, 47.3, 90.0, 85.0, -85.0])
    for offsets in ([0, 10], [0, 0, 0, 1, 3, 10], [0, 4, 99], [5, 2, 8], [-3, 4], []):
        layer = BaseLayer("x", kind, lon, lat, np.array(offsets, np.int64), ("a",), np.array([NAN]), "")
        city.ground.set_base_layers((layer,))
        settle(qtbot, city)
        picture(city)
    assert_still_sound(qtbot, city)


def test_cones_of_any_shape_are_drawn_or_left_out(qtbot: QtBot, city: CityMap) -> None:
    odd = np.array([NAN, INFINITE, -1e9, 0.0, 1e300])
    city.go_to(5.04, 47.32, 0.5, animate=False)
    for values in odd:
        same = np.full(3, values)
        city.set_cones(ConeColumns(ids(1, 2, 3), same, same, same))
        settle(qtbot, city)
        picture(city)
    assert_still_sound(qtbot, city)


@own_fixtures
@given(
    lon=arrays.arrays(np.float64, st.integers(0, 40), elements=any_float),
    lat=arrays.arrays(np.float64, st.integers(0, 40), elements=any_float),
    numbers=arrays.arrays(np.uint32, st.integers(0, 40)),
    octets_=arrays.arrays(np.uint8, st.integers(0, 40)),
    communes=arrays.arrays(np.uint16, st.integers(0, 40)),
    scale=any_float,
)
def test_any_columns_at_all(
    qtbot: QtBot,
    city: CityMap,
    lon: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    lat: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    numbers: np.ndarray[tuple[int, ...], np.dtype[np.uint32]],
    octets_: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    communes: np.ndarray[tuple[int, ...], np.dtype[np.uint16]],
    scale: float,
) -> None:
    wild = AssetColumns(numbers, lon, lat, octets_, communes)
    city.set_assets(wild)
    city.set_states(numbers, octets_)
    city.set_levels(numbers, octets_)
    city.upsert_assets(wild)
    with np.errstate(all="ignore"):
        headings = lat.astype(np.float32)
    city.move_assets(numbers, lon, lat, headings)
    city.set_cones(ConeColumns(numbers, lon, lat, lat))
    city.set_labels({int(number): NASTY_NAMES[int(number) % len(NASTY_NAMES)] for number in numbers.tolist()})
    for where in zip(lon.tolist(), lat.tolist(), strict=False):
        city.go_to(*where, scale, animate=False)
    picture(city)
    city.zoom_to_all(animate=False)
    picture(city)
    city.next_alarm()
    city.remove_assets(numbers[::2])
    picture(city)
    counts = city.counts_in_view()
    assert sum(counts.by_state.values()) == counts.total == sum(counts.by_class.values())


def timed(work: Callable[[], None]) -> float:
    """Seconds it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_a_million_assets_and_names_are_taken_and_painted_without_a_freeze(qtbot: QtBot, make_map: MakeMap) -> None:
    city_map = make_map()
    city_map.set_classes(STYLES)
    rng = np.random.default_rng(2)
    count = 1_000_000
    every = np.arange(1, count + 1, dtype=np.uint32)
    million = AssetColumns(
        every,
        rng.normal(5.04, 0.1, count),
        rng.normal(47.32, 0.07, count),
        rng.integers(0, 3, count).astype(np.uint8),
        rng.integers(0, 24, count).astype(np.uint16),
    )
    states = rng.choice(np.array([0, 0, 0, 0, 1, 3, int(AssetVisual.ALARM_P3) | UNACKNOWLEDGED], np.uint8), count)
    names = dict.fromkeys(range(1, count + 1), "Rue de la Liberté")

    def feed() -> None:
        city_map.set_assets(million)
        city_map.set_states(every, states)
        city_map.set_labels(names)

    assert timed(feed) < FREEZE_S
    city_map.zoom_to_all(animate=False)
    assert timed(lambda: settle_long(qtbot, city_map)) < FREEZE_S
    assert city_map.counts_in_view().total == pytest.approx(count, rel=0.01)
    city_map.go_to(5.04, 47.32, 0.5, animate=False)
    assert timed(lambda: settle_long(qtbot, city_map)) < FREEZE_S
    changed = rng.choice(every, 1000)
    assert timed(lambda: city_map.set_states(changed, np.zeros(1000, np.uint8))) < 2
    assert timed(lambda: settle_long(qtbot, city_map)) < FREEZE_S


def test_a_layer_of_a_million_names_names_the_weightiest(qtbot: QtBot, city: CityMap) -> None:
    rng, count = np.random.default_rng(3), 1_000_000
    names = tuple(map(str, range(count)))
    lon, lat = rng.normal(5.04, 0.1, count), rng.normal(47.32, 0.07, count)
    offsets, weights = np.arange(count + 1, dtype=np.int64), rng.uniform(1, 4, count)
    layer = BaseLayer("names", LayerKind.LABEL, lon, lat, offsets, names, weights)
    assert timed(lambda: city.ground.set_base_layers((layer,))) < FREEZE_S
    for scale in (2.0, 10.0, 60.0):
        city.go_to(5.04, 47.32, scale, animate=False)
        assert timed(lambda: settle_long(qtbot, city)) < FREEZE_S


def settle_long(qtbot: QtBot, city_map: CityMap) -> None:
    """Settle where there is much to paint."""
    qtbot.waitUntil(city_map.is_settled, timeout=30_000)
