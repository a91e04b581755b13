"""An asset's file: fields set after a yes, moved by a click, retired with a reason, taken back."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.panels.asset_file.panel import AssetFilePanel
from console.panels.map.panel import MapPanel
from contract.asset_editing import AssetFields
from contract.assets import Asset, AssetStatus
from contract.stream import AssetsBody, Changes, Topic, TopicKind
from tests.console.conftest import Bench
from widgets.city_map import MapTool

LAMP, OTHER = "PL-004-12", "PL-004-13"


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> AssetFilePanel:
    """Open on a lamp."""
    bench.stores.selection.select(bench.asset(LAMP).id)
    return _opened(bench, qtbot)


def _opened(bench: Bench, qtbot: QtBot) -> AssetFilePanel:
    made = bench.open("asset_file")
    assert isinstance(made, AssetFilePanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(520, 860)
    made.widget.show()
    return made


@pytest.fixture
async def city_map(bench: Bench, qtbot: QtBot) -> MapPanel:
    """A map that was worked on last."""
    made = bench.open("map")
    assert isinstance(made, MapPanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(800, 600)
    made.widget.show()
    bench.stores.maps.activate(made.opened)
    return made


def stream(bench: Bench, asset: Asset) -> None:
    """What the backend tells of it."""
    bench.stores.message(Changes(Topic(TopicKind.ASSETS, asset.commune, "all"), 2, AssetsBody((asset,), ()), 0))
    bench.stores.flush()


def tool(city_map: MapPanel) -> MapTool | None:
    return city_map.city_map.tools.kind


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else item.text()


async def test_only_what_was_written_is_sent_with_its_reason(bench: Bench, panel: AssetFilePanel) -> None:
    lamp = bench.asset(LAMP)
    assert not panel.form.save_button.isEnabled()
    panel.form.form.set_text("name", "Lampe du marché")
    panel.form.form.set_text("height_m", "6,5")
    panel.form.form.set_text("commissioned", "31/05/2012")
    panel.form.extra.show_rows([("", ("mast", "steel"))])
    panel.form.reason.setText("relevé")
    panel.form.save()
    await bench.work_done()
    asset_id, wanted = bench.client.assets_edited[0]
    assert (asset_id, wanted.version, wanted.reason) == (lamp.id, lamp.version, "relevé")
    assert msgspec.to_builtins(wanted.fields) == {
        "name": "Lampe du marché",
        "height_m": 6.5,
        "commissioned": "2012-05-31",
        "extra": {"mast": "steel"},
    }
    assert "is saved" in panel.notice.text
    assert not panel.form.is_dirty
    panel.close()


async def test_what_cannot_be_is_marked_at_its_field_and_not_sent(bench: Bench, panel: AssetFilePanel) -> None:
    panel.form.form.set_text("height_m", "high")
    panel.form.form.set_text("number", "7.5")
    panel.form.form.set_text("parent", "no such code")
    panel.form.save()
    await bench.work_done()
    assert not bench.client.assets_edited
    assert "Nothing was saved" in panel.notice.text
    panel.close()


async def test_what_the_backend_refuses_is_told_and_stays_written(bench: Bench, panel: AssetFilePanel) -> None:
    bench.client.edit_refusal = RequestRefused(409, "Nothing was changed.", "somebody changed it meanwhile")
    panel.form.form.set_text("name", "x")
    panel.form.save()
    await bench.work_done()
    assert "somebody changed it meanwhile" in panel.notice.text
    assert panel.form.form.text("name") == "x"
    panel.close()


async def test_another_selection_waits_for_what_is_not_kept(bench: Bench, panel: AssetFilePanel) -> None:
    panel.form.form.set_text("name", "x")
    bench.stores.selection.select(bench.asset(OTHER).id)
    assert "not saved" in panel.notice.text
    assert panel.form.form.text("name") == "x"
    panel.form.discard()
    bench.stores.selection.select(None)
    bench.stores.selection.select(bench.asset(OTHER).id)
    assert panel.form.asset == bench.asset(OTHER)
    panel.close()


async def test_what_others_change_meanwhile_is_told_and_does_not_wipe_the_form(
    bench: Bench, panel: AssetFilePanel
) -> None:
    panel.form.form.set_text("name", "mine")
    lamp = bench.asset(LAMP)
    stream(bench, msgspec.structs.replace(lamp, name="theirs", version=lamp.version + 1))
    assert "Somebody just changed" in panel.notice.text
    assert panel.form.form.text("name") == "mine"
    panel.close()


async def test_a_lamp_is_moved_by_a_click_on_the_map(bench: Bench, panel: AssetFilePanel, city_map: MapPanel) -> None:
    lamp = bench.asset(LAMP)
    panel.move()
    assert tool(city_map) is MapTool.PLACE
    QTest.mouseClick(city_map.city_map, Qt.MouseButton.LeftButton, pos=city_map.city_map.rect().center())
    await bench.work_done()
    asset_id, wanted = bench.client.assets_edited[0]
    assert asset_id == lamp.id
    assert set(msgspec.to_builtins(wanted.fields)) == {"lon", "lat"}
    assert tool(city_map) is None
    assert "is moved" in panel.notice.text
    panel.close()
    city_map.close()


async def test_keys_place_it_too_and_escape_leaves_it(bench: Bench, panel: AssetFilePanel, city_map: MapPanel) -> None:
    panel.move()
    QTest.keyClick(city_map.city_map, Qt.Key.Key_Escape)
    assert tool(city_map) is None
    assert "stays where it is" in panel.notice.text
    panel.move()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(city_map.city_map, key)
    await bench.work_done()
    assert len(bench.client.assets_edited) == 1
    panel.close()
    city_map.close()


async def test_a_lamp_is_retired_with_a_reason_and_taken_back(bench: Bench, panel: AssetFilePanel) -> None:
    panel.retire()
    panel.reason.reason.setText("mast fell")
    panel.reason.confirm.click()
    await bench.work_done()
    _, wanted = bench.client.assets_edited[0]
    assert (wanted.fields, wanted.reason) == (AssetFields(status=AssetStatus.RETIRED), "mast fell")
    stream(bench, bench.client.assets[bench.asset(LAMP).id])
    assert panel.retire_button.toolTip() == "Return to service"
    panel.close()


async def test_an_asset_is_created_where_the_map_was_pointed_at(
    bench: Bench, panel: AssetFilePanel, city_map: MapPanel
) -> None:
    city_map.guide.acts.create_here(5.0411, 47.3221)
    assert panel.form.is_new
    panel.form.kind.setCurrentIndex(panel.form.kind.findData("camera"))
    panel.form.form.set_text("name", "Place Darcy")
    panel.form.save()
    await bench.work_done()
    made = bench.client.assets_created[0]
    assert (made.class_, made.code, made.fields.name) == ("camera", "", "Place Darcy")
    assert (made.fields.lon, made.fields.lat) == (5.0411, 47.3221)
    new = max(bench.client.assets)
    assert bench.stores.selection.asset_id == new
    stream(bench, bench.client.assets[new])
    assert panel.form.asset == bench.client.assets[new]
    panel.close()
    city_map.close()


async def test_a_new_asset_without_a_place_is_not_sent(bench: Bench, qtbot: QtBot) -> None:
    panel = _opened(bench, qtbot)
    panel.begin_new()
    panel.form.save()
    await bench.work_done()
    assert not bench.client.assets_created
    panel.form.discard()
    assert not panel.form.is_new
    panel.close()


async def test_the_history_tells_each_field_and_several_are_undone_together(
    bench: Bench, panel: AssetFilePanel
) -> None:
    panel.tabs.setCurrentIndex(1)
    await bench.work_done()
    history = panel.history
    assert cell(history.table, 0, 2) == "Moved"
    assert cell(history.table, 1, 2) == "Changed in bulk (38 assets)"
    assert cell(history.difference, 0, 0) == "Longitude"
    history.table.selectAll()
    assert not history.undo_button.isEnabled(), "the oldest was taken back already"
    history.table.clearSelection()
    for row in (0, 1):
        for column in range(4):
            item = history.table.item(row, column)
            assert item is not None
            item.setSelected(True)
    assert history.undo_button.text() == "Undo these 2 changes"
    assert [cell(history.difference, row, 0) for row in range(3)] == ["Street", "Longitude", "Latitude"]
    history.undo_button.click()
    await bench.work_done()
    assert bench.client.edits_undone[0].edits == ("e3", "e2")
    panel.close()


async def test_ctrl_z_takes_back_what_one_did_last(bench: Bench, panel: AssetFilePanel) -> None:
    panel.undo_last()
    await bench.work_done()
    assert "nothing that can be undone" in panel.notice.text
    panel.close()
