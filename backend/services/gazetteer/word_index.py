"""Which entries hold which words: sorted vocabulary, postings as arrays; prefixes are one slice."""

import bisect
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.domain.place_words import expansion, is_near

_SHORTEST_FUZZY: Final = 4
_MOST_FUZZY: Final = 40
_LAST: Final = "\U0010ffff"
EXACT: Final = 3.0
PREFIX: Final = 2.0
_FUZZY: Final = 1.0
_BESIDE: Final = 0.3  # a word of the surroundings (street, commune) is worth less than one of the name
Scores = npt.NDArray[np.float32]


class WordIndex:
    """Made once from all entries: each gives the words of its name, and those of what is around it."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        names, around, count = _Postings(), _Postings(), 0
        for count, (own, beside) in enumerate(entries, start=1):
            names.add(count - 1, own)
            around.add(count - 1, beside)
        self.count = count
        self._names = _Vocabulary(names)
        self._around = _Vocabulary(around)

    def match(self, words: Sequence[str], last: str) -> tuple[npt.NDArray[np.intp], Scores]:
        """Entries that hold every word, at least one of them in their name, and how well they do."""
        total = np.zeros(self.count, np.float32)
        is_alive = np.ones(self.count, np.bool_)
        is_named = np.zeros(self.count, np.bool_)
        for word in words:
            best = np.zeros(self.count, np.float32)
            is_open = word == last and (len(word) > 1 or len(words) > 1)  # one letter alone begins half the city
            for found, score in self._around.find(word, is_last=is_open):
                best[found] = score * _BESIDE
            for found, score in self._names.find(word, is_last=is_open):
                best[found] = score
                is_named[found] = True
            is_alive &= best > 0
            if not is_alive.any():
                break
            total += best
        indexes = np.flatnonzero(is_alive & is_named) if words else np.zeros(0, np.intp)
        return indexes, total[indexes]


class _Postings:
    """(word, entry) pairs as they come."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.words = array("i")
        self.entries = array("i")

    def add(self, entry: int, words: Iterable[str]) -> None:
        for word in words:
            self.words.append(self.ids.setdefault(word, len(self.ids)))
            self.entries.append(entry)


class _Vocabulary:
    """Sorted words; the entries of a run of words lie side by side."""

    def __init__(self, postings: _Postings) -> None:
        self._words = sorted(postings.ids)
        self._backwards = sorted(word[::-1] for word in self._words if word.isalpha())
        rank = np.zeros(len(self._words), np.int32)
        for position, word in enumerate(self._words):
            rank[postings.ids[word]] = position
        ranks = rank[np.frombuffer(postings.words, np.int32)] if postings.words else np.zeros(0, np.int32)
        order = np.argsort(ranks, kind="stable")
        entries = np.frombuffer(postings.entries, np.int32) if postings.entries else np.zeros(0, np.int32)
        self._entries = entries[order]
        self._starts = np.searchsorted(ranks[order], np.arange(len(self._words) + 1))

    def find(self, word: str, *, is_last: bool) -> list[tuple[npt.NDArray[np.int32], float]]:
        """Entries with how well they hold the word, worst first: what is said last stands."""
        steps: list[tuple[npt.NDArray[np.int32], float]] = []
        low, high = self._prefixed(word)
        long_form = expansion(word)
        if is_last or (word.isalpha() and len(word) > 1):
            if low < high:
                steps.append((self._slice(low, high), PREFIX))
            elif long_form is None and word.isalpha() and len(word) >= _SHORTEST_FUZZY:
                steps += [(self._slice(at, at + 1), _FUZZY) for at in self._near(word)]
        for exact in (word, long_form):
            if exact is not None and (at := self._at(exact)) is not None:
                steps.append((self._slice(at, at + 1), EXACT))
        return steps

    def _slice(self, low: int, high: int) -> npt.NDArray[np.int32]:
        return self._entries[int(self._starts[low]) : int(self._starts[high])]

    def _at(self, word: str) -> int | None:
        at = bisect.bisect_left(self._words, word)
        return at if at < len(self._words) and self._words[at] == word else None

    def _prefixed(self, word: str) -> tuple[int, int]:
        return bisect.bisect_left(self._words, word), bisect.bisect_left(self._words, word + _LAST)

    def _near(self, word: str) -> list[int]:
        """Words one typing error away: their beginning or their end is right."""
        kept = max(1, len(word) // 2 - 1)
        low, high = self._prefixed(word[:kept])
        candidates = dict.fromkeys(self._words[low:high])
        ending = word[::-1][:kept]
        low = bisect.bisect_left(self._backwards, ending)
        high = bisect.bisect_left(self._backwards, ending + _LAST)
        candidates |= dict.fromkeys(backwards[::-1] for backwards in self._backwards[low:high])
        found = [at for near in candidates if is_near(word, near) and (at := self._at(near)) is not None]
        return found[:_MOST_FUZZY]
