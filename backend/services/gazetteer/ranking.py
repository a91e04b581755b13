"""The best rows of a table for some words: few are wanted of hundreds of thousands, so few are sorted."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.domain.ground import sphere_distances_m
from backend.services.gazetteer.entries import Table
from backend.services.gazetteer.word_index import EXACT, Mask

Allows = Callable[[str, str, str], bool]  # commune, service, class
EXACT_NUMBER: Final = 6.0
_SORTED_WHOLE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `near` is (lon, lat)."""

    words: Sequence[str]
    last: str
    near: tuple[float, float] | None
    limit: int
    numbers: Sequence[int] = ()
    forgives: bool = False


@dataclass(frozen=True, slots=True)
class Best:
    """Rows with their score and distance, best first; `total` counts all that hold the words."""

    rows: Sequence[tuple[int, float, float | None]]
    total: int


def open_rows(table: Table, allows: Allows) -> Mask:
    """Which rows one may see."""
    is_open = np.array([key is None or allows(*key) for key in table.group_keys], np.bool_)
    return is_open[table.groups] if len(table.groups) else np.zeros(0, np.bool_)


def best_of(table: Table, asked: Asked, is_open: Mask) -> Best:
    """Of the rows that one may see; what is closed is neither found nor counted."""
    rows, scores = table.words.match(asked.words, asked.last, is_open, forgives=asked.forgives)
    if not len(rows):
        return Best((), 0)
    worth = scores / max(len(asked.words), 1) * 2 + table.bonus[rows]
    if asked.numbers:
        # What is called by this number and nothing else (cam 12) comes before any house of that number.
        is_whole = scores >= EXACT * len(asked.words)
        called = np.where(is_whole, EXACT_NUMBER, EXACT_NUMBER / 2) + table.number_bonus[rows]
        worth = worth + np.where(np.isin(table.numbers[rows], asked.numbers), called, 0.0)
    kept = _candidates(table, rows, np.round(worth, 2), asked)
    rows, total, worth = rows[kept], len(rows), worth[kept]
    away = np.zeros(len(rows))
    if asked.near is not None:
        away = sphere_distances_m(*asked.near, table.lons[rows], table.lats[rows])
    order = np.lexsort((rows, table.length[rows], away, -np.round(worth, 2)))[: asked.limit]
    return Best(
        [
            (int(rows[at]), float(worth[at]), None if asked.near is None else round(float(away[at]), 1))
            for at in order.tolist()
        ],
        total,
    )


def _candidates(
    table: Table, rows: npt.NDArray[np.intp], worth: npt.NDArray[np.floating], asked: Asked
) -> npt.NDArray[np.intp]:
    """Places in `rows` among which the best `limit` certainly are."""
    if len(rows) <= _SORTED_WHOLE:
        return np.arange(len(rows))
    bar = np.partition(worth, len(rows) - asked.limit)[len(rows) - asked.limit]
    better, tied = np.flatnonzero(worth > bar), np.flatnonzero(worth == bar)
    room = asked.limit - len(better)
    if len(tied) > max(room, _SORTED_WHOLE):
        # A margin over the room: flat distances put neighbours in another order than those on the sphere.
        wanted = min(len(tied) - 1, 4 * room + 50)
        tied = tied[np.argpartition(_second(table, rows[tied], asked), wanted)[: wanted + 1]]
    return np.concatenate((better, tied))


def _second(table: Table, rows: npt.NDArray[np.intp], asked: Asked) -> npt.NDArray[np.float64]:
    """What decides between equals: the distance, else the shorter name."""
    if asked.near is None:
        return np.asarray(table.length[rows] * float(len(table.items) + 1) + rows, np.float64)
    lon, lat = asked.near
    east = (table.lons[rows] - lon) * math.cos(math.radians(lat))
    return np.asarray(east * east + (table.lats[rows] - lat) ** 2, np.float64)
