"""The layers panel: exact counts, boxes that change the active map's look, presets, base maps, kept places."""

import asyncio
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.panels.layers.panel import LayersPanel
from console.panels.layers.presenter import Check
from console.panels.map.panel import MapPanel
from console.store.context import Context
from console.store.ground_order import REGISTER
from console.store.map_look import BaseMapUse, HeatKind, MapLook, ViewKind, hidden_classes
from console.store.map_presets import Preset, apply_preset
from contract.stream import StatesBody, Visual
from tests.console.conftest import Bench


def _open(bench: Bench, qtbot: QtBot) -> tuple[MapPanel, LayersPanel]:
    city_map, layers = MapPanel(bench.context), LayersPanel(bench.context)
    qtbot.addWidget(city_map.widget)
    qtbot.addWidget(layers.widget)
    return city_map, layers


def _close(*panels: MapPanel | LayersPanel) -> None:
    for panel in panels:
        panel.close()


async def test_every_line_counts_what_there_is_and_what_is_in_alarm(bench: Bench, qtbot: QtBot) -> None:
    panels = _, layers = _open(bench, qtbot)
    assert layers.content.services.texts_of("class:streetlight") == ("Streetlight", "2,400", "3")
    assert layers.content.services.texts_of("service:lighting") == ("Public lighting", "2,460", "5")
    assert layers.content.states.texts_of(str(int(Visual.STALE)))[1] == "40"
    assert layers.communes.tree.texts_of("21231") == ("Dijon", "2,550", "7")
    _close(*panels)


async def test_counts_follow_the_city_within_a_second(bench: Bench, qtbot: QtBot) -> None:
    panels = _, layers = _open(bench, qtbot)
    layers.widget.show()
    lamp = bench.asset("PL-000-00").id
    alarm = np.array([int(Visual.ALARM_P4)], np.uint8).tobytes()
    one = np.array([lamp], "<u4").tobytes()
    bench.stores.states.apply(StatesBody(ids=one, visuals=alarm, levels=b"\xff", versions=one))
    bench.stores.flush()
    qtbot.waitUntil(lambda: layers.content.services.texts_of("class:streetlight")[2] == "4", timeout=3000)
    _close(*panels)


async def test_a_box_hides_a_class_on_the_map_and_its_service_is_half_on(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    before = city_map.city_map.counts_in_view().total
    layers.content.services.press("class:streetlight")
    assert layers.content.services.check_of("service:lighting") is Check.PART
    qtbot.waitUntil(lambda: city_map.city_map.counts_in_view().total < before)
    # Alarms are seen whatever is hidden: three lamps are in alarm.
    assert city_map.city_map.counts_in_view().by_class.get("streetlight", 0) <= 3
    layers.content.services.press("service:lighting")
    assert city_map.opened.look == MapLook()
    _close(*panels)


async def test_what_was_hidden_when_the_panel_opened_has_a_box_to_show_it_again(bench: Bench, qtbot: QtBot) -> None:
    first = city_map, layers = _open(bench, qtbot)
    layers.content.services.press("class:streetlight")
    _close(layers)
    again = LayersPanel(bench.context)
    qtbot.addWidget(again.widget)
    tree = again.content.services
    item = tree.findItems("Streetlight", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)[0]
    assert item.data(0, Qt.ItemDataRole.CheckStateRole) is not None
    item.setCheckState(0, Qt.CheckState.Checked)
    assert city_map.opened.look == MapLook()
    _close(first[0], again)


async def test_boxes_answer_to_the_space_bar(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    tree = layers.content.services
    layers.widget.show()
    tree.setFocus()
    traffic = tree.topLevelItem(2)
    assert traffic is not None
    tree.setCurrentItem(traffic)
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert hidden_classes(city_map.opened.look, bench.stores.catalogue.classes) == {"junction"}
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert city_map.opened.look == MapLook()
    _close(*panels)


async def test_hidden_alarms_are_told_and_one_press_shows_them(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    city_map.widget.show()
    layers.content.states.press(str(int(Visual.ALARM_P4)))
    assert not city_map.opened.look.shows_all_alarms
    qtbot.waitUntil(lambda: city_map.opened.alarms_hidden == 3)
    assert city_map.bar.hidden.isVisible()
    assert "3" in city_map.bar.hidden.text()
    city_map.bar.hidden.click()
    qtbot.waitUntil(lambda: city_map.opened.alarms_hidden == 0)
    assert not city_map.bar.hidden.isVisible()
    _close(*panels)


async def test_communes_are_searched_and_chosen(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    layers.communes.search.setText("chenove")
    assert layers.communes.tree.texts_of("21166")[0] == "Chenôve"
    with pytest.raises(KeyError):
        layers.communes.tree.texts_of("21231")
    layers.communes.none.click()
    assert city_map.opened.look.communes == frozenset()
    layers.communes.tree.press("21166")
    assert city_map.opened.look.communes == {"21166"}
    layers.communes.all.click()
    assert city_map.opened.look == MapLook()
    _close(*panels)


async def test_the_panel_steers_the_map_that_was_worked_on_last(bench: Bench, qtbot: QtBot) -> None:
    first, layers = _open(bench, qtbot)
    second = MapPanel(_as_panel(bench, "map:2"))
    qtbot.addWidget(second.widget)
    assert [layers.maps.itemText(row) for row in range(layers.maps.count())] == ["Map", "Map 2"]
    bench.stores.maps.activate(second.opened)
    assert layers.maps.currentText() == "Map 2"
    layers.display.views[ViewKind.LIGHTING_NIGHT].click()
    assert second.opened.look.view is ViewKind.LIGHTING_NIGHT
    assert first.opened.look.view is ViewKind.PLAIN
    second.close()
    assert layers.maps.currentText() == "Map"
    assert layers.display.views[ViewKind.PLAIN].isChecked()
    _close(first)
    assert not layers.tabs.isVisibleTo(layers.widget)
    _close(layers)


async def test_a_preset_is_one_action_and_ones_own_is_kept_renamed_deleted_and_brought_back(
    bench: Bench, qtbot: QtBot
) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    await bench.stores.meet(bench.client, bench.context.tasks)
    row = layers.presets
    row.choice.activated.emit(row.choice.findText("Cameras"))
    wanted = apply_preset(MapLook(), Preset.CAMERAS, bench.stores.catalogue.classes)
    assert city_map.opened.look == wanted
    layers.display.switches["has_labels"].click()
    assert row.choice.currentText() == "Cameras"
    layers.content.services.press("class:building")
    assert row.choice.currentIndex() == 0  # changed by hand
    row.keep.trigger()
    row.name.setText("Ma ronde")
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    assert row.choice.currentText() == "Ma ronde"
    row.rename.trigger()
    row.name.setText("Ronde de nuit")
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    assert [kept.name for kept in bench.stores.map_shelf.looks] == ["Ronde de nuit"]
    row.delete.trigger()
    assert not bench.stores.map_shelf.looks
    row.undo.button.click()
    assert [kept.name for kept in bench.stores.map_shelf.looks] == ["Ronde de nuit"]
    _close(*panels)
    await bench.stores.leave()


async def test_base_maps_are_listed_top_first_and_switched_ordered_and_dimmed(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    await bench.stores.meet(bench.client, bench.context.tasks)
    page = layers.grounds
    await _listed(bench)
    assert page.list.keys == [REGISTER, "tram", "ign-plan", "ortho"]
    assert city_map.opened.look == MapLook(), "showing a list changes nothing"
    page.list.setCurrentRow(3)
    QTest.keyClick(page.list, Qt.Key.Key_Space)
    assert city_map.opened.look.base_maps[0] == BaseMapUse(id="ortho", is_on=True)
    page.opacity.setValue(40)
    page.dim.setValue(25)
    QTest.keyClick(page.list, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.list.keys == [REGISTER, "tram", "ortho", "ign-plan"]
    assert city_map.opened.look.base_maps[1] == BaseMapUse(id="ortho", is_on=True, opacity_percent=40, dim_percent=25)
    page.list.setCurrentRow(3)
    assert re.search(r"since \d\d:\d\d", page.trouble.text())
    assert page.again.isVisibleTo(page)
    _close(*panels)
    await bench.stores.leave()


async def test_places_are_kept_from_the_map_and_gone_back_to_by_digit(bench: Bench, qtbot: QtBot) -> None:
    panels = city_map, layers = _open(bench, qtbot)
    city_map.city_map.go_to(5.03, 47.33, 2.0, animate=False)
    city_map.opened.set_look(MapLook(view=ViewKind.LIGHTING_NIGHT))
    city_map.keep_bookmark()
    assert [item.name for item in bench.stores.map_shelf.bookmarks] == ["Dijon"]
    city_map.opened.set_look(MapLook())
    city_map.city_map.zoom_to_all(animate=False)
    with qtbot.waitExposed(city_map.widget):
        city_map.widget.show()
    keys = {item.key().toString(): item for item in city_map.city_map.findChildren(QShortcut)}
    keys["1"].activated.emit()
    assert city_map.opened.look.view is ViewKind.LIGHTING_NIGHT
    qtbot.waitUntil(lambda: abs(city_map.city_map.view.lon_lat[0] - 5.03) < 1e-4, timeout=3000)
    page = layers.places
    page.list.rename_requested.emit(page.list.current_key)
    page.name.setText("Gare")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert [item.name for item in bench.stores.map_shelf.bookmarks] == ["Gare"]
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    assert not bench.stores.map_shelf.bookmarks
    page.undo.button.click()
    assert [item.name for item in bench.stores.map_shelf.bookmarks] == ["Gare"]
    _close(*panels)


async def test_energy_is_asked_for_when_it_is_wanted_and_unknown_is_said(bench: Bench, qtbot: QtBot) -> None:
    panels = _, layers = _open(bench, qtbot)
    assert not bench.stores.energy.kwh
    layers.display.heats[HeatKind.ENERGY].click()
    assert "asked for" in layers.display.heat_words.text()
    while bench.stores.energy.is_asking:
        await _breath()
    assert "2,360 lights" in layers.display.heat_words.text()  # the dark cabinet's forty are not believed
    _close(*panels)
    await bench.stores.leave()


async def test_every_box_and_field_has_a_name_for_those_who_hear_it(bench: Bench, qtbot: QtBot) -> None:
    panels = _, layers = _open(bench, qtbot)
    nameless = [
        widget
        for widget in (
            layers.maps, layers.presets.choice, layers.presets.more, layers.content.services, layers.content.states,
            layers.communes.search, layers.communes.all, layers.communes.none, layers.communes.tree,
            layers.grounds.list, layers.grounds.opacity, layers.grounds.dim, layers.places.list,
        )
        if not widget.accessibleName()
    ]  # fmt: skip
    assert not nameless
    item = layers.content.services.topLevelItem(0)
    assert item is not None
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "Public buildings, shown, 20 in all, 1 in alarm"
    _close(*panels)


def _as_panel(bench: Bench, panel_id: str) -> Context:
    return replace(bench.context, panel_id=panel_id)


async def _listed(bench: Bench) -> None:
    while not bench.stores.base_maps.is_listed:
        await _breath()


async def _breath() -> None:
    await asyncio.sleep(0)
