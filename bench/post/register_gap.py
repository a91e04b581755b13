"""The longest pauses of the screen while the register is scrolled, filtered and sorted."""

from collections.abc import Sequence

from bench.post.bars import BARS
from bench.post.register_filter import room
from bench.report import Metric, NotRun


def measure() -> Sequence[Metric | NotRun]:
    """One figure: register_gap_p99_ms."""
    seen = room()
    if isinstance(seen, NotRun):
        return []  # told once, with the first figure
    how = (
        f"{seen.probes} looks of the loop at 100 Hz while a filter is typed, the list scrolled, 20 assets and "
        f"3,000 states a second change; longest {seen.gap_longest_ms:.0f} ms. Of it our own thread worked p99 "
        f"{seen.own_p99_ms:.0f} ms, longest {seen.own_longest_ms:.0f} ms: the rest was taken by other processes"
    )
    metric = Metric(id="register_gap_p99_ms", value=seen.gap_p99_ms, unit="ms", how=how)
    return [metric.against(BARS["register_gap_p99_ms"])]
