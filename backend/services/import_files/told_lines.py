"""What the lines of a file would do, counted, and which of them are told."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from contract.supply import LineOutcome

MOST_LINES_TOLD: Final = 1000
_ORDER: Final = (LineOutcome.ERROR, LineOutcome.CHANGED, LineOutcome.ADDED)


class Line(Protocol):
    """One line that was read."""

    @property
    def outcome(self) -> LineOutcome:
        """What it would do."""
        ...


L = TypeVar("L", bound=Line)


def counted(lines: Sequence[Line]) -> dict[str, int]:
    """As reports have it: line_count, added_count, changed_count, unchanged_count, error_count."""
    counts = Counter(line.outcome for line in lines)
    return {"line_count": len(lines)} | {f"{outcome.value}_count": counts[outcome] for outcome in LineOutcome}


def told(lines: Sequence[L]) -> tuple[L, ...]:
    """Errors first, then changes; the first thousand."""
    found = sorted((line for line in lines if line.outcome in _ORDER), key=lambda line: _ORDER.index(line.outcome))
    return tuple(found[:MOST_LINES_TOLD])
