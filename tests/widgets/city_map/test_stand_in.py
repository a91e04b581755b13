"""What is shown while tiles are still being painted, and what is kept when nobody looks."""

from __future__ import annotations

import weakref

import numpy as np
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import ids, octets, scattered
from widgets.city_map import DARK, AssetVisual, MapTexts, Viewport
from widgets.city_map.frame import Frame
from widgets.city_map.mercator import project_point
from widgets.city_map.painting import MapPainting
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.raster.tiles import TILE, TileLayer
from widgets.city_map.scene.scene import Scene
from widgets.city_map.values import Float64s

X, Y = project_point(5.04, 47.32)
VIEW = Viewport(X, Y, 6.0, 400, 300)


class SlowRenderer(RasterRenderer):
    """A renderer that never finishes within a frame's budget."""

    def prepare(self, view: Viewport, budget_s: float) -> bool:
        return budget_s > 1 and super().prepare(view, budget_s)


def frame(view: Viewport, *, is_zooming: bool = False) -> Frame:
    return Frame(view, 0, is_zooming, is_flash_on=False, has_focus=False, has_legend=False, lost_words=None)


def paint(painting: MapPainting, what: Frame) -> tuple[bool, QImage]:
    image = QImage(what.view.width, what.view.height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    is_final = painting.paint(painter, what, MapTexts(), is_empty=False)
    painter.end()
    return is_final, image


def colours(image: QImage) -> int:
    return len(np.unique(np.frombuffer(image.constBits(), np.uint32)))


def scene() -> Scene:
    made = Scene()
    made.replace_assets(scattered(3000, spread=0.01))
    made.set_states(made.store.ids.copy(), np.zeros(3000, np.uint8))
    return made


def test_the_first_picture_is_whole_however_long_it_takes(qtbot: QtBot) -> None:
    painting = MapPainting(scene(), SlowRenderer(), DARK, QFont())
    is_final, _ = paint(painting, frame(VIEW))
    assert is_final
    assert painting.is_whole(VIEW)


def test_while_zooming_the_last_picture_stands_in_and_never_a_hole(qtbot: QtBot) -> None:
    painting = MapPainting(scene(), RasterRenderer(), DARK, QFont())
    paint(painting, frame(VIEW))
    nearer = VIEW.zoomed_about(100, 100, 4.0)
    is_final, picture = paint(painting, frame(nearer, is_zooming=True))
    assert not is_final
    assert colours(picture) > 50
    is_final, _ = paint(painting, frame(nearer))
    while not is_final:
        is_final, _ = paint(painting, frame(nearer))
    assert painting.is_whole(nearer)


def test_the_stand_in_does_not_stay_for_ever_when_painting_never_keeps_up(qtbot: QtBot) -> None:
    painting = MapPainting(scene(), SlowRenderer(), DARK, QFont())
    paint(painting, frame(VIEW))
    nearer = VIEW.with_units(3.0)
    frames = 0
    while not paint(painting, frame(nearer))[0]:
        frames += 1
        assert frames < 60


def test_changes_nobody_looks_at_are_not_piled_up(qtbot: QtBot) -> None:
    city, renderer = scene(), RasterRenderer()
    renderer.show(city.store, city.index)
    while not renderer.prepare(VIEW, 1.0):
        pass
    told: list[weakref.ref[Float64s]] = []
    for turn in range(5000):
        x, y = city.set_levels(ids(1 + turn % 3000), octets(turn % 100))
        renderer.places_changed(x, y)
        told.append(weakref.ref(x))
    city.set_states(ids(7), octets(AssetVisual.FAULT))
    assert sum(each() is not None for each in told) <= 2000


def test_tiles_passed_by_are_let_go(qtbot: QtBot) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(column: int, line: int, _scale: float) -> QImage:
        drawn.append((column, line))
        return QImage(1, 1, QImage.Format.Format_RGB32)

    layer = TileLayer(draw)
    for step in range(60):
        layer.prepare(VIEW.moved_to(X + step * TILE * VIEW.units, Y), 1, float("inf"))
    assert len(drawn) > 150
    assert len(layer.drawn()) < 40
