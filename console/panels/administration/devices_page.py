"""Devices and gateways: how each link does; added, tried, paused, removed."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from console.kit.errors import RequestRefused
from console.kit.formats import number_text
from console.kit.said_by_devices import told_text
from console.panels.administration.asking import Page, row_of
from console.panels.administration.words import AdministrationWords
from console.store.context import Context
from contract.administration import ConnectionRequest, DeviceConnection, InstalledIntegration
from widgets.look import GAP
from widgets.nesting import nest
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.words_table import fill, words_table

_DENIED = 403
_WIDEST = 520
_STATES = ("", "up", "down", "refused", "connecting", "paused")


class DevicesPage(Page):
    """Asked again by itself: the list tells how links do at this moment."""

    asks_by_itself = True
    bindings_wanted = Signal(str)
    not_allowed = Signal()
    broker_wanted = Signal()

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._items: tuple[DeviceConnection, ...] = ()
        self._integrations: tuple[InstalledIntegration, ...] = ()
        self._next: str | None = None
        self._is_new = False
        self._words = AdministrationWords(tr)
        self.search = QLineEdit()
        hint_in_full(self.search, tr("administration.device_search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.ask_again)
        self.state = QComboBox()
        self.state.setAccessibleName(tr("administration.column.state"))
        for state in _STATES:
            self.state.addItem(tr(f"administration.link.{state or 'any'}"), state)
        self.state.activated.connect(self.ask_again)
        self.count = quiet_label()
        columns = ("device", "state", "integration", "assets", "heard", "minutes", "up", "reason")
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in columns],
            tr("administration.tab.devices"),
            (180, 110, 130, 70, 110, 280, 76, 200),
            stretched=7,
        )
        self.table.currentCellChanged.connect(self._chosen)
        self.table.itemActivated.connect(self._open)
        self.more = self.button("administration.more", "chevron-down", lambda: self.start(self._ask_more(), "more"))
        self.id, self.url, self.credentials = QLineEdit(), QLineEdit(), QLineEdit()
        self.credentials.setEchoMode(QLineEdit.EchoMode.Password)
        self.integration = QComboBox()
        self.integration.activated.connect(self._kind_chosen)
        self.settings = QPlainTextEdit()
        self.settings.setTabChangesFocus(True)
        self.settings.setMaximumHeight(110)
        self.reason = QLineEdit()
        hint_in_full(self.reason, tr("administration.pause_reason"))
        self.figures, self.outcome = quiet_label(), quiet_label()
        self.new = self.button("administration.new_device", "lan-connect", self._begin_new)
        self.broker = self.button("administration.broker.open", "key-change", self.broker_wanted.emit)
        self.open = self.button("administration.binding.open", "link-variant", self._open)
        self.pause = self.button("administration.pause", "pause", self._pause)
        self.remove = self.button("administration.remove_device", "delete-outline", self._remove)
        self.test = self.button("administration.try", "connection", lambda: self.start(self._try(), "try"))
        self.keep = self.button("administration.save", "content-save-outline", self.save)
        self._lay_out()
        self._dress()

    def save(self) -> None:
        """The form."""
        self.start(self._save(), "save device")

    def focus_first(self) -> None:
        """What is searched."""
        self.search.setFocus()

    async def _ask(self, choose: str = "") -> None:
        current = self.current()
        chosen = choose or ("" if current is None else current.connection.id)
        try:
            page = await self._context.client.device_connections(
                self.search.text().strip(), str(self.state.currentData() or "")
            )
        except RequestRefused as error:
            if error.status != _DENIED:
                raise
            self.not_allowed.emit()
            return
        self._items, self._next, self._integrations = page.items, page.next, page.integrations
        self._fill(page.total, chosen)

    async def _ask_more(self) -> None:
        page = await self._context.client.device_connections(
            self.search.text().strip(), str(self.state.currentData() or ""), self._next
        )
        current = self.current()
        self._items, self._next = (*self._items, *page.items), page.next
        self._fill(page.total, "" if current is None else current.connection.id)

    def _fill(self, total: int, chosen: str) -> None:
        tr, now = self._context.texts, self._context.clock()
        titles = {one.name: one.title_fr if tr.language == "fr" else one.title_en for one in self._integrations}
        if self.integration.count() != len(titles):
            self.integration.clear()
            for name, title in titles.items():
                self.integration.addItem(title, name)
        protocols = [titles.get(one.connection.integration, one.connection.integration) for one in self._items]
        fill(
            self.table,
            [self._words.connection(one, now, protocol) for one, protocol in zip(self._items, protocols, strict=True)],
        )
        self.count.setText(tr("administration.devices_count", shown=len(self._items), total=total))
        self.more.setVisible(self._next is not None)
        ids = [one.connection.id for one in self._items]
        if chosen in ids and not self._is_new:
            self.table.blockSignals(True)
            self.table.setCurrentCell(ids.index(chosen), 0)
            self.table.blockSignals(False)
        self._dress()

    async def _save(self) -> None:
        kept = await self._context.client.save_device_connection(self.id.text().strip(), self._wanted())
        self._is_new = False
        self.credentials.clear()
        self.say(self._context.texts("administration.device_saved", name=kept.connection.id))
        await self._ask(kept.connection.id)

    async def _try(self) -> None:
        tr = self._context.texts
        self.test.setEnabled(False)
        self.outcome.setText(tr("administration.trying"))
        words = ""
        try:
            tried = await self._context.client.try_device_connection(self._wanted())
            words = tr(
                f"administration.tried.{'up' if tried.state == 'up' else 'down'}",
                seconds=number_text(tried.seconds, tr.language),
                why=told_text(tried.reason, tr) or tr(f"administration.link.{tried.state}"),
            )
        finally:
            self.test.setEnabled(True)
            self.outcome.setText(words)

    async def _set_paused(self, one: DeviceConnection) -> None:
        is_paused = not one.connection.is_paused
        await self._context.client.pause_device_connection(
            one.connection.id, is_paused=is_paused, reason=self.reason.text().strip()
        )
        self.reason.clear()
        await self._ask(one.connection.id)

    async def _delete(self, one: DeviceConnection) -> None:
        await self._context.client.remove_device_connection(one.connection.id)
        await self._ask()

    def current(self) -> DeviceConnection | None:
        """The chosen connection; None for a new one."""
        row = self.table.currentRow()
        return None if self._is_new or not 0 <= row < len(self._items) else self._items[row]

    def _wanted(self) -> ConnectionRequest:
        lines = [line.partition("=") for line in self.settings.toPlainText().splitlines() if line.strip()]
        current = self.current()
        return ConnectionRequest(
            integration=str(self.integration.currentData() or ""),
            url=self.url.text().strip(),
            settings={name.strip(): value.strip() for name, _, value in lines},
            credentials=self.credentials.text() or None,
            of="" if current is None else current.connection.id,
        )

    def _open(self, *_: object) -> None:
        one = self.current()
        if one is not None:
            self.bindings_wanted.emit(one.connection.id)

    def _pause(self) -> None:
        one = self.current()
        if one is None:
            return
        words = self._context.texts("administration.pause_sure", name=one.connection.id, count=one.assets)
        if one.connection.is_paused or self.is_sure(f"pause {one.connection.id}", words):
            self.start(self._set_paused(one), "pause")

    def _remove(self) -> None:
        one = self.current()
        if one is not None and self.is_sure(
            f"remove {one.connection.id}", self._context.texts("administration.remove_sure", name=one.connection.id)
        ):
            self.start(self._delete(one), "remove device")

    def _begin_new(self) -> None:
        self._is_new = True
        for line in (self.id, self.url, self.credentials):
            line.clear()
        self._show_settings({})
        self._dress()
        self.id.setFocus()

    def _chosen(self, *_: object) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._items):
            return
        self._is_new = False
        one = self._items[row]
        self.id.setText(one.connection.id)
        self.url.setText(one.connection.url)
        self.integration.setCurrentIndex(max(0, self.integration.findData(one.connection.integration)))
        self.credentials.clear()
        self.outcome.setText("")
        self._show_settings(one.connection.settings)
        self._dress()

    def _kind_chosen(self, *_: object) -> None:
        self._show_settings({})

    def _show_settings(self, settings: Mapping[str, str]) -> None:
        """Those that were set, one a line; the others stand as examples with their defaults."""
        name = self.integration.currentData()
        none: dict[str, str] = {}
        known = next((one.settings for one in self._integrations if one.name == name), none)
        self.settings.setPlainText("\n".join(f"{key} = {value}" for key, value in settings.items()))
        self.settings.setPlaceholderText("\n".join(f"{key} = {value}" for key, value in known.items()))
        self.settings.setToolTip(self.settings.placeholderText())

    def _dress(self) -> None:
        tr, one = self._context.texts, self.current()
        for button in (self.open, self.pause, self.remove):
            button.setEnabled(one is not None)
        self.id.setEnabled(one is None)
        self.integration.setEnabled(one is None)
        is_paused = one is not None and one.connection.is_paused
        self.pause.setText(tr("administration.resume" if is_paused else "administration.pause"))
        has = one is not None and one.has_credentials
        self.credentials.setPlaceholderText(
            tr("administration.credentials_kept" if has else "administration.credentials")
        )
        words = ""
        if one is not None:
            figures = one.figures
            words = tr(
                "administration.link_figures",
                readings=number_text(figures.readings, tr.language),
                losses=number_text(figures.losses, tr.language),
                unanswered=number_text(figures.unanswered, tr.language),
            )
        self.figures.setText(words)

    def _lay_out(self) -> None:
        tr = self._context.texts
        form = QFormLayout()
        fields: dict[str, QWidget] = {
            "device": self.id, "integration": self.integration, "url": self.url, "credentials": self.credentials,
            "settings": self.settings,
        }  # fmt: skip
        for key, field in fields.items():
            field.setAccessibleName(tr(f"administration.column.{key}"))
            field.setMaximumWidth(_WIDEST)
            form.addRow(tr(f"administration.column.{key}"), field)
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        nest(outer, row_of(self.search, self.state, None, self.broker, self.new))
        outer.addWidget(self.table, 1)
        nest(outer, row_of(self.count, None, self.more))
        outer.addWidget(self.figures)
        nest(outer, row_of(self.open, None, self.reason, self.pause, self.remove))
        nest(outer, form)
        nest(outer, row_of(self.outcome, None, self.test, self.keep))
