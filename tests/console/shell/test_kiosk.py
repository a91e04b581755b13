"""A kiosk: nothing to open, close or move, and a way out only for who may."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent
from console.kit.panel_registry import load_panels
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.kiosk import DoorStrip, KioskDoor
from console.shell.menus import MenuWishes
from console.shell.options import parse
from contract.workspaces import SeatRelease, SeatReleased
from tests.console.conftest import Bench
from tools.screenshots.sample_workspaces import PASSWORD, SampleWorkspaces

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


def _kiosk(bench: Bench) -> Desk:
    configure_docking()
    wishes = MenuWishes(*([_nothing] * 13))
    desk = Desk(load_panels(), bench.context, Places(1, 1280, 800), wishes, _nothing, is_kiosk=True)
    desk.open(DEFAULTS["operator"], ())
    return desk


def _type(strip: DoorStrip, user: str, password: str) -> None:
    strip.user.setText(user)
    QTest.keyClicks(strip.password, password)
    QTest.keyClick(strip.password, Qt.Key.Key_Return)


async def test_it_has_no_menus_and_its_panels_stay_where_they_are(bench: Bench, qtbot: QtBot) -> None:
    desk = _kiosk(bench)
    (window,) = desk.screens
    asked: list[bool] = []
    desk.leave_requested.connect(lambda: asked.append(True))
    assert not window.menuBar().actions()
    window.close()
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert asked
    assert window.isVisible()
    alarms = desk.panel("alarms")
    assert alarms is not None
    tab = alarms.dock.tabWidget()
    QTest.mouseClick(tab, Qt.MouseButton.RightButton)
    QTest.mouseDClick(tab, Qt.MouseButton.LeftButton)
    assert QApplication.activePopupWidget() is None
    assert not window.docks.maximised
    await desk.close()


async def test_the_right_password_opens_it_and_no_other_leaves_a_trace_of_itself(bench: Bench, qtbot: QtBot) -> None:
    desk, left = _kiosk(bench), list[bool]()
    door = KioskDoor(bench.context.tasks, lambda: left.append(True))
    door.ask(desk.screens[0], bench.client, bench.context.texts)
    assert door.strip is not None
    _type(door.strip, "claire", "wrong")
    await bench.work_done()
    assert not door.strip.password.text()
    assert "Not opened" in door.strip.words.text()
    assert not left
    _type(door.strip, "claire", PASSWORD)
    await bench.work_done()
    assert left == [True]
    assert not any(strip.isVisible() for strip in desk.screens[0].findChildren(DoorStrip))
    await desk.close()


class _Away(SampleWorkspaces):
    """A backend that does not answer."""

    async def release_seat(self, release: SeatRelease) -> SeatReleased:
        raise BackendSilent("no")


async def test_without_a_server_it_stays_and_says_so(bench: Bench, qtbot: QtBot) -> None:
    desk, left = _kiosk(bench), list[bool]()
    door = KioskDoor(bench.context.tasks, lambda: left.append(True))
    door.ask(desk.screens[0], _Away(), bench.context.texts)
    assert door.strip is not None
    _type(door.strip, "claire", PASSWORD)
    await bench.work_done()
    assert "does not answer" in door.strip.words.text()
    assert not left
    door.close()
    await desk.close()


def test_the_command_line_asks_for_it() -> None:
    assert parse(["--kiosk"]).is_kiosk
    assert not parse([]).is_kiosk
