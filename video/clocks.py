"""The two clocks that video parts take as arguments; tests pass their own."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

Clock = Callable[[], float]

monotonic: Clock = time.monotonic
"""Seconds of CLOCK_MONOTONIC: the same in every process of one machine."""

wall: Clock = time.time
"""Seconds since 1970 UTC."""


def uptime() -> float:
    """Seconds since the machine started, those it slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_name() -> str:
    """Which start of the machine this is; empty where the system does not say."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""
