"""A seat that is left alone locks itself: it says so before, a key or a move keeps it open, walls never lock."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.ticker import Ticker
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.idle_lock import WARNING_S, IdleLock, locks_after_by_role
from console.shell.menus import MenuWishes
from console.shell.seat_door import SeatDoor
from console.shell.workspaces import decode, encode
from contract.rights import WALL_ROLE
from tests.console.conftest import Bench
from tools.screenshots.sample_workspaces import PASSWORD
from widgets.frame_clock import FrameClock, Ticking

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
_MINUTE = 60


def _nothing(*_ignored: object) -> None:
    return


class _SecondsByHand(Ticker):
    """Seconds pass when the test says so."""

    def __init__(self, clock: FrameClock, each_second: list[Callable[[], None]]) -> None:
        super().__init__(clock)
        self._each_second = each_second

    def every_second(self, action: Callable[[], None]) -> Ticking:
        if not isinstance(getattr(action, "__self__", None), IdleLock):
            return super().every_second(action)
        self._each_second.append(action)
        return Ticking(lambda: self._each_second.remove(action))


@dataclass
class Seat:
    bench: Bench
    desk: Desk
    door: SeatDoor
    minutes: int = 15
    at: float = 0.0
    chosen: list[int | None] = field(default_factory=list)
    each_second: list[Callable[[], None]] = field(default_factory=list)

    def time_passes(self, seconds: int) -> None:
        """Second by second, as the clock of the screens does."""
        for _ in range(seconds):
            self.at += 1
            for listener in self.each_second:
                listener()

    def is_locked(self) -> bool:
        return self.door.is_locked

    def type_password(self) -> None:
        strip = self.door.strips[0]
        QTest.keyClicks(strip.password, PASSWORD)
        QTest.keyClick(strip.password, Qt.Key.Key_Return)

    @property
    def said(self) -> list[str]:
        return [window.notice.text for window in self.desk.screens]


@pytest.fixture(params=[False])
async def seat(bench: Bench, qtbot: QtBot, request: pytest.FixtureRequest) -> AsyncIterator[Seat]:
    configure_docking()
    made: list[Seat] = []
    clock = FrameClock(now=lambda: made[0].at if made else 0.0)
    each_second: list[Callable[[], None]] = []
    context = replace(bench.context, ticker=_SecondsByHand(clock, each_second))

    async def take_over(_user: str, _password: str) -> None:
        return

    door = SeatDoor(context.tasks, lambda: "leila", take_over, lambda: True)
    door.locks_after = lambda: made[0].minutes
    chosen: list[int | None] = []
    none = MenuWishes(*([_nothing] * 13))
    wishes = replace(none, locks_after=lambda: made[0].minutes, lock_after=chosen.append)
    desk = Desk(load_panels(), context, Places(1, 1280, 800), wishes, _nothing, is_kiosk=bool(request.param))
    made.append(Seat(bench, desk, door, chosen=chosen, each_second=each_second))
    door.furnish(desk, context)
    desk.open(DEFAULTS["operator"], ())
    yield made[0]
    door.close()
    await desk.close()
    clock.close()


async def test_it_warns_a_minute_before_then_locks_and_alarms_stay(seat: Seat) -> None:
    seat.time_passes(14 * _MINUTE - 1)
    assert seat.said == [""]
    seat.time_passes(2)
    assert all(f"locks in {WARNING_S} s" in words for words in seat.said)
    assert not seat.is_locked()
    ringing = seat.bench.stores.sounds.waiting_count
    assert ringing
    seat.time_passes(_MINUTE)
    assert seat.is_locked()
    alarms, journal = seat.desk.panel("alarms"), seat.desk.panel("journal")
    assert alarms is not None
    assert journal is not None
    assert not alarms.blind_text
    assert journal.blind_text
    assert seat.bench.stores.sounds.waiting_count == ringing
    seat.type_password()
    await seat.bench.work_done()
    assert not seat.is_locked()
    seat.time_passes(14 * _MINUTE)
    assert not seat.is_locked(), "it begins anew"


@pytest.mark.parametrize("by_mouse", [False, True])
async def test_a_key_or_a_move_keeps_it_open_and_takes_the_warning_back(seat: Seat, *, by_mouse: bool) -> None:
    seat.time_passes(14 * _MINUTE + 30)
    assert seat.said != [""]
    handle = seat.desk.screens[0].windowHandle()
    if by_mouse:
        QTest.mouseMove(handle, QPoint(40, 40))
    else:
        QTest.keyClick(handle, Qt.Key.Key_Shift)
    QApplication.processEvents()
    assert seat.said == [""]
    seat.time_passes(13 * _MINUTE)
    assert seat.said == [""]
    assert not seat.is_locked()


async def test_a_window_that_floats_is_heard_too(seat: Seat) -> None:
    seat.time_passes(10)
    seat.desk.screens[0].docks.float_panel("journal")
    floated = seat.desk.panel("journal")
    assert floated is not None
    assert floated.floating_window is not None
    seat.time_passes(14 * _MINUTE)
    assert seat.said != [""]
    floated.floating_window.show()  # hidden behind others by the docking system, but for X11
    seat.time_passes(1)
    none = Qt.KeyboardModifier.NoModifier
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, none)
    handle = next(each for each in QGuiApplication.topLevelWindows() if "Floating" in each.objectName())
    QApplication.sendEvent(handle, key)
    assert seat.said == [""]


async def test_never_means_never(seat: Seat) -> None:
    seat.minutes = 0
    seat.time_passes(30 * _MINUTE)
    assert not seat.is_locked()
    assert seat.said == [""]


@pytest.mark.parametrize("seat", [True], indirect=True)
async def test_a_kiosk_never_locks_itself(seat: Seat) -> None:
    seat.time_passes(30 * _MINUTE)
    assert not seat.is_locked()


def test_each_role_has_its_time_and_a_wall_none() -> None:
    assert locks_after_by_role(WALL_ROLE) == 0
    assert locks_after_by_role("operator") == 30
    assert locks_after_by_role("administrator") < locks_after_by_role("operator")
    assert locks_after_by_role("night watch") == 30, "a role of the city's own"


async def test_a_workspace_has_its_own_time_and_keeps_it(seat: Seat) -> None:
    seat.desk.locks_after_minutes = 5
    kept = decode(encode(seat.desk.layout_now()))
    assert kept.locks_after_minutes == 5
    seat.desk.rearrange(DEFAULTS["supervisor"], ())
    assert seat.desk.layout_now().locks_after_minutes is None
    seat.desk.rearrange(kept, ())
    assert seat.desk.layout_now().locks_after_minutes == 5


async def test_it_is_chosen_in_the_menu(seat: Seat) -> None:
    menus = [menu for menu in seat.desk.screens[0].menuBar().findChildren(QMenu) if menu.title() == "Lock by itself"]
    (menu,) = menus
    chosen = [action.text() for action in menu.actions() if action.isChecked()]
    assert chosen == ["After 15 min without a key or mouse"]
    menu.actions()[0].trigger()
    assert seat.chosen == [0]
