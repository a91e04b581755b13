"""The record side of the card: the register's fields, their history, the asset's journal."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import day_and_time
from console.panels.card.presenter import CardPresenter
from console.store.context import Context
from console.store.journal_words import actor_text, entry_text
from contract.assets import Asset
from widgets.look import GAP, PAD
from widgets.plain_text import PlainLabel


class RecordTab:
    """Loaded when it is looked at."""

    def __init__(self, context: Context, presenter: CardPresenter) -> None:
        self._context = context
        self._presenter = presenter
        self._asset: Asset | None = None
        self._loaded: int | None = None
        self._form_host = QWidget()
        self._history = PlainLabel()
        self._history.setWordWrap(True)
        self._history.setProperty("role", "muted")
        self._history.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.journal_widget = QListWidget()
        self.journal_widget.setWordWrap(True)
        self.journal_widget.setAccessibleName(context.texts("card.tab.journal"))
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(PAD, GAP, PAD, PAD)
        self._column.setSpacing(GAP)
        self._column.addWidget(self._form_host)
        title = PlainLabel(context.texts("card.history"))
        title.setProperty("role", "section")
        self._column.addWidget(title)
        self._column.addWidget(self._history)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        self.identity_widget = area

    def show_asset(self, asset: Asset) -> None:
        """Turn to another asset."""
        if self._asset == asset:
            return
        self._asset = asset
        self._loaded = None
        self._history.setText("")
        self.journal_widget.clear()
        fresh = QWidget()
        form = QFormLayout(fresh)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(PAD)
        for name, value in self._presenter.identity(asset):
            label = PlainLabel(name)
            label.setProperty("role", "muted")
            shown = PlainLabel(value)
            shown.setWordWrap(True)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label, shown)
        self._column.replaceWidget(self._form_host, fresh)
        self._form_host.deleteLater()
        self._form_host = fresh

    def load(self) -> None:
        """Ask for what the stream does not bring, once an asset."""
        if self._asset is not None and self._loaded != self._asset.id:
            self._loaded = self._asset.id
            self._context.tasks.start(self._fetch(self._asset), name="record")

    async def _fetch(self, asset: Asset) -> None:
        tr, now = self._context.texts, self._context.clock()
        try:
            history = await self._presenter.history_lines(asset, now)
            page = await self._context.client.journal(asset_id=asset.id)
        except RequestFailed as error:
            self._loaded = None
            self._history.setText(failure_text(error, tr))
            return
        if self._asset is None or self._asset.id != asset.id:
            return
        self._history.setText("\n".join(history) or tr("card.no_history"))
        stores = self._context.stores
        self.journal_widget.clear()
        for entry in page.items:
            text = entry_text(entry, stores.assets, stores.catalogue, tr)
            self.journal_widget.addItem(f"{day_and_time(entry.at, now)} · {actor_text(entry.actor, tr)}\n{text}")
        if not page.items:
            self.journal_widget.addItem(tr("journal.empty"))
