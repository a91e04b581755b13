"""What was changed, and the way back."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from console.panels.supply.page import lay_out
from console.panels.supply.presenter import ChangeRow, SupplyPresenter
from console.parts.asking_page import AskingPage
from console.store.context import Context
from widgets.quiet_label import quiet_label
from widgets.words_table import chosen_rows, fill, words_table


class ChangePage(AskingPage[SupplyPresenter]):
    """What was changed, and the way back."""

    def __init__(self, context: Context, presenter: SupplyPresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._changes: Sequence[ChangeRow] = ()
        titles = [tr(f"supply.change.{name}") for name in ("when", "who", "what", "reason")]
        self.table = words_table(titles, tr("supply.changes"), (165, 90, 200, 150), stretched=2)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.empty = quiet_label(tr("supply.no_changes"), is_centred=True)
        self.undo = self.button("supply.undo", "mdi6.undo", self._undo_chosen)
        self.table.itemSelectionChanged.connect(self._dress)
        self._rest = QWidget()
        lay_out(self.widget, self.empty, self.table, self._rest, (None, self.undo), stretched=1)
        self._show(())

    def refresh(self) -> None:
        """Ask for the changes anew."""
        self.ask(self.look, "changes of feeders")

    def undo_last(self) -> None:
        """Take back the newest that can be."""
        last = next((row for row in self._changes if row.can_be_undone), None)
        if last is not None:
            self._undo(last.id)

    async def look(self) -> None:
        """Ask for the changes now. Raises RequestFailed."""
        self._show(await self._presenter.changes())

    def _show(self, changes: Sequence[ChangeRow]) -> None:
        self._changes = changes
        fill(self.table, [(row.when, row.who, row.what, row.reason) for row in changes])
        self.table.setVisible(bool(changes))
        self.empty.setVisible(not changes)
        self._rest.setVisible(not changes)
        self._dress()

    def _dress(self) -> None:
        rows = chosen_rows(self.table)
        self.undo.setEnabled(len(rows) == 1 and self._changes[rows[0]].can_be_undone)

    def _undo_chosen(self) -> None:
        rows = chosen_rows(self.table)
        if len(rows) == 1:
            self._undo(self._changes[rows[0]].id)

    def _undo(self, change_id: str) -> None:
        async def undo() -> None:
            await self._presenter.undo(change_id)
            self.said.emit(self._context.texts("supply.undone"), False)
            self.changed.emit()
            self._show(await self._presenter.changes())

        self.ask(undo, "undo a change of feeders")
