"""Sentences that devices, integrations and services say in English, in the operator's language.

They carry no code: a sentence is known by its words. What is not known is shown as it was said.
"""

import functools
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final, cast

import msgspec

from console.kit.counted_text import CountedText, counts
from console.kit.translations import set_in_french
from widgets.texts import THIN_SPACE, Texts

SENTENCE_BLANKS: Final = frozenset({"why", "reason", "error", "text"})
"""Blanks that hold what somebody else said, which is put into the language in its turn; all others stay as they are."""

_BETWEEN: Final = "; "
_LONGEST: Final = 2_000
_MOST_PARTS: Final = 12
_DEEPEST: Final = 4
_LONGEST_HEAD: Final = 80
_FEWEST_LETTERS: Final = 5  # a text that is hardly more than its blanks would know every sentence
_COUNTED: Final = re.compile(r"\{\w+:[^{}|]*\|([^{}|]*)\}")


def told_text(text: str, tr: Texts) -> str:
    """What was said, in the language of `tr`: sentence by sentence, those that are not known as they came."""
    return french_book().told(text) if tr.language == "fr" else text


class Phrase(msgspec.Struct, frozen=True):
    """A sentence with blanks, and what is said instead. Blanks are found without ever going back."""

    pieces: tuple[str, ...]  # what stands before, between and behind the blanks
    blanks: tuple[str, ...]
    instead: str

    @property
    def letters(self) -> int:
        """How much of it is fixed: of two that fit, the one that says more is meant."""
        return sum(sum(char.isalnum() for char in piece) for piece in self.pieces)

    def read(self, sentence: str) -> Mapping[str, str] | None:
        """What stands in the blanks; None when it is another sentence. No blank is empty."""
        first, last = self.pieces[0], self.pieces[-1]
        if not self.blanks:
            return {} if sentence == first else None
        if not sentence.startswith(first) or not sentence.endswith(last):
            return None
        at, end = len(first), len(sentence) - len(last)
        found: dict[str, str] = {}
        for blank, piece in zip(self.blanks, self.pieces[1:-1], strict=False):
            begins = sentence.find(piece, at + 1, max(end, 0))
            if begins < 0:
                return None
            found[blank] = sentence[at:begins]
            at = begins + len(piece)
        if at >= end:
            return None
        found[self.blanks[-1]] = sentence[at:end]
        # Names and numbers hold no second sentence; without this the first of several would swallow the others.
        is_one = all(_BETWEEN not in value for blank, value in found.items() if blank not in SENTENCE_BLANKS)
        return found if is_one else None


class Phrasebook:
    """Knows sentences of one language by their words and says them in another."""

    def __init__(self, phrases: Iterable[Phrase], colon: str, between: str) -> None:
        """`colon` and `between`: what stands between a name and what is said of it, and between two sentences."""
        self._phrases = sorted(phrases, key=lambda phrase: phrase.letters, reverse=True)
        self._whole = {phrase.pieces[0]: phrase.instead for phrase in self._phrases if not phrase.blanks}
        self._phrases = [phrase for phrase in self._phrases if phrase.blanks]
        self._colon = colon
        self._between = between
        self.told = functools.lru_cache(maxsize=1_000)(self._told)

    def knows(self, sentence: str) -> bool:
        """Whether this is one sentence of the book."""
        return self._sentence(sentence, 0) is not None

    def _told(self, text: str) -> str:
        return self._text(text, 0) if text and len(text) <= _LONGEST else text

    def _text(self, text: str, depth: int) -> str:
        """Sentences joined by semicolons, the longest runs that are known first."""
        if depth > _DEEPEST:
            return text
        if (known := self._sentence(text, depth)) is not None:
            return known
        parts = text.split(_BETWEEN)
        if len(parts) == 1:
            return self._behind_a_name(text, depth)
        if len(parts) > _MOST_PARTS:
            return text
        told: list[str] = []
        begin, knows_any = 0, False
        while begin < len(parts):
            end, words = self._longest_run(parts, begin, depth)
            knows_any = knows_any or words != _BETWEEN.join(parts[begin:end])
            told.append(words)
            begin = end
        return self._between.join(told) if knows_any else text

    def _longest_run(self, parts: list[str], begin: int, depth: int) -> tuple[int, str]:
        """Up to which part one sentence reaches, and what is said instead: some hold a semicolon themselves."""
        for end in range(len(parts), begin, -1):
            known = self._sentence(_BETWEEN.join(parts[begin:end]), depth)
            if known is not None:
                return end, known
        return begin + 1, self._behind_a_name(parts[begin], depth)

    def _behind_a_name(self, text: str, depth: int) -> str:
        """A sentence that stands behind the name of whom it is about: `CAM-12: the camera does not answer`."""
        head, colon, rest = text.partition(": ")
        if not colon or not rest or len(head) > _LONGEST_HEAD:
            return text
        told = self._text(rest, depth + 1)
        return text if told == rest else f"{self._whole.get(head, head)}{self._colon} {told}"

    def _sentence(self, text: str, depth: int) -> str | None:
        if (whole := self._whole.get(text)) is not None:
            return whole
        for phrase in self._phrases:
            found = phrase.read(text)
            if found is not None:
                inside = {
                    blank: self._text(value, depth + 1) if blank in SENTENCE_BLANKS else value
                    for blank, value in found.items()
                }
                return phrase.instead.format(**inside)
        return None


def phrase_of(sentence: str, instead: str) -> Phrase | None:
    """From two texts with the same {blanks}; None where too little is fixed to know the sentence by it."""
    pieces, blanks = [""], list[str]()
    for literal, blank, _form, _conversion in string.Formatter().parse(_COUNTED.sub(r"\1", sentence)):
        pieces[-1] += literal
        if blank is not None:
            blanks.append(blank)
            pieces.append("")
    phrase = Phrase(tuple(pieces), tuple(blanks), instead)
    is_clear = not blanks or (phrase.letters >= _FEWEST_LETTERS and all(phrase.pieces[1:-1]))
    return phrase if is_clear else None


@functools.cache
def french_book() -> Phrasebook:
    """All that is known in French.

    From the table of devices, and from what services say under codes: some of it comes without its code.
    """
    pairs = list(_devices("fr").items())
    english, french = _said("en"), _said("fr")
    pairs += [(english[code], text) for code, text in french.items() if code in english]
    phrases: dict[str, Phrase] = {}
    for sentence, instead in pairs:
        text = set_in_french(instead)
        phrase = phrase_of(sentence, CountedText(text, "fr") if counts(text) else text)
        if phrase is not None:
            phrases.setdefault(sentence, phrase)
    return Phrasebook(phrases.values(), f"{THIN_SPACE}:", f"{THIN_SPACE}; ")


def _devices(language: str) -> Mapping[str, str]:
    tables = cast("dict[str, dict[str, str]]", tomllib.loads(_file(f"devices_{language}")))
    return {sentence: instead for table in tables.values() for sentence, instead in table.items()}


def _said(language: str) -> Mapping[str, str]:
    """Only that part of the texts: reading all of them would be noticed at the desk."""
    _before, _title, behind = _file(language).partition("\n[said]\n")
    return cast("dict[str, str]", tomllib.loads(behind.partition("\n[")[0]))


def _file(name: str) -> str:
    return resources.files("resources").joinpath("translations", f"{name}.toml").read_text("utf-8")
