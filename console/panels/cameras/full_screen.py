"""The wall over a whole screen; the most urgent alarm stays in sight above it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.parts.exercise_marks import mark_window
from console.store.context import Context
from console.store.wording import alarm_text
from contract.alarms import Priority
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.priority_mark import PriorityMark
from widgets.wall_grid import WallGrid


class _Window(QWidget):
    """Closing it puts the wall back."""

    def __init__(self, owner: "FullScreen") -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._owner = owner

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Escape does."""
        event.accept()
        self._owner.leave()


class FullScreen:
    """Takes the grid out of its panel and puts it back."""

    def __init__(self, context: Context, grid: WallGrid, home: QVBoxLayout) -> None:
        self._context = context
        self._stores = context.stores
        self._grid = grid
        self._home = home
        self._window: _Window | None = None
        self._mark = PriorityMark(Priority.P4, context.palette)
        self._words = PlainLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def is_on(self) -> bool:
        """Whether the wall has the screen."""
        return self._window is not None

    def toggle(self) -> None:
        """On, or back."""
        if self._window is None:
            self._enter()
        else:
            self.leave()

    def leave(self) -> None:
        """Back into the panel."""
        window, self._window = self._window, None
        if window is None:
            return
        self._stores.alarms.changed_since_tick.disconnect(self._tell)
        self._mark.setParent(None)
        self._words.setParent(None)
        self._home.addWidget(self._grid, 1)
        self._grid.show()
        window.hide()
        window.deleteLater()

    def _enter(self) -> None:
        screen = self._grid.screen()
        window = _Window(self)
        window.setWindowTitle(self._context.texts("wall.full_screen"))
        window.setObjectName("screen_field")
        window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(self._mark)
        row.addWidget(self._words, 1)
        leave = PlainLabel(self._context.texts("wall.leave_full_screen"))
        leave.setProperty("role", "muted")
        row.addWidget(leave)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        column.addWidget(self._grid, 1)
        mark_window(window, self._context)
        self._window = window
        self._stores.alarms.changed_since_tick.connect(self._tell)
        self._tell()
        window.setGeometry(screen.geometry())
        window.showFullScreen()
        self._grid.show()

    def _tell(self) -> None:
        tr = self._context.texts
        alarm = self._stores.alarms.most_urgent()
        count = sum(self._stores.alarms.unacknowledged_counts().values())
        self._mark.setVisible(alarm is not None)
        if alarm is None:
            self._words.setText(tr("wall.no_alarm"))
            return
        self._mark.show_priority(alarm.priority, is_filled=True)
        what = alarm_text(self._stores.catalogue, alarm, tr)
        where = alarm.asset_name or alarm.asset_code
        self._words.setText(tr("wall.alarm.first", what=what, where=where, count=count))
