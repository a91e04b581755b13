"""The thin bar on every screen: the most urgent alarm, counts by priority, link, clock, who is logged in."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from contract.alarms import Priority
from widgets.flood_banner import FloodBanner
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import GAP, PAD, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.priority_mark import PriorityMark
from widgets.room_for_words import text_zoom
from widgets.sound_bar import SoundBar
from widgets.texts import Texts

_HEADLINE_WIDTH = 180
_NARROW_HEADLINE_WIDTH = 80
_LARGE_HEADLINE_WIDTH = 300  # who reads large text is not left with the first word of an alarm


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
        self._is_tight = False
        self._spared = 0  # the room that words took which are left out
        self._roomy = 0  # what the row needed with all words, just before they were left out
        self._is_stacked = False
        self._above, self._row = QHBoxLayout(), QHBoxLayout()
        self._counts: Mapping[Priority, int] = dict.fromkeys(Priority, 0)
        self._mark = PriorityMark(Priority.P4, palette, 26)
        self._headline = _Headline()
        self._headline.setObjectName("headline")
        self._headline.setFlat(True)
        self._headline.clicked.connect(self._choose)
        self._marks = {priority: PriorityMark(priority, palette, 20) for priority in Priority}
        self._numbers = {priority: QPushButton() for priority in Priority}
        self._link = PlainLabel()
        self._link_icon = PlainLabel()
        self._devices = PlainLabel()
        self._faults = PlainLabel()
        self._clock = PlainLabel()
        self._user = PlainLabel()
        self.sound = SoundBar(palette, texts)
        self.flood = FloodBanner(palette, texts)
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
        self._headline.setToolTip(tip(text if alarm is None else f"{text}\n{self._texts('bar.go_there')}"))
        self._headline.setAccessibleName(text)
        self._mark.setVisible(alarm is not None)
        self._repaint_marks(is_on=True)

    def show_counts(self, counts: Mapping[Priority, int]) -> None:
        """How many of each priority wait for an acknowledgement."""
        self._counts = dict(counts)
        for priority, button in self._numbers.items():
            count = self._counts.get(priority, 0)
            word = self._texts(f"priority.p{int(priority)}")
            button.setText(str(count) if self._is_tight else f"{count} {word}")
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
        self._link_icon.setPixmap(icon(name, self._palette, colour).pixmap(QSize(18, 18) * text_zoom(self)))
        self._link.setText(link.text)
        self._link.setVisible(not self._is_tight or not link.is_live)
        self._link_icon.setToolTip(tip(link.text))
        self._link.setToolTip(tip(link.tooltip))
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
        self._faults.setToolTip(tip(last))

    def show_clock(self, text: str, tooltip: str) -> None:
        """The server's clock."""
        self._clock.setText(text)
        self._clock.setToolTip(tooltip)
        self._clock.setAccessibleName(tooltip)

    def show_user(self, text: str) -> None:
        """Who is logged in."""
        self._user.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Narrower than all its words need: a screen is never widened by its bar."""
        return QSize(_HEADLINE_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Qt asks for another layout when some words are longer."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Where there is no room for them, counts lose their words: shape and number say the priority.

        Where that is not enough either, as with large text and a lost link, the alarm has a row of its own.
        """
        self._give_headline()
        needed = self._needed
        if self._is_tight and self._roomy:
            # Only now: what words leave room for is known once Qt has laid out the row without them.
            self._spared, self._roomy = max(0, self._roomy - needed), 0
        wants_tight = needed + (self._spared if self._is_tight else 0) > self.width()
        if wants_tight is not self._is_tight:
            self._be_tight(is_tight=wants_tight)
            self._give_headline()
            self._roomy = needed if wants_tight else 0
            self._spared = max(0, needed - self._needed) if wants_tight else 0
        zoom = text_zoom(self)
        more = round((_LARGE_HEADLINE_WIDTH - _NARROW_HEADLINE_WIDTH) * zoom) if zoom > 1 else 0
        wants_stacked = self._is_tight and self._needed + more > self.width()
        if wants_stacked is not self._is_stacked:
            self._stack(is_stacked=wants_stacked)

    @property
    def _needed(self) -> int:
        """What everything in one row needs, of the words that are there now."""
        for layout in (self.sound.layout(), self._above, self._row):
            if layout is not None:
                layout.invalidate()
        alone = self._above.minimumSize().width() - 2 * PAD + GAP if self._is_stacked else 0
        return self._row.minimumSize().width() + alone

    def _be_tight(self, *, is_tight: bool) -> None:
        self._is_tight = is_tight
        self._link.setVisible(not is_tight or not self._is_believed)
        self.sound.be_tight(is_tight=is_tight)
        self.show_counts(self._counts)

    def _give_headline(self) -> None:
        least = _NARROW_HEADLINE_WIDTH if self._is_tight else _HEADLINE_WIDTH
        self._headline.setMinimumWidth(round(least * text_zoom(self)))

    def _stack(self, *, is_stacked: bool) -> None:
        self._is_stacked = is_stacked
        row, former = (self._above, self._row) if is_stacked else (self._row, self._above)
        for widget in (self._mark, self._headline):
            former.removeWidget(widget)
        if is_stacked:
            former.insertStretch(0, 1)
        else:
            row.takeAt(0)
        row.insertWidget(0, self._mark)
        row.insertWidget(1, self._headline, 1)
        self._above.setContentsMargins(PAD, TIGHT if is_stacked else 0, PAD, 0)
        self.updateGeometry()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = self._row
        nest(column, self._above)
        nest(column, row)
        self._above.setContentsMargins(PAD, 0, PAD, 0)
        self._above.setSpacing(GAP)
        column.addWidget(self.flood)
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
        for widget in (self.sound, self._faults, self._devices, self._link_icon, self._link, self._user, self._clock):
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
