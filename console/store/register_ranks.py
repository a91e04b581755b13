"""In which order the rows of the register stand by each field. Words order as people count: 2 before 10. No Qt."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.store.register_columns import RegisterColumns, Rows
from console.store.register_fields import REFERENCES, TEXTS, Field, Kind, kind_of
from console.store.register_filters import SortKey
from console.store.register_matching import Matcher

LAST: Final = np.int64(2**31 - 1)
"""The rank of what is empty: it stands last, whichever way a list is ordered."""
_SLICE: Final = 4000  # rows between two looks at the screen
_FEW: Final = 20_000  # these are in order within a few milliseconds
_FEW_WORDS: Final = 2000  # so many different words are put in order at once
_DIGITS: Final = re.compile(rb"\d+")
Ranks = NDArray[np.int64]


def _ranked(keys: Sequence[bytes]) -> Ranks:
    """The rank of each key; what is empty is last."""
    packed = np.array(keys, np.bytes_) if keys else np.empty(0, "S1")
    ranks = np.empty(len(packed), np.int64)
    ranks[np.argsort(packed, kind="stable")] = np.arange(len(packed))
    ranks[packed == b""] = LAST
    return ranks


async def _ordered_aside(keys: NDArray[np.bytes_]) -> NDArray[np.intp]:
    """In another thread: numpy lets go of the interpreter while it sorts, and 350,000 keys take 100 ms."""
    pool = ThreadPoolExecutor(1, "register order")
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, lambda: np.argsort(keys, kind="stable"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def natural(text: bytes) -> bytes:
    """A key by which 2 comes before 10: each number is led by how many digits it has."""
    return _DIGITS.sub(_counted, text)


def _counted(found: re.Match[bytes]) -> bytes:
    digits = found[0].lstrip(b"0")
    return bytes((48 + min(len(digits), 70),)) + digits


class RegisterRanks:
    """Ranks by row, kept until the register changes. Those of texts are made aside: ask `is_ready`, then `make`."""

    def __init__(self, columns: RegisterColumns, matcher: Matcher) -> None:
        self._columns = columns
        self._matcher = matcher
        self._of_text: dict[Field, tuple[int, Ranks]] = {}
        self._of_word: dict[str, Ranks] = {}  # by the number of the word
        self._kept: dict[str, tuple[int, Ranks]] = {}
        self._orders: dict[tuple[SortKey, ...], tuple[int, Rows]] = {}

    def words_changed(self) -> None:
        """Classes or communes have other names."""
        self._of_word.clear()
        self._kept.clear()
        self._orders.clear()

    def is_ready(self, field: str) -> bool:
        """Whether a list can be ordered by this field at once and exactly."""
        wanted = Field.NAME if field in REFERENCES else field
        if wanted not in TEXTS:
            labels = self._matcher.labels(wanted)
            return len(labels) <= _FEW_WORDS or len(self._of_word.get(wanted, ())) == len(labels)
        known = self._of_text.get(Field(wanted))
        return known is not None and known[0] == self._columns.texts[Field(wanted)].revision

    async def make(self, field: str) -> None:
        """Order the texts of a field. The screen goes on living; numpy sorts in another thread."""
        wanted = Field.NAME if field in REFERENCES else field
        if wanted not in TEXTS:
            await self._make_words(wanted)
            return
        wanted, columns = Field(wanted), self._columns
        rows, text = columns.sorted_rows, columns.texts[wanted]
        revision = text.revision
        keys: list[bytes] = []
        for first in range(0, len(rows), _SLICE):
            keys += map(natural, text.of_rows(rows[first : first + _SLICE]))
            await asyncio.sleep(0)
            if text.revision != revision:
                return  # whoever asks next begins anew
        packed = np.array(keys, np.bytes_) if keys else np.empty(0, "S1")
        order = np.argsort(packed, kind="stable") if len(rows) <= _FEW else await _ordered_aside(packed)
        ranks = np.full(columns.end, LAST, np.int64)
        ranks[rows[order]] = np.arange(len(rows), dtype=np.int64)
        ranks[rows[packed == b""]] = LAST
        self._of_text[wanted] = (revision, ranks)
        self._kept.clear()
        self._orders.clear()

    def ordered(self, sort: Sequence[SortKey]) -> Rows:
        """All rows that count in this order; among equals by code, or by id until the codes are in order."""
        key, revision = tuple(sort), self._columns.revision
        known = self._orders.get(key)
        if known is not None and known[0] == revision:
            return known[1]
        rows = self._columns.sorted_rows
        ties = self.of(Field.CODE)[rows]
        found = rows if key else rows[np.argsort(ties)]
        for each in reversed(key):
            ties = self._turned(each, rows) << 32 | ties
            order = np.argsort(ties)
            ties[order] = np.arange(len(rows), dtype=np.int64)
            found = rows[order]
        if not any(each.field == Field.STATE for each in key):
            self._orders[key] = (revision, found)
        return found

    def of(self, field: str) -> Ranks:
        """Ranks by row."""
        if field == Field.STATE:
            return self._matcher.visuals().astype(np.int64)
        if field in TEXTS:
            return self._text_ranks(Field(field))
        known = self._kept.get(field)
        if known is None or known[0] != self._columns.revision:
            known = self._kept[field] = (self._columns.revision, self._reckoned(field))
        return known[1]

    def _turned(self, key: SortKey, rows: Rows) -> Ranks:
        ranks = self.of(key.field)[rows]
        return np.where(ranks == LAST, LAST, LAST - 1 - ranks) if key.is_descending else ranks

    def _text_ranks(self, field: Field) -> Ranks:
        known = self._of_text.get(field)
        end = self._columns.end
        if known is None:
            ranks = np.full(end, LAST, np.int64)
            rows = self._columns.sorted_rows
            ranks[rows] = np.arange(len(rows), dtype=np.int64)
            return ranks
        if len(known[1]) < end:  # until it is made anew, what is new stands behind the rest
            known = self._of_text[field] = (known[0], np.append(known[1], np.full(end - len(known[1]), LAST - 1)))
        return known[1]

    def _reckoned(self, field: str) -> Ranks:
        end = self._columns.end
        if field in REFERENCES:
            references = self._columns.references[Field(field)][:end]
            rows = self._columns.rows_of(references)
            return np.where(rows < 0, LAST, self._text_ranks(Field.NAME)[rows])
        if kind_of(field) in {Kind.NUMBER, Kind.DATE}:
            values = self._matcher.numbers_of(field)
            ranks = np.asarray(np.unique(values, return_inverse=True)[1], np.int64)
            ranks[np.isnan(values)] = LAST
            return ranks
        found = self._columns.words_of(field)
        if found is None:
            return np.full(end, LAST, np.int64)
        labels = self._matcher.labels(field)
        of_word = self._of_word.get(field, np.zeros(0, np.int64))
        if len(of_word) < len(labels):
            if len(labels) <= _FEW_WORDS:
                of_word = self._of_word[field] = _ranked([natural(label) for label in labels])
            else:  # until they are made, new words stand behind the others
                of_word = np.append(of_word, np.full(len(labels) - len(of_word), LAST - 1))
        numbers = found[1][:end]
        return np.asarray(of_word[numbers], np.int64)

    async def _make_words(self, field: str) -> None:
        labels = tuple(self._matcher.labels(field))
        keys: list[bytes] = []
        for first in range(0, len(labels), _SLICE):
            keys += map(natural, labels[first : first + _SLICE])
            await asyncio.sleep(0)
        self._of_word[field] = _ranked(keys)
        self._kept.pop(field, None)
        self._orders.clear()
