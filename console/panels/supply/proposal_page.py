"""Links that past failures suggest, with their evidence; a person says yes or no."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QSpinBox, QWidget

from console.panels.supply.page import lay_out
from console.panels.supply.presenter import SupplyPresenter
from console.parts.asking_page import AskingPage
from console.store.context import Context
from contract.supply import Learning, LinkProposal
from widgets.quiet_label import quiet_label
from widgets.words_table import chosen_rows, fill, words_table

_LONGEST_REASON: Final = 500


class ProposalPage(AskingPage[SupplyPresenter]):
    """Links that past failures suggest; a person says yes or no."""

    asset_selected = Signal(object)  # an asset id

    def __init__(self, context: Context, presenter: SupplyPresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._proposals: Sequence[LinkProposal] = ()
        self.is_running = False
        self.explained = quiet_label(tr("supply.learning_explained"))
        self.days = QSpinBox()
        self.days.setRange(2, 366)
        self.days.setValue(90)
        self.days.setSuffix(" " + tr("supply.days"))
        self.days.setAccessibleName(tr("supply.days_searched"))
        self.search = self.button("supply.learn", "mdi6.magnify", self._search)
        self.stop = self.button("form.cancel", "mdi6.stop", self._stop)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.state = quiet_label()
        titles = [tr(f"supply.proposal.{name}") for name in ("asset", "feeder", "sure", "together", "against")]
        self.table = words_table(titles, tr("supply.proposals"), (110, 160, 60, 140, 70), stretched=1)
        self.details = quiet_label()
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST_REASON)
        self.reason.setPlaceholderText(tr("supply.reason"))
        self.reason.setAccessibleName(tr("supply.reason"))
        self.confirm = self.button("supply.link_confirm", "mdi6.link-plus", lambda: self._answer(is_yes=True))
        self.reject = self.button("supply.link_reject", "mdi6.link-off", lambda: self._answer(is_yes=False))
        self._rest = QWidget()
        self.table.itemSelectionChanged.connect(self._dress)
        lay_out(
            self.widget,
            self.explained,
            (self.days, self.search, None, self.stop),
            self.progress,
            self.state,
            self.table,
            self.details,
            (self.reason, self.reject, self.confirm),
            self._rest,
            stretched=4,
        )
        self._show_proposals(())

    def refresh(self) -> None:
        """Ask how far the search is."""
        self.ask(self._ask_state, "search for links")

    async def _ask_state(self) -> None:
        self.show_learning(await self._context.client.learning())

    def show_learning(self, learning: Learning) -> None:
        """How far it is, and what it proposes."""
        self.is_running = self._presenter.is_running(learning)
        self.progress.setVisible(self.is_running)
        self.progress.setValue(round(learning.progress * 100))
        self.stop.setVisible(self.is_running)
        self.search.setEnabled(not self.is_running)
        self.state.setText(self._presenter.learning_words(learning))
        self._show_proposals(learning.proposals)

    def _show_proposals(self, proposals: Sequence[LinkProposal]) -> None:
        if proposals != self._proposals:
            self._proposals = proposals
            rows = [self._presenter.proposal_row(one) for one in proposals]
            fill(self.table, [(row.asset, row.feeder, row.sure, row.together, row.against) for row in rows])
        self.table.setVisible(bool(proposals))
        self._rest.setVisible(not proposals)
        for part in (self.reason, self.confirm, self.reject, self.details):
            part.setVisible(bool(proposals))
        self._dress()

    def _chosen(self) -> Sequence[LinkProposal]:
        return [self._proposals[row] for row in chosen_rows(self.table) if row < len(self._proposals)]

    def _dress(self) -> None:
        chosen = self._chosen()
        self.confirm.setEnabled(bool(chosen))
        self.reject.setEnabled(bool(chosen))
        if len(chosen) == 1:
            self.details.setText(self._presenter.proposal_row(chosen[0]).details)
            self.asset_selected.emit(chosen[0].asset_id)
        else:
            key = "supply.proposal_choose" if not chosen else "supply.proposals_chosen"
            self.details.setText(self._context.texts(key, count=len(chosen)))

    def _search(self) -> None:
        async def search() -> None:
            self.show_learning(await self._context.client.learn_links(self.days.value()))

        self.ask(search, "search for links")

    def _stop(self) -> None:
        async def stop() -> None:
            self.show_learning(await self._context.client.stop_learning())

        self.ask(stop, "stop the search")

    def _answer(self, *, is_yes: bool) -> None:
        answer = self._presenter.answer(self._chosen(), self.reason.text().strip())

        async def tell() -> None:
            client = self._context.client
            if is_yes:
                self.said.emit(self._presenter.done_words(await client.confirm_links(answer)), False)
                self.changed.emit()
                self.show_learning(await client.learning())
            else:
                self.show_learning(await client.reject_links(answer))
                self.said.emit(self._context.texts("supply.rejected", count=len(answer.picks)), False)
            self.reason.clear()
            self.table.clearSelection()

        if answer.picks:
            self.ask(tell, "answer proposals")
