"""The supply tree editor: look, drag, choose, import, learn, undo."""

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.supply.change_page import ChangePage
from console.panels.supply.feed_bar import FeedBar
from console.panels.supply.file_page import FilePage
from console.panels.supply.presenter import FeedPlan, SupplyPresenter
from console.panels.supply.proposal_page import ProposalPage
from console.panels.supply.tree_page import TreePage
from console.parts.asking_page import AskingPage
from console.store.context import Context
from widgets.frame_clock import Ticking
from widgets.notice import Notice, Tone

_TREE, _FILE, _PROPOSALS, _CHANGES = range(4)
_STATES_EVERY_S: Final = 2


class SupplyPanel(QObject):
    """Nothing moves on screen before the backend says that it did."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self._seconds = 0
        presenter = SupplyPresenter(context.stores.assets, context.stores.catalogue, context.client, tr)
        self._presenter = presenter
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.tree = TreePage(context)
        self.file = FilePage(context, presenter)
        self.proposals = ProposalPage(context, presenter)
        self.changes = ChangePage(context, presenter)
        self.bar = FeedBar(presenter, tr, lambda: self.tree.kind)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for page, key in (
            (self.tree, "supply.tree"),
            (self.file, "supply.file"),
            (self.proposals, "supply.proposals"),
            (self.changes, "supply.changes"),
        ):
            self.tabs.addTab(page.widget, tr(key))
        self._widget = QWidget()
        self._widget.setObjectName("supply panel")
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.bar.widget)
        self._each_second: Ticking = context.ticker.every_second(self._second)
        self._connect()
        self.tree.show_anew()
        self.changes.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The search field takes the keys, or the page that is open."""
        if self.tabs.currentIndex() == _TREE:
            self._find()
        else:
            self.tabs.currentWidget().setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        self.notice.clear()
        self.tree.close()

    def refresh(self) -> None:
        """Ask anew for what this page shows."""
        page = self.tabs.currentIndex()
        if page == _TREE:
            self.tree.show_anew()
        elif page == _PROPOSALS:
            self.proposals.refresh()
        elif page == _CHANGES:
            self.changes.refresh()

    def _find(self) -> None:
        self.tabs.setCurrentIndex(_TREE)
        self.tree.search.setFocus()
        self.tree.search.selectAll()

    def _connect(self) -> None:
        self.tree.choose_requested.connect(self.bar.choose_for)
        self.tree.feed_requested.connect(self.bar.propose)
        self.tree.kind_changed.connect(self.bar.close)
        self.bar.confirmed.connect(self._carry_out)
        self.bar.gave_up.connect(self.tree.tree.setFocus)
        self.proposals.asset_selected.connect(self._context.stores.selection.select)
        self.tabs.currentChanged.connect(self._page_shown)
        pages: tuple[AskingPage[SupplyPresenter], ...] = (self.file, self.proposals, self.changes)
        for page in pages:
            page.said.connect(self._say)
        self.file.changed.connect(self.changes.refresh)
        self.proposals.changed.connect(self.changes.refresh)
        for key, act in (
            (QKeySequence.StandardKey.Find, self._find),
            (QKeySequence.StandardKey.Undo, self.changes.undo_last),
            (QKeySequence(Qt.Key.Key_F5), self.refresh),
        ):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _carry_out(self, plan: FeedPlan, reason: str) -> None:
        async def do() -> None:
            self.bar.confirm.setEnabled(False)
            try:
                change = await self._presenter.carry_out(plan, reason)
                self.bar.close()
                self._say(self._presenter.done_words(change))
                await self.changes.look()
            except RequestFailed as error:
                self._say(failure_text(error, self._context.texts), is_warning=True)
            finally:
                self.bar.confirm.setEnabled(True)

        self._context.tasks.start(do(), name="set feeders")

    def _page_shown(self, page: int) -> None:
        if page != _TREE:
            self.bar.close()
            self.refresh()

    def _second(self) -> None:
        if not self._widget.isVisible():
            return
        self._seconds += 1
        if self._seconds % _STATES_EVERY_S == 0 and self.tabs.currentIndex() == _TREE:
            self.tree.refresh_states()
        if self.proposals.is_running:
            self.proposals.refresh()

    def _say(self, words: str, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)
