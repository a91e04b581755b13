"""Which entries hold which words: sorted vocabulary, postings as arrays; prefixes are one slice."""

import bisect
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.domain.place_words import expansion
from backend.services.gazetteer.near_words import NearWords, errors_forgiven

_LAST: Final = "\U0010ffff"
EXACT: Final = 3.0
PREFIX: Final = 2.0
_FUZZY: Final = 1.0
_FUZZY_TWICE: Final = 0.6
_BEGUN: Final = 0.8  # of what a whole word is worth
_BESIDE: Final = 0.3  # a word of the surroundings (street, commune) is worth less than one of the name
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Steps = Sequence[tuple[npt.NDArray[np.int32], float]]
"""Entries with how well they hold a word, worst first: what is said last stands."""


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

    def match(
        self, words: Sequence[str], last: str, is_open: Mask, *, forgives: bool
    ) -> tuple[npt.NDArray[np.intp], Scores]:
        """Open entries that hold every word, at least one of them in their name, and how well they do.

        Where it `forgives`, a word that no open entry holds stands for those from which typing errors made it: what
        is closed neither answers nor keeps others from answering.
        """
        total = np.zeros(self.count, np.float32)
        is_alive = is_open.copy()
        is_named = np.zeros(self.count, np.bool_)
        for word in words:
            # One letter alone begins half the city.
            is_begun = word == last and (len(word) > 1 or len(words) > 1)
            best, named = self._held(
                self._around.find(word, is_last=is_begun), self._names.find(word, is_last=is_begun), is_alive
            )
            for errors in range(1, 1 + (errors_forgiven(word) if best is None and forgives else 0)):
                best, named = self._held(
                    self._around.find_near(word, errors, is_last=is_begun),
                    self._names.find_near(word, errors, is_last=is_begun),
                    is_alive,
                )
                if best is not None:
                    break
            if best is None:
                return np.zeros(0, np.intp), np.zeros(0, np.float32)
            is_alive &= best > 0
            is_named |= named
            total += best
        indexes = np.flatnonzero(is_alive & is_named) if words else np.zeros(0, np.intp)
        return indexes, total[indexes]

    def _held(self, around: Steps, names: Steps, is_alive: Mask) -> tuple[Scores | None, Mask]:
        """How well each entry holds a word, and whether in its name; None when no living one does."""
        best, named = np.zeros(self.count, np.float32), np.zeros(self.count, np.bool_)
        for found, score in around:
            best[found] = score * _BESIDE
        for found, score in names:
            best[found] = score
            named[found] = True
        is_held = any(bool(is_alive[found].any()) for found, _ in (*around, *names))
        return (best if is_held else None), named


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
        self._near = NearWords(self._words)
        rank = np.zeros(len(self._words), np.int32)
        for position, word in enumerate(self._words):
            rank[postings.ids[word]] = position
        ranks = rank[np.frombuffer(postings.words, np.int32)] if postings.words else np.zeros(0, np.int32)
        order = np.argsort(ranks, kind="stable")
        entries = np.frombuffer(postings.entries, np.int32) if postings.entries else np.zeros(0, np.int32)
        self._entries = entries[order]
        self._starts = np.searchsorted(ranks[order], np.arange(len(self._words) + 1))

    def find(self, word: str, *, is_last: bool) -> Steps:
        """Entries that hold the word, what it stands for, or what it begins."""
        steps: list[tuple[npt.NDArray[np.int32], float]] = []
        low, high = self._prefixed(word)
        if low < high and (is_last or (word.isalpha() and len(word) > 1)):
            steps.append((self._slice(low, high), PREFIX))
        places = [self._at(exact) for exact in (word, expansion(word)) if exact is not None]
        return [*steps, *((self._slice(at, at + 1), EXACT) for at in places if at is not None)]

    def find_near(self, word: str, errors: int, *, is_last: bool) -> Steps:
        """Entries that hold what was probably meant, so many typing errors away."""
        if expansion(word) is not None:
            return ()
        worth = _FUZZY if errors == 1 else _FUZZY_TWICE
        beginnings = self._near.begun(word, errors) if is_last else ()
        steps = [(self._slice(*self._prefixed(beginning)), worth * _BEGUN) for beginning in beginnings]
        places = [self._at(near) for near in self._near.whole(word, errors)]
        return [*steps, *((self._slice(at, at + 1), worth) for at in places if at is not None)]

    def _slice(self, low: int, high: int) -> npt.NDArray[np.int32]:
        return self._entries[int(self._starts[low]) : int(self._starts[high])]

    def _at(self, word: str) -> int | None:
        at = bisect.bisect_left(self._words, word)
        return at if at < len(self._words) and self._words[at] == word else None

    def _prefixed(self, word: str) -> tuple[int, int]:
        return bisect.bisect_left(self._words, word), bisect.bisect_left(self._words, word + _LAST)
