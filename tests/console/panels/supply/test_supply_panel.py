"""The supply panel: what feeds what is seen, changed after a yes, imported, proposed, taken back."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.panels.supply.panel import SupplyPanel
from contract.assets import FeedKind
from contract.stream import AssetsBody, Topic, TopicKind
from contract.supply import LearningState
from tests.console.conftest import Bench
from widgets.supply_tree.model import DOWN, FED, NAME, feed_mime


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> SupplyPanel:
    """Open, on the tree."""
    made = bench.open("supply")
    assert isinstance(made, SupplyPanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(620, 860)
    made.widget.show()
    return made


def names(panel: SupplyPanel, parent: QModelIndex | None = None) -> list[str]:
    rows, above = panel.tree.tree.rows, parent or QModelIndex()
    return [str(rows.index(row, NAME, above).data()).split(" ")[0] for row in range(rows.rowCount(above))]


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else item.text()


def index(bench: Bench, panel: SupplyPanel, code: str) -> QModelIndex:
    return panel.tree.tree.rows.index_of(bench.asset(code).id)


async def test_a_cabinet_opens_onto_its_lamps_only_when_it_is_opened(bench: Bench, panel: SupplyPanel) -> None:
    tree = panel.tree.tree
    tops = names(panel)
    assert tops[:2] == ["ARM-000", "ARM-001"]
    cabinet = index(bench, panel, "ARM-004")
    assert tree.rows.rowCount(cabinet) == 0
    assert tree.rows.hasChildren(cabinet)
    tree.expand(cabinet)
    assert len(names(panel, cabinet)) == 40
    assert index(bench, panel, "PL-004-12").parent() == cabinet
    assert cabinet.siblingAtColumn(FED).data() == "40"
    assert not index(bench, panel, "PL-005-12").isValid(), "nobody looked there"
    panel.close()


async def test_a_search_leaves_what_it_names_and_the_way_to_it(bench: Bench, panel: SupplyPanel) -> None:
    panel.tree.search.setText("PL-004-12")
    panel.tree.show_anew()
    assert names(panel) == ["ARM-004"]
    assert names(panel, index(bench, panel, "ARM-004")) == ["PL-004-12"]
    panel.tree.search.setText("no such thing")
    panel.tree.show_anew()
    assert not panel.tree.empty.isHidden()
    assert "Nothing in this tree" in panel.tree.empty.text()
    panel.close()


async def test_what_names_no_feeder_is_listed_by_class(bench: Bench, panel: SupplyPanel) -> None:
    cameras = [asset for asset in bench.client.assets.values() if asset.class_ == "camera"]
    words = [panel.tree.classes.itemText(row) for row in range(panel.tree.classes.count())]
    assert f"Camera: {len(cameras)} of {len(cameras)}" in words
    assert any(text.startswith("Streetlight: 0 of") for text in words)
    assert len(panel.tree.missing.lines) == len(cameras)
    panel.tree.kinds.setCurrentIndex(1)
    assert panel.tree.kind is FeedKind.NETWORK
    assert "Nobody has said yet through what assets talk" in panel.tree.empty.text()
    panel.close()


async def test_a_lamp_dropped_on_another_cabinet_waits_for_a_yes(bench: Bench, panel: SupplyPanel) -> None:
    rows = panel.tree.tree.rows
    lamps, cabinet = [bench.asset(f"PL-004-{n}") for n in (12, 13)], bench.asset("ARM-005")
    target = index(bench, panel, "ARM-005")
    rows.dropMimeData(feed_mime(lamp.id for lamp in lamps), Qt.DropAction.MoveAction, -1, -1, target)
    assert "PL-004-12, PL-004-13: from now on fed by ARM-005 (so far: ARM-004)" in panel.bar.words.text()
    assert not bench.client.fed, "nothing is done before somebody says so"
    panel.bar.reason.setText("measured on site")
    panel.bar.confirm.click()
    await bench.work_done()
    (request,) = bench.client.fed
    assert request.reason == "measured on site"
    assert {(link.asset_id, link.version, link.feeder, link.kind) for link in request.links} == {
        (lamp.id, lamp.version, cabinet.id, FeedKind.POWER) for lamp in lamps
    }
    assert panel.bar.widget.isHidden()
    assert "Links changed: 2" in panel.notice.text
    assert bench.asset("PL-004-12").supply_parent == bench.asset("ARM-004").id, "the tree follows the backend only"
    panel.close()


async def test_a_drop_on_itself_or_of_something_else_asks_nothing(bench: Bench, panel: SupplyPanel) -> None:
    rows, target = panel.tree.tree.rows, index(bench, panel, "ARM-005")
    itself = feed_mime([bench.asset("ARM-005").id])
    assert not rows.canDropMimeData(itself, Qt.DropAction.MoveAction, -1, -1, target)
    nonsense = feed_mime([7])
    nonsense.setData("application/x-beffroi-feed", b"7,DROP TABLE assets,\xff")
    assert not rows.canDropMimeData(nonsense, Qt.DropAction.MoveAction, -1, -1, target)
    panel.close()


async def test_a_feeder_is_chosen_by_keyboard_alone(bench: Bench, panel: SupplyPanel) -> None:
    panel.tree.tree.expand(index(bench, panel, "ARM-004"))
    panel.tree.tree.setCurrentIndex(index(bench, panel, "PL-004-12"))
    QTest.keyClick(panel.tree.tree, Qt.Key.Key_F2)
    assert "What feeds PL-004-12?" in panel.bar.words.text()
    QTest.keyClicks(panel.bar.feeder, "ARM-007")
    assert panel.bar.candidates.count() == 1
    QTest.keyClick(panel.bar.feeder, Qt.Key.Key_Return)
    QTest.keyClick(panel.bar.reason, Qt.Key.Key_Return)
    await bench.work_done()
    assert bench.client.fed[0].links[0].feeder == bench.asset("ARM-007").id
    panel.close()


async def test_only_what_can_feed_is_offered(bench: Bench, panel: SupplyPanel) -> None:
    panel.bar.choose_for([bench.asset("PL-004-12").id])
    panel.bar.feeder.setText("PL-004")
    assert panel.bar.candidates.count() == 0, "a lamp feeds nothing"
    panel.bar.take_off.click()
    assert "no feeder any more (so far: ARM-004)" in panel.bar.words.text()
    panel.close()


async def test_a_refusal_is_told_and_the_plan_stays(bench: Bench, panel: SupplyPanel) -> None:
    bench.client.feed_refusal = RequestRefused(409, "Nothing was changed.", "somebody changed PL-004-12 meanwhile")
    panel.bar.propose([bench.asset("PL-004-12").id], bench.asset("ARM-005").id)
    panel.bar.confirm.click()
    await bench.work_done()
    assert "changed PL-004-12 meanwhile" in panel.notice.text
    assert not panel.bar.widget.isHidden()
    panel.close()


async def test_the_tree_stays_open_where_it_was_when_something_hangs_elsewhere(
    bench: Bench, panel: SupplyPanel
) -> None:
    tree = panel.tree.tree
    tree.expand(index(bench, panel, "ARM-004"))
    tree.setCurrentIndex(index(bench, panel, "PL-004-12"))
    moved = replace(bench.asset("PL-004-13"), supply_parent=bench.asset("ARM-005").id, version=2)
    topic = Topic(kind=TopicKind.ASSETS, commune="21231", class_="streetlight")
    bench.stores.assets.apply(topic, AssetsBody(assets=(moved,)), is_snapshot=False)
    bench.stores.flush()
    assert tree.isExpanded(index(bench, panel, "ARM-004"))
    assert tree.current_id == bench.asset("PL-004-12").id
    assert len(names(panel, index(bench, panel, "ARM-004"))) == 39
    assert index(bench, panel, "ARM-005").siblingAtColumn(FED).data() == "41"
    panel.close()


async def test_what_fails_below_a_cabinet_is_counted(bench: Bench, panel: SupplyPanel) -> None:
    panel.tree.show_anew()
    cabinets = [index(bench, panel, f"ARM-{n:03}") for n in range(60)]
    counted = sum(int(cabinet.siblingAtColumn(DOWN).data() or 0) for cabinet in cabinets)
    visuals = bench.stores.states
    ill = [a for a in bench.client.assets.values() if a.supply_parent and visuals.visual_of(a.id) >= 3]
    assert counted == len(ill)
    panel.close()


async def test_a_file_is_looked_at_before_it_is_taken(bench: Bench, panel: SupplyPanel, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("child;feeder\n")
    good.write_text("good;feeder\n")
    panel.file.look_at(bad)
    await bench.work_done()
    assert "1 with errors" in panel.file.summary.text()
    assert "there is no PL-019-99" in cell(panel.file.table, 0, 4)
    assert not panel.file.take.isEnabled()
    panel.file.look_at(good)
    await bench.work_done()
    assert cell(panel.file.table, 0, 4) == "ARM-004 → ARM-005"
    assert [seal for _, _, seal in bench.client.files] == ["", ""]
    panel.file.take.click()
    await bench.work_done()
    assert bench.client.files[-1] == ("good.csv", b"good;feeder\n", "5ea1")
    assert "Links changed: 2" in panel.notice.text
    panel.file.look_at(tmp_path / "gone.csv")
    assert "cannot be read" in panel.notice.text
    panel.close()


async def test_a_proposal_shows_its_dates_and_waits_for_a_person(bench: Bench, panel: SupplyPanel) -> None:
    panel.tabs.setCurrentIndex(2)
    await bench.work_done()
    table = panel.proposals.table
    assert table.rowCount() == 3
    table.selectRow(2)
    assert "Failed and came back together:" in panel.proposals.details.text()
    assert "failed alone: 1" in panel.proposals.details.text()
    assert not bench.client.confirmed
    panel.proposals.confirm.click()
    await bench.work_done()
    assert bench.client.confirmed[0].picks[0].asset_id == bench.asset("CAM-013").id
    table.selectRow(0)
    panel.proposals.reason.setText("the plan says another")
    panel.proposals.reject.click()
    await bench.work_done()
    assert bench.client.rejected[0].reason == "the plan says another"
    assert table.isHidden()
    panel.close()


async def test_a_search_shows_how_far_it_is_and_can_be_stopped(bench: Bench, panel: SupplyPanel) -> None:
    panel.tabs.setCurrentIndex(2)
    await bench.work_done()
    panel.proposals.search.click()
    await bench.work_done()
    assert (panel.proposals.progress.value(), panel.proposals.progress.isHidden()) == (35, False)
    panel.proposals.stop.click()
    await bench.work_done()
    assert bench.client.learned.state is LearningState.CANCELLED
    assert "was stopped" in panel.proposals.state.text()
    panel.close()


async def test_the_last_change_is_taken_back(bench: Bench, panel: SupplyPanel) -> None:
    await bench.work_done()
    panel.changes.undo_last()
    await bench.work_done()
    assert bench.client.undone == ["f1"]
    panel.changes.table.selectRow(1)
    panel.changes.undo.click()
    await bench.work_done()
    assert bench.client.undone == ["f1", "f2"]
    panel.close()


async def test_selecting_anywhere_opens_the_way_to_it(bench: Bench, panel: SupplyPanel) -> None:
    bench.stores.selection.select(bench.asset("PL-010-07").id)
    assert panel.tree.tree.current_id == bench.asset("PL-010-07").id
    gone: list[int] = []
    bench.stores.selection.place_requested.connect(gone.append)
    QTest.keyClick(panel.tree.tree, Qt.Key.Key_Return)
    assert gone == [bench.asset("PL-010-07").id]
    panel.close()
