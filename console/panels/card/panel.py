"""The equipment card: who it is, how it is, why it is so, what can be done, what was done."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QToolButton, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.card.control import ControlTab
from console.panels.card.presenter import CardPresenter
from console.panels.card.record import RecordTab
from console.panels.card.supplied import SuppliedTab
from console.parts.group_claims import GroupClaims
from console.store.context import Context
from contract.alarms import Priority
from contract.assets import Asset
from widgets.frame_clock import Ticking
from widgets.look import GAP, PAD, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.point_table import PointTable
from widgets.priority_mark import PriorityMark
from widgets.trend import Trend

_TREND_HOURS = 24


class CardPanel:
    """Follows the selection."""

    def __init__(self, context: Context) -> None:
        self._context = context
        stores = self._stores = context.stores
        tr, palette = context.texts, context.palette
        self.presenter = CardPresenter(
            stores.assets, stores.watched, stores.states, stores.alarms, stores.catalogue, context.client, tr
        )
        self._asset: Asset | None = None
        self._trend_point = ""
        self._asked_trend: tuple[int, str, object] | None = None
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self.title = PlainLabel()
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        self._mark = PriorityMark(Priority.P4, palette, 22)
        self._subtitle = PlainLabel()
        self._subtitle.setProperty("role", "muted")
        self._subtitle.setWordWrap(True)
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        self._empty = PlainLabel(tr("card.empty"))
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setMargin(PAD)
        self.points = PointTable(palette, tr)
        self.trend = Trend(palette, tr("card.no_trend"))
        self.control = ControlTab(context, self.presenter, self.notice)
        supplied = GroupClaims(stores.assets, stores.states, stores.watched, stores.catalogue, context.client, tr)
        self.supplied = SuppliedTab(context, supplied, self.notice)
        self.record = RecordTab(context, self.presenter)
        self.tabs = QTabWidget()
        self._body = QWidget()
        self._widget = QWidget()
        self._widget.setObjectName("card panel")
        self._lay_out()
        self._connect()
        self._each_second: Ticking = context.ticker.every_second(self._refresh_ages)
        self._selection_changed()

    @property
    def widget(self) -> QWidget:
        """The card."""
        return self._widget

    def focus_first(self) -> None:
        """The tabs take the keys."""
        self.tabs.tabBar().setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        self.notice.clear()
        stores = self._stores
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.watched.changed_since_tick.disconnect(self._refresh)
        stores.assets.changed_since_tick.disconnect(self._selection_changed)
        stores.states.changed_since_tick.disconnect(self._states_changed)
        stores.alarms.changed_since_tick.disconnect(self._refresh_head)
        stores.catalogue.changed.disconnect(self._selection_changed)

    def _lay_out(self) -> None:
        tr = self._context.texts
        place = QToolButton()
        place.setIcon(icon("mdi6.map-marker-outline", self._context.palette))
        place.setToolTip(tr("card.place"))
        place.setAccessibleName(tr("card.place"))
        place.clicked.connect(self._go_there)
        edit = QToolButton()
        edit.setIcon(icon("mdi6.file-document-edit-outline", self._context.palette))
        edit.setToolTip(tr("card.edit"))
        edit.setAccessibleName(tr("card.edit"))
        edit.clicked.connect(lambda _checked=False: self._context.open_panel("asset_file"))
        shortcut = QShortcut(QKeySequence("G"), self._widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._go_there)
        head = QVBoxLayout()
        head.setContentsMargins(PAD, GAP, GAP, GAP)
        head.setSpacing(TIGHT)
        first = QHBoxLayout()
        first.setSpacing(GAP)
        first.addWidget(self._mark)
        first.addWidget(self.title, 1)
        first.addWidget(edit)
        first.addWidget(place)
        nest(head, first)
        head.addWidget(self._subtitle)
        head.addWidget(self.state)
        values = QWidget()
        column = QVBoxLayout(values)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.points)
        column.addWidget(self.trend, 1)
        column.addStretch(0)
        self.tabs.addTab(values, tr("card.tab.values"))
        self.tabs.addTab(_scrolling(self.control.widget), tr("card.tab.control"))
        self.tabs.addTab(_scrolling(self.supplied.widget), tr("card.tab.supplied"))
        self.tabs.addTab(self.record.identity_widget, tr("card.tab.identity"))
        self.tabs.addTab(self.record.journal_widget, tr("card.tab.journal"))
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.tabBar().setDrawBase(False)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        nest(body, head)
        body.addWidget(self.tabs, 1)
        whole = QVBoxLayout(self._widget)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._empty, 1)
        whole.addWidget(self._body, 1)
        whole.addWidget(self.notice)

    def _connect(self) -> None:
        stores = self._stores
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.watched.changed_since_tick.connect(self._refresh)
        stores.assets.changed_since_tick.connect(self._selection_changed)
        stores.states.changed_since_tick.connect(self._states_changed)
        stores.alarms.changed_since_tick.connect(self._refresh_head)
        stores.catalogue.changed.connect(self._selection_changed)
        self.points.point_selected.connect(self._point_selected)
        self.tabs.currentChanged.connect(self._tab_changed)

    def _selection_changed(self) -> None:
        asset = self.presenter.asset(self._stores.selection.asset_id)
        is_other = (None if asset is None else asset.id) != (None if self._asset is None else self._asset.id)
        self._asset = asset
        self._empty.setVisible(asset is None)
        self._body.setVisible(asset is not None)
        if asset is None:
            return
        self.title.setText(self.presenter.title(asset))
        self._subtitle.setText(self.presenter.subtitle(asset))
        if is_other:
            self.notice.clear()
            self._trend_point = ""
            self._asked_trend = None
            self.trend.show_course("", (), ())
        self.control.show_asset(asset)
        self.supplied.show_asset(asset)
        self.tabs.setTabVisible(1, self.control.has_anything or not self.supplied.has_anything)
        self.tabs.setTabEnabled(1, self.control.has_anything)
        self.tabs.setTabVisible(2, self.supplied.has_anything)
        self.record.show_asset(asset)
        self._refresh()
        self._tab_changed()

    def _refresh(self) -> None:
        asset = self._asset
        if asset is None:
            return
        lines = self.presenter.point_lines(asset, self._stores.link.server_now())
        self.points.show_lines(lines)
        if not self._trend_point:
            self._trend_point = next((line.name for line in lines if line.has_trend), "")
        self.control.refresh()
        self.supplied.refresh()
        self._refresh_head()
        self._ask_trend()

    def _states_changed(self) -> None:
        self.supplied.refresh()
        self._refresh_head()

    def _refresh_head(self) -> None:
        asset = self._asset
        if asset is None:
            return
        priority = self.presenter.worst_priority(asset)
        self._mark.setVisible(priority is not None)
        if priority is not None:
            self._mark.show_priority(priority, is_filled=True)
        lines = self.presenter.alarm_lines(asset)
        self.state.setText("\n".join(lines) if lines else self.presenter.state(asset))

    def _refresh_ages(self) -> None:
        asset = self._asset
        if asset is not None and self._widget.isVisible() and self._stores.link.is_live:
            self.points.show_lines(self.presenter.point_lines(asset, self._stores.link.server_now()))
            self.control.refresh()

    def _point_selected(self, name: str) -> None:
        self._trend_point = name
        self._ask_trend()

    def _ask_trend(self) -> None:
        asset = self._asset
        if asset is None or not self._trend_point:
            return
        newest = self._stores.watched.points(asset.id).get(self._trend_point)
        wanted = (asset.id, self._trend_point, newest)
        if self._asked_trend == wanted:
            return
        self._asked_trend = wanted
        self._context.tasks.start(self._show_trend(asset, self._trend_point), name=f"trend {self._trend_point}")

    async def _show_trend(self, asset: Asset, point: str) -> None:
        try:
            course = await self.presenter.course(asset, point, self._stores.link.server_now(), _TREND_HOURS)
        except RequestFailed as error:
            self._asked_trend = None
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        if self._asset is not None and (self._asset.id, self._trend_point) == (asset.id, point):
            self.trend.show_course(course.title, course.times, course.values, course.bounds)

    def _tab_changed(self) -> None:
        if self._asset is not None and self.tabs.currentIndex() >= 3:
            self.record.load()

    def _go_there(self) -> None:
        if self._asset is not None:
            self._stores.selection.go_to(self._asset.id)


def _scrolling(widget: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(widget)
    return scroll
