"""Who is on call now and next, and the week."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.panels.on_call.week_words import WeekWords
from console.parts.page_asking import Asking
from console.store.context import Context
from contract.alarm_routing import OnCall
from widgets.duty_week import DutyWeek
from widgets.look import GAP, PAD, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label, section_label


class WeekPage(QObject):
    """Everybody who operates reads it; the present is asked anew every half minute while the page is in sight."""

    asks_by_itself = True

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        self._words = WeekWords(context.texts)
        self._offset = 0
        tr = context.texts
        self.now_lines: list[str] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(PAD)
        self._grid.setVerticalSpacing(TIGHT)
        self.empty = quiet_label(tr("on_call.no_roster"))
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # where no week is: the page keeps its keys
        self.week = DutyWeek(context.palette, tr("on_call.nobody"))
        self.week.setAccessibleName(tr("on_call.week"))
        self.title = PlainLabel()
        self.title.setProperty("role", "heading")
        self.gaps = PlainLabel()
        self.gaps.setProperty("role", "warning")
        self.gaps.setWordWrap(True)
        self.chosen = quiet_label()
        self.week.chosen.connect(self.chosen.setText)
        self.before = QPushButton(icon("mdi6.chevron-left", context.palette), tr("on_call.before"))
        self.today = QPushButton(tr("on_call.this_week"))
        self.after = QPushButton(icon("mdi6.chevron-right", context.palette), tr("on_call.after"))
        for button, by in ((self.before, -1), (self.today, 0), (self.after, 1)):
            button.clicked.connect(lambda _checked=False, by=by: self._turn(by))
        self._widget = QWidget()
        self._lay_out()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def refresh(self) -> None:
        """Ask the backend."""
        self._asking.start(self._ask(), "on call")

    def save(self) -> None:
        """Nothing to keep."""

    def focus_first(self) -> None:
        """The week takes the keys."""
        (self.empty if self.week.isHidden() else self.week).setFocus()

    def _turn(self, by: int) -> None:
        self._offset = self._offset + by if by else 0
        self.refresh()

    async def _ask(self) -> None:
        now = self._context.clock()
        monday = self._words.monday(now, self._offset)
        until = self._words.monday(now, self._offset + 1)
        found = await self._context.client.on_call(monday, until)
        soon = await self._context.client.on_call(now, now + dt.timedelta(days=7))
        self._show_now(soon, now)
        self.week.show_week(self._words.days(monday), until, self._words.rows(found), now)
        self.title.setText(self._words.title(monday, until))
        gaps = self._words.gaps(soon)
        self.gaps.setText("\n".join(gaps))
        self.gaps.setVisible(bool(gaps))
        is_empty = not found.items
        self.empty.setVisible(is_empty)
        if is_empty and self.week.hasFocus():
            self.empty.setFocus()
        for widget in (self.week, self.title, self.before, self.today, self.after):
            widget.setVisible(not is_empty)

    def _show_now(self, found: OnCall, now: dt.datetime) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.now_lines = []
        for number, line in enumerate(self._words.now_and_next(found, now)):
            self.now_lines.append(" · ".join(line.texts))
            for column, words in enumerate(line.texts):
                label = PlainLabel(words)
                label.setWordWrap(column == 2)
                if column == 1:
                    label.setProperty("role", "warning" if line.is_gap else "heading")
                elif column == 2:
                    label.setProperty("role", "muted")
                self._grid.addWidget(label, number, column)
        self._grid.setColumnStretch(2, 1)

    def _lay_out(self) -> None:
        tr = self._context.texts
        bar = QHBoxLayout()
        bar.addWidget(self.title, 1)
        for button in self._buttons():
            bar.addWidget(button)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(section_label(tr("on_call.now")))
        nest(column, self._grid)
        column.addWidget(self.empty)
        column.addWidget(self.gaps)
        nest(column, bar)
        column.addWidget(self.week)
        column.addWidget(self.chosen)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        outer = QVBoxLayout(self._widget)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.gaps.hide()

    def _buttons(self) -> Sequence[QPushButton]:
        return (self.before, self.today, self.after)
