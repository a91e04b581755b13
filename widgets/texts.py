"""The words a widget shows come from outside, in the operator's language."""

from typing import Final, Protocol

from contract.assets import Label

THIN_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"
"""What French puts before ; : ! ? and within « »."""


class Texts(Protocol):
    """Texts by key in one language."""

    @property
    def language(self) -> str:
        """The language shown, "fr" or "en"."""
        ...

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its {placeholders} filled."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        ...

    def label(self, label: Label) -> str:
        """The side of a bilingual name that is shown."""
        ...


def pair(name: str, value: str, tr: Texts) -> str:
    """A name and what is said of it, "name: value"; French has a space before the colon."""
    return f"{name}{colon(tr)} {value}"


def colon(tr: Texts) -> str:
    """The colon behind a word, in the reader's language."""
    return f"{THIN_SPACE}:" if tr.language == "fr" else ":"


def semicolon(tr: Texts) -> str:
    """The semicolon behind a word, in the reader's language."""
    return f"{THIN_SPACE};" if tr.language == "fr" else ";"


def quoted(words: str, tr: Texts) -> str:
    """What somebody wrote, between the reader's quotation marks."""
    return f"«{THIN_SPACE}{words}{THIN_SPACE}»" if tr.language == "fr" else f"“{words}”"
