"""Streets and outlines of any size: crisp at every scale, quick, each layer in its own look."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.city_map.test_tile_ground import looking, painted, rgb
from widgets.city_map import LIGHT, BaseLayer, LayerKind, Viewport
from widgets.city_map.ground import line_layers
from widgets.city_map.ground.ground_picture import GroundPicture
from widgets.city_map.ground.line_layers import LineLayer
from widgets.city_map.mercator import project_point
from widgets.city_map.raster.tiles import TILE

pytestmark = pytest.mark.usefixtures("qapp")
CENTRE = (5.04, 47.32)


def walks(lines: int, points: int, kind: LayerKind = LayerKind.STREET, seed: int = 1) -> BaseLayer:
    """Crooked lines around Dijon."""
    rng = np.random.default_rng(seed)
    lon = CENTRE[0] + rng.uniform(-0.1, 0.1, (lines, 1)) + np.cumsum(rng.normal(0, 1e-4, (lines, points)), axis=1)
    lat = CENTRE[1] + rng.uniform(-0.07, 0.07, (lines, 1)) + np.cumsum(rng.normal(0, 7e-5, (lines, points)), axis=1)
    offsets = np.arange(lines + 1) * points
    return BaseLayer("walks", kind, lon.ravel(), lat.ravel(), offsets, weights=rng.integers(1, 5, lines).astype(float))


@pytest.mark.parametrize("lines", [(100_000, 10), (1, 1_000_000), (2_000, 500)])
@pytest.mark.parametrize("kind", [LayerKind.STREET, LayerKind.OUTLINE])
def test_a_million_points_are_drawn_quickly_at_every_scale(lines: tuple[int, int], kind: LayerKind) -> None:
    ground = GroundPicture()
    began = time.thread_time()
    ground.set_layers([walks(*lines, kind)])
    assert time.thread_time() - began < 3.0
    for units in (100.0, 20.0, 4.0, 0.5):
        x, y = project_point(*CENTRE)
        key = int(x / units) // TILE, int(y / units) // TILE
        ground.draw(*key, 1 / units, LIGHT)  # thins once for the scale
        began = time.thread_time()
        ground.draw(*key, 1 / units, LIGHT)
        assert time.thread_time() - began < 1.0


@pytest.mark.parametrize("units", [60.0, 9.0, 1.0])
@pytest.mark.parametrize("kind", [LayerKind.STREET, LayerKind.OUTLINE])
def test_what_is_left_out_is_not_missed(units: float, kind: LayerKind, monkeypatch: pytest.MonkeyPatch) -> None:
    layer, view = walks(300, 400, kind), Viewport(*project_point(*CENTRE), units, 600, 400)
    thinned = painted(view, ground=[layer])
    monkeypatch.setattr(line_layers, "_THINNED_FROM", 10**9)
    monkeypatch.setattr(line_layers, "_LONG", 10**9)
    whole = painted(view, ground=[layer])
    assert np.abs(thinned - whole).max(axis=2).mean() < 3.0
    assert (np.abs(thinned - whole).max(axis=2) > 60).mean() < 0.01


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 100))
def test_a_line_is_found_where_it_is(seed: int, units: float) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 400, 5)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    count = int(lengths.sum())
    lon, lat = CENTRE[0] + rng.normal(0, 0.02, count), CENTRE[1] + rng.normal(0, 0.02, count)
    layer = LineLayer(BaseLayer("some", LayerKind.STREET, lon, lat, offsets))
    row = int(rng.integers(0, count)) if count else -1
    if row < 0 or lengths[np.searchsorted(offsets, row, side="right") - 1] < 2:
        return
    x, y = project_point(float(lon[row]), float(lat[row]))
    left, top = int(x / units) - 50, int(y / units) - 50
    lines, weights = layer.within(left, top, 100, 1 / units, 4, 4)
    assert len(lines) == len(weights)
    ends = np.concatenate(lines).reshape(-1, 2) / 16
    assert np.hypot(*(ends - (x / units - left - 0.5, y / units - top - 0.5)).T).min() < 1.0


def test_layers_have_looks_of_their_own() -> None:
    lon, lat = np.array([4.9, 5.2]), np.array([47.322, 47.322])
    plain = BaseLayer("one", LayerKind.STREET, lon, lat, np.array([0, 2]), weights=np.array([4.0]))
    view = looking(1.0, width=80, height=80)
    land = painted(view)[10, 10]
    assert (painted(view, ground=[plain])[40, 40] == rgb(LIGHT.street_major)).all()
    coloured = replace(plain, colour="p1")
    assert (painted(view, ground=[coloured])[40, 40] == rgb(LIGHT.p1)).all()
    faint = painted(view, ground=[replace(coloured, opacity=0.25)])[40, 40]
    assert np.abs(faint - (land * 0.75 + rgb(LIGHT.p1) * 0.25)).max() <= 2
    assert (painted(view, ground=[replace(coloured, is_visible=False)]) == land).all()
    assert (painted(view, ground=[replace(plain, colour="no such colour")]) == painted(view, ground=[plain])).all()


def test_hiding_a_layer_works_nothing_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, ground = walks(50, 50), GroundPicture()
    ground.set_layers([layer])
    monkeypatch.setattr("widgets.city_map.ground.ground_picture.LineLayer", None)  # whoever makes one now fails
    ground.set_layers([replace(layer, is_visible=False)])
    ground.set_layers([replace(layer, opacity=0.5, colour="focus")])


def test_an_outline_of_a_users_own_is_a_line_and_not_land() -> None:
    ring = np.array([[4.9, 47.2], [5.2, 47.2], [5.2, 47.5], [4.9, 47.5], [4.9, 47.2]])
    land = BaseLayer("city", LayerKind.OUTLINE, ring[:, 0], ring[:, 1], np.array([0, 5]))
    view = looking(1.0, width=80, height=80)
    assert (painted(view, ground=[land])[40, 40] == rgb(LIGHT.land)).all()
    own = replace(land, colour="focus")
    far = replace(land, lon=land.lon + 3.0)
    assert (painted(view, ground=[own, far])[40, 40] == rgb(LIGHT.field)).all()


@given(st.lists(st.integers(-5, 50), max_size=8), st.integers(0, 30))
def test_offsets_that_make_no_sense_crash_nothing(offsets: list[int], points: int) -> None:
    lon = np.full(points, np.nan) if points % 3 == 0 else np.linspace(-180, 180, points)
    for kind in (LayerKind.STREET, LayerKind.OUTLINE):
        layer = BaseLayer("odd", kind, lon, np.linspace(-95, 95, points), np.array(offsets, np.int64))
        ground = GroundPicture()
        ground.set_layers([layer])
        ground.draw(0, 0, 1e-5, LIGHT)
