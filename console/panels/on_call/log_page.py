"""The log of messages: each promise, each try and what became of it."""

from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestRefused
from console.kit.formats import day_and_time
from console.kit.said import said_text
from console.parts.page_asking import Asking
from console.store.context import Context
from contract.alarm_routing import Notice, Outcome
from widgets.look import GAP
from widgets.quiet_label import quiet_label

_COLUMNS = ("at", "outcome", "what", "contact", "channel", "level", "tries", "detail")
_MARKS = {
    Outcome.DELIVERED: "✓",
    Outcome.FAILED: "↻",
    Outcome.REFUSED: "✕",
    Outcome.GIVEN_UP: "✕",
    Outcome.NOBODY: "✕",
    Outcome.UNKNOWN: "?",
    Outcome.HELD: "+",
    Outcome.RANG: "♪",
}


class LogPage(QObject):
    """Newest first; more is asked for by hand."""

    asks_by_itself = True

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        tr = context.texts
        self._lines: list[Notice] = []
        self._next: int | None = None
        self._names: dict[str, str] = {}
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(f"on_call.column.{name}") for name in _COLUMNS])
        self.table.setAccessibleName(tr("on_call.tab.log"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.empty = quiet_label(tr("on_call.no_notices"))
        self.more = QPushButton(tr("on_call.more"))
        self.more.clicked.connect(lambda _checked=False: self._asking.start(self._ask(self._next), "older messages"))
        self._widget = QWidget()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)
        self.empty.hide()
        self.more.hide()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def refresh(self) -> None:
        """The newest."""
        self._asking.start(self._ask(None), "messages")

    def save(self) -> None:
        """Nothing to keep."""

    def focus_first(self) -> None:
        """The lines."""
        self.table.setFocus()

    def words(self) -> Sequence[str]:
        """What is read, line by line."""
        return [" ".join(self._texts(line)).strip() for line in self._lines]

    async def _ask(self, cursor: int | None) -> None:
        client = self._context.client
        page = await client.notices(cursor)
        with suppress(RequestRefused):  # names are for who manages everything; others read the ids
            people, channels = await client.routing_people(), await client.routing_channels()
            self._names = {one.id: one.name for one in people.contacts}
            self._names |= {one.settings.id: one.settings.name for one in channels.items}
        self._lines = [*(self._lines if cursor else ()), *page.items]
        self._next = page.next
        self.table.setRowCount(len(self._lines))
        for row, line in enumerate(self._lines):
            for column, text in enumerate(self._texts(line)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.resizeColumnsToContents()
        self.empty.setVisible(not self._lines)
        self.table.setVisible(bool(self._lines))
        self.more.setVisible(self._next is not None)

    def _texts(self, line: Notice) -> tuple[str, ...]:
        tr = self._context.texts
        asset = None if line.asset_id is None else self._context.stores.assets.get(line.asset_id)
        what = tr(f"on_call.notice.{line.kind.value}")
        return (
            day_and_time(line.at, self._context.clock()),
            f"{_MARKS.get(line.outcome, '·')} {tr(f'on_call.outcome.{line.outcome.value}')}",
            what if asset is None else f"{what} {asset.code}",
            self._names.get(line.contact, line.contact),
            self._names.get(line.channel, line.channel),
            str(line.level or ""),
            str(line.tries or ""),
            said_text(line.detail_code, line.detail_args, line.detail, tr),
        )
