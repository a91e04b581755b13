"""Heads on the wall: places and rounds as the camera keeps them, who holds it, taking it over and letting it go."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from contract.api import Problem
from contract.cameras import CameraDetails, CameraPreset
from contract.leases import Lease
from tests.console.conftest import Bench
from tests.console.panels.wall_rig import WallRig
from widgets.wall_layout.layout import even

SHIFT = Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # a menu where there is no screen


@pytest.fixture
async def rig(bench: Bench, qtbot: QtBot) -> AsyncIterator[WallRig]:
    made = WallRig(bench, qtbot)
    made.panel.wall.lay_out(even(4))
    for tile, number in enumerate((1, 3, 5, 7)):
        made.panel.put(tile, made.camera(number))
    made.panel.wall.choose(0)
    made.panel.desk.arrange()
    made.panel.focus_first()
    yield made
    await made.close()


def _lines(menu: QMenu) -> list[str]:
    return [action.text().partition("\t")[0].replace("&", "") for action in menu.actions() if action.text()]


def _menu_of(menu: QMenu, text: str) -> QMenu:
    action = next(action for action in menu.actions() if action.text() == text)
    found = action.menu()
    assert isinstance(found, QMenu)
    return found


def _popup() -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def _sent(rig: WallRig) -> list[tuple[str, dict[str, object]]]:
    return [(command.action, dict(command.arguments)) for command in rig.bench.client.commands_sent]


async def test_p_and_a_digit_go_to_a_place_the_camera_keeps(rig: WallRig) -> None:
    rig.press(Qt.Key.Key_P)
    menu = _popup()
    assert _lines(menu)[0] == "The camera is asked…"
    await rig.bench.work_done()
    assert _lines(menu)[:3] == ["1 Entrée", "2 Parvis", "Keep where it looks now…"]
    QTest.keyClick(menu, Qt.Key.Key_2)
    await rig.bench.work_done()
    assert _sent(rig) == [("ptz_preset", {"preset": "2"})]


async def test_a_round_of_the_camera_is_started_and_one_that_runs_is_stopped(
    rig: WallRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.press(Qt.Key.Key_P)
    await rig.bench.work_done()
    told = await rig.bench.client.camera_details(rig.camera(1))

    async def touring(asset_id: int) -> CameraDetails:
        assert asset_id == rig.camera(1)
        return msgspec.structs.replace(
            told, tours=tuple(msgspec.structs.replace(t, state="touring") for t in told.tours)
        )

    monkeypatch.setattr(rig.bench.client, "camera_details", touring)
    rounds = _menu_of(_popup(), "Round “Ronde de nuit”")
    assert _lines(rounds) == ["Start", "Stop"]
    rounds.actions()[0].trigger()
    await rig.bench.work_done()
    assert _sent(rig) == [("ptz_tour", {"tour": "ronde", "act": "start"})]
    _popup().close()
    rig.press(Qt.Key.Key_P)
    assert _lines(_menu_of(_popup(), "Round “Ronde de nuit”")) == ["Pause", "Stop"]
    _popup().close()


async def test_a_place_is_kept_under_a_name_and_forgotten_and_the_menu_knows(
    rig: WallRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    places = [CameraPreset("1", "Entrée")]

    async def details(asset_id: int) -> CameraDetails:
        asked.append(asset_id)
        return CameraDetails(camera_id=asset_id, has_ptz=True, presets=tuple(places))

    monkeypatch.setattr(rig.bench.client, "camera_details", details)
    rig.press(Qt.Key.Key_P)
    await rig.bench.work_done()
    _popup().close()
    rig.press(Qt.Key.Key_P)
    await rig.bench.work_done()
    assert asked == [rig.camera(1)]
    menu = _popup()
    places.append(CameraPreset("2", "Gare"))
    next(action for action in menu.actions() if action.text().startswith("Keep where")).trigger()
    menu.close()
    rig.panel.form.name.setText("Gare")
    QTest.keyClick(rig.panel.form.name, Qt.Key.Key_Return)
    await rig.bench.work_done()
    assert _sent(rig)[-1] == ("ptz_preset_set", {"name": "Gare"})
    assert "keeps “Gare”" in rig.panel.notice.text
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_P)
    assert _lines(_popup())[:2] == ["1 Entrée", "2 Gare"]
    _menu_of(_popup(), "Forget a place").actions()[1].trigger()
    await rig.bench.work_done()
    assert _sent(rig)[-1] == ("ptz_preset_remove", {"preset": "2"})
    assert len(asked) == 3
    _popup().close()


async def test_a_camera_that_does_not_say_what_it_keeps_is_asked_by_number(rig: WallRig) -> None:
    rig.bench.client.details_refusal = RequestRefused(502, "The camera does not answer.")
    rig.press(Qt.Key.Key_P)
    await rig.bench.work_done()
    lines = _lines(_popup())
    assert "does not answer" in lines[0]
    assert lines[2] == "1 Place 1"
    QTest.keyClick(_popup(), Qt.Key.Key_3)
    await rig.bench.work_done()
    assert _sent(rig) == [("ptz_preset", {"preset": "3"})]


async def test_a_fixed_camera_has_no_head_to_hold(rig: WallRig) -> None:
    rig.points(rig.camera(1), is_ptz=False)
    rig.press(Qt.Key.Key_P)
    assert QApplication.activePopupWidget() is None
    assert "does not move" in rig.panel.notice.text
    menu = rig.panel.acts.open_menu(0, rig.window.mapToGlobal(rig.window.rect().center()))
    assert "Kept places, head" not in _lines(menu)
    menu.close()


async def test_who_holds_a_camera_is_said_unless_it_is_oneself(rig: WallRig) -> None:
    client, camera = rig.bench.client, rig.camera(1)
    client.leases[camera] = Lease(camera_id=camera, token=4, holder="c.moreau", holder_name="Claire M.", is_mine=True)
    rig.points(camera, ptz_holder="Claire M.", is_ptz=True)
    await rig.bench.work_done()
    assert rig.panel.tiles[0].words.said == ""
    assert [mark.text for mark in rig.panel.tiles[0].words.marks] == ["you move it (Shift+K releases it)"]
    client.leases[camera] = Lease(camera_id=camera, token=5, holder="p.durand", holder_name="Paul Durand")
    rig.points(camera, ptz_holder="Paul Durand", is_ptz=True)
    await rig.bench.work_done()
    assert rig.panel.tiles[0].words.said == "Held by Paul Durand"
    assert rig.panel.tiles[0].words.marks == ()
    rig.points(camera, ptz_holder="", is_ptz=True)
    assert rig.panel.tiles[0].words.said == ""


async def test_who_is_refused_reads_on_the_tile_who_moves_it_and_until_when(rig: WallRig) -> None:
    args = {"who": "Paul Durand", "asset": "CAM-001", "until": "21:14:03"}
    problem = Problem(
        type="urn:beffroi:problem:command-rejected",
        title="Not done.",
        status=409,
        detail="",
        detail_code="head_held",
        detail_args=args,
    )
    rig.bench.client.refusal = RequestRefused(409, "Not done.", "", problem)
    rig.panel.tiles[0].move_requested.emit(0.5, 0.0, 0.0)
    await rig.bench.work_done()
    assert rig.panel.tiles[0].words.said == "Held by Paul Durand until 21:14:03 · K: take over"
    rig.bench.client.refusal = None


async def test_k_takes_over_and_shift_k_lets_go(rig: WallRig) -> None:
    client, camera = rig.bench.client, rig.camera(1)
    client.leases[camera] = Lease(camera_id=camera, token=5, holder="p.durand", holder_name="Paul Durand")
    rig.points(camera, ptz_holder="Paul Durand", is_ptz=True)
    await rig.bench.work_done()
    rig.press(Qt.Key.Key_K)
    await rig.bench.work_done()
    assert client.lease_acts == [(camera, "take_over")]
    rig.points(camera, ptz_holder="Marie Lambert", is_ptz=True)
    await rig.bench.work_done()
    assert rig.panel.tiles[0].words.said == ""
    rig.press(Qt.Key.Key_K, SHIFT)
    await rig.bench.work_done()
    assert client.lease_acts[-1] == (camera, "release")
    rig.points(camera, ptz_holder="", is_ptz=True)
    rig.press(Qt.Key.Key_K, SHIFT)
    assert len(client.lease_acts) == 2
    assert "You do not hold" in rig.panel.notice.text


async def test_a_take_over_without_the_right_is_refused_in_words(rig: WallRig) -> None:
    client, camera = rig.bench.client, rig.camera(1)
    client.leases[camera] = Lease(camera_id=camera, token=5, holder="p.durand", holder_name="Paul Durand")
    rig.points(camera, ptz_holder="Paul Durand", is_ptz=True)
    await rig.bench.work_done()
    args = {"who": "Paul Durand", "asset": "CAM-001"}
    problem = Problem(
        type="urn:beffroi:problem:head-held",
        title="No.",
        status=409,
        detail="",
        detail_code="head_rank",
        detail_args=args,
    )
    client.refusal = RequestRefused(409, "No.", "", problem)
    rig.press(Qt.Key.Key_K)
    await rig.bench.work_done()
    assert "it takes the right to manage it" in rig.panel.notice.text
    assert rig.panel.tiles[0].words.said == "Held by Paul Durand"
    client.refusal = None
