"""What alarm health shows, as values. No Qt."""

import enum
from typing import NamedTuple


class Verdict(enum.Enum):
    """How a figure stands to its target."""

    GOOD = "good"
    WATCH = "watch"
    POOR = "poor"
    NONE = "none"  # a fact without a target


class Figure(NamedTuple):
    """One figure in words."""

    title: str
    value: str
    target: str
    verdict: Verdict
    hint: str = ""


class TrendBar(NamedTuple):
    """One bar: from when (seconds since 1970), how many of P1 to P4, and whether it lies in a flood."""

    at_s: float
    counts: tuple[int, int, int, int]
    is_flood: bool
