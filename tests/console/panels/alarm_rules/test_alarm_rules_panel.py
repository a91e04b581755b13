"""An engineer finds an alarm type, changes its sheet and conditions, and tries them on the past."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from msgspec import UNSET
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from console.panels.alarm_rules.panel import AlarmRulesPanel
from contract.alarms import Priority
from contract.assets import AlarmWhen, EnablingCondition, EnablingOf
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.conftest import Bench


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[AlarmRulesPanel]:
    async with bench.shown(AlarmRulesPanel(bench.context), 1100, 700) as made:
        yield made


async def chosen(bench: Bench, panel: AlarmRulesPanel) -> None:
    panel.types.table.selectRow(0)
    await bench.work_done()


def choose_override(panel: AlarmRulesPanel, *path: int) -> None:
    """The override there in the tree."""
    item = panel.conditions.tree.topLevelItem(path[0])
    for row in path[1:]:
        assert item is not None
        item = item.child(row)
    assert item is not None
    panel.conditions.tree.setCurrentItem(item)


async def test_a_search_narrows_the_list_and_says_when_nothing_is_found(panel: AlarmRulesPanel) -> None:
    whole = panel.types.table.rowCount()
    panel.types.overdue.setChecked(True)
    assert 0 < panel.types.table.rowCount() < whole
    panel.types.search.setText("no such alarm")
    assert panel.types.table.rowCount() == 0
    assert "Clear the search" in panel.types.summary.text()


async def test_a_sheet_is_changed_with_its_reason_on_the_version_that_was_read(
    bench: Bench, panel: AlarmRulesPanel
) -> None:
    await chosen(bench, panel)
    assert "high x 8 min" in panel.sheet.trace.text()
    panel.sheet.texts["guidance", "english"].setPlainText("Go there.")
    panel.sheet.reason.setText("yearly review")
    panel.save.click()
    await bench.work_done()
    change = bench.client.saved_sheets[-1]
    assert (change.version, change.content.guidance.en, change.reason) == (3, "Go there.", "yearly review")


async def test_what_cannot_be_read_is_said_and_nothing_is_sent(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    panel.conditions.fields["hold_s"].setText("soon")
    panel.conditions.place.click()
    await bench.work_done()
    assert not bench.client.saved_overrides
    panel.conditions.fields["hold_s"].setText("90")
    panel.conditions.asset.line.setText("nowhere-7")
    panel.conditions.place.click()
    await bench.work_done()
    assert not bench.client.saved_overrides
    assert "nowhere-7" in panel.notice.text
    panel.conditions.asset.line.setText("#12")
    panel.conditions.place.click()
    await bench.work_done()
    placed = bench.client.saved_overrides[-1]
    assert (placed.asset_id, placed.patch.hold_s, placed.version) == (12, 90.0, 1)


async def test_choosing_an_override_fills_the_form_with_it(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    choose_override(panel, 0, 0)
    assert panel.conditions.fields["hold_s"].text() == "120"
    assert panel.conditions.patch().priority is Priority.P4


async def test_a_trial_says_what_it_would_have_told_and_what_is_unknown(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    panel.tabs.setCurrentIndex(2)
    panel.trial.begin.click()
    await bench.work_done()
    assert "Would have told" in panel.trial.result.text()
    assert "Unknown: 8 %" in panel.trial.result.text()


async def test_somebody_elses_save_takes_nothing_away_that_is_being_typed(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    panel.sheet.lines["owner"].setText("Voirie")
    panel.conditions.fields["hold_s"].setText("45")
    bench.client.sheet_version = 4
    panel.refresh()
    await bench.work_done()
    assert "anne saved version 4 meanwhile" in panel.meanwhile.words.text()
    assert panel.sheet.lines["owner"].text() == "Voirie"
    assert panel.conditions.fields["hold_s"].text() == "45"
    assert panel.sheet.change().version == 3  # saved now, it would be refused: theirs was not looked at
    panel.meanwhile.mine.click()
    assert panel.sheet.change().version == 4
    assert not panel.meanwhile.isVisible()


async def test_who_typed_nothing_sees_the_newer_sheet_at_once(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    bench.client.sheet_version = 4
    panel.refresh()
    await bench.work_done()
    assert not panel.meanwhile.isVisible()
    assert panel.sheet.change().version == 4


async def test_enabling_latching_and_end_of_an_override_are_chosen_not_written(
    bench: Bench, panel: AlarmRulesPanel
) -> None:
    await chosen(bench, panel)
    choose_override(panel, 0, 0, 0)
    read = panel.conditions.patch()
    assert read.enabled_by == (
        EnablingCondition(point="power_w", when=AlarmWhen.ABOVE, of=EnablingOf.SUPPLY, limit=5.0),
    )
    assert (read.is_latching, read.needs_acknowledgement) == (True, UNSET)
    panel.conditions.enabling.add.click()
    panel.conditions.enabling.findChildren(QLineEdit)[-1].setText("20,5")
    panel.conditions.flags["needs_acknowledgement"].setCurrentIndex(2)
    panel.conditions.ends.setChecked(True)
    panel.conditions.reason.setText("works")
    panel.conditions.place.click()
    await bench.work_done()
    placed = bench.client.saved_overrides[-1]
    assert placed.patch.enabled_by is not UNSET
    assert [condition.limit for condition in placed.patch.enabled_by] == [5.0, 20.5]
    assert placed.patch.needs_acknowledgement is False
    assert placed.until is not None
    assert (placed.asset_id, placed.version) == (14, 1)


async def test_an_override_is_placed_on_the_selected_asset_or_one_that_is_searched(
    bench: Bench, panel: AlarmRulesPanel
) -> None:
    await chosen(bench, panel)
    cabinet, lamp = bench.asset("ARM-003"), bench.asset("PL-004-12")
    bench.stores.selection.select(cabinet.id)
    panel.conditions.asset.take.click()
    assert panel.conditions.asset_id() == cabinet.id
    panel.conditions.asset.line.setText("pl-004-12")
    assert panel.conditions.asset_id() == lamp.id
    panel.conditions.asset.clear.click()
    assert panel.conditions.asset_id() is None


async def test_the_chosen_override_is_removed_with_a_reason(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    panel.conditions.remove.click()
    await bench.work_done()
    assert "Choose the override" in panel.notice.text
    choose_override(panel, 0, 0)
    panel.conditions.reason.setText("works are over")
    panel.conditions.remove.click()
    await bench.work_done()
    removal = bench.client.removed_overrides[-1]
    assert (removal.asset_id, removal.reason) == (12, "works are over")


async def test_the_history_says_who_changed_what_to_what(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    newest = panel.history.tree.topLevelItem(0)
    assert newest is not None
    assert (newest.text(1), newest.text(2)) == ("anne", "sheet, version 3")
    fields = [child.text(0) for row in range(newest.childCount()) if (child := newest.child(row)) is not None]
    assert "Gravity: medium → high" in fields
    assert "Time to respond: 30 min → 8 min" in fields


async def test_the_matrix_is_changed_on_the_version_that_was_read(bench: Bench, panel: AlarmRulesPanel) -> None:
    panel.pages.setCurrentIndex(1)
    panel.matrix.bounds[0].setText("60")
    panel.matrix.cells[3][0].setCurrentIndex(1)
    panel.matrix.reason.setText("council's decision")
    bench.client.matrix = msgspec.structs.replace(bench.client.matrix, version=1, by="theo")
    panel.refresh()
    await bench.work_done()
    assert "theo saved version 1" in panel.matrix_meanwhile.words.text()
    assert panel.matrix.bounds[0].text() == "60"
    panel.matrix_meanwhile.mine.click()
    panel.matrix.save.click()
    await bench.work_done()
    saved = bench.client.saved_matrices[-1]
    assert (saved.version, saved.within_s[0], saved.priorities[3][0]) == (1, 3600.0, Priority.P2)
    assert not panel.matrix.is_touched


async def test_an_inhibition_rule_says_what_it_holds_back_is_added_and_removed(
    bench: Bench, panel: AlarmRulesPanel
) -> None:
    panel.pages.setCurrentIndex(2)
    page = panel.inhibitions
    held = next(alarm for alarm in bench.stores.alarms.standing())
    name = page.table.item(0, 0)
    assert name is not None
    silent = msgspec.structs.replace(held, suppressed_by=f"rule: {name.text()}")
    bench.stores.alarms.apply(Topic(TopicKind.ALARMS, silent.commune, "all"), AlarmsBody((silent,)), is_snapshot=False)
    bench.stores.flush()
    page.table.selectRow(0)
    assert "Holds back 1 now" in page.held.text()
    page.new.click()
    page.save.click()
    await bench.work_done()
    assert "Give the rule a name" in panel.notice.text
    page.name.setText("night")
    page.english.setText("Dark at night.")
    page.kinds.item(0).setCheckState(Qt.CheckState.Checked)
    page.save.click()
    await bench.work_done()
    assert bench.client.inhibition_rules["night"].reason.fr == "Dark at night."
    names = [item.text() for row in range(3) if (item := page.table.item(row, 0)) is not None]
    page.table.selectRow(names.index("night"))
    page.remove.click()
    await bench.work_done()
    assert "night" not in bench.client.inhibition_rules


async def test_a_trial_shows_how_far_it_is_and_is_cancelled(bench: Bench, panel: AlarmRulesPanel) -> None:
    await chosen(bench, panel)
    bench.client.trial_runs = True
    panel.tabs.setCurrentIndex(2)
    panel.trial.begin.click()
    await asyncio.sleep(0.05)
    assert panel.trial.progress.isVisible()
    assert panel.trial.progress.value() == 300
    panel.trial.stop.click()
    await bench.work_done()
    assert "cancelled" in panel.trial.result.text()
    assert panel.trial.begin.isEnabled()
