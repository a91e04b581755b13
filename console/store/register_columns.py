"""The register as columns: a number for each word, numpy for everything else, no object a row. No Qt."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from console.store.alarm_columns import Words
from console.store.register_fields import EXTRA, NUMBERS, REFERENCES, TEXTS, WORDS, Field
from console.store.text_column import TextColumn
from contract.assets import Asset

NO_DAY: Final = np.iinfo(np.int32).min
MOST_EXTRA: Final = 64  # columns of a city's own; a file with more is shown without the rest
_FIRST_ROOM: Final = 1024
_GROWTH: Final = 1.5
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_EXACT: Final = frozenset({Field.NUMBER, Field.LON, Field.LAT})  # single precision is too coarse for these
_ATTRIBUTES: Final = {Field.CLASS: "class_"}
Rows = NDArray[np.intp]
UInt32s = NDArray[np.uint32]
Bools = NDArray[np.bool_]


class RegisterColumns:
    """A row for each asset that was taken in. Rows of those that left are used again; `live` says which count."""

    def __init__(self) -> None:
        room = _FIRST_ROOM
        self.end = 0
        self.revision = 0  # counts what was taken in and forgotten
        self.live: Bools = np.zeros(room, np.bool_)
        self.ids: UInt32s = np.zeros(room, np.uint32)
        self.texts = {field: TextColumn(room) for field in TEXTS}
        self.words = {field: Words() for field in WORDS}
        self.word_numbers = {field: np.zeros(room, np.int32) for field in WORDS}
        self.numbers: dict[Field, NDArray[np.floating[Any]]] = {
            field: np.full(room, np.nan, np.float64 if field in _EXACT else np.float32) for field in NUMBERS
        }
        self.days = np.full(room, NO_DAY, np.int32)
        self.references = {field: np.zeros(room, np.uint32) for field in REFERENCES}
        self.extra_words: dict[str, Words] = {}
        self.extra_numbers: dict[str, NDArray[np.int32]] = {}
        self._free: list[int] = []
        self._sorted_ids: UInt32s = np.empty(0, np.uint32)
        self._sorted_rows: Rows = np.empty(0, np.intp)

    @property
    def count(self) -> int:
        """How many assets are held."""
        return len(self._sorted_ids)

    @property
    def sorted_rows(self) -> Rows:
        """The rows that count, by id."""
        return self._sorted_rows

    @property
    def byte_count(self) -> int:
        """How much memory the columns take."""
        arrays: list[NDArray[Any]] = [self.live, self.ids, self.days, self._sorted_ids, self._sorted_rows]
        arrays += [*self.word_numbers.values(), *self.numbers.values(), *self.references.values()]
        arrays += [*self.extra_numbers.values()]
        return sum(int(array.nbytes) for array in arrays) + sum(text.byte_count for text in self.texts.values())

    def rows_of(self, ids: NDArray[np.integer[Any]]) -> Rows:
        """The rows of assets, -1 for those that are not held."""
        if not len(self._sorted_ids):
            return np.full(len(ids), -1, np.intp)
        places = np.minimum(np.searchsorted(self._sorted_ids, ids), len(self._sorted_ids) - 1)
        return np.where(self._sorted_ids[places] == ids, self._sorted_rows[places], -1)

    def take(self, assets: Iterable[Asset]) -> None:
        """Add them, or what they have become. Lines (streets) are no equipment and stay out."""
        by_id = {asset.id: asset for asset in assets}
        lines = [asset.id for asset in by_id.values() if asset.line is not None]
        if lines:
            self.forget(lines)
        taken = [asset for asset in by_id.values() if asset.line is None]
        if not taken:
            return
        ids = np.array([asset.id for asset in taken], np.uint32)
        held = self.rows_of(ids)
        rows = self._rows_for(ids)
        self.live[rows] = True
        self.ids[rows] = ids
        for field, column in self.texts.items():
            column.put(rows, [getattr(asset, field.value) for asset in taken], is_new=bool((held < 0).any()))
        for field, words in self.words.items():
            name = _ATTRIBUTES.get(field, field.value)
            self.word_numbers[field][rows] = [words.number(getattr(asset, name)) for asset in taken]
        for field, numbers in self.numbers.items():
            found = [getattr(asset, field.value) for asset in taken]
            numbers[rows] = [np.nan if value is None else value for value in found]
        self.days[rows] = [
            NO_DAY if asset.commissioned is None else asset.commissioned.toordinal() - _EPOCH for asset in taken
        ]
        for field, references in self.references.items():
            references[rows] = [getattr(asset, field.value) or 0 for asset in taken]
        self._take_extra(taken, rows)
        self.revision += 1

    def forget(self, ids: Sequence[int]) -> None:
        """They are gone."""
        rows = self.rows_of(np.array(ids, np.uint32))
        rows = rows[rows >= 0]
        if not len(rows):
            return
        self.live[rows] = False
        self._free += rows.tolist()
        stays = self.live[self._sorted_rows]
        self._sorted_ids, self._sorted_rows = self._sorted_ids[stays], self._sorted_rows[stays]
        self.revision += 1

    def words_of(self, field: str) -> tuple[Words, NDArray[np.int32]] | None:
        """Words and their numbers by row of a field that has few different texts; None where it has none such."""
        if field.startswith(EXTRA):
            key = field.removeprefix(EXTRA)
            words = self.extra_words.get(key)
            return None if words is None else (words, self.extra_numbers[key])
        known = Field(field)
        return (self.words[known], self.word_numbers[known]) if known in self.words else None

    def _take_extra(self, assets: Sequence[Asset], rows: Rows) -> None:
        for numbers in self.extra_numbers.values():
            numbers[rows] = 0
        for asset, row in zip(assets, rows.tolist(), strict=True):
            for key, text in asset.extra.items():
                words = self.extra_words.get(key)
                if words is None:
                    if len(self.extra_words) >= MOST_EXTRA:
                        continue
                    words = self.extra_words[key] = Words()
                    self.extra_numbers[key] = np.zeros(len(self.live), np.int32)
                self.extra_numbers[key][row] = words.number(text)

    def _rows_for(self, ids: UInt32s) -> Rows:
        rows = self.rows_of(ids)
        is_new = rows < 0
        missing = int(np.count_nonzero(is_new))
        if not missing:
            return rows
        again = [self._free.pop() for _ in range(min(missing, len(self._free)))]
        fresh = np.arange(self.end, self.end + missing - len(again), dtype=np.intp)
        self.end += len(fresh)
        if self.end > len(self.live):
            self._make_room(max(self.end, int(len(self.live) * _GROWTH)))
        rows[is_new] = np.concatenate((np.array(again, np.intp), fresh))
        order = np.argsort(ids[is_new])
        new_ids, new_rows = ids[is_new][order], rows[is_new][order]
        places = np.searchsorted(self._sorted_ids, new_ids)
        self._sorted_ids = np.insert(self._sorted_ids, places, new_ids)
        self._sorted_rows = np.insert(self._sorted_rows, places, new_rows)
        return rows

    def _make_room(self, room: int) -> None:
        self.live, self.ids = _grown(self.live, room, False), _grown(self.ids, room, 0)
        self.days = _grown(self.days, room, NO_DAY)
        for text in self.texts.values():
            text.make_room(room)
        self.word_numbers = {field: _grown(column, room, 0) for field, column in self.word_numbers.items()}
        self.numbers = {field: _grown(column, room, np.nan) for field, column in self.numbers.items()}
        self.references = {field: _grown(column, room, 0) for field, column in self.references.items()}
        self.extra_numbers = {key: _grown(column, room, 0) for key, column in self.extra_numbers.items()}


def day_number(day: dt.date) -> int:
    """A day as the columns hold it: days since 1970."""
    return day.toordinal() - _EPOCH


def day_from(number: int) -> dt.date:
    """The day of a number."""
    return dt.date.fromordinal(number + _EPOCH)


def _grown(column: NDArray[Any], room: int, filler: object) -> NDArray[Any]:
    grown = np.full(room, filler, column.dtype)
    grown[: len(column)] = column
    return grown
