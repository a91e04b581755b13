"""Camera settings: masks kept or refused, a plan given, presets stored, a list of cameras added."""

import asyncio
import csv
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from console.kit.errors import RequestRefused
from console.kit.video import PictureState, StateChanged
from console.panels.camera_admin.adding import template_of
from console.panels.camera_admin.panel import CameraAdminPanel
from contract.api import Problem
from contract.footage import RecordingMode
from contract.masks import Mask, MaskChange, MaskSheet
from contract.onboarding import FoundCamera
from tests.console.conftest import Bench

WINDOW = Mask(id="w", name="window", corners=((0.1, 0.1), (0.3, 0.1), (0.3, 0.3), (0.1, 0.3)))


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[CameraAdminPanel]:
    made = CameraAdminPanel(bench.context)
    made.widget.resize(600, 700)
    made.widget.show()
    yield made
    made.close()
    made.widget.close()
    made.widget.deleteLater()
    await bench.context.tasks.close()  # nobody may have agreed: what waits for him is ended
    await asyncio.get_running_loop().shutdown_default_executor()  # files are read in a thread of the loop's pool


async def choose(bench: Bench, panel: CameraAdminPanel, page: str, code: str = "CAM-009") -> None:
    bench.stores.selection.select(bench.asset(code).id)
    panel.take_state({"page": page})
    await bench.work_done()


async def test_without_a_camera_the_pages_say_what_to_do(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "masks", "PL-004-12")
    assert "Select a camera" in panel.title.text()
    assert not panel.masks.keep.isEnabled()


async def test_a_drawn_mask_is_kept_for_all_pictures(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "masks")
    panel.masks.editor.show_masks((WINDOW,))
    panel.masks.editor.masks_changed.emit()
    assert panel.masks.is_changed
    panel.masks.keep.click()
    await bench.work_done()
    sheet = await bench.client.masks(bench.asset("CAM-009").id)
    assert sheet.masks == (WINDOW,)
    assert not panel.masks.is_changed


async def test_uncovering_asks_a_second_person_and_is_done_when_he_agrees(
    bench: Bench, panel: CameraAdminPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose(bench, panel, "masks")
    changes: list[MaskChange] = []

    async def change_masks(asset_id: int, change: MaskChange) -> MaskSheet:
        changes.append(change)
        if not change.approval_id:
            problem = Problem(type="urn:beffroi:problem:approval-refused", title="Second person", status=409)
            raise RequestRefused(409, "It takes a second person.", "", problem)
        return MaskSheet(camera_id=asset_id, version=2, masks=change.masks)

    monkeypatch.setattr(bench.client, "change_masks", change_masks)
    panel.masks.second_looks_every(0.01)
    panel.masks.editor.show_masks((WINDOW,))
    panel.masks.editor.masks_changed.emit()
    panel.masks.keep.click()
    await asyncio.sleep(0.05)
    (asked,) = bench.client.waiting_approvals
    assert (asked.act, asked.payload["camera_id"]) == ("uncover_mask", bench.asset("CAM-009").id)
    assert "second person" in panel.notice.text
    await bench.client.approve(asked.id)
    await bench.work_done()
    assert [change.approval_id for change in changes] == ["", asked.id]


async def test_lifting_needs_a_reason_first(bench: Bench, panel: CameraAdminPanel) -> None:
    await bench.client.change_masks(bench.asset("CAM-009").id, MaskChange(version=0, masks=(WINDOW,)))
    await choose(bench, panel, "masks")
    panel.masks.lift.click()
    assert "why" in panel.notice.text
    assert bench.client.waiting_approvals == []


async def test_masks_that_were_not_applied_are_said_to_be_gone(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "masks")
    panel.masks.editor.show_masks((WINDOW,))
    panel.masks.editor.masks_changed.emit()
    await choose(bench, panel, "masks", "CAM-007")
    assert "were not applied" in panel.notice.text


async def test_a_plan_is_given_as_the_form_says(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "recording")
    page = panel.recording
    page.mode.setCurrentIndex(page.mode.findData(RecordingMode.SCHEDULE))
    page.days[6].setChecked(False)
    page.kept_days.setValue(12)
    page.keep.click()
    await bench.work_done()
    plan = bench.client.plans[bench.asset("CAM-009").id]
    assert (plan.mode, plan.kept_days) == (RecordingMode.SCHEDULE, 12)
    assert plan.hours[0].weekdays == (0, 1, 2, 3, 4, 5)
    assert page.kept_days.maximum() == 30


async def test_what_a_camera_says_in_its_own_words_is_said_in_ours(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "details")
    told = {label.text() for label in panel.details.widget.findChildren(QLabel)}
    assert {"Main stream", "Second stream"} <= told
    assert any(words.endswith("(at rest)") for words in told)
    assert not [words for words in told if re.search(r"\b(main|sub|idle|AUTO|ON|OFF)\b", words)]


async def test_a_preset_is_called_stored_and_forgotten(bench: Bench, panel: CameraAdminPanel) -> None:
    await choose(bench, panel, "details")
    panel.details.presets.setCurrentRow(1)
    panel.details.go.click()
    panel.details.name.setText("Fontaine")
    panel.details.save.click()
    await bench.work_done()
    panel.details.presets.setCurrentRow(0)
    panel.details.forget.click()
    await bench.work_done()
    assert [(one.action, dict(one.arguments)) for one in bench.client.commands_sent] == [
        ("ptz_preset", {"preset": "2"}),
        ("ptz_preset_set", {"name": "Fontaine"}),
        ("ptz_preset_remove", {"preset": "1"}),
    ]


async def test_a_file_of_cameras_is_tried_shown_row_by_row_and_added(
    bench: Bench, panel: CameraAdminPanel, tmp_path: Path
) -> None:
    await choose(bench, panel, "adding")
    file = tmp_path / "cameras.csv"
    file.write_text("code;lon;lat;url\n")
    panel.adding.read_file(file)
    await bench.work_done()
    assert panel.adding.table.rowCount() == 5
    assert "3 well, 2 failed" in panel.adding.words.text()
    panel.adding.accept.click()
    await bench.work_done()
    assert "added and connected: 3" in panel.notice.text
    assert not panel.adding.accept.isEnabled()
    panel.adding.read_file(tmp_path / "nowhere.csv")
    await bench.work_done()
    assert "cannot be read" in panel.notice.text


async def test_what_the_network_answers_becomes_a_file_to_complete(
    bench: Bench, panel: CameraAdminPanel, tmp_path: Path
) -> None:
    await choose(bench, panel, "adding")
    assert not panel.adding.template.isVisible()
    panel.adding.search.click()
    await bench.work_done()
    panel.adding.write_template(tmp_path / "found.csv")
    await bench.work_done()
    (row,) = csv.DictReader((tmp_path / "found.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    assert (row["name"], row["url"], row["code"]) == ("Dome Nord", "http://10.0.4.11/onvif/device_service", "")


def test_a_name_from_the_network_is_no_formula() -> None:
    text = template_of([FoundCamera(identity="x", url="http://h/", name='=HYPERLINK("x")')])
    assert ";=" not in text
    assert "\n=" not in text


async def test_why_there_is_no_picture_to_draw_on_is_said(
    bench: Bench, panel: CameraAdminPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_tile: str, _address: object, _width: int, _height: int, told: StateChanged) -> None:
        told(PictureState.REFUSED, "Not your commune.")

    monkeypatch.setattr(bench.context.pictures, "open", refuse)
    await choose(bench, panel, "masks")
    assert "Not your commune." in panel.masks.state.text()
    monkeypatch.undo()
    await choose(bench, panel, "masks", "CAM-007")
    assert "Not your commune." not in panel.masks.state.text()


async def test_what_went_wrong_can_be_read_in_a_narrow_panel(
    bench: Bench, panel: CameraAdminPanel, tmp_path: Path
) -> None:
    file = tmp_path / "cameras.csv"
    await asyncio.to_thread(file.write_text, "code;url\n")
    await choose(bench, panel, "adding")
    panel.adding.read_file(file)
    await bench.work_done()
    detail = panel.adding.table.columnCount() - 1
    panel.widget.resize(900, 600)
    assert not panel.adding.table.isColumnHidden(detail - 1)
    panel.widget.resize(480, 600)
    assert panel.adding.table.isColumnHidden(detail - 1)
    assert panel.adding.table.columnWidth(detail) > 150
