"""The handover of a shift: draw the report, read it, sign it, print it; and those before."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.handover.forms import DrawForm, SignBar
from console.panels.handover.presenter import HandoverPresenter, ListedHandover
from console.panels.handover.report_page import PageLook
from console.store.context import Context
from contract.handover import Handover
from widgets.frame_clock import Ticking
from widgets.look import GAP, PAD, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel, tip
from widgets.printed_page import write_pdf
from widgets.reason_form import ReasonForm
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows
from widgets.wrapping_row import WrappingRow

_ID_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_COLUMNS: Final = ("drawn", "between", "state")
_EVERY_S: Final = 10
_LIST_ROWS: Final = 5


class HandoverPanel(QObject):
    """The list is asked for now and then: a colleague's report appears by itself."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr, palette = context.texts, context.palette
        self._presenter = HandoverPresenter(context.stores.catalogue, context.client, tr)
        self._look = PageLook(palette.text, palette.text_muted, palette.border_strong, palette.raised, palette.p1)
        self._shown: Handover | None = None
        self._listed: Sequence[ListedHandover] = ()
        self._is_asking = False
        self._seconds = 0
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self.form, self.note, self.bar = DrawForm(tr), ReasonForm(tr), SignBar(tr)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.page = QTextBrowser()
        self.empty = PlainLabel(tr("handover.empty"))
        self.away = QCheckBox(tr("handover.away"))
        self._widget = QWidget()
        self._widget.setObjectName("handover panel")
        self.draw = self._button("mdi6.file-document-edit-outline", "handover.new", self._ask_form)
        self.since = self._button("mdi6.history", "handover.since", self._since)
        self.write = self._button("mdi6.notebook-edit-outline", "handover.note", self._ask_note)
        self.print = self._button("mdi6.printer-outline", "handover.print", self._print)
        self._lay_out()
        self.form.given.connect(self._draw)
        self.note.given.connect(self._write)
        self.bar.signed.connect(self._sign)
        self.bar.withdrawn.connect(self._withdraw)
        self.away.toggled.connect(self._say_away)
        self.table.itemSelectionChanged.connect(self._open_chosen)
        self._ticking: Ticking = context.ticker.every_second(self._second)
        for key, wish in (("F5", self.refresh), ("Ctrl+P", self._print)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(wish)
        self._show(None)
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def shown(self) -> Handover | None:
        """The report that is read."""
        return self._shown

    def focus_first(self) -> None:
        """The first button."""
        self.draw.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._ticking.stop()
        self.notice.clear()

    def state(self) -> PanelState:
        """Nothing is kept."""
        return {}

    def take_state(self, state: PanelState) -> None:
        """Nothing was kept."""
        del state

    def refresh(self) -> None:
        """Ask for the list anew."""
        if not self._is_asking:
            self._seconds = 0
            self._is_asking = self._context.tasks.start(self._ask(), name="handovers") is not None

    def print_into(self, file: Path) -> None:
        """The shown report as a PDF."""
        if self._shown is None:
            return
        mark = self._context.stores.occasion.mark(self._context.texts)
        is_written = write_pdf(self._presenter.paper(self._shown), file, self._presenter.title(self._shown), mark=mark)
        key, tone = ("handover.printed", Tone.PLAIN) if is_written else ("handover.not_printed", Tone.WARNING)
        self.notice.say(self._context.texts(key, path=str(file)), tone)

    # --- asking

    async def _ask(self) -> None:
        try:
            listed = await self._presenter.listed(self._context.clock())
            is_away = await self._presenter.is_away(self._user)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        finally:
            self._is_asking = False
        self._list(listed)
        self.away.blockSignals(True)
        self.away.setChecked(is_away)
        self.away.blockSignals(False)

    def _ask_form(self) -> None:
        async def ask() -> None:
            colleagues = await self._presenter.colleagues(self._user)
            known = sorted(self._context.stores.catalogue.communes.values(), key=lambda commune: commune.name)
            self.form.ask(colleagues, [(commune.code, commune.name) for commune in known])

        self._start(ask())

    def _draw(self, incoming: str, commune: str, remarks: str, passes_alarms: bool) -> None:
        async def draw() -> None:
            self._show(await self._presenter.draw(incoming, commune, remarks, passes_alarms=passes_alarms))
            self.form.remarks.clear()

        self._start(draw())

    def _sign(self, user: str, password: str) -> None:
        handover = self._shown
        if handover is None:
            return

        async def sign() -> None:
            self._show(await self._presenter.sign(handover, user, password))

        self._start(sign())

    def _withdraw(self) -> None:
        handover = self._shown
        if handover is None:
            return

        async def withdraw() -> None:
            await self._presenter.withdraw(handover)
            self._show(None)

        self._start(withdraw())

    def _since(self) -> None:
        async def ask() -> None:
            told = await self._presenter.since_you_left()
            self._show(None)
            self.page.setHtml(self._presenter.since_page(told, self._look))
            self.empty.hide()
            self.page.show()

        self._start(ask())

    def _ask_note(self) -> None:
        tr = self._context.texts
        self.note.ask(tr("handover.note_title"), tr("handover.note_keep"), words_name=tr("handover.note_words"))

    def _write(self, text: str, _minutes: int) -> None:
        async def write() -> None:
            await self._presenter.note(text)
            self.notice.say(self._context.texts("handover.noted"))

        self._start(write())

    def _say_away(self, is_away: bool) -> None:
        self._start(self._presenter.say_away(is_away=is_away))

    def _print(self) -> None:
        if self._shown is None:
            return
        name = self._context.stores.occasion.file_name(self._presenter.file_name(self._shown), self._context.texts)
        path, _kind = QFileDialog.getSaveFileName(
            self._widget, self._context.texts("handover.print"), name, "PDF (*.pdf)"
        )
        if path:
            self.print_into(Path(path))

    def _open_chosen(self) -> None:
        item = self.table.item(self.table.currentRow(), 0)
        if item is None or (self._shown is not None and self._shown.report.id == item.data(_ID_ROLE)):
            return
        chosen = str(item.data(_ID_ROLE))

        async def open_() -> None:
            self._show(await self._presenter.open(chosen))

        self._start(open_())

    def _start(self, work: Awaitable[None]) -> None:
        async def do() -> None:
            try:
                await work
            except RequestFailed as error:
                self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            self.refresh()

        self._context.tasks.start(do(), name="handover act")

    def _second(self) -> None:
        self._seconds += 1
        if self._widget.isVisible() and self._seconds >= _EVERY_S:
            self.refresh()

    # --- showing

    @property
    def _user(self) -> str:
        return self._context.stores.link.user

    def _show(self, handover: Handover | None) -> None:
        self._shown = handover
        self.page.setHtml("" if handover is None else self._presenter.page(handover, self._look))
        self.bar.show_wants(self._presenter.wants(handover, self._user))
        self.empty.setVisible(handover is None)
        self.page.setVisible(handover is not None)
        self.bar.setVisible(handover is not None)
        self.print.setEnabled(handover is not None)
        if handover is None:
            self.table.setCurrentCell(-1, -1)
            self.table.clearSelection()

    def _list(self, listed: Sequence[ListedHandover]) -> None:
        self._listed = listed
        self.table.blockSignals(True)
        self.table.setRowCount(len(listed))
        self.table.setVisible(bool(listed))
        for row, line in enumerate(listed):
            for column, words in enumerate((line.when, line.who, line.state)):
                item = QTableWidgetItem(words)
                item.setToolTip(tip(words))
                item.setData(_ID_ROLE, line.id)
                font = item.font()
                font.setBold(line.is_for_you)
                item.setFont(font)
                self.table.setItem(row, column, item)
            if self._shown is not None and line.id == self._shown.report.id:
                self.table.setCurrentCell(row, 0)
        rows = min(len(listed), _LIST_ROWS) + 1
        self.table.setFixedHeight(self.table.verticalHeader().defaultSectionSize() * rows + TIGHT)
        self.table.blockSignals(False)

    def _button(self, name: str, key: str, wish: Callable[[], None]) -> QPushButton:
        button = QPushButton(self._context.texts(key))
        button.setIcon(icon(name, self._context.palette))
        button.clicked.connect(lambda _checked=False: wish())
        return button

    def _lay_out(self) -> None:
        tr = self._context.texts
        table = self.table
        table.setHorizontalHeaderLabels([tr(f"handover.column.{name}") for name in _COLUMNS])
        table.setAccessibleName(tr("handover.list"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {0: 110, 2: 170})
        room_for_heads(header)
        room_for_rows(table)
        table.hide()
        self.page.setOpenLinks(False)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setAccessibleName(tr("handover.report"))
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(PAD)
        row = WrappingRow(TIGHT)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for button in (self.draw, self.since, self.write, self.print, self.away):
            row.addWidget(button)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        for part in (self.notice, self.form, self.note, table):
            column.addWidget(part)
        column.addWidget(self.empty, 1)
        column.addWidget(self.page, 1)
        column.addWidget(self.bar)
