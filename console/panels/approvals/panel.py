"""Approvals: a second person reads what is asked and agrees to exactly that."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.approvals.presenter import ApprovalLine, ApprovalsPresenter
from console.store.context import Context
from contract.api import Approval
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.texts import pair

_EVERY_S: Final = 3


class ApprovalsPanel(QObject):
    """Asks every few seconds: a request is open for five minutes only."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self._presenter = ApprovalsPresenter(context.stores.assets, context.stores.catalogue, context.client, tr)
        self._known: dict[str, Approval] = {}
        self._lines: tuple[ApprovalLine, ...] = ()
        self._is_asking = False
        self._seconds = 0
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self._widget = QWidget()
        self._widget.setObjectName("approvals panel")
        self._empty = PlainLabel(tr("approvals.empty"))
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(GAP)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self._ticking: Ticking = context.ticker.every_second(self._second)
        refresh = QShortcut(QKeySequence("F5"), self._widget)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.refresh)
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The first button."""
        next(iter(self.buttons.values()), self._widget).setFocus()

    def close(self) -> None:
        """Ask no more."""
        self._ticking.stop()
        self.notice.clear()

    def state(self) -> PanelState:
        """Nothing is kept."""
        return {}

    def take_state(self, state: PanelState) -> None:
        """Nothing was kept."""
        del state

    def words(self) -> Sequence[str]:
        """What is read, request by request."""
        return [f"{line.title}\n{line.reason}\n{line.details}\n{line.until}" for line in self._lines]

    def refresh(self) -> None:
        """Ask anew what waits."""
        if not self._is_asking:
            self._seconds = 0
            self._is_asking = self._context.tasks.start(self._ask(), name="approvals") is not None

    def _second(self) -> None:
        self._seconds += 1
        if self._seconds >= _EVERY_S:
            self.refresh()

    async def _ask(self) -> None:
        try:
            waiting = await self._presenter.waiting()
        except RequestRefused as error:
            if error.status == 403:
                self._empty.setText(self._context.texts("approvals.forbidden"))
            else:
                self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            self._show(())
            return
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        finally:
            self._is_asking = False
        for approval in waiting:
            if approval.id not in self._known and not approval.approver:
                self._context.announce(self._presenter.news(approval))
        self._known = {approval.id: approval for approval in waiting}
        self._show(waiting)

    async def _approve(self, approval_id: str) -> None:
        try:
            await self._presenter.approve(approval_id)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
        else:
            self.notice.say(self._context.texts("approvals.approved"))
        self.refresh()

    def _show(self, waiting: Sequence[Approval]) -> None:
        lines = tuple(self._presenter.line(approval) for approval in waiting)
        self._empty.setVisible(not lines)
        if lines == self._lines:
            return  # what is read does not move under the pointer
        self._lines = lines
        self.buttons.clear()
        while (item := self._cards.takeAt(0)) is not None:
            card = item.widget()
            if card is not None:
                card.hide()
                card.deleteLater()
        for line in lines:
            self._cards.addWidget(self._card(line))

    def _card(self, line: ApprovalLine) -> QFrame:
        tr = self._context.texts
        card = QFrame()
        card.setObjectName("notice")
        column = QVBoxLayout(card)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        for words, role in ((line.title, "heading"), (line.reason, ""), (line.details, "muted")):
            label = PlainLabel(words)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            if role:
                label.setProperty("role", role)
            column.addWidget(label)
        row = QHBoxLayout()
        until = PlainLabel(line.until)
        until.setProperty("role", "muted")
        row.addWidget(until, 1)
        if line.is_open:
            button = QPushButton(tr("approvals.approve"))
            button.setIcon(icon("mdi6.check", self._context.palette))
            button.setToolTip(tr("approvals.approve_hint"))
            button.setAccessibleName(pair(tr("approvals.approve"), line.title, tr))
            button.clicked.connect(lambda _checked=False: self._start_approval(line.id))
            self.buttons[line.id] = button
            row.addWidget(button)
        nest(column, row)
        return card

    def _start_approval(self, approval_id: str) -> None:
        self.buttons[approval_id].setEnabled(False)
        self._context.tasks.start(self._approve(approval_id), name="approve")

    def _lay_out(self) -> None:
        inner = QWidget()
        stack = QVBoxLayout(inner)
        stack.setContentsMargins(GAP, GAP, GAP, GAP)
        stack.addWidget(self._empty)
        nest(stack, self._cards)
        stack.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        area.setAccessibleName(self._context.texts("approvals.title"))
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        column.addWidget(area, 1)
