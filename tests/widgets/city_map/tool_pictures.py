"""Pictures of base maps and tools for the eye: `python -m tests.widgets.city_map.tool_pictures FOLDER`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bench.generated_map import NAMES, STYLES, generate
from tests.widgets.city_map.french import FRENCH
from tests.widgets.city_map.made_tiles import MadeTiles
from widgets.city_map import (
    DARK,
    LIGHT,
    CityMap,
    CoordinateForm,
    MapFilter,
    MapMark,
    MapTexts,
    MapTool,
    MarkKind,
    RasterLayer,
)
from widgets.frame_clock import FrameClock

MIDDLE = (5.0470, 47.3262)
SIZES = ((800, 500), (1920, 1080))
NOTICES = (
    "IGN plan : serveur injoignable depuis 14:02",
    "Fond communal : fichier illisible (communes.gpkg). Demandez à l'administrateur de le réimporter.",
)


def main(folder: Path) -> None:
    """Each tool and base map in both themes and sizes, French in the light."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    sample, clock = generate(), FrameClock()
    for name, theme, texts in (("dark_en", DARK, MapTexts()), ("light_fr", LIGHT, FRENCH)):
        for width, height in SIZES:
            shown = CityMap(clock, theme=theme, texts=texts)
            shown.resize(width, height)
            shown.set_classes(STYLES)
            shown.set_communes(NAMES, sample.centroids)
            shown.ground.set_base_layers(sample.layers)
            shown.set_assets(sample.columns)
            shown.set_states(sample.columns.ids, sample.states)
            shown.set_levels(sample.columns.ids, sample.levels)
            shown.set_cones(sample.cones)
            shown.set_labels(sample.labels)
            shown.show()

            def save(what: str, shown: CityMap = shown, prefix: str = f"{name}_{width}") -> None:
                _settle(application, shown)
                shown.grab().save(str(folder / f"{prefix}_{what}.png"))

            _story(shown, save)
            shown.close()
    clock.close()


def _story(shown: CityMap, save: Callable[[str], None]) -> None:
    shown.go_to(*MIDDLE, 4.0, animate=False)
    QTest.mouseMove(shown, QPoint(300, 220))
    shown.ground.set_tile_sources(
        [RasterLayer(MadeTiles(attribution="© Fond de plan de démonstration, producteurs divers"))]
    )
    save("tiles")
    shown.ground.set_tile_sources([RasterLayer(MadeTiles(), opacity=0.8, desaturate=1.0, dim=0.5)])
    shown.readout.set_notices(NOTICES)
    shown.readout.set_form(CoordinateForm.LAMBERT_93)
    QTest.mouseMove(shown, QPoint(320, 240))
    save("calm_tiles")
    shown.ground.set_tile_sources([])
    shown.tools.start(MapTool.MEASURE_DISTANCE)
    for spot in ((120, 300), (340, 180), (520, 330)):
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*spot))
    QTest.mouseMove(shown, QPoint(600, 220))
    shown.toggle_legend()
    save("measure")
    shown.tools.start(MapTool.MEASURE_AREA)
    for spot in ((120, 300), (340, 180), (520, 330), (400, 400)):
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*spot))
    save("area")
    shown.toggle_legend()
    shown.tools.start(MapTool.SELECT_RADIUS)
    _drag(shown, (350, 250), (470, 300))
    shown.readout.set_notices(())
    QTest.keyClick(shown, Qt.Key.Key_Right)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    QTest.keyClick(shown, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    save("radius")
    shown.tools.stop()
    shown.go_to(*MIDDLE, 0.8, animate=False)
    shown.tools.start(MapTool.SELECT_RECTANGLE)
    _drag(shown, (300, 150), (420, 260))
    save("few_chosen")
    shown.tools.stop()
    shown.chosen.set_ids(np.empty(0, np.uint32))
    kinds = (MarkKind.RESULT, MarkKind.RESULT, MarkKind.RESULT, MarkKind.BOOKMARK, MarkKind.NEAREST, MarkKind.NEAREST)
    spots = ((200, 200), (420, 260), (600, 180), (300, 350), (500, 380), (640, 320))
    labels = ("Rue de la Liberté", "Place de la Libération", "Rue Monge", "Carrefour de l'Hôpital", "Caméra 12", "")
    marks = [
        MapMark(str(i), *shown.view.moved_to(*shown.view.to_world(*QPointF(*spot).toTuple())).lon_lat, label, kind)
        for i, (spot, label, kind) in enumerate(zip(spots, labels, kinds, strict=True))
    ]
    shown.marks.set_marks(marks)
    shown.set_filter(MapFilter(hidden_classes=frozenset({"vehicle"})))
    shown.toggle_legend()
    shown.set_link_lost("since 14:03:22")
    shown.readout.set_notices(NOTICES)
    save("marks_lost")


def _drag(shown: CityMap, start: tuple[int, int], end: tuple[int, int]) -> None:
    no_key = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(shown, Qt.MouseButton.LeftButton, no_key, QPoint(*start))
    QTest.mouseMove(shown, (QPoint(*start) + QPoint(*end)) / 2)
    QTest.mouseMove(shown, QPoint(*end))
    QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, no_key, QPoint(*end))


def _settle(application: QApplication, shown: CityMap) -> None:
    until = time.monotonic() + 10
    while not shown.is_settled() and time.monotonic() < until:
        application.processEvents()
    for _ in range(80):
        application.processEvents()
        time.sleep(0.015)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
