"""A map that is closed gives its memory back at once: consoles open and close maps for months."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import STYLES, ids, scattered
from widgets.city_map import AssetColumns, CityMap, MapTool
from widgets.frame_clock import FrameClock


@pytest.mark.parametrize("is_busy", [False, True])
def test_a_closed_map_keeps_neither_columns_nor_pictures(qtbot: QtBot, is_busy: bool) -> None:
    clock, assets = FrameClock(), scattered(30_000)
    _closed(_opened(qtbot, clock, assets))  # fonts and shapes are kept for all maps to come
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        city_map = _opened(qtbot, clock, assets)
        if is_busy:
            city_map.zoom_by(0.5)
        open_bytes = tracemalloc.get_traced_memory()[0]
        _closed(city_map)
        left_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left_bytes < open_bytes / 8
    assert clock.is_idle()


def _opened(qtbot: QtBot, clock: FrameClock, assets: AssetColumns) -> CityMap:
    city_map = CityMap(clock)
    city_map.resize(800, 600)
    city_map.set_classes(STYLES)
    city_map.set_assets(assets)
    city_map.show()
    qtbot.waitUntil(city_map.is_settled, timeout=8000)
    city_map.tools.start(MapTool.SELECT_LASSO)
    city_map.chosen.set_ids(ids(1, 2, 3))
    return city_map


def _closed(city_map: CityMap) -> None:
    city_map.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
