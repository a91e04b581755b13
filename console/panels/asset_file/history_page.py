"""What was changed on an asset, field by field, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout

from console.panels.asset_file.presenter import AssetFilePresenter, HistoryRow
from console.parts.asking_page import AskingPage
from console.store.context import Context
from contract.assets import Asset
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.words_table import chosen_rows, fill, words_table


class HistoryPage(AskingPage[AssetFilePresenter]):
    """Several chosen changes are told as one difference, and undone together."""

    def __init__(self, context: Context, presenter: AssetFilePresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._asset: Asset | None = None
        self._loaded: tuple[int, int] | None = None
        self._rows: Sequence[HistoryRow] = ()
        titles = [tr(f"asset_file.history.{name}") for name in ("when", "who", "what", "reason")]
        self.table = words_table(titles, tr("asset_file.history.title"), (130, 90, 150, 120), stretched=3)
        self.difference = words_table(
            [tr(f"asset_file.history.{name}") for name in ("field", "before", "after")],
            tr("asset_file.history.difference"),
            (130, 150, 150),
            stretched=2,
        )
        self.told = quiet_label()
        self.undo_button = self.button("asset_file.undo", "mdi6.undo", self._undo_chosen)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.difference)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(parts, 1)
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        row.addWidget(self.undo_button)
        nest(column, row)

    def show_asset(self, asset: Asset | None) -> None:
        """Turn to another asset, or to the same as it stands now."""
        if asset is None or self._asset is None or asset.id != self._asset.id:
            self._take(())
        self._asset = asset

    def load(self) -> None:
        """Ask for the history, unless it is there."""
        asset = self._asset
        if asset is not None and self._loaded != (asset.id, asset.version):
            self.ask(lambda: self.look(asset), "history of an asset")

    async def look(self, asset: Asset) -> None:
        """Ask now. Raises RequestFailed."""
        rows = await self._presenter.history(asset, self._context.clock())
        if self._asset is not None and self._asset.id == asset.id:
            self._loaded = (asset.id, asset.version)
            self._take(rows)

    def undo_edits(self, edits: Sequence[str]) -> None:
        """Take changes back, all or none."""

        async def undo() -> None:
            await self._presenter.undo(edits)
            self.said.emit(self._context.texts("asset_file.undone", count=len(edits)), False)
            self._loaded = None
            self.changed.emit()
            if self._asset is not None:
                await self.look(self._asset)

        self.ask(undo, "undo changes")

    def _take(self, rows: Sequence[HistoryRow]) -> None:
        self._rows = rows
        if not rows:
            self._loaded = None
        fill(self.table, [(row.when, row.who, row.what, row.reason) for row in rows])
        if rows and not chosen_rows(self.table):
            self.table.selectRow(0)
        self._show_chosen()

    def _show_chosen(self) -> None:
        tr = self._context.texts
        chosen = [self._rows[at] for at in chosen_rows(self.table)]
        found = self._presenter.between(chosen)
        fill(self.difference, [(one.label, one.before, one.after) for one in found])
        self.difference.setVisible(bool(found))
        can = bool(chosen) and all(row.can_undo for row in chosen)
        self.undo_button.setEnabled(can)
        key = "asset_file.undo" if len(chosen) < 2 else "asset_file.undo_many"
        self.undo_button.setText(tr(key, count=len(chosen)))
        if not self._rows:
            self.told.setText(tr("asset_file.history.empty"))
        elif chosen and not found:
            self.told.setText(tr("asset_file.history.nothing"))
        else:
            self.told.setText("" if can else tr("asset_file.history.fixed"))

    def _undo_chosen(self) -> None:
        edits = [self._rows[at].edit for at in chosen_rows(self.table)]
        if edits and self.undo_button.isEnabled():
            self.undo_edits(edits)
