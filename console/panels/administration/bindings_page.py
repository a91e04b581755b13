"""The devices behind one connection: which asset is which, bound and unbound by hand or by file."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QFormLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.panels.administration.asking import Page, row_of
from console.panels.administration.binding_file_page import BindingFilePage
from console.panels.administration.binding_words import BindingWords, back, taken_off
from console.store.context import Context
from contract.bindings import BindingChange, BindingPage, BindingWish, BoundDevice, DeviceStanding
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.words_table import choose_rows, chosen_rows, fill, words_table

_WIDEST = 520
_STANDINGS = ("", *(standing.value for standing in DeviceStanding))


class BindingsPage(Page):
    """Behind the list of connections; `left` when the administrator goes back to it.

    Asked again by itself while its first lines are listed; what is chosen stays chosen, whatever comes before it.
    """

    asks_by_itself = True
    left = Signal()

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self.connection_id = ""
        self.items: tuple[BoundDevice, ...] = ()
        self._page: BindingPage | None = None
        self._last: BindingChange | None = None
        self._offered: dict[str, int] = {}
        self._words = BindingWords(tr, context.stores.assets)
        self.title = PlainLabel()
        self.title.setProperty("role", "section")
        self.leave = self.button("administration.binding.leave", "arrow-left", self.go_back)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("administration.binding.search"))
        self.search.setAccessibleName(tr("administration.binding.search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.ask_again)
        self.standing = QComboBox()
        self.standing.setAccessibleName(tr("administration.column.state"))
        for standing in _STANDINGS:
            self.standing.addItem(tr(f"administration.binding.{standing or 'any'}"), standing)
        self.standing.activated.connect(self.ask_again)
        self.by_file = self.button("administration.binding.by_file", "file-delimited-outline", self._turn_to_file)
        self.undo = self.button("administration.binding.undo", "undo", self._undo)
        columns = ("state", "asset", "name", "address", "called", "heard", "reason")
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in columns],
            tr("administration.binding.list"),
            (140, 110, 140, 285, 160, 100, 160),
            stretched=6,
        )
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.empty = quiet_label("", is_centred=True)
        self.count = quiet_label("")
        self.more = self.button("administration.more", "chevron-down", lambda: self.start(self._ask_more(), "more"))
        self.asset, self.address, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        self.table.itemActivated.connect(self._to_asset)
        self._offer = QStringListModel(self)
        completer = QCompleter(self._offer, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.asset.setCompleter(completer)
        self.asset.setPlaceholderText(tr("administration.binding.asset_hint"))
        self.asset.textEdited.connect(self._offer_assets)
        for line in (self.asset, self.address):
            line.setClearButtonEnabled(True)
            line.textChanged.connect(self._dress)
            line.returnPressed.connect(self.save)
        self.reason.setPlaceholderText(tr("administration.binding.reason_hint"))
        self.unbind = self.button("administration.binding.unbind", "link-off", self._unbind)
        self.bind = self.button("administration.binding.bind", "link-plus", self.save)
        self.bind.setProperty("role", "primary")
        self.file = BindingFilePage(context, notice, self._words)
        self.file.left.connect(self._turn_to_list)
        self.file.taken.connect(self._done)
        self._lay_out()
        self._dress()

    def open(self, connection_id: str) -> None:
        """Show the devices of this connection."""
        if connection_id != self.connection_id:
            self._last, self._page, self.items = None, None, ()
            for line in (self.search, self.asset, self.address, self.reason):
                line.clear()
            self.standing.setCurrentIndex(0)
        self.connection_id = connection_id
        self.title.setText(self._context.texts("administration.binding.title", name=connection_id))
        self.file.open(connection_id)
        self._turn_to_list()
        self.refresh()

    def go_back(self) -> None:
        """To the connections, or from the file to the list."""
        if self.stack.currentIndex():
            self._turn_to_list()
        else:
            self.left.emit()

    def save(self) -> None:
        """Bind what is written, or take the file."""
        if self.stack.currentIndex():
            self.file.save()
        elif self.bind.isEnabled():
            self.start(self._bind(), "bind")

    def focus_first(self) -> None:
        """What is searched."""
        self.search.setFocus()

    # --- asking

    async def _ask(self) -> None:
        if not self.connection_id:
            return
        page = await self._of_page(None)
        self.asks_by_itself = True
        self._take(page, page.items)

    async def _ask_more(self) -> None:
        if self._page is not None and self._page.next is not None:
            page = await self._of_page(self._page.next)
            self.asks_by_itself = False
            self._take(page, (*self.items, *page.items))

    async def _of_page(self, cursor: str | None) -> BindingPage:
        standing = str(self.standing.currentData() or "")
        return await self._context.client.device_bindings(
            self.connection_id, self.search.text().strip(), standing, cursor
        )

    async def _found(self, search: str) -> Sequence[BoundDevice]:
        return (await self._context.client.device_bindings(self.connection_id, search)).items

    # --- acts

    async def _bind(self) -> None:
        tr, address = self._context.texts, self.address.text().strip()
        asset_id = self._asset_id()
        if asset_id is None:
            self.say(tr("administration.binding.no_asset", text=self.asset.text().strip()), is_warning=True)
            return
        asset = self._context.stores.assets.get(asset_id)
        mine = [] if asset is None else [one for one in await self._found(asset.code) if one.asset_id == asset_id]
        at_address = [one for one in await self._found(address) if one.address == address]
        wishes = [BindingWish(asset_id=asset_id, before=mine[0].address if mine else None, after=address)]
        holder = next((one for one in at_address if one.asset_id not in (None, asset_id)), None)
        if holder is not None:
            wishes = [*taken_off((holder,)), *wishes]
        if mine or holder is not None:
            key = "replace_sure" if holder is not None else "move_sure"
            words = tr(
                f"administration.binding.{key}",
                asset=self._words.name(asset_id),
                before=mine[0].address if mine else "",
                after=address,
                holder="" if holder is None else holder.code,
            )
            if not self.is_sure(f"bind {asset_id} {address}", words):
                return
        await self._change(tuple(wishes))

    async def _change(self, wishes: tuple[BindingWish, ...]) -> None:
        try:
            change = await self._context.client.change_bindings(self.connection_id, wishes, self.reason.text().strip())
        except RequestFailed:
            await self._ask()
            raise
        self._done(change)

    async def _take_back(self, change: BindingChange) -> None:
        await self._change(back(change))
        self._last = None
        self._dress()

    def _done(self, change: BindingChange) -> None:
        self._last = change
        self.say(self._words.done(change))
        for line in (self.asset, self.address, self.reason):
            line.clear()
        self._turn_to_list()
        self.refresh()

    def _unbind(self) -> None:
        bound = [one for one in self._selected() if one.asset_id is not None]
        if not bound:
            return
        words = self._context.texts(
            "administration.binding.unbind_sure", asset=bound[0].code, count=len(bound), address=bound[0].address
        )
        if len(bound) > 1:
            words = self._context.texts("administration.binding.unbind_many_sure", count=len(bound))
        if self.is_sure(f"unbind {[one.asset_id for one in bound]}", words):
            self.start(self._change(taken_off(bound)), "unbind")

    def _undo(self) -> None:
        if self._last is not None:
            self.start(self._take_back(self._last), "undo a binding")

    # --- showing

    def _take(self, page: BindingPage, items: tuple[BoundDevice, ...]) -> None:
        chosen = {one.address for one in self._selected()}
        self._page, self.items = page, items
        self._fill()
        choose_rows(self.table, [row for row, one in enumerate(items) if one.address in chosen])
        self._dress()

    def _fill(self) -> None:
        page = self._page
        if page is None:
            return
        now, tr = self._context.clock(), self._context.texts
        fill(self.table, [self._words.row(one, now) for one in self.items])
        is_filtered = bool(self.search.text().strip() or self.standing.currentData())
        self.empty.setText(self._words.nothing(page, is_filtered=is_filtered))
        self.empty.setVisible(not self.items)
        self.table.setVisible(bool(self.items))
        self.count.setText(self._words.counts(page, len(self.items)))
        self.more.setVisible(page.next is not None)
        self.address.setPlaceholderText(self._words.hint(page))
        self.address.setToolTip(self._words.hint(page))
        self.file.show_hint(tr("administration.binding.file_hint", hint=self._words.hint(page)))
        self._dress()

    def _chosen(self) -> None:
        chosen = self._selected()
        if len(chosen) == 1:
            one = chosen[0]
            self.address.setText(one.address)
            self.asset.setText("" if one.asset_id is None else self._words.name(one.asset_id))
            if one.asset_id is not None:
                self._offered[self.asset.text()] = one.asset_id
        self._dress()

    def _selected(self) -> list[BoundDevice]:
        return [self.items[row] for row in chosen_rows(self.table) if row < len(self.items)]

    def _asset_id(self) -> int | None:
        text = self.asset.text().strip()
        if text in self._offered:
            return self._offered[text]
        asset = self._words.asset_called(text, () if self._page is None else self._page.classes)
        return None if asset is None else asset.id

    def _offer_assets(self, text: str) -> None:
        offered = self._words.offered(text, () if self._page is None else self._page.classes)
        self._offered |= {words: asset_id for asset_id, words in offered}
        self._offer.setStringList([words for _, words in offered])

    def _to_asset(self, *_: object) -> None:
        self.asset.setFocus()

    def _dress(self, *_: object) -> None:
        page = self._page
        may_bind = page is not None and page.may_bind
        can_be_empty = page is not None and page.may_be_empty
        has_address = bool(self.address.text().strip()) or can_be_empty
        self.bind.setEnabled(may_bind and has_address and bool(self.asset.text().strip()))
        self.bind.setToolTip("" if page is None or may_bind else self._context.texts("administration.binding.may_not"))
        self.by_file.setEnabled(may_bind)
        self.unbind.setEnabled(any(one.asset_id is not None for one in self._selected()))
        self.undo.setEnabled(self._last is not None)
        self.undo.setToolTip(tip("" if self._last is None else self._words.done(self._last)))

    def _turn_to_file(self) -> None:
        self.stack.setCurrentIndex(1)
        self.file.focus_first()

    def _turn_to_list(self) -> None:
        self.stack.setCurrentIndex(0)

    def _lay_out(self) -> None:
        tr = self._context.texts
        form = QFormLayout()
        fields: dict[str, QLineEdit] = {"asset": self.asset, "address": self.address, "reason": self.reason}
        for key, field in fields.items():
            field.setAccessibleName(tr(f"administration.column.{key}"))
            field.setMaximumWidth(_WIDEST)
            form.addRow(PlainLabel(tr(f"administration.column.{key}")), field)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        nest(column, row_of(self.search, self.standing, None, self.by_file, self.undo))
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        nest(column, row_of(self.count, None, self.more))
        nest(column, form)
        nest(column, row_of(None, self.unbind, self.bind))
        self.stack = QStackedWidget()
        self.stack.addWidget(listed)
        self.stack.addWidget(self.file.widget)
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        nest(outer, row_of(self.leave, self.title))
        outer.addWidget(self.stack, 1)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.go_back)
