"""A seat at which nobody is any more locks itself, and says so a minute before."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication

from console.kit.ticker import Ticker
from contract.rights import WALL_ROLE

WARNING_S: Final = 60
CHOICES: Final = (0, 5, 10, 15, 30, 60)  # minutes; 0: never
_BY_ROLE: Final = {WALL_ROLE: 0, "administrator": 10, "supervisor": 15, "liaison": 15}
_AT_A_DESK: Final = 30  # an operator watches for long without a key; pictures go with the lock
_ACTS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


def locks_after_by_role(role: str) -> int:
    """Minutes without a key or a mouse after which the seat of this role locks itself; 0: never."""
    return _BY_ROLE.get(role, _AT_A_DESK)


class IdleLock(QObject):
    """Looks once a second. `minutes` may change at any time; `warn` is told whether the seat is about to lock."""

    def __init__(
        self,
        ticker: Ticker,
        minutes: Callable[[], int],
        is_locked: Callable[[], bool],
        warn: Callable[[bool], None],
        lock: Callable[[], None],
    ) -> None:
        super().__init__()
        self._now = ticker.frame_clock.now
        self._minutes = minutes
        self._is_locked = is_locked
        self._warn = warn
        self._lock = lock
        self._used_at = self._now()
        self._has_warned = False
        self._listening = ticker.every_second(self.look)

    def look(self) -> None:
        """Once a second: is somebody there?"""
        # Windows of the system hear far fewer events than the application, and every key and move among them.
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)
            window.installEventFilter(self)
        limit_s, idle_s = self._minutes() * 60, self._now() - self._used_at
        if not limit_s or self._is_locked():
            self._used()
        elif idle_s >= limit_s:
            self._has_warned = False
            self._used_at = self._now()
            self._lock()
        elif idle_s >= limit_s - WARNING_S and not self._has_warned:
            self._has_warned = True
            self._warn(True)

    def stop(self) -> None:
        """Nobody sits here any more."""
        self._listening.stop()
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's filter: keeps nothing away."""
        if event.type() in _ACTS:
            self._used()
        return super().eventFilter(watched, event)

    def _used(self) -> None:
        self._used_at = self._now()
        if self._has_warned:
            self._has_warned = False
            self._warn(False)
