"""How the backend does: its loop, its queues, its disk, its memory, its versions."""

import asyncio
import os
import platform
import resource
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.services.administration.figures import figure
from backend.services.administration.memory_room import tightest_room
from contract.administration import HealthFigure, SystemHealth

_LOOK_EVERY_S: Final = 0.25
_LOOKS_KEPT: Final = 240  # a minute
_MB: Final = 1_000_000


class Queue(msgspec.Struct, frozen=True):
    """How many wait somewhere, and how many may."""

    code: str
    waiting: int
    limit: int


class Disk(msgspec.Struct, frozen=True):
    """What was measured of the disk and the files on it."""

    used_percent: float
    free_mb: float
    database_mb: float
    readings_mb: float
    recording_mb: float


class Health:
    """`run` measures the loop; the rest is looked up when it is asked for."""

    def __init__(
        self,
        clock: Clock,
        data_dir: Path,
        version: str,
        queues: Callable[[], Sequence[Queue]],
        counts: Callable[[], Sequence[tuple[str, str, float]]],
        troubles: Callable[[], Sequence[str]],
    ) -> None:
        """`queues`: what may fill up; `counts`: (group, code, number); `troubles`: what ails it, in words."""
        self._clock = clock
        self._data_dir = data_dir
        self._version = version
        self._queues = queues
        self._counts = counts
        self._troubles = troubles
        self._late_ms: deque[float] = deque(maxlen=_LOOKS_KEPT)
        self._threads = Threads("health")
        self._started_at = clock.now()
        self._more: list[Callable[[], Sequence[HealthFigure]]] = []

    def ask_too(self, tell: Callable[[], Sequence[HealthFigure]]) -> None:
        """From now on tell these figures too."""
        self._more.append(tell)

    async def run(self) -> None:
        """Measure how late the loop comes back, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(_LOOK_EVERY_S)
            self._late_ms.append(max(0.0, (loop.time() - begun - _LOOK_EVERY_S) * 1_000))

    def close(self) -> None:
        """End its thread; may be called twice."""
        self._threads.close()

    async def now(self) -> SystemHealth:
        """As it is."""
        disk = await self._threads.run(lambda: _disk(self._data_dir))
        more = [one for tell in self._more for one in tell()]
        figures = [*self._process(), *self._filled(), *_disk_figures(disk), *more, *self._said()]
        return SystemHealth(
            figures=tuple(figures),
            troubles=tuple(words for words in self._troubles() if words),
            started_at=self._started_at,
            server_time=self._clock.now(),
        )

    def _process(self) -> list[HealthFigure]:
        late = sorted(self._late_ms)
        p95 = late[int(len(late) * 0.95)] if late else None
        files, most_files = _open_files()
        return [
            figure("loop", "loop_p95_ms", p95, "ms", watch=50.0, bad=200.0),
            figure("loop", "loop_max_ms", late[-1] if late else None, "ms", watch=200.0, bad=1_000.0),
            figure("memory", "memory_mb", _resident_mb(), "MB"),
            figure("memory", "memory_free_percent", _free_memory_percent(), "%", watch=15.0, bad=5.0, is_low_bad=True),
            figure("memory", "open_files", files, "", watch=most_files * 0.7, bad=most_files * 0.9),
            figure("load", "load_per_core", os.getloadavg()[0] / (os.cpu_count() or 1), "", watch=2.0, bad=5.0),
        ]

    def _filled(self) -> list[HealthFigure]:
        return [
            figure("queues", item.code, float(item.waiting), "", watch=item.limit * 0.25, bad=item.limit * 0.75)
            for item in self._queues()
        ]

    def _said(self) -> list[HealthFigure]:
        counted = [figure(group, code, value, "") for group, code, value in self._counts()]
        versions = (
            ("version_beffroi", self._version),
            ("version_python", platform.python_version()),
            ("version_sqlite", sqlite3.sqlite_version),
            ("version_system", f"{platform.system()} {platform.release()}"),
        )
        return [
            *counted,
            *(HealthFigure(group="versions", code=code, value=None, text=text) for code, text in versions),
        ]


def _disk_figures(disk: Disk | None) -> list[HealthFigure]:
    if disk is None:
        return [HealthFigure(group="disk", code="disk_used_percent", value=None, unit="%", state="bad")]
    return [
        figure("disk", "disk_used_percent", disk.used_percent, "%", watch=80.0, bad=95.0),
        figure("disk", "disk_free_mb", disk.free_mb, "MB"),
        figure("disk", "database_mb", disk.database_mb, "MB"),
        figure("disk", "readings_mb", disk.readings_mb, "MB"),
        figure("disk", "recording_mb", disk.recording_mb, "MB"),
    ]


def _disk(folder: Path) -> Disk | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(
        used_percent=100 * usage.used / max(1, usage.used + usage.free),
        free_mb=usage.free / _MB,
        database_mb=sum(_size(path) for path in folder.glob("beffroi.sqlite*")) / _MB,
        readings_mb=sum(_size(path) for path in folder.glob("readings/*")) / _MB,
        recording_mb=sum(_size(path) for path in folder.glob("recording/*")) / _MB,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _resident_mb() -> float | None:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize() / _MB


def _free_memory_percent() -> float | None:
    """Of the machine, or of what bounds us where that is tighter."""
    room = tightest_room()
    return None if room is None else room.free_percent


def _open_files() -> tuple[float | None, float]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    try:
        return float(sum(1 for _ in Path("/proc/self/fd").iterdir())), float(most)
    except OSError:
        return None, float(most)
