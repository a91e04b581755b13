"""The words a widget shows come from outside, in the operator's language."""

from typing import Protocol

from contract.assets import Label


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
