"""Words of places: folded, split and expanded alike in what is kept and in what is asked. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MOST_WORDS: Final = 12
_LONGEST_WORD: Final = 40
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "’": "'"})
STOP_WORDS: Final = frozenset(
    ("d", "l", "de", "du", "des", "la", "le", "les", "et", "a", "au", "aux", "en", "sur", "sous", "s")
)
SUFFIXES: Final = {"bis": "bis", "ter": "ter", "quater": "quater", "quinquies": "quinquies"}
_ABBREVIATIONS: Final = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bat": "batiment", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "boul": "boulevard", "cam": "camera", "car": "carrefour", "ch": "chemin", "che": "chemin",
    "chem": "chemin", "col": "colonel", "cdt": "commandant", "crs": "cours", "dr": "docteur", "esp": "esplanade",
    "fbg": "faubourg", "fg": "faubourg", "gal": "general", "gen": "general", "imp": "impasse", "lot": "lotissement",
    "mal": "marechal", "mar": "marechal", "mgr": "monseigneur", "pas": "passage", "pdt": "president", "pl": "place",
    "pass": "passage", "pr": "professeur", "prom": "promenade", "psg": "passage", "pte": "porte", "q": "quai",
    "qu": "quai", "r": "rue", "res": "residence", "rpt": "rond", "rte": "route", "sgt": "sergent", "sq": "square",
    "st": "saint", "ste": "sainte", "za": "zone", "zi": "zone",
}  # fmt: skip


def fold(text: str) -> str:
    """Without accents, case and ligatures."""
    if text.isascii():
        return text.lower()
    lowered = text.casefold().translate(_LIGATURES)
    return "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))


def words_of(text: str, most: int = MOST_WORDS) -> tuple[str, ...]:
    """Letters and numbers apart, numbers without leading zeros: CAM-012 and cam 12 are the same two words."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        word = match[0][:_LONGEST_WORD]
        found.append(str(int(word)) if word.isdecimal() else word)
        if len(found) == most:
            break
    return tuple(found)


def expansion(word: str) -> str | None:
    """What an abbreviation stands for; None when it is none."""
    return _ABBREVIATIONS.get(word)


def telling(words: Sequence[str]) -> tuple[str, ...]:
    """The words that tell something: articles count only where there is nothing else."""
    return tuple(word for word in words if word not in STOP_WORDS) or tuple(words)
