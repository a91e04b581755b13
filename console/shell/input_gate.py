"""While a seat is locked no key and no mouse reaches anything but the strip that unlocks it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

_ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.InputMethod,
        QEvent.Type.Shortcut,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd,
        QEvent.Type.TabletPress,
        QEvent.Type.NativeGesture,
    }
)


class InputGate(QObject):
    """Shut between `shut` and `open`. What is pressed elsewhere brings the keyboard back to where one unlocks."""

    def __init__(self, doors: Callable[[], Sequence[QWidget]], knocked: Callable[[], None]) -> None:
        super().__init__()
        self._doors = doors
        self._knocked = knocked
        self.is_shut = False

    def shut(self) -> None:
        """Close what is open above the panels, then let nothing through."""
        if self.is_shut:
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        while (dialog := QApplication.activeModalWidget()) is not None and dialog.close():
            pass
        self.is_shut = True
        if (application := QApplication.instance()) is not None:
            application.installEventFilter(self)

    def open(self) -> None:
        """As before; may be called twice."""
        if self.is_shut:
            self.is_shut = False
            if (application := QApplication.instance()) is not None:
                application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's filter: True keeps an event away."""
        kind = event.type()
        if kind is QEvent.Type.Close and isinstance(watched, QWidget) and event.spontaneous():
            event.ignore()
            return True
        if kind not in _ACTS:
            return False
        if not isinstance(watched, QWidget):
            return kind is QEvent.Type.Shortcut  # of a menu or a panel; a window hands keys on to a widget
        if any(door is watched or door.isAncestorOf(watched) for door in self._doors()):
            return False
        if kind in {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress}:
            self._knocked()
        return True
