"""The two clocks that video parts take as arguments; tests pass their own."""

import time
from collections.abc import Callable

Clock = Callable[[], float]

monotonic: Clock = time.monotonic
"""Seconds of CLOCK_MONOTONIC: the same in every process of one machine."""

wall: Clock = time.time
"""Seconds since 1970 UTC."""
