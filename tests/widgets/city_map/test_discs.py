"""The picture of discs: the worst is seen, and every way of painting gives the same pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter

from tests.widgets.city_map.samples import STYLES, columns, ids, octets, scattered
from widgets.city_map import DARK, LIGHT, UNACKNOWLEDGED, AssetVisual, MapTheme, Viewport
from widgets.city_map.mercator import project_point
from widgets.city_map.raster import discs
from widgets.city_map.raster.disc_codes import CORE, TIER, codes_of, palette_of
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.scene.scene import Scene

X, Y = project_point(5.04, 47.32)


def painted(renderer: RasterRenderer, view: Viewport) -> np.ndarray[Any, np.dtype[np.uint32]]:
    while not renderer.prepare(view, 10.0):
        pass
    image = QImage(view.device_width, view.device_height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(view.pixel_ratio, view.pixel_ratio)
    renderer.paint(painter, view)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def renderer_of(scene: Scene, theme: MapTheme = DARK) -> RasterRenderer:
    renderer = RasterRenderer()
    renderer.set_theme(theme)
    renderer.set_classes(scene.styles)
    renderer.show(scene.store, scene.index)
    return renderer


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(0, 60),
    spacing=st.sampled_from([2.0, 6.0, 12.0, 25.0, 60.0]),
)
def test_stamping_and_dilating_paint_the_same_discs(seed: int, count: int, spacing: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-30, 110, count), rng.integers(-30, 90, count)
    codes = rng.integers(1, 32, count).astype(np.uint8)
    size = discs.disc_size(spacing, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discs, "_STAMPED_AT_MOST", 1000)
        stamped = discs.paint_codes(x, y, codes, 80, 60, size)
        patch.setattr(discs, "_STAMPED_AT_MOST", -1)
        dilated = discs.paint_codes(x, y, codes, 80, 60, size)
    np.testing.assert_array_equal(stamped, dilated)


@given(states=st.lists(st.sampled_from(list(AssetVisual)), min_size=1, max_size=6))
def test_where_assets_share_a_pixel_the_worst_is_seen(states: list[AssetVisual]) -> None:
    codes = codes_of(octets(*states), octets(*([80] * len(states))))
    here = np.full(len(states), 10)
    picture = discs.paint_codes(here, here, codes, 21, 21, discs.disc_size(40, 1.0))
    worst = codes_of(octets(max(states)), octets(80))[0]
    assert picture[10, 10] == CORE + worst


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_each_alarm_has_the_colour_of_its_priority(theme: MapTheme) -> None:
    palette = palette_of(theme)
    for visual in (AssetVisual.ALARM_P1, AssetVisual.ALARM_P2, AssetVisual.ALARM_P3, AssetVisual.ALARM_P4):
        for flag in (0, UNACKNOWLEDGED):
            code = int(codes_of(octets(visual | flag), octets(255))[0])
            assert QColor.fromRgba(int(palette[CORE + code])) == QColor(theme.of(visual))


def test_a_brighter_lamp_is_painted_brighter() -> None:
    codes = codes_of(octets(0, 0, 0, 0), octets(0, 10, 50, 100))
    assert codes.tolist() == sorted(codes.tolist())
    palette = palette_of(DARK)
    light = [QColor.fromRgba(int(palette[CORE + code])).lightness() for code in codes]
    assert light == sorted(light)
    assert len(set(light)) == 4


def test_an_unacknowledged_alarm_is_worse_than_the_same_one_acknowledged_but_not_than_a_higher() -> None:
    p2, p2_new, p1 = codes_of(
        octets(AssetVisual.ALARM_P2, AssetVisual.ALARM_P2 | UNACKNOWLEDGED, AssetVisual.ALARM_P1),
        octets(255, 255, 255),
    ).tolist()
    assert p2 < p2_new < p1


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    units=st.sampled_from([0.6, 3.0, 11.0, 40.0]),
    rounds=st.integers(1, 4),
    ratio=st.sampled_from([1.0, 2.0]),
    batch=st.sampled_from([1, 3, 25]),
)
def test_patching_what_changed_gives_the_picture_that_painting_all_gives(
    seed: int, units: float, rounds: int, ratio: float, batch: int
) -> None:
    rng = np.random.default_rng(seed)
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(scattered(600, seed, spread=0.004 * units))
    view = Viewport(X, Y, units, 300, 200, ratio)
    renderer = renderer_of(scene)
    patched = painted(renderer, view)
    for _ in range(rounds):
        some = rng.integers(0, 700, batch).astype(np.uint32)
        renderer.places_changed(*scene.set_states(some, rng.integers(0, 256, batch).astype(np.uint8)))
        renderer.places_changed(*scene.set_levels(some, rng.integers(0, 120, batch).astype(np.uint8)))
        lon, lat = 5.04 + rng.normal(0, 0.002, batch) * units, 47.32 + rng.normal(0, 0.002, batch) * units
        renderer.places_changed(*scene.move_assets(some, lon, lat, np.zeros(batch, np.float32)))
        more = columns([(5.04 + rng.normal(0, 0.002 * units), 47.32)], first_id=1000 + int(rng.integers(0, 5)))
        renderer.places_changed(*scene.upsert_assets(more))
        renderer.places_changed(*scene.remove_assets(rng.integers(0, 700, batch // 10).astype(np.uint32)))
        patched = painted(renderer, view)
    np.testing.assert_array_equal(patched, painted(renderer_of(scene), view))


def test_a_pan_shows_the_same_pixels_moved() -> None:
    scene = Scene()
    scene.replace_assets(scattered(4000))
    renderer = renderer_of(scene)
    view = Viewport(X, Y, 8.0, 400, 300)
    before = painted(renderer, view)
    after = painted(renderer, view.moved_to(view.x + 8.0 * 60, view.y - 8.0 * 25))
    np.testing.assert_array_equal(after[25:, : 400 - 60], before[: 300 - 25, 60:])


def test_a_class_left_out_at_this_scale_still_shows_its_faults() -> None:
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(columns([(5.04, 47.32)], classes=[2]))
    view = Viewport(X, Y, 20.0, 100, 100)
    field = QColor(DARK.land).rgb()
    scene.set_states(ids(1), octets(AssetVisual.NORMAL))
    assert set(painted(renderer_of(scene), view).reshape(-1).tolist()) == {field}
    scene.set_states(ids(1), octets(AssetVisual.FAULT))
    assert len(set(painted(renderer_of(scene), view).reshape(-1).tolist())) > 1


def test_a_calm_city_has_hardly_any_saturated_pixel() -> None:
    scene = Scene()
    scene.replace_assets(scattered(20_000))
    every = scene.store.ids.copy()
    scene.set_states(every, np.zeros(every.size, np.uint8))
    scene.set_levels(every, np.full(every.size, 90, np.uint8))
    for theme in (DARK, LIGHT):
        for units in (1.0, 6.0, 24.0):
            picture = painted(renderer_of(scene, theme), Viewport(X, Y, units, 500, 400))
            channels = picture.view(np.uint8).reshape(-1, 4)[:, :3].astype(int)
            chroma = channels.max(axis=1) - channels.min(axis=1)
            assert np.mean(chroma > 100) < 0.02


def test_greyed_by_a_lost_link_nothing_has_a_colour() -> None:
    scene = Scene()
    scene.replace_assets(scattered(500))
    scene.set_states(ids(*range(1, 501)), np.full(500, AssetVisual.ALARM_P1, np.uint8))
    picture = painted(renderer_of(scene, DARK.greyed()), Viewport(X, Y, 4.0, 300, 300))
    channels = picture.view(np.uint8).reshape(-1, 4)[:, :3].astype(int)
    assert (channels.max(axis=1) - channels.min(axis=1)).max() <= 2


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_lamp_that_is_silent_is_hollow_where_there_is_room_and_grey_where_there_is_not(theme: MapTheme) -> None:
    stale = int(codes_of(octets(AssetVisual.STALE), octets(100))[0])
    near, far = palette_of(theme), palette_of(theme, has_rings=False)
    assert QColor(int(near[CORE + stale])).name() == QColor(theme.marker_field).name()
    assert QColor(int(near[CORE - TIER + stale])).name() == QColor(theme.stale).name()
    grey = QColor(int(far[CORE + stale]))
    assert max(grey.red(), grey.green(), grey.blue()) - min(grey.red(), grey.green(), grey.blue()) < 30
    assert QColor(int(far[CORE + stale])).name() != QColor(theme.marker_field).name()


@pytest.mark.parametrize("spacing_px", [1.0, 7.0, 14.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("neighbours", [0, 400])
def test_where_lamps_are_dots_a_fault_is_a_cross_by_shape_alone(
    spacing_px: float, ratio: float, neighbours: int
) -> None:
    size = discs.disc_size(spacing_px, ratio)
    assert size.arm >= 2
    x = np.array([20, *[60] * neighbours], np.int64)
    y = np.array([20, *range(neighbours)], np.int64)
    seen: dict[AssetVisual, set[tuple[int, int]]] = {}
    for visual in (AssetVisual.NORMAL, AssetVisual.FAULT, AssetVisual.STALE):
        states = np.array([visual, *[AssetVisual.NORMAL] * neighbours], np.uint8)
        codes = codes_of(states, np.full(states.size, 255, np.uint8))
        painted = discs.paint_codes(x, y, codes, 40, 40, size)
        seen[visual] = {(int(line), int(column)) for line, column in zip(*np.nonzero(painted >= CORE), strict=True)}
    arms = {(20 + step * up, 20 + step) for step in range(-size.arm, size.arm + 1) for up in (1, -1)}
    assert arms <= seen[AssetVisual.FAULT]
    assert not arms <= seen[AssetVisual.NORMAL] | seen[AssetVisual.STALE]
