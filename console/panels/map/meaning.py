"""What assets mean, fed to one map: explained alarms, commands under way, supply, details near by, heat."""

from typing import Final

import numpy as np

from console.panels.map.heat import HeatSource
from console.panels.map.near_details import DETAILED, detail_of
from console.parts.city_feed import CityFeed
from console.store.alarm_order import is_set_aside
from console.store.context import Context
from console.store.open_maps import OpenMap
from contract.alarms import ShownState
from contract.assets import Asset
from widgets.city_map import AssetDetail, CityMap, SupplyTree
from widgets.frame_clock import Ticking

_NEAR_MPP: Final = 1.3  # where the map begins to draw details
_LOOKED_AT: Final = 3000
_MOST_DETAILS: Final = 400  # the backend watches 500 in all, and the selection is one of them
_TRAIL_S: Final = 120.0
_PAUSE_S: Final = 0.3
_SUPPLY_LOSS: Final = "supplyLoss"


class MeaningFeed:
    """Feeds one map until closed."""

    def __init__(self, context: Context, opened: OpenMap, city_map: CityMap, feed: CityFeed) -> None:
        self._context = context
        self._stores = context.stores
        self._opened = opened
        self._map = city_map
        self._owner = f"map {id(city_map)}"
        self._suppressed: frozenset[int] = frozenset()
        self._pending: frozenset[int] = frozenset()
        self._near: dict[int, Asset] = {}
        self._details: dict[int, AssetDetail] = {}
        self._tree: tuple[int, frozenset[int], frozenset[int]] | None = None
        self._has_trails: bool | None = None
        self._pause: Ticking | None = None
        self._feed = feed
        self._heat = HeatSource(context, opened, city_map, feed)
        self._stores.alarms.changed_since_tick.connect(self._alarms_changed)
        self._stores.watched.changed_since_tick.connect(self._watched_changed)
        self._stores.selection.selection_changed.connect(self.show_supply)
        self._stores.city.changed.connect(self._city_changed)
        opened.look_changed.connect(self._look_changed)
        city_map.view_changed.connect(self._view_changed)
        self._alarms_changed()
        self._look_changed()

    def close(self) -> None:
        """Feed nothing more; watch nothing more."""
        if self._pause is not None:
            self._pause.stop()
        self._heat.close()
        self._stores.alarms.changed_since_tick.disconnect(self._alarms_changed)
        self._stores.watched.changed_since_tick.disconnect(self._watched_changed)
        self._stores.selection.selection_changed.disconnect(self.show_supply)
        self._stores.city.changed.disconnect(self._city_changed)
        self._opened.look_changed.disconnect(self._look_changed)
        self._map.view_changed.disconnect(self._view_changed)
        self._stores.watched.want(self._owner, ())

    def mode_changed(self) -> None:
        """The map shows the past, or now again: what is only known of now is not shown in the past."""
        self._alarms_changed()
        self._watched_changed()
        self.watch_near()
        self._heat.show()

    def show_supply(self) -> None:
        """What the selected asset feeds, and which of it is cut off."""
        parent = self._stores.selection.asset_id
        fed: frozenset[int] = frozenset()
        if parent is not None and self._opened.look.has_supply_tree:
            fed = frozenset(asset.id for asset in self._stores.assets.supplied_by(parent))
        if parent is None or not fed:
            tree = None
        else:
            is_cut = self._feed.is_live and self._has_lost_supply(parent)
            cut = fed if is_cut else fed & self._suppressed
            tree = (parent, fed, cut)
        if tree != self._tree:
            self._tree = tree
            self._map.meaning.set_supply_tree(
                None if tree is None else SupplyTree(tree[0], _ids(tree[1]), _ids(tree[2]))
            )

    def watch_near(self) -> None:
        """Watch what the map shows in detail now, the nearest to its middle first."""
        near: dict[int, Asset] = {}
        if self._feed.is_live and self._map.isVisible() and self._map.view.metres_per_pixel <= _NEAR_MPP:
            for asset_id in self._map.in_view(_LOOKED_AT).ids.tolist():
                asset = self._stores.assets.get(asset_id)
                if asset is not None and asset.class_ in DETAILED:
                    near[asset_id] = asset
                if len(near) >= _MOST_DETAILS:
                    break
        if near.keys() != self._near.keys():
            self._near = near
            self._stores.watched.want(self._owner, tuple(near))
        self._near = near
        self._show_details()

    def _show_details(self) -> None:
        points = self._stores.watched.points
        found = {key: detail_of(asset, points(key)) for key, asset in self._near.items()}
        details = {key: detail for key, detail in found.items() if detail is not None}
        if details != self._details:
            gone = dict.fromkeys(self._details.keys() - details.keys())
            fresh = {key: detail for key, detail in details.items() if self._details.get(key) != detail}
            self._details = details
            self._map.meaning.update_details({**gone, **fresh})

    def _alarms_changed(self) -> None:
        """Explained is an asset all of whose alarms that are not set aside are explained by another."""
        explained: set[int] = set()
        standing: set[int] = set()
        for alarm in self._stores.alarms.standing():
            if alarm.shown is ShownState.F_DSUPR:
                explained.add(alarm.asset_id)
            elif not is_set_aside(alarm):
                standing.add(alarm.asset_id)
        suppressed = frozenset(explained - standing) if self._feed.is_live else frozenset[int]()
        if suppressed != self._suppressed:
            self._suppressed = suppressed
            self._map.meaning.set_suppressed(_ids(suppressed))
        self.show_supply()

    def _watched_changed(self) -> None:
        pending = self._stores.watched.pending_ids if self._feed.is_live else frozenset[int]()
        if pending != self._pending:
            self._pending = pending
            self._map.meaning.set_pending(_ids(pending))
        if self._near:
            self._show_details()

    def _city_changed(self, _change: object) -> None:
        # The map forgets marks of what it was given anew.
        self._map.meaning.set_suppressed(_ids(self._suppressed))
        self._map.meaning.set_pending(_ids(self._pending))
        self.show_supply()
        self._view_changed()

    def _look_changed(self) -> None:
        has_trails = self._opened.look.has_trails
        if has_trails is not self._has_trails:
            self._has_trails = has_trails
            self._map.meaning.set_trail_s(_TRAIL_S if has_trails else 0.0)
        self.show_supply()

    def _view_changed(self, *_view: float) -> None:
        if self._pause is None or not self._pause.is_running:
            self._pause = self._context.ticker.frame_clock.after(_PAUSE_S, self.watch_near)

    def _has_lost_supply(self, asset_id: int) -> bool:
        return any(alarm.kind == _SUPPLY_LOSS and alarm.is_active for alarm in self._stores.alarms.of_asset(asset_id))


def _ids(ids: frozenset[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    return np.array(sorted(ids), np.uint32)
