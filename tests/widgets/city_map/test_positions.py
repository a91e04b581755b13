"""What is drawn stands where an independent projection says: to one pixel, at any place, scale and sharpness."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import STYLES, columns, ids, octets, settle
from widgets.city_map import AssetVisual, CityMap, Viewport
from widgets.city_map.mercator import project, unproject_point

TO_MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
TO_DEGREES = Transformer.from_crs(3857, 4326, always_xy=True)
EDGE_M = 20_037_508.34
WIDTH, HEIGHT = 480, 360
# How far the asset stands from the middle of the picture, in pixels: not on a round number, not in the middle.
OFF = (83.3, -61.8)
PLACES = [
    (5.0415, 47.322),
    (0.0, 0.0),
    (3.8767, 43.6108),
    (-61.4, 16.1),
    (55.45, -20.88),
    (-179.97, -16.9),
    (179.95, 71.2),
    (20.0, 84.9),
    (-120.0, -84.95),
    (12.5, 69.6),
]
SHARP = (1.0, 1.25, 2.0)


@pytest.fixture
def show(make_map: MakeMap, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Callable[..., CityMap]:
    def make(ratio: float) -> CityMap:
        def ratio_of(_map: CityMap) -> float:
            return ratio

        monkeypatch.setattr(CityMap, "devicePixelRatioF", ratio_of)
        shown = make_map(WIDTH, HEIGHT)
        shown.set_classes(STYLES)
        return shown

    return make


def picture(qtbot: QtBot, shown: CityMap, ratio: float) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Device pixels as numbers, 0xRRGGBB."""
    settle(qtbot, shown)
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    shown.render(image)
    pixels = np.frombuffer(bytes(image.constBits()), np.uint32).reshape(image.height(), image.width())
    return (pixels & 0xFFFFFF).astype(np.int64)


def centre_of_what_differs(
    one: np.ndarray[tuple[int, ...], np.dtype[np.int64]], other: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> tuple[float, float]:
    """Middle of the box around the pixels that differ, in device pixels."""
    rows, found = np.nonzero(one != other)
    assert rows.size, "nothing was drawn"
    return (int(found.min()) + int(found.max()) + 1) / 2, (int(rows.min()) + int(rows.max()) + 1) / 2


def beside(lon: float, lat: float) -> tuple[float, float]:
    """A place far out of the picture: an empty map would say in words that it is empty."""
    return lon - math.copysign(3.0, lon), lat


def middle_for(lon: float, lat: float, units: float) -> tuple[float, float] | None:
    """Where to look so that a place stands OFF the middle, by pyproj; None beyond the edge of the map."""
    x, y = TO_MERCATOR.transform(lon, lat)
    x, y = x - OFF[0] * units, y + OFF[1] * units
    if max(abs(x), abs(y)) >= EDGE_M:
        return None
    middle: tuple[float, float] = TO_DEGREES.transform(x, y)
    return middle


def assert_is_at(found: tuple[float, float], wanted: tuple[float, float], pixels: float, what: object) -> None:
    """To so many pixels, across and down."""
    assert max(abs(found[0] - wanted[0]), abs(found[1] - wanted[1])) <= pixels, (what, found, wanted)


@pytest.mark.parametrize(("units", "ratio"), [(0.31, 1.0), (2.7, 1.25), (19.1, 2.0), (87.0, 1.0)])
def test_every_asset_is_drawn_where_pyproj_says(
    show: Callable[..., CityMap], qtbot: QtBot, units: float, ratio: float
) -> None:
    shown = show(ratio)
    for lon, lat in PLACES:
        middle = middle_for(lon, lat, units)
        if middle is None:
            continue
        shown.set_assets(columns([(lon, lat), beside(lon, lat)]))
        shown.set_states(ids(1), octets(AssetVisual.FAULT))
        shown.go_to(*middle, units * math.cos(math.radians(middle[1])), animate=False)
        full = picture(qtbot, shown, ratio)
        shown.remove_assets(ids(1))
        found = centre_of_what_differs(full, picture(qtbot, shown, ratio))
        wanted = ((WIDTH / 2 + OFF[0]) * ratio, (HEIGHT / 2 + OFF[1]) * ratio)
        assert_is_at(found, wanted, 1.0, (lon, lat))


@pytest.mark.parametrize("ratio", SHARP)
def test_an_alarm_alone_has_its_marker_on_its_place(show: Callable[..., CityMap], qtbot: QtBot, ratio: float) -> None:
    shown = show(ratio)
    for lon, lat in PLACES[::4]:
        middle = middle_for(lon, lat, 9.0)
        assert middle is not None
        shown.set_assets(columns([(lon, lat), beside(lon, lat)]))
        shown.set_states(ids(1), octets(AssetVisual.ALARM_P2))
        shown.go_to(*middle, 9.0 * math.cos(math.radians(middle[1])), animate=False)
        full = picture(qtbot, shown, ratio)
        shown.remove_assets(ids(1))
        found = centre_of_what_differs(full, picture(qtbot, shown, ratio))
        wanted = ((WIDTH / 2 + OFF[0]) * ratio, (HEIGHT / 2 + OFF[1]) * ratio)
        assert_is_at(found, wanted, ratio, (lon, lat))


def test_assets_keep_their_distances_while_the_view_is_pulled(show: Callable[..., CityMap], qtbot: QtBot) -> None:
    shown = show(1.0)
    places = [(5.0415, 47.322), (5.0431, 47.3209), (5.0402, 47.3231)]
    mercator: list[tuple[float, float]] = [TO_MERCATOR.transform(*place) for place in places]
    for step in range(3):
        at_x, at_y = mercator[0][0] + step * 17.9, mercator[0][1] - step * 11.3
        middle = TO_DEGREES.transform(at_x, at_y)
        shown.go_to(*middle, 1.9 * math.cos(math.radians(middle[1])), animate=False)
        shown.set_assets(columns([beside(*places[0])]))
        empty = picture(qtbot, shown, 1.0)
        for number, place in enumerate(places):
            shown.set_assets(columns([place, beside(*place)]))
            found = centre_of_what_differs(picture(qtbot, shown, 1.0), empty)
            x, y = mercator[number]
            wanted = (WIDTH / 2 + (x - at_x) / 1.9, HEIGHT / 2 - (y - at_y) / 1.9)
            assert_is_at(found, wanted, 1.0, (step, number))


@given(st.floats(-180, 180), st.floats(-85.05, 85.05))
def test_projecting_agrees_with_pyproj(lon: float, lat: float) -> None:
    x, y = project(np.array([lon]), np.array([lat]))
    wanted = TO_MERCATOR.transform(lon, lat)
    assert (float(x[0]), -float(y[0])) == pytest.approx(wanted, abs=1e-4)


@given(st.floats(-20_037_508, 20_037_508), st.floats(-20_037_508, 20_037_508))
def test_unprojecting_agrees_with_pyproj(x: float, y: float) -> None:
    assert unproject_point(x, -y) == pytest.approx(TO_DEGREES.transform(x, y), abs=1e-9)


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-84, 84),
    units=st.floats(0.02, 400),
    ratio=st.sampled_from(SHARP),
    px=st.floats(0, WIDTH),
    py=st.floats(0, HEIGHT),
)
def test_a_pixel_of_any_view_is_the_place_that_pyproj_says(
    lon: float, lat: float, units: float, ratio: float, px: float, py: float
) -> None:
    x, y = TO_MERCATOR.transform(lon, lat)
    view = Viewport(x, -y, units, WIDTH, HEIGHT, ratio)
    at_x, at_y = view.to_world(px, py)
    wanted = (x + (px - WIDTH / 2) * units, y - (py - HEIGHT / 2) * units)
    assert math.dist((at_x, -at_y), wanted) <= units / ratio
