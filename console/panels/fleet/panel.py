"""The fleet: looked at every two seconds while it is in sight."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.fleet.access_card import AccessCard
from console.panels.fleet.bar import EVERYBODY, MAP, NEAR, SELECTION, FleetBar, VehicleBar
from console.panels.fleet.presenter import FleetPresenter, Place, by_id
from console.store.context import Context
from contract.fleet import VehicleState, VehicleStatus
from widgets.fleet_table import FleetTable
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.quiet_label import quiet_label

_EVERY_S: Final = 2


class FleetPanel(QObject):
    """List, filters, nearest, way and follow."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        stores, tr = context.stores, context.texts
        self._presenter = FleetPresenter(
            stores.assets, stores.catalogue, context.client, tr, now=stores.link.server_now
        )
        self._states: Sequence[VehicleState] = ()
        self._seconds = 0
        self._is_asking = self._wants_more = False
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.bar = FleetBar(tr)
        self.vehicle = VehicleBar(tr, context.palette)
        self.access = AccessCard(tr, context.palette, context.ticker.frame_clock)
        self.nearest = quiet_label()
        self.table = FleetTable(context.palette, tr)
        self.empty = quiet_label(tr("fleet.none_yet"), is_centred=True)
        self._widget = QWidget()
        self._widget.setObjectName("fleet panel")
        self._lay_out()
        self._connect()
        self._show()
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The list takes the keys."""
        self.table.setFocus()

    def close(self) -> None:
        """Hear nothing more; the way that was drawn goes with the list that asked for it."""
        stores = self._context.stores
        self._ticking.stop()
        self.notice.clear()
        self.access.forget()
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.fleet.way_changed.disconnect(self._dress)
        if stores.fleet.way:
            stores.fleet.show_way(0, ())

    def state(self) -> PanelState:
        """Which vehicles are listed."""
        status = self.bar.status.currentData()
        return {} if status is None else {"status": str(status)}

    def take_state(self, state: PanelState) -> None:
        """As it was kept; what is not known is left out."""
        known = {str(status) for status in VehicleStatus}
        wanted = state.get("status")
        if isinstance(wanted, str) and wanted in known:
            self.bar.status.setCurrentIndex(self.bar.status.findData(VehicleStatus(wanted)))

    def refresh(self) -> None:
        """Ask the backend; what is asked for while an answer is awaited is asked right after it."""
        self._seconds = 0
        if self._is_asking:
            self._wants_more = True
        else:
            self._is_asking = self._context.tasks.start(self._ask(), name="fleet") is not None

    async def _ask(self) -> None:
        try:
            self._wants_more = True
            while self._wants_more:
                self._wants_more = False
                self._states = await self._presenter.ask()
        except RequestFailed as error:
            self._say(failure_text(error, self._context.texts), is_warning=True)
            return
        finally:
            self._is_asking = False
        self._show()

    def _show(self, *_ignored: object) -> None:
        # Qt hands out plain texts for what was given to it as texts of an enumeration.
        chosen = self.bar.status.currentData()
        status = None if chosen is None else VehicleStatus(chosen)
        lines = self._presenter.lines(self._states, self.bar.search.text(), status)
        self.table.show_distances(is_shown=self._presenter.place is not None)
        self.table.show_lines(lines)
        self.table.setVisible(bool(lines))
        self.empty.setText(self._presenter.empty_text(self._states))
        self.empty.setVisible(not lines)
        self.bar.counts.setText(self._presenter.counts(self._states))
        words = self._presenter.nearest_words(self._states)
        self.nearest.setText(words)
        self.nearest.setVisible(bool(words))
        self._selection_changed()

    def _near_chosen(self, index: int) -> None:
        self._ask_near(NEAR[index])

    def _ask_near(self, near: str) -> None:
        place = self._place(near)
        if place is None and near != EVERYBODY:
            self._say(self._context.texts(f"fleet.no_place.{near}"), is_warning=True)
            self.bar.near.setCurrentIndex(NEAR.index(EVERYBODY))
            return
        self._presenter.ask_anew(place)
        self.refresh()

    def _place(self, near: str) -> Place | None:
        stores, tr = self._context.stores, self._context.texts
        if near == MAP and stores.maps.active is not None:
            at = stores.maps.active.place
            return Place(at.lon, at.lat, tr("fleet.middle_of_map"))
        asset = stores.assets.get(stores.selection.asset_id or 0)
        if near != SELECTION or asset is None:
            return None
        last = stores.states.place_of(asset.id)
        lon, lat = (asset.lon, asset.lat) if last is None else (last.lon, last.lat)
        return Place(lon, lat, asset.name or asset.code)

    def _near_selection(self) -> None:
        """Whatever was asked before: who is nearest to what is selected now."""
        self.bar.near.blockSignals(True)
        self.bar.near.setCurrentIndex(NEAR.index(SELECTION))
        self.bar.near.blockSignals(False)
        self._ask_near(SELECTION)

    def _follow(self) -> None:
        vehicle = self.table.selected_id
        if vehicle is None:
            return
        if not self._context.stores.maps.all:
            self._context.open_panel("map")
        self._context.stores.fleet.follow(vehicle)

    def _go(self) -> None:
        if (vehicle := self.table.selected_id) is not None:
            self._context.stores.selection.go_to(vehicle)

    def _show_way(self) -> None:
        vehicle, minutes = self.table.selected_id, self.vehicle.minutes.currentData()
        if vehicle is not None and isinstance(minutes, int):
            self._context.tasks.start(self._ask_way(vehicle, minutes), name="way")

    async def _ask_way(self, vehicle: int, minutes: int) -> None:
        tr = self._context.texts
        try:
            trail = await self._presenter.way(vehicle, minutes)
        except RequestRefused as error:
            self._say(tr("fleet.way_forbidden") if error.status == 403 else failure_text(error, tr), is_warning=True)
            return
        except RequestFailed as error:
            self._say(failure_text(error, tr), is_warning=True)
            return
        if trail.points and not self._context.stores.maps.all:
            self._context.open_panel("map")
        self._context.stores.fleet.show_way(vehicle, trail.points)
        self._say(self._presenter.way_words(trail), is_warning=not trail.points)

    def _show_access(self) -> None:
        if (vehicle := self.table.selected_id) is not None:
            self._context.tasks.start(self._ask_access(vehicle), name="access of a vehicle")

    async def _ask_access(self, vehicle: int) -> None:
        tr = self._context.texts
        try:
            access = await self._context.client.vehicle_access(vehicle)
        except RequestRefused as error:
            self._say(tr("fleet.access.forbidden") if error.status == 403 else failure_text(error, tr), is_warning=True)
            return
        except RequestFailed as error:
            self._say(failure_text(error, tr), is_warning=True)
            return
        asset = self._context.stores.assets.get(vehicle)
        if asset is not None and vehicle == self.table.selected_id:
            self.access.show_access(self._presenter.name(asset), access)

    def _hide_way(self) -> None:
        self._context.stores.fleet.show_way(0, ())

    def _selection_changed(self) -> None:
        if self.table.selected_id != self._context.stores.selection.asset_id:
            self.table.select(self._context.stores.selection.asset_id)
            self.access.forget()
        self._dress()

    def _dress(self) -> None:
        vehicle = self.table.selected_id
        state = by_id(self._states).get(vehicle) if vehicle is not None else None
        self.vehicle.details.setText(self._presenter.details(state))
        self.vehicle.dress(has_vehicle=vehicle is not None, has_way=bool(self._context.stores.fleet.way))

    def _second(self) -> None:
        self._seconds += 1
        if self._widget.isVisible() and self._seconds >= _EVERY_S:
            self.refresh()

    def _say(self, words: str, *, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    def _find(self) -> None:
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _connect(self) -> None:
        stores = self._context.stores
        self.bar.search.textChanged.connect(self._show)
        self.bar.status.currentIndexChanged.connect(self._show)
        self.bar.near.currentIndexChanged.connect(self._near_chosen)
        self.table.asset_selected.connect(stores.selection.select)
        self.table.place_requested.connect(stores.selection.go_to)
        self.vehicle.follow.clicked.connect(lambda _checked=False: self._follow())
        self.vehicle.go.clicked.connect(lambda _checked=False: self._go())
        self.vehicle.show_way.clicked.connect(lambda _checked=False: self._show_way())
        self.vehicle.access.clicked.connect(lambda _checked=False: self._show_access())
        self.vehicle.hide_way.clicked.connect(lambda _checked=False: self._hide_way())
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.fleet.way_changed.connect(self._dress)
        self._ticking: Ticking = self._context.ticker.every_second(self._second)
        for key, act in (
            ("Ctrl+F", self._find),
            ("F", self._follow),
            ("N", self._near_selection),
            ("F5", self.refresh),
        ):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        inner = QVBoxLayout()
        inner.setContentsMargins(GAP, GAP, GAP, TIGHT)
        inner.setSpacing(TIGHT)
        inner.addWidget(self.bar.widget)
        inner.addWidget(self.bar.counts)
        inner.addWidget(self.nearest)
        below = QVBoxLayout()
        below.setContentsMargins(GAP, TIGHT, GAP, GAP)
        below.setSpacing(TIGHT)
        below.addWidget(self.vehicle.details)
        below.addWidget(self.vehicle.widget)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        nest(column, inner)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.access)
        nest(column, below)
