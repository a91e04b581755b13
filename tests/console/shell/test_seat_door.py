"""A locked seat: alarms are seen and heard, nothing can be done, and only its holder or another person opens it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent, RequestRefused
from console.kit.panel_registry import load_panels
from console.panels.alarms.panel import AlarmsPanel
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.menus import LOCK_KEY, MenuWishes
from console.shell.seat_door import SeatDoor
from contract.alarms import Priority
from contract.seat_holding import SeatEvent
from tests.console.conftest import Bench
from tools.screenshots.sample_workspaces import PASSWORD

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


@dataclass
class Seat:
    """A desk with its door."""

    bench: Bench
    desk: Desk
    door: SeatDoor
    taken_over: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def type(self, user: str, password: str, number: int = 0) -> None:
        strip = self.door.strips[number]
        strip.user.setText(user)
        strip.password.setFocus()
        QTest.keyClicks(strip.password, password)
        QTest.keyClick(strip.password, Qt.Key.Key_Return)


@pytest.fixture
async def seat(bench: Bench, qtbot: QtBot) -> AsyncIterator[Seat]:
    configure_docking()
    made: list[Seat] = []

    async def take_over(user: str, password: str) -> None:
        if password != PASSWORD:
            raise RequestRefused(401, "The login was refused.", "")
        made[0].taken_over.append(user)
        bench.stores.link.user = user

    door = SeatDoor(bench.context.tasks, lambda: bench.stores.link.user, take_over, lambda: True)
    opened: list[str] = []
    none = MenuWishes(*([_nothing] * 13))
    wishes = replace(none, open_panel=opened.append, lock=door.lock, change_user=door.ask_user)
    desk = Desk(load_panels(), bench.context, Places(3, 1280, 800), wishes, _nothing)
    made.append(Seat(bench, desk, door, opened=opened))
    bench.stores.link.user = "leila"
    door.furnish(desk, bench.context)
    desk.open(DEFAULTS["operator-3-screens"], ())
    yield made[0]
    door.close()
    await desk.close()


async def test_a_locked_seat_shows_alarms_and_hides_pictures(seat: Seat) -> None:
    QTest.keyClick(
        seat.desk.screens[0], Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    assert seat.door.is_locked, f"{LOCK_KEY} locks"
    assert len(seat.door.strips) == 3, "on every screen"
    assert "leila" in seat.door.strips[1].words.text()
    alarms = seat.desk.panel("alarms")
    assert alarms is not None
    hidden = [hosted for window in seat.desk.screens for hosted in window.panels.values() if hosted is not alarms]
    assert len(hidden) > 4
    for hosted in hidden:
        assert "Hidden" in hosted.blind_text, hosted.panel_id
    assert not alarms.blind_text
    assert not alarms.veil_text
    assert "Fire alarm" in seat.desk.screens[2].alarm_bar.headline_text
    await seat.bench.work_done()
    assert seat.bench.client.seat_events == [(SeatEvent.LOCKED, "")]


async def test_what_stands_beside_the_screens_is_behind_the_lock_too(seat: Seat, qtbot: QtBot) -> None:
    beside = QWidget(None, Qt.WindowType.Window)
    qtbot.addWidget(beside)
    beside.show()
    window = seat.desk.screens[0]
    window.docks.float_panel("journal")
    floated = window.panels["journal"]
    seat.door.lock()
    assert not beside.isVisible()
    assert "Hidden" in floated.blind_text
    seat.desk.open_panel("register")
    late = seat.desk.panel("register")
    assert late is None or late.blind_text, "what comes later is hidden too"
    seat.type("leila", PASSWORD)
    await seat.bench.work_done()
    assert beside.isVisible(), "its own holder goes on where he was"
    assert not floated.blind_text
    seat.door.ask_user()
    seat.type("marc", PASSWORD)
    await seat.bench.work_done()
    assert not beside.isVisible(), "another person begins without"


async def test_a_locked_seat_rings_as_before(seat: Seat) -> None:
    waiting = seat.bench.stores.sounds.waiting_count
    assert waiting
    seat.door.lock()
    seat.bench.stores.flush()
    assert seat.bench.stores.sounds.waiting_count == waiting
    assert not seat.bench.stores.sounds.silent_seconds


async def test_nothing_can_be_acted_on_by_key_or_mouse(seat: Seat) -> None:
    hosted = seat.desk.panel("alarms")
    assert hosted is not None
    panel = hosted.panel
    assert isinstance(panel, AlarmsPanel)
    seat.door.lock()
    before = seat.bench.stores.alarms.unacknowledged_counts().get(Priority.P1)
    window = seat.desk.screens[0]
    for key in (Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_Return):
        QTest.keyClick(panel.widget, key)
    QTest.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(window.alarm_bar, Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    await seat.bench.work_done()
    assert seat.opened == []
    assert seat.bench.client.acknowledged == []
    assert seat.bench.stores.alarms.unacknowledged_counts().get(Priority.P1) == before
    assert not seat.bench.stores.sounds.silent_seconds, "nobody silences a locked seat"


async def test_the_same_person_unlocks_with_his_password(seat: Seat) -> None:
    seat.door.lock()
    seat.type("leila", "wrong")
    await seat.bench.work_done()
    assert "not right" in seat.door.strips[0].words.text()
    assert not seat.door.strips[0].password.text()
    seat.type("leila", PASSWORD)
    await seat.bench.work_done()
    assert not seat.door.is_locked
    assert seat.door.strips == ()
    cameras = seat.desk.panel("cameras")
    assert cameras is not None
    assert not cameras.blind_text
    QTest.keyClick(seat.desk.screens[0], Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert seat.opened == ["journal"], "keys work again"


async def test_another_person_takes_over_a_locked_seat(seat: Seat) -> None:
    seat.door.lock()
    windows = list(seat.desk.screens)
    strip = seat.door.strips[1]
    strip.user.setText("marc")
    assert strip.button.text() == "Take over"
    seat.type("marc", PASSWORD, 1)
    await seat.bench.work_done()
    assert seat.taken_over == ["marc"]
    assert not seat.door.is_locked
    assert list(seat.desk.screens) == windows


async def test_while_the_backend_is_silent_it_stays_locked_and_says_why(seat: Seat) -> None:
    seat.door.lock()
    seat.bench.client.seat_trouble = BackendSilent("no")
    seat.type("leila", PASSWORD)
    await seat.bench.work_done()
    assert seat.door.is_locked
    assert "does not answer" in seat.door.strips[0].words.text()


async def test_a_screen_that_is_laid_out_anew_is_locked_too(seat: Seat) -> None:
    seat.door.lock()
    seat.desk.rearrange(DEFAULTS["operator"], (), keeps_all=True)
    assert len(seat.door.strips) == len(seat.desk.screens)
    cameras = seat.desk.panel("cameras")
    assert cameras is not None
    assert cameras.blind_text
    seat.type("leila", PASSWORD)
    await seat.bench.work_done()
    assert not seat.door.is_locked


async def test_a_change_of_user_is_asked_in_a_strip_and_can_be_left(seat: Seat) -> None:
    seat.door.ask_user()
    (strip,) = seat.door.strips
    assert not seat.door.is_locked
    seat.type("leila", PASSWORD)
    assert "already" in strip.words.text() or await _said(seat, "already")
    strip.stay.click()
    assert seat.door.strips == ()
    seat.door.ask_user()
    seat.type("marc", PASSWORD)
    await seat.bench.work_done()
    assert seat.taken_over == ["marc"]


async def _said(seat: Seat, words: str) -> bool:
    await seat.bench.work_done()
    return words in seat.door.strips[0].words.text()
