"""What a search text asks for: words, and in which ways it may name a house number. Pure."""

import msgspec

from backend.domain.place_words import MOST_WORDS, SUFFIXES, expansion, telling, words_of

_LARGEST_NUMBER = 9_999  # five digits are a postcode
_MOST_READINGS = 4


class AddressReading(msgspec.Struct, frozen=True):
    """One way to read a text as an address: this number, and these words for the street."""

    number: int
    suffix: str
    words: tuple[str, ...]


class PlaceQuery(msgspec.Struct, frozen=True):
    """`words` without articles; `last` is the word still being typed."""

    words: tuple[str, ...]
    last: str
    readings: tuple[AddressReading, ...]


def parse_query(text: str) -> PlaceQuery:
    """Any text at all; an empty one asks for nothing."""
    words = words_of(text, MOST_WORDS)
    readings: list[AddressReading] = []
    for index, word in enumerate(words):
        if not word.isdecimal() or not 0 < int(word) <= _LARGEST_NUMBER:
            continue
        before, after = words[:index], words[index + 1 :]
        suffix = _suffix(after)
        if suffix:
            _add(readings, int(word), suffix, (*before, *after[1:]))
        if not suffix or suffix not in SUFFIXES:
            _add(readings, int(word), "", (*before, *after))
    return PlaceQuery(telling(words), words[-1] if words else "", tuple(readings[:_MOST_READINGS]))


def _suffix(after: tuple[str, ...]) -> str:
    """bis, ter, or a letter that is neither an abbreviation (r: rue) nor alone at the end of the text."""
    word = next(iter(after), "")
    if word in SUFFIXES:
        return SUFFIXES[word]
    is_letter = len(word) == 1 and word.isalpha() and len(after) > 1
    return word if is_letter and expansion(word) is None else ""


def _add(readings: list[AddressReading], number: int, suffix: str, rest: tuple[str, ...]) -> None:
    words = telling(rest)
    if any(word.isalpha() for word in words):
        readings.append(AddressReading(number, suffix, words))
