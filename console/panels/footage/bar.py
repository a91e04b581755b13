"""The row under the pictures: play, step, jump, speed, the moment shown, and what may be done with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from console.panels.footage.transport import SPEEDS, speed_text
from widgets.look import GAP, PAD, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_NUMBER_DIGITS = 6


class TransportBar(QWidget):
    """Says what is wished; shows what it is told."""

    play_requested = Signal()
    jump_requested = Signal(float)  # seconds, negative: back
    step_requested = Signal(int)  # pictures, negative: back
    speed_requested = Signal(float)
    live_requested = Signal()  # to the newest recording
    moment_requested = Signal(str)  # as typed
    camera_requested = Signal(str)  # a number as typed
    bookmark_requested = Signal()
    still_requested = Signal()
    evidence_requested = Signal()

    def __init__(self, tr: Texts, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._palette = palette
        self.setObjectName("transport bar")
        self._play = self._button("mdi6.play", "replay.play", self.play_requested.emit)
        self._speed = QComboBox()
        self._speed.setAccessibleName(tr("replay.speed"))
        self._speed.setToolTip(tr("footage.speed_keys"))
        for speed in SPEEDS:
            self._speed.addItem(speed_text(speed), speed)
        self._speed.setCurrentIndex(SPEEDS.index(1.0))
        self._speed.activated.connect(self._speed_chosen)
        self.moment = QLineEdit()
        self.moment.setFixedWidth(_width_of(self.moment, "00/00/0000 00:00:00"))
        self.moment.setAccessibleName(tr("footage.moment"))
        self.moment.setToolTip(tr("footage.moment_hint"))
        self.moment.returnPressed.connect(self._moment_typed)
        self.number = QLineEdit()
        self.number.setMaxLength(_NUMBER_DIGITS)
        self.number.setFixedWidth(_width_of(self.number, tr("video.number_hint")))
        self.number.setPlaceholderText(tr("video.number_hint"))
        self.number.setAccessibleName(tr("video.number"))
        self.number.returnPressed.connect(self._number_typed)
        self._condition = PlainLabel()
        self._condition.setProperty("role", "muted")
        self._condition.setMinimumWidth(1)
        self._condition.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._condition.setTextFormat(Qt.TextFormat.PlainText)
        self._evidence = QPushButton(tr("footage.extract"))
        self._evidence.setIcon(icon("mdi6.briefcase-check-outline", palette))
        self._evidence.setToolTip(tr("footage.extract_hint"))
        self._evidence.clicked.connect(lambda _checked=False: self.evidence_requested.emit())
        self._lay_out()

    def add_purpose(self, button: QWidget) -> None:
        """Where it is said why one watches."""
        self._purpose.addWidget(button)

    def show_playing(self, is_playing: bool) -> None:
        """Whether time runs: what the button does next."""
        name, key = ("mdi6.pause", "replay.pause") if is_playing else ("mdi6.play", "replay.play")
        words = self._tr(key)
        if words != self._play.accessibleName():
            self._play.setIcon(icon(name, self._palette))
            self._play.setToolTip(words)
            self._play.setAccessibleName(words)

    @property
    def play_words(self) -> str:
        """What the play button does next."""
        return self._play.accessibleName()

    def show_speed(self, speed: float) -> None:
        """How fast time runs."""
        self._speed.setCurrentIndex(SPEEDS.index(speed))

    def show_moment(self, words: str) -> None:
        """Which moment is shown; what is being typed stays."""
        if not self.moment.hasFocus() and words != self.moment.text():
            self.moment.setText(words)

    def show_condition(self, words: str) -> None:
        """What one should know: the period chosen, what is fetched."""
        self._condition.setToolTip(tip(words))
        fits = self._condition.fontMetrics().horizontalAdvance(words) <= self._condition.width()
        self._condition.setText(words if fits else "")

    def _speed_chosen(self, index: int) -> None:
        self.speed_requested.emit(SPEEDS[index])

    def _moment_typed(self) -> None:
        self.moment_requested.emit(self.moment.text())

    def _number_typed(self) -> None:
        self.camera_requested.emit(self.number.text().strip())
        self.number.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two rows where one has no room."""
        super().resizeEvent(event)
        is_wide = sum(row.sizeHint().width() for row in (self._time, self._row)) + 3 * GAP <= self.width()
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def _lay_out(self) -> None:
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._rows.setSpacing(TIGHT)
        self._time, self._row = time, row = WrappingRow(TIGHT), WrappingRow(TIGHT)
        why = QWidget()
        self._purpose = QHBoxLayout(why)
        self._purpose.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self._button("mdi6.rewind-10", "footage.ten_back", lambda: self.jump_requested.emit(-10.0)),
            self._button("mdi6.step-backward", "footage.picture_back", lambda: self.step_requested.emit(-1)),
            self._play,
            self._button("mdi6.step-forward", "footage.picture_on", lambda: self.step_requested.emit(1)),
            self._button("mdi6.fast-forward-10", "footage.ten_on", lambda: self.jump_requested.emit(10.0)),
            self._speed,
        ):
            time.addWidget(widget)
        time.addWidget(self.moment)
        time.addWidget(self._button("mdi6.skip-forward-outline", "footage.newest", self.live_requested.emit))
        row.addWidget(self._condition)
        row.addWidget(why)
        row.addWidget(self.number)
        row.addWidget(self._button("mdi6.bookmark-plus-outline", "footage.bookmark", self.bookmark_requested.emit))
        row.addWidget(self._button("mdi6.camera-outline", "footage.still", self.still_requested.emit))
        row.addWidget(self._evidence)
        nest(self._rows, time)
        nest(self._rows, row, 1)

    def _button(self, name: str, key: str, wish: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        words = self._tr(key)
        button.setIcon(icon(name, self._palette))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda _checked=False: wish())
        return button


def _width_of(field: QLineEdit, words: str) -> int:
    """Room for these words at the size of text that is asked for."""
    field.ensurePolished()
    return field.fontMetrics().horizontalAdvance(words) + 2 * PAD
