"""What became of an operator's wish."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """In words, for the notice line of a panel."""

    text: str
    is_warning: bool = False
