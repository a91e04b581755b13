"""Find and go on the map panel: type, walk, Enter; what is nearest; cameras that turn; what is chosen."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.panels.map.menu import place_menu
from console.panels.map.panel import MapPanel
from contract.assets import Asset
from tests.console.conftest import Bench
from widgets.city_map import MapTool


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> MapPanel:
    panel = bench.open("map")
    assert isinstance(panel, MapPanel)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(1000, 700)
    panel.widget.show()
    qtbot.waitExposed(panel.widget)
    return panel


def _of_class(bench: Bench, code: str) -> Asset:
    return next(asset for asset in bench.client.assets.values() if asset.class_ == code)


async def _find(panel: MapPanel, bench: Bench, words: str) -> None:
    panel.guide.search.box.setText(words)
    QTest.keyClick(panel.guide.search.box, Qt.Key.Key_Return)
    await bench.work_done()


async def test_a_camera_is_found_by_its_number_and_enter_goes_there(panel: MapPanel, bench: Bench) -> None:
    camera = _of_class(bench, "camera")
    await _find(panel, bench, str(camera.number))
    box = panel.guide.search.box
    was_open = box.is_open
    assert camera.name in box.list.currentItem().text()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert bench.stores.selection.asset_id == camera.id
    assert (was_open, box.is_open) == (True, False)
    panel.city_map.go_to(*panel.city_map.view.lon_lat, animate=False)
    panel.close()


async def test_what_is_found_is_marked_and_a_mark_goes_there(panel: MapPanel, bench: Bench) -> None:
    lamp = _of_class(bench, "streetlight")
    await _find(panel, bench, lamp.code)
    panel.city_map.marks.activated.emit("found 0")
    assert bench.stores.selection.asset_id == lamp.id
    panel.close()


async def test_nothing_found_says_what_to_try(panel: MapPanel, bench: Bench) -> None:
    await _find(panel, bench, "zzzzqqq")
    assert "Nothing is called that" in panel.guide.search.box.words.text()
    panel.close()


async def test_the_slash_key_begins_a_search(panel: MapPanel, bench: Bench, qtbot: QtBot) -> None:
    panel.widget.activateWindow()
    panel.focus_first()
    QTest.keyClick(panel.city_map, Qt.Key.Key_Slash)
    qtbot.waitUntil(panel.guide.search.box.hasFocus, timeout=2000)
    panel.close()


async def test_the_menu_turns_cameras_to_a_place_and_shows_them(panel: MapPanel, bench: Bench) -> None:
    shown: list[object] = []
    bench.stores.selection.cameras_requested.connect(shown.append)
    menu = place_menu(panel.guide.acts, bench.context.texts, panel.widget, 0, 5.04, 47.32)
    turn = next(action for action in menu.actions() if action.text().startswith("Turn the cameras here"))
    turn.trigger()
    await bench.work_done()
    assert (bench.client.looked[0].lon, bench.client.looked[0].lat) == (5.04, 47.32)
    assert shown
    panel.close()


async def test_the_nearest_are_marked_and_come_into_view(panel: MapPanel, bench: Bench, qtbot: QtBot) -> None:
    lamp = _of_class(bench, "streetlight")
    panel.city_map.go_to(0.0, 0.0, 1.0, animate=False)
    panel.guide.acts.show_nearest("camera", lamp.lon, lamp.lat)
    await bench.work_done()
    qtbot.waitUntil(lambda: abs(panel.city_map.view.lon_lat[0] - lamp.lon) < 0.1, timeout=5000)
    panel.close()


async def test_what_an_area_holds_is_chosen_for_all_and_listed(panel: MapPanel, bench: Bench) -> None:
    lamps = [asset.id for asset in bench.client.assets.values() if asset.class_ == "streetlight"][:5]
    panel.choosing.actions[MapTool.SELECT_RECTANGLE].trigger()
    assert panel.city_map.tools.kind is MapTool.SELECT_RECTANGLE
    panel.city_map.chosen.set_ids(np.array(lamps, np.uint32))
    panel.city_map.chosen.changed.emit(panel.city_map.chosen.ids)
    assert sorted(bench.stores.contents.chosen.asset_ids) == sorted(lamps)
    assert bench.opened[-1] == "selection"
    bench.stores.contents.choose(())
    assert panel.city_map.chosen.ids.size == 0
    panel.close()


async def test_the_list_beside_the_map_is_told_only_while_it_is_open(
    panel: MapPanel, bench: Bench, qtbot: QtBot
) -> None:
    bench.stores.maps.activate(panel.opened)
    panel.city_map.zoom_to_all(animate=False)
    qtbot.wait(600)
    assert bench.stores.contents.in_view.total == 0
    bench.stores.contents.begin_reading()
    qtbot.waitUntil(lambda: bench.stores.contents.in_view.total > 0, timeout=3000)
    assert bench.stores.contents.in_view.total == panel.city_map.counts_in_view().total
    bench.stores.contents.end_reading()
    panel.close()


async def test_only_what_moves_can_be_followed(panel: MapPanel, bench: Bench) -> None:
    assert not panel.guide.acts.can_follow(_of_class(bench, "streetlight").id)
    panel.close()
