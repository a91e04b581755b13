"""Base maps of tiles: they lie where the streets lie, what is lacking is stood in for, and little is asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.made_tiles import MadeTiles
from tests.widgets.city_map.samples import settle
from widgets.city_map import DARK, LIGHT, BaseLayer, GroundBox, LayerKind, RasterLayer, TileKey, Viewport
from widgets.city_map.ground.ground_blocks import FADE_S
from widgets.city_map.ground.tile_grid import HALF_WORLD_M, WORLD_M, edges, keys_touching, zoom_for
from widgets.city_map.ground.tile_wishes import TileWishes, wanted_tiles
from widgets.city_map.mercator import project_point, unproject_point
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.theme import MapTheme

pytestmark = pytest.mark.usefixtures("qapp")
PLACE = (5.0415, 47.322)
ZOOM = 16
INTEGER_UNITS = WORLD_M / 256 / 2**ZOOM


def looking(units: float = INTEGER_UNITS, ratio: float = 1.0, width: int = 700, height: int = 500) -> Viewport:
    return Viewport(*project_point(*PLACE), units, width, height, ratio)


def tile_under_the_middle(view: Viewport) -> TileKey:
    side = WORLD_M / 2**ZOOM
    return ZOOM, int((view.x + HALF_WORLD_M) / side), int((view.y + HALF_WORLD_M) / side)


def rgb(name: str) -> npt.NDArray[np.int64]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()])


def painted(
    view: Viewport,
    layers: Sequence[RasterLayer] = (),
    ground: Sequence[BaseLayer] = (),
    theme: MapTheme = LIGHT,
    renderer: RasterRenderer | None = None,
) -> npt.NDArray[np.int64]:
    """Red, green, blue of each device pixel."""
    if renderer is None:
        renderer = RasterRenderer()
        renderer.set_theme(theme)
        renderer.set_tiles(layers)
        renderer.set_ground(ground)
    assert renderer.prepare(view, 60)
    image = QImage(view.device_width, view.device_height, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    painter.scale(view.pixel_ratio, view.pixel_ratio)
    renderer.paint(painter, view)
    painter.end()
    bgr = np.frombuffer(image.constBits(), np.uint8).reshape(view.device_height, view.device_width, 4)
    return bgr[:, :, 2::-1].astype(np.int64)


def cross_lines(key: TileKey) -> BaseLayer:
    """Streets along the red lines that MadeTiles draws through the middle of a tile."""
    zoom, column, line = key
    side = WORLD_M / 2**zoom
    x, y = column * side - HALF_WORLD_M, line * side - HALF_WORLD_M
    middle = (128 + 0.5) / 256 * side
    ends = [(x, y + middle), (x + side, y + middle), (x + middle, y), (x + middle, y + side)]
    lon, lat = np.array([unproject_point(*end) for end in ends]).T
    return BaseLayer("cross", LayerKind.STREET, lon, lat, np.array([0, 2, 4]), colour="p4")


@pytest.mark.parametrize("factor", [1.0, 0.73, 1.3, 0.5])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_tiles_and_streets_lie_on_each_other_to_one_pixel(factor: float, ratio: float) -> None:
    view = looking(INTEGER_UNITS * factor, ratio)
    source = MadeTiles()
    zoom = zoom_for(source, view.scale)
    assert zoom is not None
    side = WORLD_M / 2**zoom
    key = (zoom, int((view.x + HALF_WORLD_M) / side), int((view.y + HALF_WORLD_M) / side))
    tiles = painted(view, [RasterLayer(source)])
    plain = painted(view)
    street = painted(view, ground=[cross_lines(key)])
    red = (tiles[:, :, 0] - tiles[:, :, 2] > 60).astype(float)
    blue = (np.abs(street - plain).sum(axis=2) > 40).astype(float)
    left, top, right, bottom = edges(key, view.scale)
    # Away from the crossing, within the one tile.
    column = slice(max(left - view.left, 0) + 4, min(right - view.left, view.device_width) - 4)
    line = slice(max(top - view.top, 0) + 4, min(bottom - view.top, view.device_height) - 4)
    for axis in (0, 1):
        across = [one[line, column].sum(axis=1 - axis) for one in (red, blue)]
        assert all(one.max() > 40 for one in across)
        middles = [float(np.mean(np.flatnonzero(one > one.max() / 2))) for one in across]
        assert abs(middles[0] - middles[1]) <= 1.0


def test_at_a_whole_level_a_tile_is_shown_pixel_by_pixel() -> None:
    view = looking()
    source = MadeTiles()
    key = tile_under_the_middle(view)
    left, top, _, _ = edges(key, view.scale)
    picture = painted(view, [RasterLayer(source)])
    own = source.load(key)
    for dx, dy in ((0, 0), (255, 0), (128, 40), (17, 255), (130, 20)):
        x, y = left - view.left + dx, top - view.top + dy
        if 0 <= x < view.width and 0 <= y < view.height:
            assert tuple(picture[y, x]) == tuple(rgb(own.pixelColor(dx, dy).name()))


@pytest.mark.parametrize("units", [INTEGER_UNITS, INTEGER_UNITS * 1.37, INTEGER_UNITS * 0.8, INTEGER_UNITS * 0.02])
def test_neighbours_meet_without_a_seam(units: float) -> None:
    grey = MadeTiles(colour=lambda _key: QColor(200, 200, 200))
    assert set(np.unique(painted(looking(units, 1.5), [RasterLayer(grey)]))) == {200}


def test_a_finer_screen_asks_one_level_deeper_and_large_tiles_one_less() -> None:
    assert zoom_for(MadeTiles(), looking().scale) == ZOOM
    assert zoom_for(MadeTiles(), looking(ratio=2.0).scale) == ZOOM + 1
    assert zoom_for(MadeTiles(tile_px=512), looking().scale) == ZOOM - 1
    assert zoom_for(MadeTiles(max_zoom=14), looking().scale) == 14
    assert zoom_for(MadeTiles(min_zoom=18), looking().scale) is None
    assert zoom_for(MadeTiles(min_zoom=5, max_zoom=3), looking().scale) is None


def test_beyond_its_last_level_a_tile_is_enlarged() -> None:
    source = MadeTiles(max_zoom=ZOOM, colour=lambda key: QColor(10 * (key[1] % 2) + 100, 10 * (key[2] % 2) + 100, 50))
    picture = painted(looking(INTEGER_UNITS / 8), [RasterLayer(source)])
    assert picture[:, :, 2].max() == 50
    assert {key[0] for key in source.asked} == {ZOOM}


def test_a_coarser_tile_stands_in_until_the_right_one_comes() -> None:
    view, source = looking(), MadeTiles(is_ready=False)
    side = WORLD_M / 2**ZOOM
    column, line = int((view.x + HALF_WORLD_M) / side), int((view.y + HALF_WORLD_M) / side)
    bare = painted(view, [RasterLayer(source)])
    assert (bare == rgb(LIGHT.land)).all()
    source.load((ZOOM - 3, column >> 3, line >> 3))
    coarse = painted(view, [RasterLayer(source)])
    assert (coarse[view.height // 2, view.width // 2] != bare[0, 0]).any()
    renderer = RasterRenderer()
    renderer.set_theme(LIGHT)
    renderer.set_tiles([RasterLayer(source)])
    painted(view, renderer=renderer)
    source.load((ZOOM, column, line))
    renderer.tiles_changed("made")
    assert renderer.restless(view)
    painted(view, renderer=renderer)  # fades in from here on
    fine = painted(view, [RasterLayer(source)])
    left, top, _, _ = edges((ZOOM, column, line), view.scale)
    spot = (max(top - view.top, 0) + 3, max(left - view.left, 0) + 3)
    assert (fine[spot] != coarse[spot]).any()


def test_finer_tiles_stand_in_too_and_a_missing_one_is_no_hole() -> None:
    view, source = looking(), MadeTiles(is_ready=False, colour=lambda _key: QColor(1, 2, 3))
    for key in keys_touching(source, ZOOM + 1, view.bounds):
        source.load(key)
    assert (painted(view, [RasterLayer(source)]) == (1, 2, 3)).all()
    gaps = MadeTiles(colour=lambda _key: QColor(1, 2, 3))
    gaps.missing.update(keys_touching(gaps, ZOOM, view.bounds))
    assert (painted(view, [RasterLayer(gaps)]) == (1, 2, 3)).all()


def test_what_is_wanted_begins_in_the_middle_and_stays_within_bounds() -> None:
    view, source = looking(), MadeTiles(is_ready=False)
    wanted = wanted_tiles(source, view)
    side = WORLD_M / 2**ZOOM
    assert wanted[0] == (ZOOM, int((view.x + HALF_WORLD_M) / side), int((view.y + HALF_WORLD_M) / side))
    seen = set(keys_touching(source, ZOOM, view.bounds))
    assert seen == set(wanted[: len(seen)])
    assert any(key[0] < ZOOM for key in wanted)
    assert len(wanted) < 60
    source.load(wanted[0])
    source.missing.add(wanted[1])
    assert not {wanted[0], wanted[1]} & set(wanted_tiles(source, view))
    far = MadeTiles(bounds=GroundBox(-70.0, 40.0, -69.0, 41.0), is_ready=False)
    assert wanted_tiles(far, view) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.floats(-180, 180),
    st.floats(-85.1, 85.1),
    st.floats(0.02, 400),
    st.integers(1, 4000),
    st.integers(-3, 40),
    st.integers(-3, 40),
    st.integers(-5, 10_000),
)
def test_no_view_and_no_source_asks_for_too_much(
    lon: float, lat: float, units: float, width: int, low: int, high: int, tile_px: int
) -> None:
    view = Viewport(*project_point(lon, lat), units, width, 1080)
    source = MadeTiles(min_zoom=low, max_zoom=high, tile_px=tile_px, is_ready=False)
    for zoom, x, y in wanted_tiles(source, view):
        assert 0 <= x < 2**zoom
        assert 0 <= y < 2**zoom
    assert len(wanted_tiles(source, view)) <= 2_000


def test_wishes_are_told_once_and_taken_back() -> None:
    source, wishes = MadeTiles(is_ready=False), TileWishes()
    wishes.set_layers([RasterLayer(source)])
    wishes.ask(looking())
    wishes.ask(looking())
    assert len(source.requests) == 1
    wishes.ask(looking().moved_to(looking().x + 500, looking().y))
    assert len(source.requests) == 2
    wishes.drop()
    assert source.requests[-1] == ()
    wishes.ask(looking())
    wishes.set_layers([])
    assert source.requests[-1] == ()
    wishes.set_layers([RasterLayer(source, opacity=0.0)])
    wishes.ask(looking())
    assert source.requests[-1] == ()


def test_a_calm_base_map_keeps_the_field_grey() -> None:
    red = MadeTiles(colour=lambda _key: QColor(220, 40, 40))
    view = looking(width=64, height=64)
    grey = painted(view, [RasterLayer(red, desaturate=1.0)])[30, 30]
    assert grey.max() - grey.min() <= 1
    gone = painted(view, [RasterLayer(red, dim=1.0)])[30, 30]
    assert np.abs(gone - rgb(LIGHT.field)).max() <= 1
    half = painted(view, [RasterLayer(red, opacity=0.5)])[30, 30]
    assert np.abs(half - (np.array([220, 40, 40]) + rgb(LIGHT.land)) / 2).max() <= 2


def test_a_light_map_is_darkened_by_night_and_a_dark_one_is_not() -> None:
    white = MadeTiles(colour=lambda _key: QColor(245, 245, 245))
    view = looking(width=64, height=64)
    assert painted(view, [RasterLayer(white)])[30, 30].max() == 245
    assert painted(view, [RasterLayer(white)], theme=DARK)[30, 30].max() < 120
    assert painted(view, [RasterLayer(white, is_for_dark=True)], theme=DARK)[30, 30].max() == 245
    greyed = painted(view, [RasterLayer(MadeTiles(colour=lambda _key: QColor(200, 20, 20)))], theme=DARK.greyed())
    assert greyed[30, 30].max() - greyed[30, 30].min() <= 1


def test_streets_and_names_stay_over_the_tiles() -> None:
    view = looking()
    key = tile_under_the_middle(view)
    white = MadeTiles(colour=lambda _key: QColor(255, 255, 255))
    picture = painted(view, [RasterLayer(white)], [cross_lines(key)])
    assert (picture.sum(axis=2) < 600).sum() > 100


def test_new_tiles_fade_in_and_then_the_map_rests(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map(400, 300, LIGHT)
    source = MadeTiles(is_ready=False, colour=lambda _key: QColor(30, 60, 90))
    city_map.go_to(*PLACE, 2.0, animate=False)
    city_map.ground.set_tile_sources([RasterLayer(source)])
    settle(qtbot, city_map)
    assert source.requests
    assert source.requests[-1]
    for key in source.requests[-1]:
        source.load(key)
    city_map.ground.tiles_changed("made")
    assert not city_map.is_settled()
    settle(qtbot, city_map)
    qtbot.wait(math.ceil(FADE_S * 1000))
    settle(qtbot, city_map)
    centre = city_map.grab().toImage().pixelColor(200, 100)
    assert centre.name() == "#1e3c5a"
    city_map.ground.tiles_changed("made")
    city_map.ground.tiles_changed("a stranger")
    assert city_map.is_settled()  # nothing was lacking any more
    city_map.hide()
    assert source.requests[-1] == ()


def test_who_made_the_ground_can_be_read(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map(500, 300)
    sources = [MadeTiles(f"s{i}", attribution=f"© Producteur de données géographiques numéro {i}") for i in range(5)]
    city_map.ground.set_tile_sources([RasterLayer(source) for source in sources])
    settle(qtbot, city_map)
    furniture = city_map.readout.furniture
    words = city_map.hover.words_around(furniture.boxes["attribution"].center())
    assert all(source.attribution in words for source in sources)
    city_map.ground.set_tile_sources([RasterLayer(sources[0]), RasterLayer(sources[1], opacity=0.0)])
    settle(qtbot, city_map)
    assert city_map.hover.words_around(furniture.boxes["attribution"].center()) == sources[0].attribution


def test_a_hostile_tile_is_painted_somehow() -> None:
    class Strange(MadeTiles):
        def image(self, z: int, x: int, y: int) -> QImage | None:
            return (QImage(), QImage(1, 3000, QImage.Format.Format_Mono), QImage(3, 2, QImage.Format.Format_ARGB32))[
                (x + y) % 3
            ]

    painted(looking(), [RasterLayer(Strange())])
    painted(looking(0.02), [RasterLayer(Strange(max_zoom=16), opacity=3.0, desaturate=-1, dim=7)])
