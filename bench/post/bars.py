"""What the figures of the control post have to reach. Absolute figures are told; only ratios gate."""

from collections.abc import Mapping
from typing import Final

from bench.report import Bar, NotRun

ASSETS: Final = 350_000
"""Ten times the real city: every figure is taken at this size."""
JOURNAL_ROWS: Final = 1_000_000
"""What stands in the journal that is backed up and restored."""

BARS: Final[Mapping[str, Bar]] = {
    "register_filter_p95_ms": Bar(100.0),
    "register_gap_p99_ms": Bar(50.0),
    "palette_p95_ms": Bar(50.0),
}


def unmeasured(name: str) -> NotRun:
    """A figure that this tree cannot take: said, never passed."""
    return NotRun(name, "this tree holds nothing to measure")
