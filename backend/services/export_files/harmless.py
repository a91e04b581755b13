"""Cells that a spreadsheet only shows: it reckons none of them, and an import reads each as it was."""

import re
from typing import Final

from backend.services.import_files.dialects import NOTHING
from contract.spreadsheets import is_formula

_WORDS: Final = frozenset(word.casefold() for word in NOTHING)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def harmless(text: str) -> str:
    """A tab before what a spreadsheet would reckon, and before a name that an import would read as nothing."""
    return f"\t{_UNSEEN.sub(' ', text)}" if is_formula(text) else worded(text)


def worded(text: str) -> str:
    """On one line; a tab before a name that happens to be a word for nothing."""
    plain = _UNSEEN.sub(" ", text)
    return f"\t{plain}" if plain.strip(" ").casefold() in _WORDS else plain
