"""What is measured of the register panel, as its process tells it."""

import msgspec


class RegisterSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. Milliseconds until painted; gaps between two looks of the loop."""

    assets: int
    read_s: float  # from opening the panel until every asset is in its columns
    asked_ms: list[float]  # each question: words, conditions, orders, groups
    asked_own_p95_ms: float  # of it, what the console's own thread worked
    slowest: str
    gap_p99_ms: float
    gap_longest_ms: float
    own_p99_ms: float  # of the gaps, what the console's own thread worked: the rest was taken by other processes
    own_longest_ms: float
    reading_gap_p99_ms: float
    base_mb: float  # the process with the assets, before the panel
    panel_mb: float  # what the panel added
    columns_mb: float
    probes: int
