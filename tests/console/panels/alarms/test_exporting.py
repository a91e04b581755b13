"""What is listed leaves the console as CSV or PDF: whole, harmless, told how far, stopped at will."""

import asyncio
import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QPageLayout
from pytestqt.qtbot import QtBot

from console.panels.alarms.panel import AlarmsPanel
from console.shell.map_files import LocalMapFiles
from console.store.alarm_filters import AlarmFilter, Sight
from contract.alarms import Priority
from tests.console.conftest import Bench
from tests.console.panels.alarms.stage import come, lamp, opened


@pytest.fixture
def files(bench: Bench, tmp_path: Path) -> Bench:
    """The bench with a folder of its own for files."""
    made = LocalMapFiles(bench.context.texts, folder=tmp_path, open_url=lambda _url: True)
    bench.context = replace(bench.context, map_files=made)
    return bench


def _choose(panel: AlarmsPanel, format_: str) -> Path:
    panel.exporting.ask()
    form = panel.exporting.form
    form.format.setCurrentIndex(form.format.findData(format_))
    form.making.confirm.click()
    return Path(form.making.file.text())


async def test_the_list_as_it_is_filtered_becomes_a_table_no_cell_of_which_is_a_formula(
    files: Bench, qtbot: QtBot
) -> None:
    panel = opened(files, qtbot)
    come(files, lamp(900, 1, asset_name='=HYPERLINK("http://x")'), lamp(901, 1, asset_name="rue \u202eévaL\n2"))
    panel.filtering.choose(AlarmFilter(priorities=(Priority.P1,)))
    file = _choose(panel, "csv")
    await files.work_done()
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0] == ["P", "Time", "Alarm", "Place", "State"]
    assert len(rows) == 4
    assert sorted(row[3] for row in rows[1:]) == [
        '\t=HYPERLINK("http://x")',
        "rue évaL 2",
        "École avenue Maréchal-Foch",
    ]
    assert "Exported" in panel.notice_text
    panel.close()


async def test_thousands_are_exported_while_the_list_lives_and_progress_is_told(files: Bench, qtbot: QtBot) -> None:
    panel = opened(files, qtbot)
    come(files, *(lamp(1000 + number, 2, 1) for number in range(1500)))
    told: list[int] = []
    panel.exporting.form.making.busy.valueChanged.connect(told.append)
    file = _choose(panel, "csv")
    turns = 0
    while files.context.tasks.running_count:
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    assert len(told) > 10
    assert len(file.read_text("utf-8-sig").splitlines()) == 1 + 1500 + 2
    panel.close()


async def test_an_export_that_is_stopped_leaves_no_file(files: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    panel = opened(files, qtbot)
    come(files, *(lamp(1000 + number, 2, 1) for number in range(1500)))
    for format_ in ("csv", "pdf"):
        _choose(panel, format_)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        panel.exporting.form.making.stop.click()
        await files.work_done()
        assert "no file was written" in panel.notice_text
    assert not list(tmp_path.iterdir())
    panel.close()


async def test_on_paper_the_list_has_as_many_pages_as_it_takes(files: Bench, qtbot: QtBot) -> None:
    panel = opened(files, qtbot)
    come(files, *(lamp(1000 + number, 2, 1) for number in range(120)))
    form = panel.exporting.form
    file = _choose(panel, "pdf")
    assert form.paper_format.orientation is QPageLayout.Orientation.Landscape
    await files.work_done()
    raw = file.read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page\n") >= 3
    panel.close()


async def test_the_history_that_is_shown_is_exported_too(files: Bench, qtbot: QtBot) -> None:
    panel = opened(files, qtbot)
    panel.filtering.choose_sight(Sight.HISTORY)
    await files.work_done()
    file = _choose(panel, "csv")
    await files.work_done()
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert rows[0] == ["Time", "P", "Event", "Alarm", "Place", "By", "Note"]
    assert len(rows) == 1 + len(panel.history.lines)
    panel.close()


async def test_a_folder_that_is_not_there_is_said_and_an_empty_list_is_no_file(files: Bench, qtbot: QtBot) -> None:
    panel = opened(files, qtbot)
    panel.exporting.ask()
    for format_ in ("csv", "pdf"):
        form = panel.exporting.form
        form.format.setCurrentIndex(form.format.findData(format_))
        form.making.file.setText("/nowhere at all/x.out")
        form.making.confirm.click()
        await files.work_done()
        assert "nowhere at all" in panel.notice_text
    panel.filtering.choose(AlarmFilter(text="nothing of the kind"))
    panel.exporting.ask()
    assert "Nothing to export" in panel.notice_text
    panel.close()
