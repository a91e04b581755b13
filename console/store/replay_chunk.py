"""Some minutes of the map's past, held so that any moment of them is shown at once. No Qt."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from console.store.states import Bytes, MoveColumns, StateColumns, UInt32s
from contract.replay import HEADING_UNKNOWN, HEADINGS_A_DEGREE, PLACES_A_DEGREE, ReplayBatch, ReplayFrames, ReplayGap
from contract.stream import LEVEL_UNKNOWN, Visual

_HELD_EVERY: Final = 60  # batches between two states that are held whole
_LONGEST_GLIDE_MS: Final = 30_000  # between places further apart in time a vehicle stands, then is elsewhere
_HALF_WORLD_DEG: Final = 180.0
Rows = npt.NDArray[np.intp]


class _Step(NamedTuple):
    at_ms: int
    is_whole: bool
    rows: Rows
    visuals: Bytes
    levels: Bytes


class _Held(NamedTuple):
    steps: int  # how many steps are folded into it
    visuals: Bytes
    levels: Bytes


class ReplayChunk:
    """Reads frames once. Raises ValueError when their columns do not fit one another."""

    def __init__(self, frames: ReplayFrames) -> None:
        self.since_ms = frames.since_ms
        self.until_ms = frames.until_ms
        self.step_s = frames.step_s
        self.gaps: Sequence[ReplayGap] = frames.gaps
        columns = [_state_columns(batch) for batch in frames.batches]
        self.ids: UInt32s = _all_ids([column.ids for column in columns])
        held_bytes = 2 * len(self.ids) * (len(columns) // _HELD_EVERY + 1)
        self.byte_count = held_bytes + sum(len(batch.ids) * 3 + len(batch.move_ids) * 8 for batch in frames.batches)
        self._steps = [
            _Step(batch.at_ms, batch.is_whole, np.searchsorted(self.ids, states.ids), states.visuals, states.levels)
            for batch, states in zip(frames.batches, columns, strict=True)
        ]
        self._times = np.array([step.at_ms for step in self._steps], np.int64)
        if (np.diff(self._times) < 0).any():
            raise ValueError("replay batches out of order")
        self._begins = frozenset(step.at_ms for step in self._steps if step.is_whole)
        self._held = [_Held(0, *self._nothing())]
        self._tracks = _Tracks(frames)

    def gap_at(self, at_ms: float) -> ReplayGap | None:
        """The gap in which a moment lies: nothing is known then."""
        for gap in self.gaps:
            if gap.since_ms < at_ms < gap.until_ms or (at_ms == gap.until_ms and at_ms not in self._begins):
                return gap
        return None

    def states_at(self, at_ms: float) -> StateColumns:
        """Every state; UNKNOWN where it is not known."""
        if self.gap_at(at_ms) is not None:
            return StateColumns(self.ids, *self._nothing())
        count = int(np.searchsorted(self._times, at_ms, side="right"))
        held = self._held[min(count // _HELD_EVERY, len(self._held) - 1)]
        visuals, levels = held.visuals.copy(), held.levels.copy()
        for number in range(held.steps, count):
            if number and number % _HELD_EVERY == 0 and number // _HELD_EVERY == len(self._held):
                self._held.append(_Held(number, visuals.copy(), levels.copy()))
            _fold(self._steps[number], visuals, levels)
        return StateColumns(self.ids, visuals, levels)

    def changes(self, after_ms: float, until_ms: float) -> StateColumns | None:
        """What changed after one moment up to another; None where only everything tells it: a gap lies between."""
        if any(gap.since_ms < until_ms and gap.until_ms > after_ms for gap in self.gaps):
            return None
        first, end = np.searchsorted(self._times, (after_ms, until_ms), side="right").tolist()
        steps = self._steps[first:end]
        if any(step.is_whole for step in steps):
            return None
        if not steps:
            return StateColumns(self.ids[:0], *self._nothing(0))
        rows = np.concatenate([step.rows for step in steps])
        unique, from_end = np.unique(rows[::-1], return_index=True)
        last = len(rows) - 1 - from_end
        return StateColumns(
            self.ids[unique],
            np.concatenate([step.visuals for step in steps])[last],
            np.concatenate([step.levels for step in steps])[last],
        )

    def places_at(self, at_ms: float) -> MoveColumns:
        """Where the vehicles were whose place is known."""
        return self._tracks.at(at_ms)

    def heard_ms(self, asset_id: int, at_ms: float) -> tuple[float, bool] | None:
        """When a vehicle's place of a moment was reported, and whether that may have been earlier still."""
        return self._tracks.heard_ms(asset_id, at_ms)

    def _nothing(self, count: int | None = None) -> tuple[Bytes, Bytes]:
        size = len(self.ids) if count is None else count
        return np.full(size, Visual.UNKNOWN, np.uint8), np.full(size, LEVEL_UNKNOWN, np.uint8)


class _Tracks:
    """The ways of the vehicles: places in the order of vehicle and time."""

    def __init__(self, frames: ReplayFrames) -> None:
        parts = [_move_columns(batch) for batch in frames.batches]
        counts = [len(part.ids) for part in parts]
        all_ids: UInt32s = np.concatenate([part.ids for part in parts]) if parts else np.empty(0, np.uint32)
        times = np.repeat(np.array([batch.at_ms for batch in frames.batches], np.int64), counts)
        stretches = np.repeat(np.cumsum([batch.is_whole for batch in frames.batches]).astype(np.int64), counts)
        is_whole = np.repeat(np.array([batch.is_whole for batch in frames.batches], np.bool_), counts)
        self._since_ms = frames.since_ms
        self._span = max(frames.until_ms - frames.since_ms, int(times.max(initial=0)) - frames.since_ms, 0) + 2
        self.ids, owners = np.unique(all_ids, return_inverse=True)
        order = np.lexsort((times, owners))
        self._times = times[order]
        self._is_whole = is_whole[order]
        self._stretches = stretches[order]
        self._keys = owners[order] * self._span + (self._times - frames.since_ms)
        self._lon = _together(part.lon for part in parts)[order]
        self._lat = _together(part.lat for part in parts)[order]
        self._heading = _together(part.heading for part in parts)[order]
        self._owners = owners[order]
        self._glide_ms = max(_LONGEST_GLIDE_MS, 2 * frames.step_s * 1000)

    def heard_ms(self, asset_id: int, at_ms: float) -> tuple[float, bool] | None:
        """A whole picture of the city repeats places that were reported before it was taken."""
        owner = int(np.searchsorted(self.ids, asset_id))
        if owner == len(self.ids) or int(self.ids[owner]) != asset_id:
            return None
        moment = min(max(at_ms - self._since_ms, -1.0), self._span - 1.0)
        first = int(np.searchsorted(self._keys, owner * self._span))
        row = int(np.searchsorted(self._keys, owner * self._span + moment, side="right")) - 1
        if row < first:
            return None
        while row > first and self._is_whole[row] and self._is_same_place(row, row - 1):
            row -= 1
        return float(self._times[row]), bool(self._is_whole[row])

    def _is_same_place(self, one: int, other: int) -> bool:
        return bool(self._lon[one] == self._lon[other] and self._lat[one] == self._lat[other])

    def at(self, at_ms: float) -> MoveColumns:
        if not len(self.ids):
            empty = np.empty(0, np.float64)
            return MoveColumns(self.ids, empty, empty, np.empty(0, np.float32))
        owners = np.arange(len(self.ids))
        moment = min(max(at_ms - self._since_ms, -1.0), self._span - 1.0)
        rows = np.searchsorted(self._keys, owners * self._span + moment, side="right") - 1
        is_known = (rows >= 0) & (self._owners[np.maximum(rows, 0)] == owners)
        rows, owners = rows[is_known], owners[is_known]
        following = np.minimum(rows + 1, len(self._keys) - 1)
        lasts = (self._times[following] - self._times[rows]).astype(np.float64)
        glides = (
            (self._owners[following] == owners)
            & (self._stretches[following] == self._stretches[rows])
            & (lasts > 0)
            & (lasts <= self._glide_ms)
            & (np.abs(self._lon[following] - self._lon[rows]) < _HALF_WORLD_DEG)
        )
        share = np.where(glides, (at_ms - self._times[rows]) / np.where(lasts > 0, lasts, 1.0), 0.0)
        turn = (self._heading[following] - self._heading[rows] + 180.0) % 360.0 - 180.0
        turn = np.where(np.isnan(turn), 0.0, turn)
        return MoveColumns(
            self.ids[owners],
            self._lon[rows] + share * (self._lon[following] - self._lon[rows]),
            self._lat[rows] + share * (self._lat[following] - self._lat[rows]),
            ((self._heading[rows] + share * turn) % 360.0).astype(np.float32),
        )


def _all_ids(columns: Sequence[UInt32s]) -> UInt32s:
    """Every id once, in order. The first column is nearly all of them: only what it lacks is sorted."""
    if not columns:
        return np.empty(0, np.uint32)
    first, others = np.sort(columns[0]), np.concatenate(columns)
    rows = np.minimum(np.searchsorted(first, others), max(len(first) - 1, 0))
    missing = others[first[rows] != others] if len(first) else others
    return np.union1d(first, missing).astype(np.uint32, copy=False) if len(missing) else first


def _fold(step: _Step, visuals: Bytes, levels: Bytes) -> None:
    if step.is_whole:
        visuals.fill(Visual.UNKNOWN)
        levels.fill(LEVEL_UNKNOWN)
    visuals[step.rows] = step.visuals
    levels[step.rows] = step.levels


def _state_columns(batch: ReplayBatch) -> StateColumns:
    columns = StateColumns(
        np.frombuffer(batch.ids, "<u4").astype(np.uint32, copy=False),
        np.frombuffer(batch.visuals, np.uint8),
        np.frombuffer(batch.levels, np.uint8),
    )
    if not len(columns.ids) == len(columns.visuals) == len(columns.levels):
        raise ValueError("replay columns of different lengths")
    return columns


def _move_columns(batch: ReplayBatch) -> MoveColumns:
    heading = np.frombuffer(batch.move_heading, "<u2")
    known = heading.astype(np.float32) / np.float32(HEADINGS_A_DEGREE)
    columns = MoveColumns(
        np.frombuffer(batch.move_ids, "<u4").astype(np.uint32, copy=False),
        np.frombuffer(batch.move_lon, "<i4").astype(np.float64) / PLACES_A_DEGREE,
        np.frombuffer(batch.move_lat, "<i4").astype(np.float64) / PLACES_A_DEGREE,
        np.where(heading == HEADING_UNKNOWN, np.float32(np.nan), known),
    )
    if len({len(column) for column in columns}) != 1:
        raise ValueError("replay columns of different lengths")
    return columns


def _together(columns: Iterable[npt.NDArray[np.generic]]) -> npt.NDArray[np.float64]:
    found = list(columns)
    return np.concatenate(found).astype(np.float64) if found else np.empty(0, np.float64)
