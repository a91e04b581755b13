"""How well a line answers what somebody typed: accents, case and slips of the finger are forgiven. No Qt."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from console.kit.fold import fold

_WORD: Final = re.compile(r"[^\W_]+")
_MOST_WORDS: Final = 12
_WHOLE, _BEGUN, _INSIDE, _SLIPPED = 1.0, 0.8, 0.4, 0.5
_BESIDE: Final = 0.5
"""What a word of the detail is worth, of one in the label."""
_FIRST: Final = 0.1
"""More for a line that begins with what was typed."""
_SHORTEST_INSIDE: Final = 3
_SHORTEST_SLIPPED: Final = 4
_SHORTEST_FOR_TWO: Final = 7


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words, without accents and case; numbers without leading zeros."""
    found = _WORD.findall(fold(text))
    return tuple((word.lstrip("0") or "0") if word.isdecimal() else word for word in found)


def asked_words(text: str) -> Sequence[str]:
    """What was typed, as it is compared."""
    return words_of(text)[:_MOST_WORDS]


def score(words: Sequence[str], label: str, detail: str = "") -> float:
    """From 0 (some word is nowhere) to a little over 1 (the very words, in the label, from its beginning)."""
    own, beside = words_of(label), words_of(detail)
    total = 0.0
    for word in words:
        best = max(_best(word, own), _BESIDE * _best(word, beside))
        if not best:
            return 0.0
        total += best
    if not words:
        return 0.0
    return total / len(words) + (_FIRST if own[:1] and own[0].startswith(words[0]) else 0.0)


def _best(word: str, among: Sequence[str]) -> float:
    if word in among:
        return _WHOLE
    if any(other.startswith(word) for other in among):
        return _BEGUN
    if len(word) >= _SHORTEST_INSIDE and any(word in other for other in among):
        return _INSIDE
    return max((_slipped(word, other) for other in among), default=0.0)


def _slipped(word: str, other: str) -> float:
    """Compared with the whole word, and with as much of it as was typed."""
    if len(word) < _SHORTEST_SLIPPED or not word.isalpha() or len(other) < len(word) - 2:
        return 0.0
    forgiven = 1 if len(word) < _SHORTEST_FOR_TWO else 2
    lengths = {len(other), *(at for at in (len(word) - 1, len(word), len(word) + 1) if at < len(other))}
    errors = min(OSA.distance(word, other[:length], score_cutoff=forgiven) for length in lengths)
    return 0.0 if errors > forgiven else _SLIPPED - 0.1 * (errors - 1)
