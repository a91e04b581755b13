"""The register panel as its operator uses it: find, filter, order, group, keep, change many, undo; map in step."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.panels.register.panel import RegisterPanel
from console.store.map_contents import MapListing
from console.store.register_filters import Condition, Group, Operator, RegisterView
from contract.asset_editing import AssetFields
from contract.assets import AssetStatus
from contract.named_content import NamedContent
from contract.stream import AssetsBody, Changes, Topic, TopicKind
from tests.console.conftest import Bench
from widgets.filter_builder.line import LineEditor
from widgets.filter_values import FilterLine


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> AsyncIterator[RegisterPanel]:
    async with bench.shown(RegisterPanel(bench.context), 900, 700) as panel:
        qtbot.waitUntil(lambda: not bench.stores.register.is_behind, timeout=5000)
        await bench.work_done()
        panel.refresh()
        yield panel


def _codes(panel: RegisterPanel) -> list[str]:
    found = [panel.presenter.asset_of(int(line)) for line in panel.table.lines.lines]
    return [asset.code for asset in found if asset is not None]


def _cell(panel: RegisterPanel, number: int, place: int = 0) -> str:
    return str(panel.table.lines.index(number, place).data())


def _line(panel: RegisterPanel, number: int = 0) -> LineEditor:
    editor = panel.filtering.builder.root.editors[number]
    assert isinstance(editor, LineEditor)
    return editor


async def test_everything_is_listed_and_words_narrow_it_as_they_are_typed(
    panel: RegisterPanel, bench: Bench, qtbot: QtBot
) -> None:
    total = sum(asset.line is None for asset in bench.client.assets.values())
    assert len(panel.table.lines.lines) == total
    panel.focus_first()
    QTest.keyClicks(panel.search, "berbisey 003")
    qtbot.waitUntil(lambda: 0 < len(panel.table.lines.lines) < total, timeout=3000)
    assert _codes(panel)
    assert "of" in panel.count.text()


async def test_a_filter_is_built_by_hand_and_told_in_words(panel: RegisterPanel, qtbot: QtBot) -> None:
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_F)
    builder = panel.filtering.builder
    assert builder.isVisible()
    _line(panel).show_line(FilterLine("class", "is", ("camera",)))
    builder.root.begin_line()
    _line(panel, 1).show_line(FilterLine("number", "at_most", ("",)))
    QTest.keyClicks(_line(panel, 1).first, "5")
    qtbot.waitUntil(lambda: 0 < len(_codes(panel)) <= 5, timeout=3000)
    assert "Class is one of Camera and Number at most 5" in panel.filtering.summary.text()
    QTest.keyClicks(_line(panel, 1).first, "x")
    assert "“5x” is no number" in builder.trouble.text()
    panel.filtering.clear.click()
    qtbot.waitUntil(lambda: len(_codes(panel)) > 100, timeout=3000)
    assert panel.filtering.summary.isHidden()


async def test_nothing_found_says_what_to_do(panel: RegisterPanel) -> None:
    panel.presenter.ask(filter=Group(items=(Condition("code", Operator.IS, ("no such code",)),)))
    panel.refresh()
    assert panel.table.isHidden()
    assert "Take a condition away" in panel.empty.text()


async def test_heads_put_in_order_backwards_and_no_longer(panel: RegisterPanel) -> None:
    plain = _codes(panel)
    order = panel.table.heads.order_requested
    order.emit("code", False)
    assert _codes(panel) == plain
    order.emit("code", False)
    assert _codes(panel) == plain[::-1]
    order.emit("code", False)
    order.emit("class", False)
    order.emit("code", True)
    assert [key.field for key in panel.presenter.view.sort] == ["class", "code"]
    assert "¹" in str(panel.table.lines.headerData(2, Qt.Orientation.Horizontal))


async def test_groups_tell_counts_open_with_the_arrow_and_are_marked_whole(panel: RegisterPanel, bench: Bench) -> None:
    box = panel.filtering.group
    box.setCurrentIndex(box.findData("class"))
    panel.refresh()
    cameras = [asset for asset in bench.client.assets.values() if asset.class_ == "camera"]
    texts = [_cell(panel, number) for number in range(len(panel.table.lines.lines))]
    number = texts.index(f"Camera ({len(cameras)})")
    panel.table.selectRow(number)
    assert sorted(panel.marked_ids()) == sorted(asset.id for asset in cameras)
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert len(panel.table.lines.lines) == len(texts) + len(cameras)
    QTest.keyClick(panel.table, Qt.Key.Key_Left)
    assert len(panel.table.lines.lines) == len(texts)


async def test_columns_are_chosen_and_come_back_with_the_workspace(panel: RegisterPanel, bench: Bench) -> None:
    panel.table.heads.column_requested.emit("commissioned", True)
    panel.table.heads.column_requested.emit("street", False)
    kept = panel.state()
    again = RegisterPanel(bench.context)
    again.take_state(kept)
    names = [column.name for column in again.table.lines.columns]
    assert "commissioned" in names
    assert "street" not in names
    again.take_state({"columns": 7})  # nonsense changes nothing
    assert [column.name for column in again.table.lines.columns] == names
    again.close()
    again.widget.deleteLater()


async def test_a_view_is_kept_under_a_name_shared_chosen_and_forgotten(panel: RegisterPanel, bench: Bench) -> None:
    bench.stores.link.user = "c.moreau"
    panel.presenter.ask(filter=Group(items=(Condition("class", Operator.IS, ("camera",)),)), group="commune")
    panel.filtering.name_form.given.emit("Cameras", True, "")
    await bench.work_done()
    kept: NamedContent = bench.client.kept_views[("c.moreau", "Cameras")]
    assert kept.is_shared
    assert msgspec.json.decode(kept.content, type=RegisterView).group == "commune"
    menu = panel.filtering.menu_of_views()
    texts = [action.text() for action in menu.actions()]
    assert "Lampes de 15 ans (by m.lambert)" in texts
    next(action for action in menu.actions() if action.text().startswith("The whole register")).trigger()
    assert panel.presenter.view == RegisterView()
    next(action for action in menu.actions() if action.text().startswith("Cameras")).trigger()
    assert panel.presenter.view.group == "commune"
    panel.filtering.menu_of_views().actions()[-2].trigger()
    await bench.work_done()
    assert ("c.moreau", "Cameras") not in bench.client.kept_views


async def test_many_are_changed_after_a_preview_and_the_change_is_undone(panel: RegisterPanel, bench: Bench) -> None:
    panel.search.setText("foch")
    panel.refresh()
    panel.table.selectAll()
    ids = panel.marked_ids()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_E)
    form = panel.editing.form
    assert f"Change {len(ids)} marked assets" in form.title.text()
    form.preview.click()
    await bench.work_done()
    assert "give a value" in form.told.text()
    form.editors[0].show_line(FilterLine("status", "set", ("out_of_service",)))
    form.reason.setText("works in the street")
    form.preview.click()
    await bench.work_done()
    assert form.confirm.isVisible()
    form.confirm.click()
    await bench.work_done()
    (asked, no_seal), (made, seal) = bench.client.bulk_edits
    assert (no_seal, bool(seal)) == ("", True)
    assert asked == made
    assert made.ids == ids
    assert made.fields == AssetFields(status=AssetStatus.OUT_OF_SERVICE)
    assert "changed" in panel.notice.text
    assert panel.undo_button.isVisible()
    panel.undo_button.click()
    await bench.work_done()
    assert len(bench.client.edits_undone) == 1
    assert panel.undo_button.isHidden()


async def test_a_preview_holds_no_longer_when_the_demand_changes(panel: RegisterPanel, bench: Bench) -> None:
    panel.search.setText("foch")
    panel.refresh()
    panel.table.selectAll()
    panel.editing.ask()
    form = panel.editing.form
    form.editors[0].show_line(FilterLine("status", "set", ("planned",)))
    form.preview.click()
    await bench.work_done()
    assert form.confirm.isVisible()
    form.reason.setText("another reason")
    assert form.confirm.isHidden()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert form.isHidden()


async def test_a_line_selects_everywhere_and_what_is_selected_elsewhere_is_selected_here(
    panel: RegisterPanel, bench: Bench
) -> None:
    panel.table.selectRow(3)
    assert bench.stores.selection.asset_id == panel.current_id()
    cabinet = bench.asset("ARM-003")
    bench.stores.selection.select(cabinet.id)
    assert panel.current_id() == cabinet.id
    gone_to: list[object] = []
    bench.stores.selection.place_requested.connect(gone_to.append)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert gone_to == [cabinet.id]


async def test_the_list_follows_the_view_of_the_map(panel: RegisterPanel, bench: Bench, qtbot: QtBot) -> None:
    cabinet = bench.asset("ARM-003")
    panel.filtering.in_view.click()
    assert bench.stores.contents.is_read
    box = (cabinet.lon - 1e-6, cabinet.lat - 1e-6, cabinet.lon + 1e-6, cabinet.lat + 1e-6)
    bench.stores.contents.show_view(MapListing((), 0, "Map", box))
    qtbot.waitUntil(lambda: _codes(panel) == [cabinet.code], timeout=3000)
    bench.stores.contents.show_view(MapListing((), 0, "Map", (0.0, 0.0, 0.1, 0.1)))
    qtbot.waitUntil(panel.empty.isVisible, timeout=3000)
    assert "Move the map" in panel.empty.text()
    panel.filtering.in_view.click()
    assert not bench.stores.contents.is_read


async def test_what_is_marked_is_chosen_on_the_map_and_what_is_chosen_there_is_listed(
    panel: RegisterPanel, bench: Bench, qtbot: QtBot
) -> None:
    panel.search.setText("foch")
    panel.refresh()
    panel.table.selectAll()
    marked = panel.marked_ids()
    QTest.keyClick(panel.table, Qt.Key.Key_M)
    assert bench.stores.contents.chosen.asset_ids == marked
    panel.search.clear()
    panel.filtering.on_map.click()
    qtbot.waitUntil(lambda: len(panel.table.lines.lines) == len(marked), timeout=3000)
    bench.stores.contents.choose(())
    assert not panel.filtering.on_map.isChecked()


async def test_a_change_of_the_register_is_listed_and_marks_stay(
    panel: RegisterPanel, bench: Bench, qtbot: QtBot
) -> None:
    panel.search.setText("foch")
    panel.refresh()
    panel.table.selectRow(1)
    held = panel.marked_ids()
    renamed = msgspec.structs.replace(bench.asset("ARM-003"), name="Armoire Foch de secours", version=9)
    topic = Topic(TopicKind.ASSETS, renamed.commune, renamed.class_)
    bench.stores.message(Changes(topic, 2, AssetsBody((renamed,), ()), 0))
    bench.stores.flush()
    qtbot.waitUntil(lambda: "ARM-003" in _codes(panel), timeout=4000)
    assert panel.marked_ids() == held


async def test_marked_lines_are_copied_for_a_spreadsheet(panel: RegisterPanel) -> None:
    panel.table.selectRow(0)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].split("\t")[:2] == ["Name", "Code"]
    assert copied[1].split("\t")[1] == _codes(panel)[0]


async def test_an_export_takes_what_is_listed(panel: RegisterPanel) -> None:
    panel.search.setText("foch")
    panel.refresh()
    panel.acts.ask_export()
    assert panel.acts.export.form.isVisible()
