"""What the map showed, as columns: changes, and the state they fold to."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

UInt32s = npt.NDArray[np.uint32]
Int32s = npt.NDArray[np.int32]
UInt16s = npt.NDArray[np.uint16]
Bytes = npt.NDArray[np.uint8]

_STATE_TYPES: Final = (np.uint8, np.uint8)
_PLACE_TYPES: Final = (np.int32, np.int32, np.uint16)


class MapChange(NamedTuple):
    """What changed, each id once and in order. Places are 1e-7 degrees, headings 1/100 degree (65535 unknown)."""

    ids: UInt32s
    visuals: Bytes
    levels: Bytes
    move_ids: UInt32s
    lon: Int32s
    lat: Int32s
    heading: UInt16s

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not len(self.ids) and not len(self.move_ids)


def no_change() -> MapChange:
    """Nothing changed."""
    return MapChange(
        np.empty(0, np.uint32),
        np.empty(0, np.uint8),
        np.empty(0, np.uint8),
        np.empty(0, np.uint32),
        np.empty(0, np.int32),
        np.empty(0, np.int32),
        np.empty(0, np.uint16),
    )


class Recorded(NamedTuple):
    """What was recorded up to `at_ms`. `is_whole`: everything that was known then, after a gap."""

    at_ms: int
    change: MapChange
    is_whole: bool = False


class Stretch(NamedTuple):
    """A time from which everything is known, up to another; both in milliseconds since 1970."""

    since_ms: int
    until_ms: int


class MapState:
    """Changes folded: the last of each asset stands."""

    def __init__(self) -> None:
        self._states = _Rows(_STATE_TYPES)
        self._places = _Rows(_PLACE_TYPES)

    def apply(self, change: MapChange) -> None:
        """Take in what changed."""
        self._states.put(change.ids, (change.visuals, change.levels))
        self._places.put(change.move_ids, (change.lon, change.lat, change.heading))

    def whole(self) -> MapChange:
        """All of it, as one change from nothing; later changes do not touch it."""
        return _joined(self._states.copied(), self._places.copied())

    @classmethod
    def of(cls, changes: Sequence[MapChange]) -> Self:
        """The state that these changes fold to."""
        state = cls()
        if len(changes) == 1:
            state.apply(changes[0])
        elif changes:
            state.apply(merged(changes))
        return state


def merged(changes: Sequence[MapChange]) -> MapChange:
    """Several changes as one: of each asset the last."""
    if len(changes) == 1:
        return changes[0]
    ids, rows = _last_rows([change.ids for change in changes])
    move_ids, move_rows = _last_rows([change.move_ids for change in changes])
    return MapChange(
        ids,
        np.concatenate([change.visuals for change in changes])[rows],
        np.concatenate([change.levels for change in changes])[rows],
        move_ids,
        np.concatenate([change.lon for change in changes])[move_rows],
        np.concatenate([change.lat for change in changes])[move_rows],
        np.concatenate([change.heading for change in changes])[move_rows],
    )


def of_assets(change: MapChange, allowed: UInt32s) -> MapChange:
    """The part of a change that concerns these assets, whose ids are in order."""
    states, places = _is_among(change.ids, allowed), _is_among(change.move_ids, allowed)
    return MapChange(
        change.ids[states],
        change.visuals[states],
        change.levels[states],
        change.move_ids[places],
        change.lon[places],
        change.lat[places],
        change.heading[places],
    )


class _Rows:
    """Columns by id, the ids in order."""

    def __init__(self, types: Sequence[type[np.generic]]) -> None:
        self.ids: UInt32s = np.empty(0, np.uint32)
        self.columns: list[npt.NDArray[np.generic]] = [np.empty(0, kind) for kind in types]

    def put(self, ids: UInt32s, columns: Sequence[npt.NDArray[np.generic]]) -> None:
        if not len(ids):
            return
        rows = np.searchsorted(self.ids, ids)
        is_new = ~_is_at(self.ids, rows, ids)
        if is_new.any():
            self._make_room(ids[is_new])
            rows = np.searchsorted(self.ids, ids)
        for mine, new in zip(self.columns, columns, strict=True):
            mine[rows] = new

    def copied(self) -> tuple[UInt32s, list[npt.NDArray[np.generic]]]:
        return self.ids.copy(), [column.copy() for column in self.columns]

    def _make_room(self, new_ids: UInt32s) -> None:
        together = np.sort(np.concatenate([self.ids, new_ids]))
        rows = np.searchsorted(together, self.ids)
        for index, column in enumerate(self.columns):
            wider = np.zeros(len(together), column.dtype)
            wider[rows] = column
            self.columns[index] = wider
        self.ids = together


def _joined(
    states: tuple[UInt32s, list[npt.NDArray[np.generic]]], places: tuple[UInt32s, list[npt.NDArray[np.generic]]]
) -> MapChange:
    (ids, (visuals, levels)), (move_ids, (lon, lat, heading)) = states, places
    return MapChange(
        ids,
        visuals.astype(np.uint8, copy=False),
        levels.astype(np.uint8, copy=False),
        move_ids,
        lon.astype(np.int32, copy=False),
        lat.astype(np.int32, copy=False),
        heading.astype(np.uint16, copy=False),
    )


def _last_rows(columns: Sequence[UInt32s]) -> tuple[UInt32s, npt.NDArray[np.intp]]:
    ids = np.concatenate(columns)
    unique, from_end = np.unique(ids[::-1], return_index=True)
    return unique, len(ids) - 1 - from_end


def _is_among(ids: UInt32s, allowed: UInt32s) -> npt.NDArray[np.bool_]:
    return _is_at(allowed, np.searchsorted(allowed, ids), ids)


def _is_at(held: UInt32s, rows: npt.NDArray[np.intp], ids: UInt32s) -> npt.NDArray[np.bool_]:
    if not len(held):
        return np.zeros(len(ids), np.bool_)
    is_held: npt.NDArray[np.bool_] = held[np.minimum(rows, len(held) - 1)] == ids
    return is_held
