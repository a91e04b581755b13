"""What the map says beyond states: feeds of flags, details, supply and heat, and the trails of vehicles."""

from __future__ import annotations

from collections.abc import Mapping

from widgets.city_map.details import AssetDetail, SupplyTree
from widgets.city_map.frames import Frames
from widgets.city_map.heat import HeatColumns
from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.heat_grid import HeatField
from widgets.city_map.scene.meaning import Way
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import PENDING, SUPPRESSED
from widgets.city_map.values import Float64s, Mask, UInt32s


class MapMeaning:
    """Feed it what assets mean; positions and states are fed to CityMap."""

    def __init__(self, scene: Scene, renderer: MapRenderer, frames: Frames) -> None:
        self._scene = scene
        self._renderer = renderer
        self._frames = frames

    def set_suppressed(self, ids: UInt32s) -> None:
        """Exactly these are explained by their supply: hollow and hatched, in no count of alarms."""
        self._set_flag(SUPPRESSED, ids)

    def set_pending(self, ids: UInt32s) -> None:
        """Exactly these have a command under way."""
        self._set_flag(PENDING, ids)

    def set_details(self, details: Mapping[int, AssetDetail]) -> None:
        """What is known of assets beyond their state; shown when near."""
        self._scene.meaning.set_details(details)
        self._frames.all_changed()

    def update_details(self, changes: Mapping[int, AssetDetail | None]) -> None:
        """Replace the details of these assets only; None forgets them."""
        if changes:
            self._scene.meaning.update_details(changes)
            self._frames.all_changed()

    def set_supply_tree(self, tree: SupplyTree | None) -> None:
        """Draw what a cabinet feeds; None: nothing."""
        self._scene.meaning.supply = tree
        self._frames.all_changed()

    def set_heat(self, columns: HeatColumns | None) -> None:
        """Show a heat map beneath everything else; None: none."""
        self._scene.meaning.heat = None if columns is None else HeatField(columns)
        self._frames.all_changed()

    def set_trail_s(self, keep_s: float) -> None:
        """Vehicles leave a trail of this many seconds, from the positions seen; 0: none."""
        self._scene.trails.set_length(keep_s)
        self._frames.all_changed()

    def set_way(self, lon: Float64s, lat: Float64s, is_gap: Mask) -> None:
        """Draw where a vehicle was, in degrees, from the beginning; what is not on earth is left out; none: no way."""
        shown = is_on_map(lon, lat)
        x, y = project(lon[shown], lat[shown])
        self._scene.meaning.way = Way(x, y, is_gap[shown]) if x.size else None
        self._frames.all_changed()

    def _set_flag(self, flag: int, ids: UInt32s) -> None:
        x, y = self._scene.set_flag(flag, ids)
        if x.size:
            self._renderer.places_changed(x, y)
            self._frames.all_changed()  # clocks that share a place reach further than one asset
