"""Two lists beside the map: what is in view, in step with it, and what was chosen by rectangle, lasso or radius."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QTabBar, QVBoxLayout, QWidget

from console.panels.selection.acts import ChosenActs
from console.panels.selection.presenter import MOST_LIVE, SelectionPresenter
from console.store.context import Context
from console.store.map_contents import MapListing
from widgets.asset_table import AssetTable
from widgets.look import GAP, TIGHT
from widgets.notice import Notice
from widgets.quiet_label import quiet_label

_IN_VIEW, _CHOSEN = 0, 1
_LOWEST_FOOT: Final = 120
_LOW_PANEL: Final = 560  # below this a claim form needs the room of the list


class SelectionPanel:
    """Reads `stores.contents`; maps compute what is in view only while this is open."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr = context.texts
        stores = self._stores
        self.presenter = SelectionPresenter(stores.assets, stores.states, stores.catalogue, tr)
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.lists = QTabBar()
        self.lists.setDrawBase(False)
        self.lists.setAccessibleName(tr("selection.lists"))
        self.lists.addTab(tr("selection.in_view"))
        self.lists.addTab(tr("selection.chosen"))
        self.table = AssetTable(context.palette, tr)
        self.empty = quiet_label(is_centred=True)
        self.count = quiet_label()
        self.summary = quiet_label()
        self.acts = ChosenActs(context, self.presenter, self.notice)
        self._widget = QWidget()
        self._widget.setObjectName("selection panel")
        self._each_second = context.ticker.every_second(self._refresh_states)
        self._lay_out()
        self._connect()
        stores.contents.begin_reading()
        self._chosen_changed()  # often it is opened because something was chosen

    @property
    def widget(self) -> QWidget:
        """Both lists, and what can be done with what is chosen."""
        return self._widget

    def focus_first(self) -> None:
        """The list takes the keys."""
        self.table.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        self.notice.clear()
        stores = self._stores
        stores.contents.end_reading()
        stores.contents.view_changed.disconnect(self._view_changed)
        stores.contents.chosen_changed.disconnect(self._chosen_changed)
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.watched.command_changed.disconnect(self.acts.refresh)

    @property
    def listing(self) -> MapListing:
        """The list that is open."""
        contents = self._stores.contents
        return contents.chosen if self.lists.currentIndex() == _CHOSEN else contents.in_view

    def refresh(self) -> None:
        """List anew."""
        tr, listing = self._context.texts, self.listing
        is_chosen = self.lists.currentIndex() == _CHOSEN
        ids = self.presenter.worst_first(listing.asset_ids) if is_chosen else listing.asset_ids
        lines = self.presenter.lines(ids)
        self.table.show_lines(lines)
        has_room = self._widget.height() >= _LOW_PANEL or not self.acts.claim.isChecked()
        self.table.setVisible(bool(lines) and (has_room or not is_chosen))
        self.empty.setText(tr("selection.nothing_chosen" if is_chosen else "selection.nothing_in_view"))
        self.empty.setVisible(not lines)
        self.count.setText(self.presenter.count_text(len(lines), listing.total))
        self.summary.setText(self.presenter.summary(listing.asset_ids) if is_chosen else "")
        self.summary.setVisible(is_chosen and bool(lines))
        self.acts.show_chosen(listing.asset_ids if is_chosen else ())
        self._selection_changed()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, TIGHT, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.lists)
        column.addWidget(self.notice)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        below = QWidget()
        foot = QVBoxLayout(below)
        foot.setContentsMargins(GAP, 0, GAP, TIGHT)
        foot.setSpacing(TIGHT)
        foot.addWidget(self.count)
        foot.addWidget(self.summary)
        foot.addWidget(self.acts.widget)
        column.addWidget(_Foot(below))

    def _connect(self) -> None:
        stores = self._stores
        stores.contents.view_changed.connect(self._view_changed)
        stores.contents.chosen_changed.connect(self._chosen_changed)
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.watched.command_changed.connect(self.acts.refresh)
        self.lists.currentChanged.connect(self.refresh)
        self.acts.claim.toggled.connect(self.refresh)
        self.table.asset_selected.connect(stores.selection.select)
        self.table.place_requested.connect(stores.selection.go_to)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._forget_chosen)

    def _view_changed(self) -> None:
        if self.lists.currentIndex() == _IN_VIEW and not self.table.underMouse():
            self.refresh()

    def _chosen_changed(self) -> None:
        chosen = self._stores.contents.chosen
        self.lists.setTabText(
            _CHOSEN,
            self._context.texts("selection.chosen") + (f" ({chosen.total})" if chosen.total else ""),
        )
        if chosen.total:
            self.lists.setCurrentIndex(_CHOSEN)
        self.refresh()

    def _forget_chosen(self) -> None:
        if self.lists.currentIndex() == _CHOSEN:
            self._stores.contents.choose(())

    def _selection_changed(self) -> None:
        self.table.select(self._stores.selection.asset_id)

    def _refresh_states(self) -> None:
        if not self._widget.isVisible() or self.table.underMouse():
            return
        if len(self.listing.asset_ids) <= MOST_LIVE:
            self.refresh()
        else:
            self.table.show_lines(self.presenter.lines([line.asset_id for line in self.table.lines]))


class _Foot(QScrollArea):
    """As high as what stands in it where there is room; in a low panel it scrolls: a form is never crushed."""

    def __init__(self, below: QWidget) -> None:
        super().__init__()
        self._below = below
        self.setWidget(below)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        below.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """All of it."""
        width = max(self.viewport().width(), 1)
        high = self._below.heightForWidth(width) if self._below.hasHeightForWidth() else self._below.sizeHint().height()
        return QSize(self._below.sizeHint().width(), high)

    def minimumSizeHint(self) -> QSize:
        """A line or two."""
        return QSize(0, min(self.sizeHint().height(), _LOWEST_FOOT))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """More or less stands in it."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
