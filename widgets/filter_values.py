"""A filter as it is built by hand: conditions, and groups of them. No Qt, so that presenters can make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NO_VALUE: Final = frozenset({"empty", "filled"})
TWO_VALUES: Final = frozenset({"between"})
CHOICE: Final = "choice"


@dataclass(frozen=True)
class FilterField:
    """A field to compare: its operators (name, words), the first proposed; of a choice, its values (words, value)."""

    name: str
    title: str
    kind: str
    operators: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]] = ()
    is_single: bool = False  # one value of a choice, not several
    hint: str = ""  # how a value is typed


@dataclass(frozen=True)
class FilterLine:
    """One comparison."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class FilterBlock:
    """Lines and blocks of which all must hold, or any."""

    is_any: bool = False
    items: "tuple[FilterLine | FilterBlock, ...]" = ()
