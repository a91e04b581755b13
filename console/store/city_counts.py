"""How many there are of everything, and how many in alarm: exact, for the layers panel. No Qt."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from console.store.placed import PlacedColumns, UInt32s
from contract.stream import UNACKNOWLEDGED_FLAG, Visual

_VISUALS: Final = len(Visual)
_ELSEWHERE: Final = ""


class Count(NamedTuple):
    """How many, and how many of them in alarm."""

    total: int = 0
    in_alarm: int = 0


class CityCounts(NamedTuple):
    """Counts of the whole city, whatever a map hides. The commune "" stands for equipment of no known commune."""

    by_class: Mapping[str, Count]
    by_commune: Mapping[str, Count]
    by_state: Mapping[Visual, int]
    total: Count


def count_city(
    placed: PlacedColumns,
    classes: Sequence[str],
    communes: Sequence[str],
    state_ids: UInt32s,
    visuals: npt.NDArray[np.uint8],
) -> CityCounts:
    """Count; `state_ids` are sorted. What was never heard counts as UNKNOWN, as it is drawn."""
    states = _visuals_of(placed.ids, state_ids, visuals)
    by_class = _table(placed.class_index.astype(np.int64), states, len(classes))
    place = np.minimum(placed.commune_index.astype(np.int64), len(communes))
    by_commune = _table(place, states, len(communes) + 1)
    by_state = np.bincount(states, minlength=_VISUALS)
    return CityCounts(
        by_class={code: _count(row) for code, row in zip(classes, by_class, strict=True)},
        by_commune={code: _count(row) for code, row in zip((*communes, _ELSEWHERE), by_commune, strict=True)},
        by_state={visual: int(by_state[visual]) for visual in Visual},
        total=_count(by_state),
    )


def _visuals_of(ids: UInt32s, state_ids: UInt32s, visuals: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    found = np.full(len(ids), int(Visual.UNKNOWN), np.int64)
    if len(state_ids) and len(ids):
        rows = np.minimum(np.searchsorted(state_ids, ids), len(state_ids) - 1)
        is_heard = state_ids[rows] == ids
        plain = np.minimum(visuals[rows[is_heard]] & ~np.uint8(UNACKNOWLEDGED_FLAG), _VISUALS - 1)
        found[is_heard] = plain
    return found


def _table(index: npt.NDArray[np.int64], states: npt.NDArray[np.int64], rows: int) -> npt.NDArray[np.int64]:
    inside = index < rows
    flat = np.bincount(index[inside] * _VISUALS + states[inside], minlength=rows * _VISUALS)
    return flat[: rows * _VISUALS].reshape(rows, _VISUALS)


def _count(row: npt.NDArray[np.int64]) -> Count:
    return Count(int(row.sum()), int(row[int(Visual.ALARM_P4) :].sum()))
