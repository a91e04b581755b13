"""A strip that says what happened and what to do, beside the work and never over it."""

import enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from widgets.frame_clock import FrameClock, Ticking
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_SHOWN_S = 8.0


class Tone(enum.Enum):
    """Whether it went well."""

    PLAIN = "plain"
    WARNING = "warning"


class Notice(QFrame):
    """One line of words that goes away by itself when plain, and stays until closed when a warning."""

    closed = Signal()

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._palette = palette
        self._clock = clock
        self._leaving: Ticking | None = None
        self._mark = PlainLabel()
        self._label = PlainLabel()
        self._label.setWordWrap(True)
        button = QToolButton()
        button.setIcon(icon("mdi6.close", palette))
        button.setToolTip(texts("notice.close"))
        button.setAccessibleName(texts("notice.close"))
        button.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, TIGHT, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(self._mark)
        row.addWidget(self._label, 1)
        row.addWidget(button)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now."""
        return self._label.text() if not self.isHidden() else ""

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Show these words."""
        name = "mdi6.alert-outline" if tone is Tone.WARNING else "mdi6.information-outline"
        colour = self._palette.p2 if tone is Tone.WARNING else self._palette.text_muted
        self._mark.setPixmap(icon(name, self._palette, colour).pixmap(16, 16))
        self._label.setText(text)
        self.setAccessibleName(text)
        self.show()
        self._forget()
        if tone is Tone.PLAIN:
            self._leaving = self._clock.after(_SHOWN_S, self.clear)

    def clear(self) -> None:
        """Say nothing any more."""
        self._forget()
        self.hide()
        self.closed.emit()

    def _forget(self) -> None:
        if self._leaving is not None:
            self._leaving.stop()
            self._leaving = None
