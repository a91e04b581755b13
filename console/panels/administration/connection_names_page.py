"""The connections to who configures a part of the city: their names and states, and the way to his own devices."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from console.kit.formats import number_text
from console.panels.administration.asking import Page, row_of
from console.panels.administration.words import link_words
from console.store.context import Context
from contract.bindings import ConnectionName
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.words_table import fill, words_table


class ConnectionNamesPage(Page):
    """In place of the list of devices and gateways, whose addresses and settings are not for him."""

    asks_by_itself = True
    bindings_wanted = Signal(str)

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._items: tuple[ConnectionName, ...] = ()
        self._next: str | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("administration.names.search"))
        self.search.setAccessibleName(tr("administration.names.search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.ask_again)
        columns = ("device", "state", "integration", "assets")
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in columns],
            tr("administration.tab.devices"),
            (260, 140, 260, 90),
            stretched=2,
        )
        self.table.currentCellChanged.connect(self._dress)
        self.table.itemActivated.connect(self._open)
        self.empty = quiet_label(tr("administration.names.empty"), is_centred=True)
        self.empty.hide()
        self.open = self.button("administration.binding.open", "link-variant", self._open)
        self.more = self.button("administration.more", "chevron-down", lambda: self.start(self._ask_more(), "more"))
        self.more.hide()
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        outer.addWidget(quiet_label(tr("administration.names.hint")))
        nest(outer, row_of(self.search, None))
        outer.addWidget(self.empty, 1)
        outer.addWidget(self.table, 1)
        nest(outer, row_of(self.open, None, self.more))
        self._dress()

    def focus_first(self) -> None:
        """What is searched."""
        self.search.setFocus()

    async def _ask(self) -> None:
        page = await self._context.client.connection_names(self.search.text().strip())
        self._items, self._next = page.items, page.next
        self._fill()

    async def _ask_more(self) -> None:
        page = await self._context.client.connection_names(self.search.text().strip(), self._next)
        self._items, self._next = (*self._items, *page.items), page.next
        self._fill()

    def _fill(self) -> None:
        tr, current = self._context.texts, self._current()
        rows = [
            (
                one.id,
                link_words(one.state, tr),
                (one.title_fr if tr.language == "fr" else one.title_en) or one.integration,
                number_text(one.assets, tr.language),
            )
            for one in self._items
        ]
        fill(self.table, rows)
        ids = [one.id for one in self._items]
        if current is not None and current.id in ids:
            self.table.setCurrentCell(ids.index(current.id), 0)
        is_filtered = bool(self.search.text().strip())
        self.empty.setText(tr(f"administration.names.{'filtered' if is_filtered else 'empty'}"))
        self.empty.setVisible(not self._items)
        self.table.setVisible(bool(self._items))
        self.more.setVisible(self._next is not None)
        self._dress()

    def _current(self) -> ConnectionName | None:
        row = self.table.currentRow()
        return self._items[row] if 0 <= row < len(self._items) else None

    def _open(self, *_: object) -> None:
        one = self._current()
        if one is not None:
            self.bindings_wanted.emit(one.id)

    def _dress(self, *_: object) -> None:
        self.open.setEnabled(self._current() is not None)
