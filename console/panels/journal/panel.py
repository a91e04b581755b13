"""The journal panel: what happened, newest first, of everything or of the selected asset."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.journal.presenter import JournalLine, JournalPresenter
from console.parts.past_moment import show_past
from console.store.context import Context
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel, tip
from widgets.reading_table import ROW_HEIGHT, made_for_reading
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows, text_zoom
from widgets.wrapping_row import WrappingRow

_ASSET_ROLE = int(Qt.ItemDataRole.UserRole)
_LINE_ROLE = _ASSET_ROLE + 1
_TALL_ROW_HEIGHT = 42
_NARROW_WIDTH = 620
_NOW_AND_THEN_S = 15


class _Field(QWidget):
    """Tells its width."""

    def __init__(self, width_changed: Callable[[int], None]) -> None:
        super().__init__()
        self._width_changed = width_changed

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's resize."""
        super().resizeEvent(event)
        self._width_changed(self.width())


class JournalPanel:
    """Refreshed when asked (F5), when the link is back; at alarms and now and then while nobody reads in it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr = context.texts
        self._presenter = JournalPresenter(self._stores.assets, self._stores.catalogue, context.client, tr)
        self._next: str | None = None
        self._is_asking = False
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.only_selected = QCheckBox(tr("journal.only_selected"))
        self._refresh_button = QPushButton(tr("journal.refresh"))
        self._refresh_button.setIcon(icon("mdi6.refresh", context.palette))
        self.past_button = QPushButton(tr("alarms.past"))
        self.past_button.setIcon(icon("mdi6.play-box-multiple-outline", context.palette))
        self.table = QTableWidget(0, 4)
        self.more = QPushButton(tr("journal.more"))
        self.more.hide()
        self._empty = PlainLabel(tr("journal.empty"))
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._is_narrow = False
        self._widget = _Field(self._width_changed)
        self._widget.setObjectName("journal panel")
        self._seconds = 0
        self._lay_out()
        self._connect()
        self._now_and_then: Ticking = context.ticker.every_second(self._second_passed)
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """The journal."""
        return self._widget

    def focus_first(self) -> None:
        """The list takes the keys."""
        self.table.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self.notice.clear()
        self._now_and_then.stop()
        stores = self._stores
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.link.liveness_changed.disconnect(self._liveness_changed)
        stores.alarms.changed_since_tick.disconnect(self._alarms_changed)

    def refresh(self) -> None:
        """Ask for the newest page."""
        self._ask(None)

    def _lay_out(self) -> None:
        tr = self._context.texts
        row = WrappingRow(GAP)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.addWidget(self.only_selected)
        row.add_gap()
        row.addWidget(self.past_button)
        row.addWidget(self._refresh_button)
        self.table.setHorizontalHeaderLabels(
            [tr(f"journal.column.{name}") for name in ("time", "what", "where", "who")]
        )
        made_for_reading(self.table, tr("journal.title"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {0: 96, 2: 190, 3: 130})
        room_for_heads(header)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        column.addWidget(self.notice)
        column.addWidget(self._empty, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)

    def _connect(self) -> None:
        stores = self._stores
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.link.liveness_changed.connect(self._liveness_changed)
        stores.alarms.changed_since_tick.connect(self._alarms_changed)
        self._refresh_button.clicked.connect(lambda _checked=False: self.refresh())
        self.only_selected.toggled.connect(self.refresh)
        self.more.clicked.connect(lambda _checked=False: self._ask(self._next))
        self.table.currentCellChanged.connect(self._row_chosen)
        self.table.cellDoubleClicked.connect(self._go_to)
        shortcut = QShortcut(QKeySequence("F5"), self._widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.refresh)
        past = QShortcut(QKeySequence("V"), self.table)
        past.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        past.activated.connect(self._show_past)
        self.past_button.clicked.connect(lambda _checked=False: self._show_past())
        self.table.itemSelectionChanged.connect(self._dress_past)
        self._dress_past()

    def _ask(self, cursor: str | None) -> None:
        self._seconds = 0
        if not self._is_asking:
            self._is_asking = True
            self._refresh_button.setEnabled(False)
            if self._context.tasks.start(self._fetch(cursor), name="journal") is None:
                self._is_asking = False

    async def _fetch(self, cursor: str | None) -> None:
        asset_id = self._stores.selection.asset_id if self.only_selected.isChecked() else None
        try:
            part = await self._presenter.page(self._context.clock(), asset_id=asset_id, cursor=cursor)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
        else:
            self.notice.clear()
            self._next = part.next
            self._show(part.lines, is_continued=cursor is not None)
        finally:
            self._is_asking = False
            self._refresh_button.setEnabled(True)

    def _show(self, lines: Sequence[JournalLine], *, is_continued: bool) -> None:
        first = self.table.rowCount() if is_continued else 0
        self.table.blockSignals(True)
        self.table.setRowCount(first + len(lines))
        for row, line in enumerate(lines, start=first):
            for column, text in enumerate((line.time, line.what, line.where, line.who)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                item.setData(_ASSET_ROLE, line.asset_id)
                item.setData(_LINE_ROLE, line)
                self.table.setItem(row, column, item)
            self._dress_row(row)
        self.table.blockSignals(False)
        self._empty.setVisible(self.table.rowCount() == 0)
        self.table.setVisible(self.table.rowCount() > 0)
        self.more.setVisible(self._next is not None)

    def _width_changed(self, width: int) -> None:
        """Narrow, place and author stand under what happened; wide, beside it."""
        is_narrow = width < _NARROW_WIDTH * text_zoom(self.table)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.table.setColumnHidden(2, is_narrow)
            self.table.setColumnHidden(3, is_narrow)
            self.table.verticalHeader().setDefaultSectionSize(_TALL_ROW_HEIGHT if is_narrow else ROW_HEIGHT)
            room_for_rows(self.table, 2 if is_narrow else 1)
            for row in range(self.table.rowCount()):
                self._dress_row(row)

    def _dress_row(self, row: int) -> None:
        item = self.table.item(row, 1)
        line = None if item is None else item.data(_LINE_ROLE)
        if item is not None and isinstance(line, JournalLine):
            under = " · ".join(part for part in (line.where, line.who) if part)
            item.setText(f"{line.what}\n{under}" if self._is_narrow and under else line.what)

    def _row_chosen(self, row: int) -> None:
        asset_id = self.asset_of(row)
        if asset_id is not None and not self.only_selected.isChecked():
            self._stores.selection.select(asset_id)

    def _go_to(self, row: int) -> None:
        asset_id = self.asset_of(row)
        if asset_id is not None:
            self._stores.selection.go_to(asset_id)

    def _show_past(self) -> None:
        """What the cameras saw when the chosen entry was written."""
        line = self._line()
        if line is not None and line.asset_id is not None:
            show_past(self._context, line.asset_id, line.at)

    def _dress_past(self) -> None:
        line = self._line()
        self.past_button.setEnabled(line is not None and line.asset_id is not None)

    def _line(self) -> JournalLine | None:
        item = self.table.item(self.table.currentRow(), 1)
        line: object = None if item is None else item.data(_LINE_ROLE)
        return line if isinstance(line, JournalLine) else None

    def asset_of(self, row: int) -> int | None:
        """The asset of a row."""
        item = self.table.item(row, 0)
        data = None if item is None else item.data(_ASSET_ROLE)
        return data if isinstance(data, int) else None

    def _selection_changed(self) -> None:
        if self.only_selected.isChecked():
            self.refresh()

    def _liveness_changed(self, is_live: bool) -> None:
        if is_live:
            self.refresh()

    def _alarms_changed(self) -> None:
        if not self._is_read():
            self.refresh()

    def _second_passed(self) -> None:
        self._seconds += 1
        if self._seconds >= _NOW_AND_THEN_S and not self._is_read() and self._stores.link.is_live:
            self.refresh()

    def _is_read(self) -> bool:
        """Whether somebody is at it, or nobody can see it: nothing is to move then."""
        is_at_top = self.table.verticalScrollBar().value() == 0
        return (
            not self._widget.isVisible() or self._widget.underMouse() or self.table.currentRow() >= 0 or not is_at_top
        )
