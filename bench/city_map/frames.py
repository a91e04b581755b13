"""Times of frames: how long the event loop was at work for each, and how far apart they came."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from PySide6.QtCore import QCoreApplication

_NAP_S = 0.0004
_IDLE_TURN_S = 0.0001  # a turn of the event loop that finds nothing to do takes some 10 us


class Frames(msgspec.Struct, frozen=True):
    """Milliseconds, one entry a frame."""

    work: list[float]
    interval: list[float]
    processor: list[float] = []


class Loop:
    """Turns Qt's event loop and adds up the time it works; between turns it sleeps."""

    def __init__(self) -> None:
        self.worked_s = self.processor_s = 0.0
        self.stretches_s: list[float] = []

    def run_until(self, is_done: Callable[[], bool], within_s: float = 30.0) -> None:
        """Process events until it is done. Raises TimeoutError."""
        until = time.perf_counter() + within_s
        while not is_done():
            start, processor = time.perf_counter(), time.process_time()
            if start > until:
                raise TimeoutError("the map did not come to rest")
            QCoreApplication.processEvents()
            self.spent(time.perf_counter() - start, time.process_time() - processor)
            time.sleep(_NAP_S)

    def run_for(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        self.run_until(lambda: time.perf_counter() >= until, seconds + 30)

    def spent(self, seconds: float, processor_s: float) -> None:
        """Count work, by the clock and by the processor; also what was done outside, handing an event over."""
        if seconds > _IDLE_TURN_S:
            self.worked_s += seconds
            self.processor_s += processor_s
            self.stretches_s.append(seconds)


def take(steps: int, step: Callable[[int], None], painted: Callable[[], int]) -> Frames:
    """Make a step, wait until it is painted, make the next one."""
    loop, work, interval, processor = Loop(), list[float](), list[float](), list[float]()
    last = time.perf_counter()
    for number in range(steps):
        before, worked, computed = painted(), loop.worked_s, loop.processor_s
        start, started = time.perf_counter(), time.process_time()
        step(number)
        loop.spent(time.perf_counter() - start, time.process_time() - started)
        loop.run_until(lambda: painted() > before)  # noqa: B023 (called at once)
        now = time.perf_counter()
        work.append((loop.worked_s - worked) * 1e3)
        processor.append((loop.processor_s - computed) * 1e3)
        interval.append((now - last) * 1e3)
        last = now
    return Frames(work[1:], interval[1:], processor[1:])


def quantile(values: Sequence[float], share: float) -> float:
    """Of milliseconds; 0 of nothing."""
    return round(float(np.quantile(np.array(values or [0.0]), share)), 3)
