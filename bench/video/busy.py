"""What the machine was doing meanwhile: processor time of processes, and what the host took away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of time: its length, what was computed for us in it, by all, and what the host stole."""

    seconds: float
    cpu_s: float
    all_cpu_s: float
    stolen_s: float


class Meter:
    """Starts when made; `stop` says what was used. Trees of processes, with the children they have at either end.

    `besides` is a word of the command lines that do not count: what has a figure of its own.
    """

    def __init__(self, trees: Sequence[int], alone: Sequence[int] = (), besides: str | None = None) -> None:
        self._trees, self._alone, self._besides = trees, alone, besides
        self._began_at = time.monotonic()
        self._all, self._stolen = _machine()
        self._used = self._measure()

    def stop(self) -> Stretch:
        """What was used since."""
        used = self._measure()
        everything, stolen = _machine()
        cpu_s = sum(seconds - self._used.get(pid, 0.0) for pid, seconds in used.items())
        seconds = time.monotonic() - self._began_at
        return Stretch(seconds, cpu_s, everything - self._all, stolen - self._stolen)

    def _measure(self) -> dict[int, float]:
        processes = [psutil.Process(pid) for pid in self._alone]
        for pid in self._trees:
            tree = psutil.Process(pid)
            processes += [tree, *(child for child in tree.children(recursive=True) if not self._left_out(child))]
        return {process.pid: _ran_s(process.pid) for process in processes}

    def _left_out(self, process: psutil.Process) -> bool:
        return self._besides is not None and self._besides in process.cmdline()


def _ran_s(pid: int) -> float:
    """All its threads, in nanoseconds of the scheduler: /proc/PID/stat counts in hundredths of a second."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue  # the thread has just ended
    return total / 1e9


def _machine() -> tuple[float, float]:
    """Seconds that all processors worked so far, and that were stolen from them."""
    times = psutil.cpu_times()
    stolen = float(getattr(times, "steal", 0.0))
    return times.user + times.system + stolen, stolen
