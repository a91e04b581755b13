"""What the map shows of each asset, as columns; the wire's batches are merged once a tick."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from console.store.last_place import LastPlace
from contract.stream import LEVEL_UNKNOWN, UNACKNOWLEDGED_FLAG, StatesBody, Visual

UInt32s = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
_WORST: Final = max(Visual)


class StateColumns(NamedTuple):
    """Parallel columns: `visuals` may carry UNACKNOWLEDGED_FLAG; `levels` are percent, 255 unknown."""

    ids: UInt32s
    visuals: Bytes
    levels: Bytes


class MoveColumns(NamedTuple):
    """Where mobile assets are now. Heading is NaN where it is not known."""

    ids: UInt32s
    lon: Floats
    lat: Floats
    heading: npt.NDArray[np.float32]


class StateStore(QObject):
    """Latest value wins; `changed_since_tick` brings the columns that changed."""

    changed_since_tick = Signal(object)  # StateColumns
    moved_since_tick = Signal(object)  # MoveColumns

    def __init__(self, parent: QObject | None = None, *, monotonic: Callable[[], float] | None = None) -> None:
        """Without `monotonic` nobody knows how old a place is."""
        super().__init__(parent)
        self._monotonic = monotonic
        self._heard: dict[int, tuple[float, bool]] = {}  # when, and whether it may be older
        self._ids: UInt32s = np.empty(0, np.uint32)
        self._visuals: Bytes = np.empty(0, np.uint8)
        self._levels: Bytes = np.empty(0, np.uint8)
        self._pending: list[StateColumns] = []
        self._moves: dict[int, tuple[float, float, float]] = {}
        self._places: dict[int, tuple[float, float, float]] = {}

    def apply(self, body: StatesBody, *, is_snapshot: bool = False) -> None:
        """Take in a snapshot or changes. Raises ValueError when the columns do not fit one another."""
        columns = StateColumns(
            np.frombuffer(body.ids, "<u4").astype(np.uint32),
            np.frombuffer(body.visuals, np.uint8),
            np.frombuffer(body.levels, np.uint8),
        )
        if not len(columns.ids) == len(columns.visuals) == len(columns.levels):
            raise ValueError("state columns of different lengths")
        if len(columns.ids):
            self._pending.append(columns)
        self._note_moves(body, is_snapshot=is_snapshot)

    def all(self) -> StateColumns:
        """Every state held."""
        return StateColumns(self._ids, self._visuals, self._levels)

    def places(self) -> MoveColumns:
        """Where every mobile asset is whose place is known."""
        return _move_columns(self._places)

    def place_of(self, asset_id: int) -> LastPlace | None:
        """Where a mobile asset was last heard of; None when it never was."""
        place = self._moves.get(asset_id) or self._places.get(asset_id)
        if place is None:
            return None
        lon, lat, heading = place
        known = heading if math.isfinite(heading) else None
        if self._monotonic is None or asset_id not in self._heard:
            return LastPlace(lon, lat, known)
        at, is_older = self._heard[asset_id]
        return LastPlace(lon, lat, known, max(self._monotonic() - at, 0.0), is_older)

    def visual_of(self, asset_id: int) -> Visual:
        """The worst thing to say of an asset; UNKNOWN when nothing was heard."""
        row = self._row(asset_id)
        if row is None:
            return Visual.UNKNOWN
        return Visual(min(int(self._visuals[row]) & ~UNACKNOWLEDGED_FLAG, _WORST))

    def level_of(self, asset_id: int) -> int | None:
        """Level in percent, None when not known."""
        row = self._row(asset_id)
        if row is None or int(self._levels[row]) == LEVEL_UNKNOWN:
            return None
        return int(self._levels[row])

    def flush(self) -> None:
        """Merge what came since the last tick and tell it."""
        if self._pending:
            changed = _last_of_each(self._pending)
            self._pending = []
            self._merge(changed)
            self.changed_since_tick.emit(changed)
        if self._moves:
            moves, self._moves = self._moves, {}
            self._places.update(moves)
            self.moved_since_tick.emit(_move_columns(moves))

    def _note_moves(self, body: StatesBody, *, is_snapshot: bool) -> None:
        ids = np.frombuffer(body.move_ids, "<u4").tolist()
        lon = np.frombuffer(body.move_lon, "<f8").tolist()
        lat = np.frombuffer(body.move_lat, "<f8").tolist()
        heading = np.frombuffer(body.move_heading, "<f4").tolist()
        for asset_id, x, y, angle in zip(ids, lon, lat, heading, strict=True):
            # A snapshot after a broken link tells again what was heard before.
            is_same = is_snapshot and (self._moves.get(asset_id) or self._places.get(asset_id)) == (x, y, angle)
            if self._monotonic is not None and not (is_same and asset_id in self._heard):
                self._heard[asset_id] = (self._monotonic(), is_snapshot)
            self._moves[asset_id] = (x, y, angle)

    def _row(self, asset_id: int) -> int | None:
        if asset_id < 0 or asset_id > 0xFFFFFFFF:
            return None
        row = int(np.searchsorted(self._ids, np.uint32(asset_id)))
        return row if row < len(self._ids) and int(self._ids[row]) == asset_id else None

    def _merge(self, changed: StateColumns) -> None:
        rows = np.searchsorted(self._ids, changed.ids)
        inside = np.minimum(rows, max(len(self._ids) - 1, 0))
        is_known = np.zeros(len(rows), bool) if not len(self._ids) else self._ids[inside] == changed.ids
        if is_known.all():
            self._visuals[rows] = changed.visuals
            self._levels[rows] = changed.levels
            return
        whole = _last_of_each([self.all(), changed])
        self._ids, self._visuals, self._levels = whole


def _move_columns(moves: dict[int, tuple[float, float, float]]) -> MoveColumns:
    places = np.array(list(moves.values()), np.float64).reshape(-1, 3)
    return MoveColumns(
        np.fromiter(moves.keys(), np.uint32, len(moves)),
        places[:, 0],
        places[:, 1],
        places[:, 2].astype(np.float32),
    )


def _last_of_each(batches: list[StateColumns]) -> StateColumns:
    ids = np.concatenate([batch.ids for batch in batches])
    visuals = np.concatenate([batch.visuals for batch in batches])
    levels = np.concatenate([batch.levels for batch in batches])
    unique, from_end = np.unique(ids[::-1], return_index=True)
    rows = len(ids) - 1 - from_end
    return StateColumns(unique, visuals[rows].copy(), levels[rows].copy())
