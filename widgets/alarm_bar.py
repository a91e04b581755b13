"""The thin bar on every screen: the most urgent alarm, counts by priority, link, clock, who is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from contract.alarms import Priority
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import GAP, PAD, TIGHT, Palette, icon
from widgets.priority_mark import PriorityMark
from widgets.texts import Texts

_HEADLINE_WIDTH = 180


@dataclass(frozen=True)
class UrgentAlarm:
    """What the bar says of the most urgent alarm that waits for an acknowledgement."""

    alarm_id: int
    asset_id: int
    priority: Priority
    text: str


@dataclass(frozen=True)
class LinkWords:
    """How the link stands, in words. `is_live` False: what is shown is the past."""

    text: str
    is_live: bool
    tooltip: str = ""


class _Headline(QPushButton):
    """A button whose words give way to a narrow screen."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setMinimumWidth(_HEADLINE_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, words: str) -> None:
        """Show these words, as far as there is room."""
        self._words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() - 2 * PAD)
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))


class AlarmBar(QFrame):
    """Fed with values; says which alarm was chosen."""

    alarm_chosen = Signal(object, object)  # alarm id, asset id
    priority_chosen = Signal(int)

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alarm_bar")
        self._palette = palette
        self._texts = texts
        self._urgent: UrgentAlarm | None = None
        self._is_believed = True
        self._counts: Mapping[Priority, int] = dict.fromkeys(Priority, 0)
        self._mark = PriorityMark(Priority.P4, palette, 26)
        self._headline = _Headline()
        self._headline.setObjectName("headline")
        self._headline.setFlat(True)
        self._headline.clicked.connect(self._choose)
        self._marks = {priority: PriorityMark(priority, palette, 20) for priority in Priority}
        self._numbers = {priority: QPushButton() for priority in Priority}
        self._link = QLabel()
        self._link_icon = QLabel()
        self._devices = QLabel()
        self._faults = QLabel()
        self._clock = QLabel()
        self._user = QLabel()
        self._lay_out()
        self._flash: Ticking | None = clock.subscribe_flash(self._on_flash)
        self.show_urgent(None)
        self.show_counts(self._counts)
        self.show_faults(0, "")
        self.show_devices_down(0)

    @property
    def headline_text(self) -> str:
        """What is said of the most urgent alarm."""
        return self._headline.accessibleName()

    @property
    def link_text(self) -> str:
        """What is said of the link."""
        return self._link.text()

    def count_text(self, priority: Priority) -> str:
        """What is said of one priority."""
        return self._numbers[priority].text()

    def choose_headline(self) -> None:
        """Go to the most urgent alarm, as a click does."""
        self._choose()

    def stop(self) -> None:
        """Stop flashing: the screen goes."""
        if self._flash is not None:
            self._flash.stop()
            self._flash = None

    def show_urgent(self, alarm: UrgentAlarm | None) -> None:
        """The highest unacknowledged alarm; None: calm."""
        self._urgent = alarm
        self._headline.setEnabled(alarm is not None)
        text = self._texts("bar.calm") if alarm is None else alarm.text
        self._headline.show_text(text)
        self._headline.setToolTip(text if alarm is None else f"{text}\n{self._texts('bar.go_there')}")
        self._headline.setAccessibleName(text)
        self._mark.setVisible(alarm is not None)
        self._repaint_marks(is_on=True)

    def show_counts(self, counts: Mapping[Priority, int]) -> None:
        """How many of each priority wait for an acknowledgement."""
        self._counts = dict(counts)
        for priority, button in self._numbers.items():
            count = self._counts.get(priority, 0)
            word = self._texts(f"priority.p{int(priority)}")
            button.setText(f"{count} {word}")
            button.setProperty("calm", count == 0 or not self._is_believed)
            button.setAccessibleName(self._texts("bar.count_name", count=count, word=word, number=int(priority)))
            button.setToolTip(button.accessibleName())
            button.style().unpolish(button)
            button.style().polish(button)
        self._repaint_marks(is_on=True)

    def show_link(self, link: LinkWords) -> None:
        """The state of the link to the backend; while it is lost what the bar counts is of the past, and grey."""
        if link.is_live is not self._is_believed:
            self._is_believed = link.is_live
            self._headline.setProperty("calm", not link.is_live)
            self._headline.style().unpolish(self._headline)
            self._headline.style().polish(self._headline)
            self.show_counts(self._counts)
        name = "mdi6.lan-connect" if link.is_live else "mdi6.lan-disconnect"
        colour = self._palette.text_muted if link.is_live else self._palette.p2
        self._link_icon.setPixmap(icon(name, self._palette, colour).pixmap(18, 18))
        self._link.setText(link.text)
        self._link.setToolTip(link.tooltip)
        self._link.setProperty("role", "muted" if link.is_live else "warning")
        self._link.style().unpolish(self._link)
        self._link.style().polish(self._link)

    def show_devices_down(self, count: int) -> None:
        """How many device connections of the backend do not work."""
        self._devices.setVisible(count > 0)
        self._devices.setText(self._texts("bar.devices_down", count=count))

    def show_faults(self, count: int, last: str) -> None:
        """Faults of the console itself, counted and never hidden."""
        self._faults.setVisible(count > 0)
        self._faults.setText(self._texts("bar.faults", count=count))
        self._faults.setToolTip(last)

    def show_clock(self, text: str, tooltip: str) -> None:
        """The server's clock."""
        self._clock.setText(text)
        self._clock.setToolTip(tooltip)
        self._clock.setAccessibleName(tooltip)

    def show_user(self, text: str) -> None:
        """Who is logged in."""
        self._user.setText(text)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, TIGHT, PAD, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(self._mark)
        row.addWidget(self._headline, 1)
        for priority in Priority:
            button = self._numbers[priority]
            button.setFlat(True)
            button.setProperty("role", "count")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, priority=priority: self.priority_chosen.emit(int(priority)))
            row.addWidget(self._marks[priority])
            row.addWidget(button)
        for label in (self._faults, self._devices):
            label.setProperty("role", "warning")
        for widget in (self._faults, self._devices, self._link_icon, self._link, self._user, self._clock):
            row.addSpacing(TIGHT)
            row.addWidget(widget)
        self._user.setProperty("role", "muted")
        self._clock.setProperty("role", "clock")

    def _choose(self) -> None:
        if self._urgent is not None:
            self.alarm_chosen.emit(self._urgent.alarm_id, self._urgent.asset_id)

    def _on_flash(self, is_on: bool) -> None:
        self._repaint_marks(is_on=is_on)

    def _repaint_marks(self, *, is_on: bool) -> None:
        if self._urgent is not None:
            is_filled = is_on and self._is_believed
            self._mark.show_priority(self._urgent.priority, is_filled=is_filled, is_calm=not self._is_believed)
        for priority, mark in self._marks.items():
            count = self._counts.get(priority, 0)
            is_calm = count == 0 or not self._is_believed
            mark.show_priority(priority, is_filled=is_on and not is_calm, is_calm=is_calm)
