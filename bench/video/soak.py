"""Half an hour of a wall: does anything grow? `python -m bench.video.soak MINUTES` for another while."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from typing import Final

import msgspec
import psutil

from bench.city_map.child import ChildFailed
from bench.processes import private_mb
from bench.report import Metric, NotRun, write
from bench.video.measuring import HALVES, street
from bench.video.screen import NoScreen, screen
from bench.video.troubles import wall
from bench.video.wall import Watched

MINUTES: Final = 30.0
_EVERY_S: Final = 20.0
_TILES: Final = 16
_WARM_UP: Final = 0.2  # of the time: pools and caches fill
_STALLING: Final = {"3": "stall", "7": "die", "11": "resize", "13": "loss"}


def measure(minutes: float = MINUTES) -> list[Metric | NotRun]:
    """Memory of GUI, decoders and relay while cameras come and go."""
    try:
        with street(_TILES) as port, screen() as shown, wall(port, shown) as child:
            child.ask("open", count=_TILES, width=HALVES[0], height=HALVES[1], faults=_STALLING)
            child.ask("showing")
            until, samples, files = time.monotonic() + 60 * minutes, list[tuple[float, float]](), list[int]()
            while time.monotonic() < until:
                watched = msgspec.json.decode(child.ask("watch", seconds=_EVERY_S), type=Watched)
                if sum(tile.shown for tile in watched.tiles) == 0:
                    return [NotRun("growth_mb_per_hour", "the wall shows nothing any more", is_failure=True)]
                samples.append((time.monotonic(), private_mb(child.pid)))
                files.append(_open_files(child.pid))
    except (ChildFailed, NoScreen) as error:
        return [NotRun("growth_mb_per_hour", str(error), is_failure=isinstance(error, ChildFailed))]
    return growth_of(samples, files, minutes)


def growth_of(samples: Sequence[tuple[float, float]], files: Sequence[int], minutes: float) -> list[Metric | NotRun]:
    """The slope of (monotonic seconds, MB), and of open files."""
    warm = samples[int(len(samples) * _WARM_UP) :]
    if len(warm) < 3:
        return [NotRun("growth_mb_per_hour", f"{minutes:g} minutes are too short for a slope")]
    slope = statistics.linear_regression([at for at, _ in warm], [mb for _, mb in warm]).slope
    how = f"private memory of GUI, decoders and relay, {_TILES} tiles; four stall, end, change size or lose packets"
    how += f"; {minutes:g} minutes, slope after the first fifth"
    return [
        Metric(id="growth_mb_per_hour", value=round(slope * 3600, 2), unit="MB/h", how=how),
        Metric(id="memory_first_mb", value=round(warm[0][1], 1), unit="MB", how=how),
        Metric(id="memory_last_mb", value=round(warm[-1][1], 1), unit="MB", how=how),
        Metric(
            id="open_files_grown", value=files[-1] - files[len(files) // 5], unit="files", how="of the same processes"
        ),
    ]


def _open_files(pid: int) -> int:
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.num_fds() for process in tree)


if __name__ == "__main__":
    sys.exit(0 if write("video-soak", measure(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)) else 1)
