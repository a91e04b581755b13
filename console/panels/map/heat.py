"""The heat map of one map: where faults are dense, or how much energy a kilometre of street takes."""

from typing import Final

import numpy as np

from console.parts.city_feed import CityFeed
from console.parts.map_words import map_texts
from console.store.context import Context
from console.store.heat import energy_along_streets, faults
from console.store.map_look import HeatKind, hidden_classes
from console.store.open_maps import OpenMap
from console.store.placed import NO_COMMUNE, class_order
from widgets.city_map import CityMap, HeatColumns
from widgets.city_map import HeatKind as Reckoning

_EVERY_S: Final = 2


class HeatSource:
    """Reckons anew at most every two seconds, and only while it is shown."""

    def __init__(self, context: Context, opened: OpenMap, city_map: CityMap, feed: CityFeed) -> None:
        self._context = context
        self._feed = feed
        self._stores = context.stores
        self._opened = opened
        self._map = city_map
        self._is_dirty = True
        self._shown: tuple[object, ...] = (HeatKind.NONE,)
        self._seconds = 0
        self._each_second = context.ticker.every_second(self._second)
        self._stores.states.changed_since_tick.connect(self._note)
        self._stores.city.changed.connect(self._note)
        self._stores.energy.changed.connect(self._energy_changed)
        opened.look_changed.connect(self._look_changed)

    def close(self) -> None:
        """Show nothing more."""
        self._each_second.stop()
        self._stores.states.changed_since_tick.disconnect(self._note)
        self._stores.city.changed.disconnect(self._note)
        self._stores.energy.changed.disconnect(self._energy_changed)
        self._opened.look_changed.disconnect(self._look_changed)

    def show(self) -> None:
        """Reckon and show what the look asks for."""
        look = self._opened.look
        self._is_dirty = False
        self._shown = _key(self._opened)
        tr = self._context.texts
        mark = map_texts(tr).decimal_mark
        match look.heat:
            case HeatKind.NONE:
                self._map.meaning.set_heat(None)
            case HeatKind.FAULTS:
                states = self._feed.states
                lon, lat = faults(self._stores.city.all(), self._passing(), states.ids, states.visuals)
                legend = tr("layers.heat.faults")
                per_km2 = tr("layers.unit.per_km2")
                shown = HeatColumns(lon, lat, np.ones(len(lon)), legend, per_km2, decimal_mark=mark)
                self._map.meaning.set_heat(shown)
            case HeatKind.ENERGY:
                self._stores.energy.ask(self._context.client)
                found = energy_along_streets(self._stores.assets.all(), self._stores.energy.kwh)
                legend = tr("layers.heat.energy")
                self._map.meaning.set_heat(
                    HeatColumns(*found, legend, tr("layers.unit.kwh_per_km"), kind=Reckoning.AVERAGE, decimal_mark=mark)
                    if len(found[0])
                    else None
                )

    def _passing(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which of the placed assets the look's classes and communes let through."""
        placed, catalogue, look = self._stores.city.all(), self._stores.catalogue, self._opened.look
        hidden = hidden_classes(look, catalogue.classes)
        class_passes = np.array([code not in hidden for code in class_order(catalogue.classes)] or [True], bool)
        passes = class_passes[np.minimum(placed.class_index, len(class_passes) - 1)]
        if look.communes is not None:
            order = {code: index for index, code in enumerate(catalogue.communes)} | {"": NO_COMMUNE}
            wanted = [order[code] for code in look.communes if code in order]
            passes &= np.isin(placed.commune_index, wanted)
        return np.asarray(passes, bool)

    def _look_changed(self) -> None:
        if _key(self._opened) != self._shown:
            self.show()

    def _energy_changed(self) -> None:
        if self._opened.look.heat is HeatKind.ENERGY:
            self.show()

    def _note(self, _columns: object) -> None:
        self._is_dirty = True

    def _second(self) -> None:
        self._seconds += 1
        is_dirty = self._is_dirty or not self._feed.is_live  # the past moves on without telling
        is_time = self._seconds % _EVERY_S == 0 and is_dirty and self._map.isVisible()
        if is_time and self._opened.look.heat is HeatKind.FAULTS:
            self.show()


def _key(opened: OpenMap) -> tuple[object, ...]:
    look = opened.look
    if look.heat is HeatKind.FAULTS:
        return (look.heat, look.hidden_classes, look.hidden_services, look.communes)
    return (look.heat,)
