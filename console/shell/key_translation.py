"""Keys that lists and pictures read themselves: another key of one's own reaches them as the delivered one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

_TYPED_INTO: Final = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
_HELD: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
Changes = Mapping[str, str]
"""Delivered key by the key of one's own; "" for a key that does nothing any more."""


class KeyTranslation(QObject):
    """Looks at the keys of the one widget that has the keyboard. `changes_of` says what holds where it stands."""

    def __init__(self, changes_of: Callable[[QWidget], Changes], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes_of = changes_of
        self._watched: QWidget | None = None
        self._is_sending = False
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def look_again(self) -> None:
        """The keys have changed."""
        self._watch(QApplication.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A changed key becomes the delivered one; the delivered one, given away, becomes nothing."""
        if self._is_sending or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        delivered = self._changes_of(watched).get(key_of(event))
        if delivered is None:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # it comes again as a key press
        elif delivered:
            self._send(watched, delivered)
        return True

    def _send(self, widget: QWidget, key: str) -> None:
        self._is_sending = True
        try:
            press_key(widget, key)
        finally:
            self._is_sending = False

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._watch(now)

    def _watch(self, widget: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if widget is None or isinstance(widget, _TYPED_INTO) or (isinstance(widget, QComboBox) and widget.isEditable()):
            return
        if self._changes_of(widget):
            widget.installEventFilter(self)
            self._watched = widget


def key_of(event: QKeyEvent) -> str:
    """A pressed key as Qt writes it, however it came from a keypad."""
    return QKeySequence(event.key() | (event.modifiers() & _HELD).value).toString(_PORTABLE)


def press_key(widget: QWidget, key: str) -> None:
    """Let a widget have a key, as if it had been pressed."""
    sequence: object = QKeySequence(key)
    combination = cast(Sequence[QKeyCombination], sequence)[0]  # which the stubs of Qt do not know
    code, held = combination.key(), combination.keyboardModifiers()
    last = key.rpartition("+")[2]
    text = last.lower() if len(last) == 1 and not held & Qt.KeyboardModifier.ControlModifier else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, code, held, text))
