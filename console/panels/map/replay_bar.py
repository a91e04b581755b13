"""The bar under a map that shows the past: play, step, go to alarms, speed, the scrubber, and back to live."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.store.replay import SPEEDS
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts
from widgets.timeline import Timeline, TimelineTexts
from widgets.wrapping_row import WrappingRow


class ReplayBar(QWidget):
    """Says what is wished; shows what it is told."""

    play_requested = Signal()
    step_requested = Signal(float)  # minutes
    alarm_requested = Signal(bool)  # is_back
    speed_requested = Signal(int)
    live_requested = Signal()

    def __init__(self, tr: Texts, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._palette = palette
        self.setObjectName("replay bar")
        self.timeline = Timeline(palette, _timeline_texts(tr))
        self._play = self._button("mdi6.play", "replay.play", self.play_requested.emit)
        self._speed = QComboBox()
        self._speed.setAccessibleName(tr("replay.speed"))
        self._speed.setToolTip(tr("replay.speed"))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed} ×", speed)
        self._speed.activated.connect(self._speed_chosen)
        self._moment = PlainLabel()
        self._moment.setProperty("role", "heading")
        self._moment.setTextFormat(Qt.TextFormat.PlainText)
        self._condition = _ShortLabel()
        self._condition.setProperty("role", "warning")
        self._live = QPushButton(tr("replay.live"))
        self._live.setIcon(icon("mdi6.access-point", palette))
        self._live.clicked.connect(lambda _checked=False: self.live_requested.emit())
        self._lay_out()
        self.timeline.play_requested.connect(self.play_requested)
        self.timeline.step_requested.connect(self.step_requested)
        self.timeline.alarm_requested.connect(self.alarm_requested)

    def show_playing(self, is_playing: bool) -> None:
        """Whether time runs: what the button does next."""
        name, key = ("mdi6.pause", "replay.pause") if is_playing else ("mdi6.play", "replay.play")
        words = self._tr(key)
        if words != self._play.accessibleName():
            self._play.setIcon(icon(name, self._palette))
            self._play.setToolTip(words)
            self._play.setAccessibleName(words)

    def show_moment(self, words: str, condition: str) -> None:
        """Which moment is shown, and what one should know of it."""
        self._moment.setText(words)
        self._condition.show_words(condition)

    def _speed_chosen(self, index: int) -> None:
        self.speed_requested.emit(SPEEDS[index])

    def _lay_out(self) -> None:
        row = WrappingRow(TIGHT)
        row.setContentsMargins(GAP, TIGHT, GAP, 0)
        for widget in (
            self._button("mdi6.skip-previous", "replay.previous_alarm", lambda: self.alarm_requested.emit(True)),
            self._button("mdi6.step-backward", "replay.minute_back", lambda: self.step_requested.emit(-1.0)),
            self._play,
            self._button("mdi6.step-forward", "replay.minute_on", lambda: self.step_requested.emit(1.0)),
            self._button("mdi6.skip-next", "replay.next_alarm", lambda: self.alarm_requested.emit(False)),
            self._speed,
        ):
            row.addWidget(widget)
        self._moment.setContentsMargins(GAP, 0, GAP, 0)
        row.addWidget(self._moment)
        row.addWidget(self._condition)
        row.addWidget(self._live)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, TIGHT)
        column.setSpacing(TIGHT)
        nest(column, row)
        column.addWidget(self.timeline)

    def _button(self, name: str, key: str, wish: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        words = self._tr(key)
        button.setIcon(icon(name, self._palette))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda _checked=False: wish())
        return button


class _ShortLabel(PlainLabel):
    """Takes what room there is; what does not fit is in its tip."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """What the others leave."""
        return QSize(1, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It can go without."""
        return self.sizeHint()

    def show_words(self, words: str) -> None:
        """Show as much of this as fits."""
        if words != self._words:
            self._words = words
            self.setToolTip(words)
            self.setAccessibleName(words)
            self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less fits."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - 2))


def _timeline_texts(tr: Texts) -> TimelineTexts:
    return TimelineTexts(
        name=tr("replay.timeline"),
        keys=tr("replay.timeline_keys"),
        no_recording=tr("replay.no_recording"),
        not_known=tr("replay.not_known"),
        now=tr("replay.now"),
        alarms=tr("replay.alarms_at"),
    )
