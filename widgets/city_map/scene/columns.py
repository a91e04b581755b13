"""The assets of the map as columns: id -> row, positions, states, levels. Grows by doubling."""

from __future__ import annotations

import numpy as np

from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.state import (
    ALARM_BIT,
    KEPT_FLAGS,
    LEVEL_UNKNOWN,
    SUPPRESSED,
    UNACKNOWLEDGED,
    VISUAL_MASK,
    AssetVisual,
)
from widgets.city_map.values import (
    AssetColumns,
    Bytes,
    Float32s,
    Float64s,
    Mask,
    Rows,
    UInt16s,
    UInt32s,
)

_FIRST_CAPACITY = 1024
_COLUMNS = ("_ids", "_x", "_y", "_class", "_commune", "_state", "_level", "_heading", "_has_moved", "_is_shown")
_NO_ROWS: Rows = np.empty(0, np.int64)


class AssetStore:
    """Rows 0..count-1 are assets; ids nobody has announced are ignored, as is id 0."""

    def __init__(self) -> None:
        self.count = 0
        self._ids: UInt32s = np.empty(0, np.uint32)
        self._x: Float64s = np.empty(0, np.float64)
        self._y: Float64s = np.empty(0, np.float64)
        self._class: Bytes = np.empty(0, np.uint8)
        self._commune: UInt16s = np.empty(0, np.uint16)
        self._state: Bytes = np.empty(0, np.uint8)
        self._level: Bytes = np.empty(0, np.uint8)
        self._heading: Float32s = np.empty(0, np.float32)
        self._has_moved: Mask = np.empty(0, np.bool_)
        self._is_shown: Mask = np.empty(0, np.bool_)
        self._sorted_ids: UInt32s = np.empty(0, np.uint32)
        self._sorted_rows: Rows = _NO_ROWS

    @property
    def ids(self) -> UInt32s:
        return self._ids[: self.count]

    @property
    def x(self) -> Float64s:
        """Mercator metres."""
        return self._x[: self.count]

    @property
    def y(self) -> Float64s:
        """Mercator metres, growing southwards."""
        return self._y[: self.count]

    @property
    def class_index(self) -> Bytes:
        return self._class[: self.count]

    @property
    def commune_index(self) -> UInt16s:
        return self._commune[: self.count]

    @property
    def state(self) -> Bytes:
        """AssetVisual, plus the flag UNACKNOWLEDGED."""
        return self._state[: self.count]

    @property
    def visual(self) -> Bytes:
        """AssetVisual without flags."""
        return self.state & np.uint8(VISUAL_MASK)

    @property
    def level(self) -> Bytes:
        return self._level[: self.count]

    @property
    def heading(self) -> Float32s:
        """Degrees clockwise from north; NaN where it is not known."""
        return self._heading[: self.count]

    @property
    def is_shown(self) -> Mask:
        """What the filter lets through."""
        return self._is_shown[: self.count]

    def row_of(self, asset_id: int) -> int | None:
        """The row of one asset, None when it is not on the map."""
        if not 0 < asset_id <= 0xFFFFFFFF:
            return None
        at = int(np.searchsorted(self._sorted_ids, np.uint32(asset_id)))
        if at < self._sorted_ids.size and int(self._sorted_ids[at]) == asset_id:
            return int(self._sorted_rows[at])
        return None

    def rows_of(self, ids: UInt32s) -> tuple[Rows, Mask]:
        """Rows of the known ids, and which of the ids given are known."""
        if self._sorted_ids.size == 0 or ids.size == 0:
            return _NO_ROWS, np.zeros(ids.size, np.bool_)
        at = np.minimum(np.searchsorted(self._sorted_ids, ids), self._sorted_ids.size - 1)
        known = self._sorted_ids[at] == ids
        return self._sorted_rows[at[known]], known

    def alarm_rows(self) -> Rows:
        """Rows in alarm that are shown, in no order."""
        return np.flatnonzero(((self.state & np.uint8(ALARM_BIT | SUPPRESSED)) == ALARM_BIT) & self.is_shown)

    def replace_all(self, columns: AssetColumns) -> None:
        """Forget everything and take these; what else is known of ids that stay is kept."""
        kept_ids, kept_state = self.ids.copy(), self.state.copy()
        kept_level, kept_heading = self.level.copy(), self.heading.copy()
        kept_x, kept_y, had_moved = self.x.copy(), self.y.copy(), self._has_moved[: self.count].copy()
        self.count = 0
        self._sorted_ids, self._sorted_rows = np.empty(0, np.uint32), _NO_ROWS
        self.upsert(columns)
        rows, known = self.rows_of(kept_ids)
        self._state[rows] = kept_state[known]
        self._level[rows] = kept_level[known]
        self._heading[rows] = kept_heading[known]
        self._has_moved[rows] = had_moved[known]
        still = rows[had_moved[known]]
        self._x[still], self._y[still] = kept_x[known & had_moved], kept_y[known & had_moved]

    def upsert(self, columns: AssetColumns) -> tuple[Rows, Rows]:
        """Add or replace; answers the rows that were there before and those that are new.

        What has moved stays where it was last seen: the register knows less about it.
        """
        columns = _last_of_each(_placed(columns))
        rows, known = self.rows_of(columns.ids)
        x, y = project(columns.lon, columns.lat)
        fresh = self._append(columns.ids[~known])
        parked = ~self._has_moved[rows]
        self._x[rows[parked]], self._y[rows[parked]] = x[known][parked], y[known][parked]
        self._class[rows] = columns.class_index[known]
        self._commune[rows] = columns.commune_index[known]
        self._x[fresh], self._y[fresh] = x[~known], y[~known]
        self._class[fresh] = columns.class_index[~known]
        self._commune[fresh] = columns.commune_index[~known]
        return rows, fresh

    def let_go(self) -> None:
        """Nobody will ask again: keep no column."""
        self.count = 0
        for name in _COLUMNS:
            setattr(self, name, getattr(self, name)[:0].copy())
        self._reindex()

    def remove(self, ids: UInt32s) -> bool:
        """Take these away; True when something was. Rows are renumbered."""
        rows, _ = self.rows_of(ids)
        if rows.size == 0:
            return False
        keep = np.ones(self.count, np.bool_)
        keep[rows] = False
        kept = np.flatnonzero(keep)
        for name in _COLUMNS:
            column = getattr(self, name)
            column[: kept.size] = column[kept]
        self.count = int(kept.size)
        self._reindex()
        return True

    def set_states(self, ids: UInt32s, states: Bytes) -> Rows:
        """Answers the rows that changed."""
        ids, states = _pairs(ids, states)
        rows, known = self.rows_of(ids)
        kept = self._state[rows] & np.uint8(KEPT_FLAGS)
        return _write(self._state, rows, (states[known] & np.uint8(VISUAL_MASK | UNACKNOWLEDGED)) | kept)

    def set_flag(self, flag: int, ids: UInt32s) -> Rows:
        """Exactly these ids have the flag from now on; answers the rows that changed."""
        wanted = np.zeros(self.count, np.bool_)
        wanted[self.rows_of(ids)[0]] = True
        rows = np.flatnonzero(((self.state & np.uint8(flag)) != 0) != wanted)
        self._state[rows] ^= np.uint8(flag)
        return rows

    def set_levels(self, ids: UInt32s, levels: Bytes) -> Rows:
        """Answers the rows that changed; levels above 100 are unknown."""
        ids, levels = _pairs(ids, levels)
        rows, known = self.rows_of(ids)
        wanted = levels[known]
        return _write(self._level, rows, np.where(wanted > 100, np.uint8(LEVEL_UNKNOWN), wanted))

    def locate(self, ids: UInt32s, lon: Float64s, lat: Float64s) -> tuple[Rows, Mask]:
        """The rows of those ids that are known and whose new position is on the earth, with the mask."""
        size = min(ids.size, lon.size, lat.size)
        valid = is_on_map(lon[:size], lat[:size])
        at, known = self.rows_of(ids[:size])
        rows = np.full(size, -1, np.int64)
        rows[known] = at
        mask = known & valid
        return rows[mask], mask

    def move(self, rows: Rows, lon: Float64s, lat: Float64s, heading_deg: Float32s) -> None:
        """New positions of located rows."""
        self._x[rows], self._y[rows] = project(lon, lat)
        self._heading[rows] = heading_deg
        self._has_moved[rows] = True

    def _append(self, ids: UInt32s) -> Rows:
        start, end = self.count, self.count + ids.size
        self._reserve(end)
        self._ids[start:end] = ids
        self._state[start:end] = int(AssetVisual.UNKNOWN)
        self._level[start:end] = LEVEL_UNKNOWN
        self._heading[start:end] = np.nan
        self._has_moved[start:end] = False
        self._is_shown[start:end] = True
        self.count = end
        if ids.size:
            self._reindex()
        return np.arange(start, end, dtype=np.int64)

    def _reserve(self, rows: int) -> None:
        if rows <= self._ids.size:
            return
        capacity = max(_FIRST_CAPACITY, self._ids.size)
        while capacity < rows:
            capacity *= 2
        for name in _COLUMNS:
            column = getattr(self, name)
            grown = np.zeros(capacity, column.dtype)
            grown[: self.count] = column[: self.count]
            setattr(self, name, grown)

    def _reindex(self) -> None:
        order = np.argsort(self.ids, kind="stable").astype(np.int64)
        self._sorted_rows = order
        self._sorted_ids = self.ids[order]


def _pairs(ids: UInt32s, values: Bytes) -> tuple[UInt32s, Bytes]:
    """Of an id given twice the last value counts; what has no partner is dropped."""
    size = min(ids.size, values.size)
    ids, values = ids[:size], values[:size]
    _, last = np.unique(ids[::-1], return_index=True)
    if last.size == size:
        return ids, values
    keep = size - 1 - last
    return ids[keep], values[keep]


def _write(column: Bytes, rows: Rows, wanted: Bytes) -> Rows:
    changed = column[rows] != wanted
    rows = rows[changed]
    column[rows] = wanted[changed]
    return rows


def _placed(columns: AssetColumns) -> AssetColumns:
    size = min(
        columns.ids.size,
        columns.lon.size,
        columns.lat.size,
        columns.class_index.size,
        columns.commune_index.size,
    )
    keep = np.flatnonzero((columns.ids[:size] != 0) & is_on_map(columns.lon[:size], columns.lat[:size]))
    return _taken(columns, keep)


def _last_of_each(columns: AssetColumns) -> AssetColumns:
    _, last = np.unique(columns.ids[::-1], return_index=True)
    if last.size == columns.ids.size:
        return columns
    return _taken(columns, np.sort(columns.ids.size - 1 - last).astype(np.int64))


def _taken(columns: AssetColumns, rows: Rows) -> AssetColumns:
    return AssetColumns(
        ids=columns.ids[rows],
        lon=columns.lon[rows],
        lat=columns.lat[rows],
        class_index=columns.class_index[rows],
        commune_index=columns.commune_index[rows],
    )
