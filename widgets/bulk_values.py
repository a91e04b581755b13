"""What is asked before many are changed at once, and what was confirmed. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BulkQuestion:
    """What is asked. `whole_list`: words to be ticked first, where everything that is listed is meant."""

    title: str
    confirm: str
    reason_label: str = ""
    needs_reason: bool = False
    durations: Sequence[tuple[str, int]] = ()
    people: Sequence[tuple[str, str]] = ()  # words, user name
    whole_list: str = ""


@dataclass(frozen=True)
class BulkAnswer:
    """What was confirmed."""

    reason: str = ""
    minutes: int = 0
    user: str = ""
