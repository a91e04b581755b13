"""A seat is locked and unlocked, and goes from one person to the next: windows, drafts and alarms stay."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from PySide6QtAds import CFloatingDockContainer
from shiboken6 import isValid

from console.kit.errors import BackendSilent, RequestFailed, RequestRefused
from console.kit.panel_spec import kind_of
from console.kit.ports import Client
from console.kit.seat import seat_name
from console.kit.task_bag import TaskBag
from console.shell.desk import Desk
from console.shell.idle_lock import WARNING_S, IdleLock
from console.shell.input_gate import InputGate
from console.shell.screen_window import ScreenWindow
from console.shell.seat_strip import SeatStrip
from console.store.context import Context
from contract.seat_holding import SeatEvent
from widgets.notice import Tone

_ALARMS: Final = frozenset({"alarms", "area"})
_PICTURES: Final = frozenset({"cameras", "footage"})
_WINDOWS: Final = frozenset({Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool})
_TOO_MANY: Final = 429


class SeatDoor(QObject):
    """`take_over(user, password)` raises RequestFailed when it was not done; `holder` tells whose seat it is."""

    def __init__(
        self,
        tasks: TaskBag,
        holder: Callable[[], str],
        take_over: Callable[[str, str], Awaitable[None]],
        hides_pictures: Callable[[], bool],
    ) -> None:
        """`hides_pictures`: whether cameras are behind the lock as all else is; alarms never are."""
        super().__init__()
        self._tasks = tasks
        self._holder = holder
        self._take_over = take_over
        self._hides_pictures = hides_pictures
        self.locks_after: Callable[[], int] = lambda: 0  # minutes without a key or mouse; 0: it never locks itself
        self._idle: IdleLock | None = None
        self._desk: Desk | None = None
        self._context: Context | None = None
        self._hidden: list[QWidget] = []
        self._words = ""
        self._gate = InputGate(lambda: self.strips, self._focus)
        self.strips: Sequence[SeatStrip] = ()

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be acted on."""
        return self._gate.is_shut

    def furnish(self, desk: Desk, context: Context) -> None:
        """The windows are those of this desk from now on; a lock holds on over them."""
        self._desk, self._context = desk, context
        desk.laid_out.connect(self._laid_out)
        self._leave_alone()
        self._idle = IdleLock(
            context.ticker,
            lambda: 0 if desk.is_kiosk else self.locks_after(),
            lambda: self.is_locked,
            self._about_to_lock,
            self.lock,
        )

    def lock(self) -> None:
        """From now on alarms are seen and heard, and nothing can be done."""
        context = self._context
        if self.is_locked or self._desk is None or context is None or not self._desk.screens:
            return
        self._take_strips()
        self._gate.shut()
        since = context.clock().astimezone().strftime("%H:%M")
        self._words = context.texts("seat.locked", user=self._holder(), since=since)
        self._hidden = self._windows_beside()
        for window in self._hidden:
            window.hide()
        self._dress()
        self._focus()
        self._tasks.start(self._told(context.client), name="seat locked")

    def ask_user(self) -> None:
        """Who takes the seat over? Asked again it goes back to the first field."""
        context = self._context
        if self._desk is None or context is None or self.is_locked or not self._desk.screens:
            return
        if not self.strips:
            screens = self._desk.screens
            window = next((each for each in screens if each.isActiveWindow()), screens[0])
            self._put(window, context.texts("seat.who", user=self._holder()), is_locked=False)
        self._focus()

    def close(self) -> None:
        """The login ends: nothing is locked any more."""
        self._leave_alone()
        self._gate.open()
        self._take_strips()
        self._show_panels()
        self._hidden = []
        self._desk = self._context = None

    def _leave_alone(self) -> None:
        if self._idle is not None:
            self._idle.stop()
            self._idle = None

    def _about_to_lock(self, is_near: bool) -> None:
        """Said on every screen; the first key or move takes it back."""
        for window in () if self._desk is None or self._context is None else self._desk.screens:
            if is_near and self._context is not None:
                window.say(self._context.texts("lock.soon", seconds=WARNING_S), Tone.WARNING)
            else:
                window.notice.clear()

    def _laid_out(self) -> None:
        """Windows are others: strips went with the old ones."""
        self.strips = ()
        for window in () if self._desk is None else self._desk.screens:
            window.docks.panel_came.connect(self._hide_panels)
        if self.is_locked:
            self._dress()

    def _dress(self) -> None:
        for window in () if self._desk is None else self._desk.screens:
            self._put(window, self._words, is_locked=True)
        self._hide_panels()

    def _hide_panels(self, *_came: object) -> None:
        if self._desk is None or self._context is None or not self.is_locked:
            return
        shown = _ALARMS if self._hides_pictures() else _ALARMS | _PICTURES
        for window in self._desk.screens:
            for panel_id, hosted in window.panels.items():
                if kind_of(panel_id) not in shown:
                    hosted.blind(self._context.texts("seat.hidden"))

    @staticmethod
    def _windows_beside() -> list[QWidget]:
        """What stands open beside screens and floating panels: dialogs, side windows, the wall over a screen."""
        return [
            window
            for window in QApplication.topLevelWidgets()
            if window.isVisible()
            and window.windowType() in _WINDOWS
            and not isinstance(window, ScreenWindow | CFloatingDockContainer)
        ]

    def _show_panels(self) -> None:
        for window in () if self._desk is None else self._desk.screens:
            for hosted in window.panels.values():
                hosted.blind("")

    def _put(self, window: ScreenWindow, words: str, *, is_locked: bool) -> None:
        context = self._context
        if context is None:
            return
        strip = SeatStrip(context.texts, context.palette, words, self._holder(), is_locked=is_locked)
        strip.given.connect(partial(self._try, strip))
        strip.stayed.connect(self._take_strips)
        window.put_under_bar(strip)
        self.strips = (*self.strips, strip)

    def _take_strips(self) -> None:
        strips, self.strips = self.strips, ()
        for strip in strips:
            strip.password.clear()
            strip.hide()
            strip.deleteLater()

    def _focus(self) -> None:
        if self.strips:
            active = next((strip for strip in self.strips if strip.isActiveWindow()), self.strips[0])
            active.focus()

    def _try(self, strip: SeatStrip, user: str, password: str) -> None:
        context = self._context
        if context is not None:
            strip.set_busy(is_busy=True)
            self._tasks.start(self._tried(strip, context, user, password), name="seat")

    async def _tried(self, strip: SeatStrip, context: Context, user: str, password: str) -> None:
        texts, holder, was_locked = context.texts, self._holder(), self.is_locked
        try:
            if was_locked and user == holder:
                await context.client.unlock_seat(seat_name(), password)
            elif user == holder:
                self._say(strip, texts("seat.same", user=user))
                return
            else:
                await self._take_over(user, password)
        except RequestRefused as error:
            self._say(strip, texts("seat.wait" if error.status == _TOO_MANY else "seat.refused"))
        except BackendSilent:
            self._say(strip, texts("seat.no_answer"))
        except RequestFailed as error:
            self._say(strip, str(error))
        else:
            if not was_locked:
                self._hidden = self._windows_beside()
            self._unlock(is_same=user == holder)
            if user != holder:
                context.announce(texts("seat.taken_over", user=user, before=holder))

    def _unlock(self, *, is_same: bool) -> None:
        self._gate.open()
        self._take_strips()
        self._show_panels()
        hidden, self._hidden = self._hidden, []
        for window in hidden:
            if not isValid(window):
                continue
            if is_same:
                window.show()
            else:
                window.close()

    def _say(self, strip: SeatStrip, words: str) -> None:
        if strip in self.strips:
            strip.say(words)

    async def _told(self, client: Client) -> None:
        try:
            await client.report_seat(seat_name(), SeatEvent.LOCKED)
        except RequestFailed:
            return  # it is locked all the same
