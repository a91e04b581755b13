"""Channels: how each fares, its form, its secret, a test message."""

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.formats import day_and_time
from console.kit.said import said_text
from console.panels.on_call.channel_form import ChannelForm
from console.parts.page_asking import Asking
from console.store.context import Context
from contract.alarm_routing import Channel, ChannelState, Outcome, TestMessage
from widgets.look import GAP, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label

_COLUMNS = ("name", "kind", "state", "since", "waiting")


class ChannelsPage(QObject):
    """Read by managers; kept and tested by who configures the city."""

    asks_by_itself = False

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        tr = context.texts
        self._channels: tuple[Channel, ...] = ()
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(f"on_call.column.{name}") for name in _COLUMNS])
        self.table.setAccessibleName(tr("on_call.tab.channels"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setMaximumHeight(170)
        self.table.currentItemChanged.connect(self._chosen)
        self.state = quiet_label()
        self.form = ChannelForm(tr)
        self.to = QLineEdit()
        self.to.setPlaceholderText(tr("on_call.test_to"))
        self.to.setAccessibleName(tr("on_call.test_to"))
        self.outcome = quiet_label()

        def button(name: str, key: str) -> QPushButton:
            return QPushButton(icon(f"mdi6.{name}", context.palette), tr(key))

        self.new = button("plus", "on_call.new_channel")
        self.remove = button("delete-outline", "on_call.remove_channel")
        self.keep = button("content-save-outline", "on_call.save")
        self.test = button("send", "on_call.test")
        self.new.clicked.connect(lambda _checked=False: self._begin_new())
        self.remove.clicked.connect(lambda _checked=False: self._remove())
        self.keep.clicked.connect(lambda _checked=False: self.save())
        self.test.clicked.connect(lambda _checked=False: self._test())
        self.to.returnPressed.connect(self._test)
        self._is_sure = False
        self._widget = QWidget()
        self._lay_out()
        self._dress()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def refresh(self) -> None:
        """Ask the backend how channels fare; the form stays as it is."""
        self._asking.start(self._ask(), "channels")

    def save(self) -> None:
        """The form, and the secret where one was typed."""
        self._asking.start(self._save(), "save channel")

    def focus_first(self) -> None:
        """The list."""
        self.table.setFocus()

    async def _ask(self, choose: str = "") -> None:
        current = self._current()
        chosen = choose or ("" if current is None else current.settings.id)
        self._channels = (await self._context.client.routing_channels()).items
        self._fill()
        ids = [channel.settings.id for channel in self._channels]
        if chosen in ids:
            self.table.setCurrentCell(ids.index(chosen), 0)
        elif ids:
            self.table.setCurrentCell(0, 0)
        self._dress()

    async def _save(self) -> None:
        client, taken = self._context.client, tuple(channel.settings.id for channel in self._channels)
        settings, secret = self.form.settings(taken), self.form.secret.text()
        if secret and settings.is_active and settings.id not in taken:
            # What is signed is not switched on before there is a key.
            await client.save_routing_channel(msgspec.structs.replace(settings, is_active=False))
        if (secret and settings.id in taken) or (secret and settings.is_active):
            await client.save_routing_secret(settings.id, secret)
        await client.save_routing_channel(settings)
        if secret and not settings.is_active and settings.id not in taken:
            await client.save_routing_secret(settings.id, secret)
        self._asking.say(self._context.texts("on_call.saved"))
        await self._ask(settings.id)

    async def _delete(self, channel_id: str) -> None:
        await self._context.client.remove_routing_channel(channel_id)
        self.form.show_settings(None, has_secret=False)
        await self._ask()

    async def _try(self, channel_id: str) -> None:
        tr = self._context.texts
        self.test.setEnabled(False)
        self.outcome.setText(tr("on_call.testing"))
        words = ""
        try:
            message = TestMessage(to=self.to.text().strip(), language=tr.language)
            tried = await self._context.client.test_routing_channel(channel_id, message)
            key = "on_call.test_sent" if tried.outcome is Outcome.DELIVERED else "on_call.test_failed"
            words = tr(key, why=said_text(tried.detail_code, tried.detail_args, tried.detail, tr))
        finally:
            self.test.setEnabled(True)
            self.outcome.setText(words)
        await self._ask()
        self.outcome.setText(words)

    def _test(self) -> None:
        channel = self._current()
        if channel is not None:
            self._asking.start(self._try(channel.settings.id), "test channel")

    def _remove(self) -> None:
        channel = self._current()
        if channel is None:
            return
        if not self._is_sure:
            self._is_sure = True
            self.remove.setText(self._context.texts("on_call.remove_sure", name=channel.settings.name))
            return
        self._asking.start(self._delete(channel.settings.id), "remove channel")

    def _begin_new(self) -> None:
        self.table.setCurrentCell(-1, -1)
        self.form.show_settings(None, has_secret=False)
        self.form.name.setFocus()
        self._dress()

    def _chosen(self, *_items: object) -> None:
        channel = self._current()
        if channel is not None:
            self.form.show_settings(channel.settings, has_secret=channel.has_secret)
            self.outcome.setText("")
        self._dress()

    def _current(self) -> Channel | None:
        row = self.table.currentRow()
        return self._channels[row] if 0 <= row < len(self._channels) else None

    def _fill(self) -> None:
        tr, now = self._context.texts, self._context.clock()
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._channels))
        for row, channel in enumerate(self._channels):
            state = tr(f"on_call.state.{channel.state.value}")
            if channel.state is ChannelState.DOWN:
                state = f"▲ {state}"
            words = (
                channel.settings.name,
                tr(f"on_call.kind.{channel.settings.kind.value}"),
                state,
                "" if channel.since is None else day_and_time(channel.since, now),
                str(channel.waiting or ""),
            )
            for column, text in enumerate(words):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.blockSignals(False)
        self.table.resizeColumnsToContents()

    def _dress(self) -> None:
        tr, channel = self._context.texts, self._current()
        self._is_sure = False
        self.remove.setText(tr("on_call.remove_channel"))
        self.remove.setEnabled(channel is not None)
        self.test.setEnabled(channel is not None)
        self.to.setEnabled(channel is not None)
        words = "" if self._channels else tr("on_call.no_channels")
        if channel is not None and channel.trouble:
            why = said_text(channel.trouble_code, channel.trouble_args, channel.trouble, tr)
            words = tr("on_call.trouble", why=why)
        self.state.setText(words)
        self.state.setVisible(bool(words))
        self.table.setVisible(bool(self._channels))

    def _lay_out(self) -> None:
        acts, testing = QHBoxLayout(), QHBoxLayout()
        acts.addWidget(self.new)
        acts.addWidget(self.remove)
        acts.addStretch(1)
        acts.addWidget(self.keep)
        testing.addWidget(self.to, 1)
        testing.addWidget(self.test)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.form)
        outer = QVBoxLayout(self._widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        outer.addWidget(self.table)
        outer.addWidget(self.state)
        outer.addWidget(area, 1)
        nest(outer, acts)
        nest(outer, testing)
        outer.addWidget(self.outcome)
