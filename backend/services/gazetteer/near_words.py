"""Known words that were probably meant by one that nobody knows: typing errors anywhere, finished or not."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST: Final = 4
_SHORTEST_FOR_TWO: Final = 7
_MOST: Final = 40
_LONGEST: Final = 24  # longer ones are compared by their beginnings


def errors_forgiven(word: str) -> int:
    """A letter too many, too few, another, or two exchanged count as one error each."""
    if len(word) < _SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) < _SHORTEST_FOR_TWO else 2


class NearWords:
    """Looks through a whole vocabulary: some milliseconds for 50,000 words, so only where nothing else is found."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [word for word in words if word.isalpha()]
        self._beginnings: dict[int, Sequence[str]] = {}

    def whole(self, word: str, errors: int) -> Sequence[str]:
        """Words that differ by exactly so many errors."""
        return _near(word, self._words, errors)

    def begun(self, word: str, errors: int) -> Sequence[str]:
        """Beginnings of words that differ by exactly so many errors: what is still being typed."""
        lengths = (len(word) - 1, len(word), len(word) + 1)
        return [beginning for length in lengths for beginning in _near(word, self._of_length(length), errors)]

    def _of_length(self, length: int) -> Sequence[str]:
        length = min(length, _LONGEST)
        beginnings = self._beginnings.get(length)
        if beginnings is None:
            beginnings = list(dict.fromkeys(word[:length] for word in self._words if len(word) >= length))
            self._beginnings[length] = beginnings
        return beginnings


def _near(word: str, among: Sequence[str], errors: int) -> Sequence[str]:
    if not 0 < errors <= errors_forgiven(word):
        return ()
    found = process.extract(word, among, scorer=OSA.distance, score_cutoff=errors, limit=None)
    return [other for other, distance, _ in found if distance == errors][:_MOST]
