"""Which assets the user's filter lets through. Alarms pass it unless the user says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.state import ALARM_BIT, SUPPRESSED, AssetVisual
from widgets.city_map.values import Bytes, ClassStyle, MapFilter, Mask, Rows


class Visibility:
    """Keeps the store's column `is_shown` true to a filter."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store
        self._styles: Sequence[ClassStyle] = ()
        self.filter = MapFilter()

    def set_filter(self, wanted: MapFilter) -> None:
        """Show what passes this from now on."""
        self.filter = wanted
        self.apply_to_all()

    def set_styles(self, styles: Sequence[ClassStyle]) -> None:
        """Class codes by class_index."""
        self._styles = styles
        self.apply_to_all()

    def apply_to_all(self) -> None:
        """Assets or filter changed."""
        if self.filter.is_open:
            self._store.is_shown[:] = True
        else:
            self.apply_to(np.arange(self._store.count, dtype=np.int64))

    def apply_to(self, rows: Rows) -> None:
        """These rows are new, or their states changed."""
        if self.filter.is_open or rows.size == 0:
            return  # a new row is shown to begin with
        store, wanted = self._store, self.filter
        visual = store.visual[rows]
        shown = ~self._hidden_classes()[store.class_index[rows]] & ~_hidden_visuals(wanted)[visual]
        if wanted.communes is not None:
            shown &= np.isin(store.commune_index[rows], list(wanted.communes))
        if wanted.hidden_ids.size:
            shown &= ~np.isin(store.ids[rows], wanted.hidden_ids)
        if wanted.shows_all_alarms:
            shown |= is_alarm(store.state[rows])
        store.is_shown[rows] = shown

    def hidden_alarms(self) -> int:
        """How many alarms the filter keeps from sight."""
        if self.filter.is_open or self.filter.shows_all_alarms:
            return 0
        return int(np.count_nonzero(~self._store.is_shown & is_alarm(self._store.state)))

    def _hidden_classes(self) -> Mask:
        hidden = np.zeros(256, np.bool_)
        for index, style in enumerate(self._styles[:256]):
            hidden[index] = style.code in self.filter.hidden_classes
        return hidden


def _hidden_visuals(wanted: MapFilter) -> Mask:
    hidden = np.zeros(len(AssetVisual), np.bool_)
    hidden[[int(visual) for visual in wanted.hidden_visuals]] = True
    return hidden


def is_alarm(states: Bytes) -> Mask:
    """True for alarms of their own: what the supply explains is none."""
    found: Mask = (states & np.uint8(ALARM_BIT | SUPPRESSED)) == ALARM_BIT
    return found


def worst_and_nearest(visual: Bytes, distance: np.ndarray[tuple[int], np.dtype[np.float64]], limit: int) -> Rows:
    """Positions of the first `limit` when the worst come first, and of equals the nearest."""
    if visual.size > limit:
        # Only what can be among the first is sorted: a city in view has hundreds of thousands.
        rank = -visual.astype(np.float64) * 1e9 + np.minimum(distance, 9e8)
        among = np.argpartition(rank, limit)[:limit]
        return among[np.argsort(rank[among], kind="stable")].astype(np.int64)
    return np.lexsort((distance, -visual.astype(np.int64))).astype(np.int64)
