"""One text of each row as bytes of one width, searched by numpy: 350,000 rows in a few milliseconds. No Qt."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.kit.fold import fold

Bytes = NDArray[np.bytes_]
Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]
Chosen = slice | Rows  # all rows from the first on, or some, in order
WIDEST: Final = 96  # what is longer is kept aside whole: few texts are, and one must not cost every row its width
_STEP: Final = 8


def folded(text: str) -> bytes:
    """A text as it is searched for."""
    plain = text.lower() if text.isascii() else fold(text)
    return plain.replace("\0", " ").encode("utf-8", "replace")


class TextColumn:
    """Folded texts by row; an empty text where nothing was put."""

    def __init__(self, room: int) -> None:
        self._cells: Bytes = np.zeros(room, f"S{_STEP}")
        self._long: dict[int, bytes] = {}
        self._has_any = False
        self.revision = 0  # counts the times a text became another

    @property
    def byte_count(self) -> int:
        """How much memory it takes."""
        return int(self._cells.nbytes) + sum(map(len, self._long.values()))

    def make_room(self, room: int) -> None:
        """There are more rows from now on."""
        grown = np.zeros(room, self._cells.dtype)
        grown[: len(self._cells)] = self._cells
        self._cells = grown

    def put(self, rows: Rows, texts: Sequence[str], *, is_new: bool) -> None:
        """The texts of these rows. `is_new`: some of them held other assets, or none, before."""
        plain = [folded(text) for text in texts]
        longest = max(map(len, plain), default=0)
        width = min(-(-longest // _STEP) * _STEP, WIDEST)
        if width > self._cells.dtype.itemsize:
            self._cells = self._cells.astype(f"S{width}")
        for row in rows.tolist() if self._long else ():
            self._long.pop(row, None)
        packed = np.array(plain, f"S{max(width, 1)}")
        if is_new or bool(np.any(self._cells[rows] != packed)) or longest > WIDEST:
            self.revision += 1
        self._cells[rows] = packed
        self._has_any = self._has_any or longest > 0
        if longest > WIDEST:
            self._long |= {row: text for row, text in zip(rows.tolist(), plain, strict=True) if len(text) > WIDEST}

    def of(self, row: int) -> bytes:
        """The folded text of one row."""
        return self._long.get(row, bytes(self._cells[row]))

    def of_rows(self, rows: Rows) -> Sequence[bytes]:
        """The folded texts of rows; of the longest, their beginnings."""
        found: list[bytes] = self._cells[rows].tolist()
        return found

    def holding(self, word: bytes, rows: Chosen) -> Bools:
        """Which of these rows hold the word."""
        if not self._has_any and word:
            return np.zeros(len(self._cells[rows]), np.bool_)
        hits = np.strings.find(self._cells[rows], word) >= 0
        return self._with_long(hits, rows, lambda text: word in text)

    def beginning(self, word: bytes, rows: Chosen) -> Bools:
        """Which begin with the word."""
        hits = np.strings.startswith(self._cells[rows], word)
        return self._with_long(hits, rows, lambda text: text.startswith(word))

    def ending(self, word: bytes, rows: Chosen) -> Bools:
        """Which end with the word."""
        return self._with_long(np.strings.endswith(self._cells[rows], word), rows, lambda text: text.endswith(word))

    def equal(self, word: bytes, rows: Chosen) -> Bools:
        """Which are the word."""
        hits = np.asarray(self._cells[rows] == np.bytes_(word), np.bool_)
        return self._with_long(hits, rows, lambda text: text == word)

    def empty(self, rows: Chosen) -> Bools:
        """Which have no text."""
        return np.asarray(self._cells[rows] == b"", np.bool_)

    def _with_long(self, hits: Bools, rows: Chosen, test: Callable[[bytes], bool]) -> Bools:
        for row, text in self._long.items():
            if isinstance(rows, slice):
                place = row if row < len(hits) else None
            else:
                found = int(np.searchsorted(rows, row))
                place = found if found < len(rows) and rows[found] == row else None
            if place is not None:
                hits[place] = test(text)
        return hits
