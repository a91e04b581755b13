"""A map follows its look: what is hidden, in which light, with which names."""

from typing import Final

from msgspec.structs import replace

from console.panels.map.ground import GroundFollower
from console.parts.city_feed import CityFeed
from console.store.context import Context
from console.store.map_look import MapLook, hidden_classes
from console.store.open_maps import OpenMap
from widgets.city_map import NO_COMMUNE, AssetVisual, CityMap, MapFilter, ViewMode
from widgets.frame_clock import Ticking

_PAUSE_S: Final = 0.04  # several boxes in one go are drawn once


class LookFollower:
    """Applies what an OpenMap's look says to its CityMap, a moment after the last change."""

    def __init__(self, context: Context, opened: OpenMap, city_map: CityMap, feed: CityFeed) -> None:
        self._context = context
        self._opened = opened
        self._map = city_map
        self._feed = feed
        self._ground = GroundFollower(context, opened, city_map, feed)
        self._pause: Ticking | None = None
        self._each_second = context.ticker.every_second(self._tell_hidden)
        opened.look_changed.connect(self._look_changed)
        city_map.legend_changed.connect(self._legend_changed)
        context.stores.catalogue.changed.connect(self.apply)

    def close(self) -> None:
        """Follow nothing more."""
        self._each_second.stop()
        if self._pause is not None:
            self._pause.stop()
        self._opened.look_changed.disconnect(self._look_changed)
        self._map.legend_changed.disconnect(self._legend_changed)
        self._context.stores.catalogue.changed.disconnect(self.apply)
        self._ground.close()

    def apply(self) -> None:
        """Show the look now."""
        look = self._opened.look
        self._map.set_filter(self._filter(look))
        self._ground.apply()
        self._map.set_view_mode(ViewMode(look.view.value))
        self._feed.show_names(has_labels=look.has_labels, has_cones=look.has_cones)
        if self._map.has_legend != look.has_legend:
            self._map.toggle_legend()
        self._tell_hidden()

    def _look_changed(self) -> None:
        if self._pause is None or not self._pause.is_running:
            self._pause = self._context.ticker.frame_clock.after(_PAUSE_S, self.apply)

    def _filter(self, look: MapLook) -> MapFilter:
        catalogue = self._context.stores.catalogue
        communes = None
        if look.communes is not None:
            order = {code: index for index, code in enumerate(catalogue.communes)} | {"": NO_COMMUNE}
            communes = frozenset(order[code] for code in look.communes if code in order)
        return MapFilter(
            hidden_classes=hidden_classes(look, catalogue.classes),
            hidden_visuals=frozenset(AssetVisual(int(visual)) for visual in look.hidden_states),
            communes=communes,
            shows_all_alarms=look.shows_all_alarms,
        )

    def _legend_changed(self, is_shown: bool) -> None:
        self._opened.set_look(replace(self._opened.look, has_legend=is_shown))

    def _tell_hidden(self) -> None:
        self._opened.tell_hidden(self._map.alarms_hidden())
