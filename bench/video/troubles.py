"""What goes wrong with cameras and decoders, and how soon the wall says so or is back."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import msgspec
import psutil

from bench.city_map.child import Child
from bench.report import Metric, NotRun
from bench.video.screen import Screen
from bench.video.wall import Told, Watched

_ROUNDS: Final = 3
_TEN: Final = 10
_SILENT: Final = {"3": "blackhole", "7": "neverplays"}


class Troubles:
    """Each figure on a wall of its own."""

    def __init__(self, port: int, shown: Screen) -> None:
        self._port, self._screen = port, shown

    def first_picture(self) -> list[Metric | NotRun]:
        """Ten cameras, two of them dead."""
        worst = list[float]()
        with wall(self._port, self._screen) as child:
            for _ in range(_ROUNDS):
                child.ask("open", count=_TEN, width=1280, height=720, faults=_SILENT)
                first = msgspec.json.decode(child.ask("showing", within_s=6.0), type=list[float])
                good = [at for number, at in enumerate(first) if str(number) not in _SILENT]
                worst.append(max(good) if min(good) >= 0 else float("inf"))
                child.ask("shut")
        how = f"ten cameras opened at once, two never answer: the last good one's first picture; worst of {_ROUNDS}"
        return [Metric(id="first_picture_with_dead_s", value=round(max(worst), 3), unit="s", how=how)]

    def stall(self) -> list[Metric | NotRun]:
        """A camera falls silent after two seconds."""
        with wall(self._port, self._screen) as child:
            child.ask("open", count=4, width=1280, height=720, faults={"1": "stall"})
            told = msgspec.json.decode(child.ask("told", seconds=10.0), type=list[Told])
        after = [one.at - one.painted_at for one in told if one.tile == 1 and one.state == "stalled"]
        how = "from a camera's last picture on the screen to the word on its tile, relay and console between"
        if not after:
            return [NotRun("stall_noticed_s", "no tile ever said so", is_failure=True)]
        return [Metric(id="stall_noticed_s", value=round(after[0], 3), unit="s", how=how)]

    def killed(self) -> list[Metric | NotRun]:
        """A decoder ends, or freezes."""
        back, skipped = dict[str, list[float]](), 0
        for name, what in (("killed", signal.SIGKILL), ("frozen", signal.SIGSTOP)):
            for _ in range(2):
                seconds, left_out = self._lose_decoder(what)
                back.setdefault(name, []).append(seconds)
                skipped += left_out if name == "killed" else 0
        how = "from the signal until each of its tiles shows a new picture; worst of 2"
        worst = max(max(seconds) for seconds in back.values())
        return [
            Metric(id="decoder_back_s", value=round(worst, 3), unit="s", how=f"the worse of killed and frozen; {how}"),
            Metric(id="decoder_killed_back_s", value=round(max(back["killed"]), 3), unit="s", how=how),
            Metric(
                id="neighbours_skipped", value=skipped, unit="pictures", how="by the other decoder's tiles meanwhile"
            ),
        ]

    def _lose_decoder(self, what: signal.Signals) -> tuple[float, int]:
        with wall(self._port, self._screen) as child:
            child.ask("open", count=8, width=1280, height=720)
            child.ask("showing")
            time.sleep(1.0)
            decoders = [
                one.pid for one in psutil.Process(child.pid).children() if "video.decoding.worker" in one.cmdline()
            ]
            os.kill(decoders[0], what)
            at = time.monotonic()
            watched = msgspec.json.decode(child.ask("watch", seconds=6.0), type=Watched)
        breaks = [longest_wait(one.painted_at, at) for one in watched.tiles]
        touched = [seconds for seconds in breaks if seconds > 0.25]
        skipped = sum(one.skipped for one, seconds in zip(watched.tiles, breaks, strict=True) if seconds <= 0.25)
        return max(touched, default=0.0), skipped


def longest_wait(painted_at: list[float], since: float) -> float:
    """How long after `since` the last break ended; 0 when there was none."""
    times = [since, *(at for at in painted_at if at >= since)]
    ends = [later - since for earlier, later in itertools.pairwise(times) if later - earlier > 0.25]
    if not painted_at:
        return float("inf")
    return max(ends, default=0.0)


@contextmanager
def wall(port: int, shown: Screen) -> Generator[Child]:
    """A console's wall in a process of its own."""
    child = Child((sys.executable, "-m", "bench.video.wall", str(port)), shown.environment)
    try:
        yield child
    finally:
        child.close()
