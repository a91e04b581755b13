"""Stock-takes: open one, scan or mark what stands on the ground, see what is missing, close it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.stock_take.opening import OpeningForm
from console.panels.stock_take.presenter import MOST_LINES, LineRow, StockTakePresenter
from console.store.context import Context
from contract.stock_take import StockMark, StockTake
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.words_table import chosen_rows, fill, words_table
from widgets.wrapping_row import WrappingRow

_MARKS = (
    (StockMark.FOUND, "mdi6.check", "Alt+F"),
    (StockMark.NOT_FOUND, "mdi6.close", "Alt+N"),
    (StockMark.UNKNOWN, "mdi6.help", "Alt+U"),
)


class StockTakePanel:
    """Nothing counts as seen before the backend has kept it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        tr = context.texts
        self.presenter = StockTakePresenter(context.stores.catalogue, context.client, tr)
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self._take: StockTake | None = None
        self._takes: Sequence[StockTake] = ()
        self._rows: Sequence[LineRow] = ()
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("stock_take.choice"))
        self.opening = OpeningForm(tr)
        self.progress = QProgressBar()
        self.progress.setFixedHeight(6)
        self.progress.setTextVisible(False)
        self.figures = quiet_label()
        self.code = QLineEdit()
        hint_in_full(self.code, tr("stock_take.scan_hint"))
        self.code.setMaxLength(200)
        self.sight = QComboBox()
        self.sight.setAccessibleName(tr("stock_take.sight"))
        self.sight.addItem(tr("stock_take.sight_all"), "")
        for mark in (StockMark.UNKNOWN, StockMark.NOT_FOUND, StockMark.FOUND):
            self.sight.addItem(tr(f"stock_take.sight_{mark.value}"), mark.value)
        titles = [tr(f"stock_take.column.{name}") for name in ("code", "name", "street", "mark", "seen", "note")]
        self.table = words_table(titles, tr("stock_take.lines"), (120, 150, 160, 110, 170, 140), stretched=2)
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        hint_in_full(self.note, tr("stock_take.note"))
        self.empty = quiet_label(tr("stock_take.empty"), is_centred=True)
        self.new_button = self._button("stock_take.new", "mdi6.plus", self._ask_new)
        self.mark_buttons = {
            mark: self._button(f"stock_take.mark_as.{mark.value}", name, partial(self.mark, mark))
            for mark, name, _key in _MARKS
        }
        self.missing_button = self._button("stock_take.choose_missing", "mdi6.selection-multiple", self._choose_missing)
        self.save_button = self._button("stock_take.save", "mdi6.download-outline", self._choose_file)
        self.close_button = self._button("stock_take.close", "mdi6.lock-outline", self._close)
        self.delete_button = self._button("stock_take.delete", "mdi6.delete-outline", self._delete)
        self._widget = QWidget()
        self._widget.setObjectName("stock-take panel")
        self._body = QWidget()
        self._lay_out()
        self._connect()
        self._show_takes((), None)
        self.refresh()
        self._wished()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def take(self) -> StockTake | None:
        """The campaign that is shown."""
        return self._take

    def focus_first(self) -> None:
        """The scanner writes into the field of the code."""
        (self.code if self._take is not None and self._take.closed_at is None else self.new_button).setFocus()

    def close(self) -> None:
        """Say nothing more."""
        self.notice.clear()
        self._context.stores.register_wishes.stock_take_wished.disconnect(self._wished)

    def refresh(self) -> None:
        """Ask anew for the campaigns, and for the lines of the one that is shown."""
        self._ask(self._look, "stock-takes")

    def scan(self) -> None:
        """What stands in the field of the code was read from a label, or written."""
        take, code = self._take, self.code.text().strip()
        if take is None or not code:
            return
        self.code.clear()

        async def scan() -> None:
            scanned = await self.presenter.scan(take, code)
            self._say(scanned.words, is_warning=scanned.asset_id is None)
            if scanned.asset_id is not None:
                self._context.stores.selection.select(scanned.asset_id)
            await self._show_again(scanned.take)

        self._ask(scan, "scan")

    def mark(self, mark: StockMark) -> None:
        """What was seen of the assets that are selected in the list."""
        take = self._take
        ids = [self._rows[at].asset_id for at in chosen_rows(self.table)]
        if take is None or not ids:
            self._say(self._context.texts("stock_take.nothing_selected"))
            return
        note = self.note.text().strip()

        async def send() -> None:
            done = await self.presenter.mark(take, ids, mark, note)
            self.note.clear()
            self._say(self._context.texts("stock_take.marked", count=len(ids)))
            await self._show_again(done)

        self._ask(send, "mark")

    def save_into(self, path: Path) -> None:
        """The result as CSV."""
        take, tr = self._take, self._context.texts
        if take is None:
            return

        async def save() -> None:
            content = await self._context.client.stock_report(take.id)
            try:
                await asyncio.to_thread(path.write_bytes, content)
            except OSError as error:
                self._say(tr("asset_file.documents.unwritable", reason=error.strerror or ""), is_warning=True)
            else:
                self._say(tr("asset_file.documents.saved", path=str(path)))

        self._ask(save, "save a stock-take")

    async def _look(self) -> None:
        self._show_takes(await self.presenter.takes(), None if self._take is None else self._take.id)
        await self._load_lines()

    async def _show_again(self, take: StockTake) -> None:
        self._show_takes([take if one.id == take.id else one for one in self._takes], take.id)
        await self._load_lines()

    async def _load_lines(self) -> None:
        take = self._take
        if take is None:
            self._rows = ()
            fill(self.table, ())
            return
        value = str(self.sight.currentData() or "")
        rows, total = await self.presenter.lines(take, StockMark(value) if value else None, self._context.clock())
        if self._take is None or self._take.id != take.id:
            return
        self._rows = rows
        fill(self.table, [row[1:] for row in rows])
        if total > MOST_LINES:
            self._say(self._context.texts("stock_take.too_many", count=MOST_LINES, total=total))

    def _show_takes(self, takes: Sequence[StockTake], wanted: str | None) -> None:
        self._takes = takes
        now = self._context.clock()
        self.choice.blockSignals(True)
        self.choice.clear()
        for one in takes:
            self.choice.addItem(self.presenter.title(one, now), one.id)
        self.choice.setCurrentIndex(max(self.choice.findData(wanted), 0) if takes else -1)
        self.choice.blockSignals(False)
        self._dress()

    def _dress(self) -> None:
        at = self.choice.currentIndex()
        take = self._take = self._takes[at] if 0 <= at < len(self._takes) else None
        is_open = take is not None and take.closed_at is None
        self.empty.setVisible(take is None)
        self._body.setVisible(take is not None)
        self.choice.setVisible(take is not None)
        for part in (self.code, self.note, *self.mark_buttons.values()):
            part.setEnabled(is_open)
        self.close_button.setVisible(is_open)
        self.delete_button.setVisible(take is not None and not is_open)
        if take is not None:
            self.figures.setText(self.presenter.figures(take))
            self.progress.setValue(self.presenter.done_percent(take))

    def _wished(self) -> None:
        if self._context.stores.register_wishes.take_stock_take():
            self._ask_new()

    def _ask_new(self) -> None:
        chosen = len(self._context.stores.contents.chosen.asset_ids)
        self.opening.ask(self.presenter.classes(), self.presenter.communes(), chosen)

    def _open(self, name: str, class_: str, commune: str, only_chosen: bool) -> None:
        ids = self._context.stores.contents.chosen.asset_ids if only_chosen else ()

        async def open_() -> None:
            made = await self.presenter.open(name, class_, commune, ids)
            self.opening.hide()
            self._say(self._context.texts("stock_take.opened", name=made.name, count=made.asset_count))
            self._show_takes([made, *(one for one in self._takes if one.id != made.id)], made.id)
            await self._load_lines()
            self.code.setFocus()

        self._ask(open_, "open a stock-take")

    def _close(self) -> None:
        take = self._take
        if take is not None:

            async def finish() -> None:
                done = await self._context.client.close_stock_take(take.id)
                self._say(self._context.texts("stock_take.closed", name=done.name, unknown=done.unknown_count))
                await self._show_again(done)

            self._ask(finish, "close a stock-take")

    def _delete(self) -> None:
        take = self._take
        if take is not None:

            async def delete() -> None:
                await self._context.client.delete_stock_take(take.id)
                self._say(self._context.texts("stock_take.deleted", name=take.name))
                await self._look()

            self._ask(delete, "delete a stock-take")

    def _choose_missing(self) -> None:
        take = self._take
        if take is not None:

            async def choose() -> None:
                ids = await self.presenter.missing(take)
                self._context.stores.contents.choose(ids, take.name)
                self._say(self._context.texts("stock_take.missing_chosen", count=len(ids)))
                if ids:
                    self._context.open_panel("selection")

            self._ask(choose, "choose what is missing")

    def _choose_file(self) -> None:
        tr = self._context.texts
        name = self._context.stores.occasion.file_name(tr("stock_take.file_name"), tr)
        path, _kind = QFileDialog.getSaveFileName(self._widget, tr("stock_take.save"), name, "CSV (*.csv)")
        if path:
            self.save_into(Path(path))

    def _take_chosen(self, _index: int) -> None:
        self._dress()
        self._ask(self._load_lines, "lines of a stock-take")

    def _row_chosen(self) -> None:
        rows = chosen_rows(self.table)
        if len(rows) == 1:
            self._context.stores.selection.select(self._rows[rows[0]].asset_id)

    def _ask(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        async def asked() -> None:
            try:
                await work()
            except RequestFailed as error:
                self._say(failure_text(error, self._context.texts), is_warning=True)

        self._context.tasks.start(asked(), name=name)

    def _say(self, words: str, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    def _connect(self) -> None:
        self._context.stores.register_wishes.stock_take_wished.connect(self._wished)
        self.choice.currentIndexChanged.connect(self._take_chosen)
        self.sight.currentIndexChanged.connect(self._take_chosen)
        self.code.returnPressed.connect(self.scan)
        self.table.itemSelectionChanged.connect(self._row_chosen)
        self.opening.wanted.connect(self._open)
        for mark, _icon, key in _MARKS:
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.mark, mark))
        refresh = QShortcut(QKeySequence(Qt.Key.Key_F5), self._widget)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.refresh)

    def _button(self, key: str, icon_name: str, clicked: Callable[[], None]) -> QPushButton:
        made = QPushButton(self._context.texts(key))
        made.setIcon(icon(icon_name, self._context.palette))
        made.clicked.connect(lambda _checked=False: clicked())
        return made

    def _lay_out(self) -> None:
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(TIGHT)
        body.addWidget(self.progress)
        body.addWidget(self.figures)
        nest(body, _row(self.code, self.sight))
        body.addWidget(self.table, 1)
        nest(body, _row(self.note, *self.mark_buttons.values()))
        nest(body, _row(self.missing_button, self.save_button, None, self.close_button, self.delete_button))
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        nest(column, _row(self.choice, None, self.new_button))
        column.addWidget(self.opening)
        column.addWidget(self.empty, 1)
        column.addWidget(self._body, 1)
        column.addWidget(self.notice)


def _row(*parts: QWidget | None) -> WrappingRow:
    row = WrappingRow(TIGHT)
    for part in parts:
        if part is None:
            row.add_gap()
        else:
            row.addWidget(part)
    return row
