"""A shift writes down what happened, and the next one finds it again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.kit.errors import BackendSilent
from console.panels.logbook.panel import LogbookPanel
from contract.logbook import LONGEST_NOTE
from tests.console.conftest import Bench
from tools.screenshots.sample_logbook import ME


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[LogbookPanel]:
    bench.stores.link.user = ME
    async with bench.shown(LogbookPanel(bench.context), 760, 620) as shown:
        yield shown


def heads(panel: LogbookPanel) -> list[str]:
    return [line.head for line in panel.shown]


async def test_the_notes_of_the_night_are_there_newest_first(panel: LogbookPanel) -> None:
    first = heads(panel)[0]
    for words in ("c.moreau", "ARM-003", "incident ENEDIS 26-11-4471"):
        assert words in first
    assert "1 photo" in heads(panel)[1]
    assert panel.empty.isHidden()


async def test_a_note_on_the_chosen_alarm_is_written_by_keyboard_alone(bench: Bench, panel: LogbookPanel) -> None:
    cabinet = bench.asset("ARM-003")
    bench.stores.selection.select(cabinet.id, 77)
    panel.focus_first()
    QTest.keyClicks(panel.form.text, "Equipe sur place")
    QTest.keyClick(panel.form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await bench.work_done()
    (written,) = bench.client.logbook_written
    assert (written.text, written.asset_id, written.alarm_id) == ("Equipe sur place", cabinet.id, 77)
    assert panel.shown[0].text == "Equipe sur place"
    assert panel.form.text.toPlainText() == ""


async def test_a_note_can_be_about_nothing_though_something_is_selected(bench: Bench, panel: LogbookPanel) -> None:
    bench.stores.selection.select(bench.asset("ARM-003").id)
    panel.form.is_about.setChecked(False)
    panel.form.incident.setText("SDIS 42")
    panel.form.text.setPlainText("the prefecture called")
    panel.form.write.click()
    await bench.work_done()
    (written,) = bench.client.logbook_written
    assert (written.asset_id, written.incident) == (None, "SDIS 42")


async def test_what_was_typed_stays_while_the_backend_is_silent_and_is_written_once(
    bench: Bench, panel: LogbookPanel
) -> None:
    bench.client.notes_refusal = BackendSilent("silent")
    panel.form.text.setPlainText("do not lose me")
    first_id = panel.form.draft.id
    panel.form.write.click()
    await bench.work_done()
    assert panel.form.text.toPlainText() == "do not lose me"
    assert panel.notice.isVisible()
    bench.client.notes_refusal = None
    panel.form.write.click()
    await bench.work_done()
    assert [written.id for written in bench.client.logbook_written] == [first_id]


async def test_photos_go_with_the_note_and_what_is_no_photo_is_told(
    bench: Bench, panel: LogbookPanel, tmp_path: Path
) -> None:
    (tmp_path / "mast.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "virus.exe").write_bytes(b"MZ")
    panel.add_files([tmp_path / "mast.jpg", tmp_path / "virus.exe", tmp_path / "gone.jpg"])
    while not panel.form.attached:
        await asyncio.sleep(0.005)
    assert "gone" not in panel.form.pictures.text()
    panel.form.text.setPlainText("the mast leans")
    panel.form.write.click()
    await bench.work_done()
    assert bench.client.note_pictures_added == ["mast.jpg"]
    assert bench.client.logbook_written[0].pictures == ("mast.jpg",)
    assert panel.form.attached == []
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_one_finds_a_note_by_words_by_asset_and_by_photo(bench: Bench, panel: LogbookPanel) -> None:
    panel.find.setText("préfecture")
    QTest.keyClick(panel.find, Qt.Key.Key_Return)
    await bench.work_done()
    assert len(panel.shown) == 1
    panel.find.clear()
    bench.stores.selection.select(bench.asset("ARM-021").id)
    panel.only_selected.setChecked(True)
    await bench.work_done()
    assert [line.note.author for line in panel.shown] == ["m.lambert"]
    panel.only_mine.setChecked(True)
    await bench.work_done()
    assert panel.shown == []
    assert panel.empty.text().startswith("No note answers")


async def test_a_chosen_note_shows_its_photos_and_selects_its_asset(bench: Bench, panel: LogbookPanel) -> None:
    panel.list.setCurrentRow(1)
    await bench.work_done()
    assert bench.stores.selection.asset_id == bench.asset("ARM-021").id
    assert panel.picture_row.isVisible()
    panel.list.setCurrentRow(3)
    await bench.work_done()
    assert not panel.picture_row.isVisible()


async def test_a_note_that_is_too_long_says_by_how_much(panel: LogbookPanel) -> None:
    panel.form.text.setPlainText("x" * (LONGEST_NOTE + 3))
    assert not panel.form.write.isEnabled()
    assert panel.form.pictures.text().startswith("3 characters beyond")
