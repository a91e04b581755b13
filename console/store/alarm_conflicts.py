"""What the backend tells the one whose act stands when another wanted the same alarm."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from contract.alarm_work import AlarmConflict

REMEMBERED: Final = 50


class AlarmConflictStore(QObject):
    """The last conflicts of this user, newest first."""

    told = Signal(object)  # AlarmConflict

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conflicts: deque[AlarmConflict] = deque(maxlen=REMEMBERED)

    @property
    def conflicts(self) -> Sequence[AlarmConflict]:
        """Those that were told since the console started."""
        return tuple(self._conflicts)

    def forget(self) -> None:
        """Another person holds the seat."""
        self._conflicts.clear()

    def take(self, conflict: AlarmConflict) -> None:
        """Another one came second, or took an alarm over."""
        self._conflicts.appendleft(conflict)
        self.told.emit(conflict)
