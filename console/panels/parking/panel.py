"""Car parks: a list, the bays of the chosen one, its day, its rule; and sensors that nobody has bound."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.parking.presenter import ParkingPresenter
from console.panels.parking.rule_form import RuleForm
from console.panels.parking.strangers_page import StrangersPage
from console.store.context import Context
from contract.parking import StayRule
from widgets.bay_board import BayBoard
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT
from widgets.notice import Notice, Tone
from widgets.park_table import ParkTable
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.tall_half import tall_half
from widgets.trend import Trend

_EVERY_S: Final = 3
_COURSE_EVERY: Final = 10  # looks between two questions for the day's course
_PARKS, _STRANGERS = range(2)
_FORBIDDEN: Final = 403


class ParkingPanel(QObject):
    """Looked at every three seconds while it is in sight. Selecting here selects everywhere, and the reverse."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        stores, tr, palette = context.stores, context.texts, context.palette
        self._presenter = ParkingPresenter(stores.catalogue, context.client, tr, now=stores.link.server_now)
        self._seconds = 0
        self._looks = 0
        self._is_asking = False
        self._course_of: int | None = None
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("parking.search"))
        self.search.setAccessibleName(tr("parking.search"))
        self.search.setClearButtonEnabled(True)
        self.summary = quiet_label()
        self.table = ParkTable(palette, tr)
        self.detail = PlainLabel()
        self.detail.setProperty("role", "heading")
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.legend = quiet_label(tr("parking.legend"))
        self.board = BayBoard(palette, tr("parking.bays"))
        self.trend = Trend(palette, tr("parking.no_course"))
        self.rule = RuleForm(tr, palette)
        self.strangers = StrangersPage(tr, palette)
        self.tabs, self.pages = QTabWidget(), QTabWidget()
        for tabs in (self.tabs, self.pages):
            tabs.setDocumentMode(True)
        self._widget = QWidget()
        self._widget.setObjectName("parking panel")
        self._lay_out()
        self._connect()
        self._show()
        self._selection_changed()
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The list takes the keys."""
        (self.table if self.tabs.currentIndex() == _PARKS else self.strangers.table).setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._ticking.stop()
        self.notice.clear()
        self._context.stores.selection.selection_changed.disconnect(self._selection_changed)

    def state(self) -> PanelState:
        """Which car park is shown."""
        chosen = self._presenter.chosen
        return {} if chosen is None else {"car_park": chosen}

    def take_state(self, state: PanelState) -> None:
        """As it was kept."""
        kept = state.get("car_park")
        if isinstance(kept, int):
            self._choose(kept)

    def refresh(self) -> None:
        """Ask the backend for what is shown."""
        self._seconds = 0
        if not self._is_asking:
            work = self._ask() if self.tabs.currentIndex() == _PARKS else self._ask_strangers()
            self._is_asking = self._context.tasks.start(work, name="parking") is not None

    async def _ask(self) -> None:
        try:
            await self._presenter.ask()
            self._looks += 1
            chosen = self._presenter.chosen
            if chosen is not None and (chosen != self._course_of or self._looks % _COURSE_EVERY == 0):
                times, values = await self._presenter.course(chosen)
                if chosen == self._presenter.chosen:
                    self._course_of = chosen
                    self.trend.show_course(self._context.texts("parking.course"), times, values)
        except RequestFailed as error:
            self._say(failure_text(error, self._context.texts), is_warning=True)
            return
        finally:
            self._is_asking = False
        self._show()
        if self._presenter.chosen is not None and self._course_of != self._presenter.chosen:
            self.refresh()  # somebody chose another meanwhile

    async def _ask_strangers(self) -> None:
        tr = self._context.texts
        try:
            self.strangers.show_rows(self._presenter.stranger_rows(await self._presenter.strangers()))
            self.strangers.empty.setText(tr("parking.no_strangers"))
        except RequestRefused as error:
            self.strangers.show_rows(())
            is_forbidden = error.status == _FORBIDDEN
            self.strangers.empty.setText(tr("parking.strangers_forbidden") if is_forbidden else failure_text(error, tr))
        except RequestFailed as error:
            self._say(failure_text(error, tr), is_warning=True)
        finally:
            self._is_asking = False

    def _show(self) -> None:
        self.summary.setText(self._presenter.summary())
        self.table.show_lines(self._presenter.lines(self.search.text()))
        if self.table.selected_id != self._presenter.chosen:
            self.table.select(self._presenter.chosen)
        cells, park = self._presenter.cells(), self._presenter.park()
        self.detail.setText(self._presenter.detail())
        self.board.show_cells(cells)
        self.board.select(self._context.stores.selection.asset_id)
        self.pages.setVisible(park is not None)
        self._bays.setVisible(bool(cells))
        self.legend.setText(self._context.texts("parking.legend" if cells else "parking.no_bays"))
        if park is not None:
            self.rule.show_rule(park.rule, may_change=park.may_change_rule)

    def _choose(self, park_id: int | None) -> None:
        if self._presenter.choose(park_id):
            self.rule.forget()
            self._show()
            self.refresh()

    def _park_selected(self, park_id: int) -> None:
        self._choose(park_id)
        self._context.stores.selection.select(park_id)

    def _selection_changed(self) -> None:
        """A car park or a bay chosen anywhere else opens its car park here."""
        stores = self._context.stores
        asset = None if stores.selection.asset_id is None else stores.assets.get(stores.selection.asset_id)
        if asset is not None and asset.class_ == "car_park":
            self._choose(asset.id)
        elif asset is not None and asset.class_ == "parking_bay" and asset.parent is not None:
            self._choose(asset.parent)
        self.board.select(stores.selection.asset_id)

    def _change_rule(self, rule: StayRule | None) -> None:
        self._context.tasks.start(self._carry_out(rule), name="parking rule")

    async def _carry_out(self, rule: StayRule | None) -> None:
        tr = self._context.texts
        try:
            await self._presenter.set_rule(rule)
        except RequestFailed as error:
            self._say(failure_text(error, tr), is_warning=True)
            return
        self._show()
        self._say(tr("parking.rule_changed", rule=self._presenter.rule_words(rule)))

    def _say(self, words: str, *, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    def _second(self) -> None:
        self._seconds += 1
        if self._widget.isVisible() and self._seconds >= _EVERY_S:
            self.refresh()

    def _find(self) -> None:
        self.tabs.setCurrentIndex(_PARKS)
        self.search.setFocus()
        self.search.selectAll()

    def _connect(self) -> None:
        selection = self._context.stores.selection
        self.search.textChanged.connect(lambda _text="": self._show())
        self.table.asset_selected.connect(self._park_selected)
        self.table.place_requested.connect(selection.go_to)
        self.board.bay_selected.connect(selection.select)
        self.board.place_requested.connect(selection.go_to)
        self.rule.rule_requested.connect(self._change_rule)
        self.tabs.currentChanged.connect(lambda _page=0: self.refresh())
        selection.selection_changed.connect(self._selection_changed)
        self._ticking: Ticking = self._context.ticker.every_second(self._second)
        for key, act in (("Ctrl+F", self._find), ("F5", self.refresh)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        tr = self._context.texts
        self._bays = QScrollArea()
        self._bays.setWidgetResizable(True)
        self._bays.setFrameShape(QScrollArea.Shape.NoFrame)
        self._bays.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bays.setWidget(self.board)
        for key, widgets in (
            ("parking.page.bays", (self.legend, self._bays)),
            ("parking.page.course", (self.trend,)),
            ("parking.page.rule", (self.rule,)),
        ):
            self.pages.addTab(_stacked(widgets, stretched=1), tr(key))
        above = _stacked((self.search, self.summary, self.table), stretched=2)
        below = _stacked((self.detail, self.pages), stretched=1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(tall_half(above))
        split.addWidget(tall_half(below))
        split.setChildrenCollapsible(False)
        split.setSizes([360, 480])
        self.tabs.addTab(split, tr("parking.car_parks"))
        self.tabs.addTab(self.strangers.widget, tr("parking.strangers"))
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.tabs, 1)


def _stacked(widgets: Sequence[QWidget], *, stretched: int) -> QWidget:
    """One below the other; without one that stretches, the room stays below."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(GAP, GAP, GAP, GAP)
    column.setSpacing(TIGHT)
    for number, widget in enumerate(widgets):
        column.addWidget(widget, int(number == stretched))
    if stretched >= len(widgets):
        column.addStretch(1)
    return page
