"""The wall beside ffmpeg and mpv: they take turns in one run; rounds in which a picture was skipped are repeated."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from bench.city_map.child import Child, ChildFailed
from bench.city_map.frames import quantile
from bench.processes import ROOT
from bench.report import Metric, NotRun, Peer
from bench.video.bars import BARS
from bench.video.busy import Meter, Stretch
from bench.video.contenders import Absent, ffmpeg, mpv, mpv_place, version
from bench.video.recording import RecordingFailed
from bench.video.recording import measure as measure_recording
from bench.video.screen import NoScreen, Screen, screen
from bench.video.troubles import Troubles, wall
from bench.video.wall import Place, Watched

ROUNDS: Final = 3
TRIES: Final = 6
_SECONDS: Final = 8.0
_SETTLE_S: Final = 2.0
_PEER_SETTLE_S: Final = 6.0  # sixteen players take their time
_MOST_STREAMS: Final = 49
_PICTURES_PER_S: Final = 15.0
# Sixteen tiles of 320x180, half of the stream: the size at which the bars were found. And a whole screen of them.
HALVES: Final = (1280, 720)
FULL_HD: Final = (1920, 1080)
CONDITION_WATCH: Final = "media.pictures.worker"
_ENOUGH: Final = 0.98
_LOOKED_AT: Final = 4  # tiles whose stamps are read: reading them all would be a load of its own
_ONE_WALL: Final = (
    "640x360 at 15/s, some 500 kb/s, through the media process's relay; GUI, decoders, relay and X server"
)


@contextmanager
def street(count: int) -> Generator[int]:
    """So many cameras; answers their port."""
    words = (sys.executable, "-m", "bench.video.street", str(count))
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(20)


def measure() -> list[Metric | NotRun]:
    """Every figure of live pictures."""
    told: list[Metric | NotRun] = [
        Metric(id="load_average_before", value=os.getloadavg()[0], unit="", how="of others on this machine")
    ]
    try:
        with street(_MOST_STREAMS) as port, screen() as shown:
            run = _Run(port, shown)
            troubles = Troubles(port, shown)
            for name, part in (
                ("sixteen", run.sixteen),
                ("many", run.many),
                ("first_picture", troubles.first_picture),
                ("stall", troubles.stall),
                ("killed", troubles.killed),
                ("recording", lambda: measure_recording(port)),
            ):
                try:
                    told += part()
                except Absent as error:
                    told.append(NotRun(name, str(error)))
                except (ChildFailed, RecordingFailed, TimeoutError) as error:
                    told.append(NotRun(name, str(error), is_failure=True))
    except NoScreen as error:
        told.append(NotRun("video", str(error), is_failure=True))
    return [judged(metric) for metric in told]


def judged(metric: Metric | NotRun) -> Metric | NotRun:
    """Against its bar, if it has one."""
    return metric.against(BARS[metric.id]) if isinstance(metric, Metric) and metric.id in BARS else metric


class _Round(msgspec.Struct, frozen=True):
    """What one contender used for a picture, in ms, what it skipped, and what the machine did meanwhile."""

    ms: float
    skipped: int
    stretch: Stretch
    late_ms: list[float] = []


class _Run:
    def __init__(self, port: int, shown: Screen) -> None:
        self._port, self._screen = port, shown

    def sixteen(self) -> list[Metric | NotRun]:
        """Sixteen tiles, in turns with ffmpeg and mpv."""
        has_mpv, told = True, list[Metric | NotRun]()
        try:
            version("mpv")
        except Absent as error:
            has_mpv = False
            told += [NotRun(name, str(error)) for name in ("wall16_cpu_vs_mpv", "latency_vs_mpv")]
        ours, floors, others = list[_Round](), list[_Round](), list[_Round]()
        ages, other_ages = list[float](), list[float]()
        for _ in range(ROUNDS):
            floors.append(_whole(self._floor))
            if has_mpv:
                others.append(_whole(lambda: self._mpv(other_ages)))
            ours.append(_whole(lambda: self._wall(HALVES, ages)))
        floor, ms = _middle(floors), _middle(ours)
        peer = Peer("ffmpeg -f null x16, decoding alone", version("ffmpeg"), round(floor, 3))
        how = f"middle of {ROUNDS} interleaved rounds of {_SECONDS:g} s; {_ONE_WALL}"
        told += [
            Metric(id="wall16_cpu_ms", value=round(ms, 3), unit="ms", how=f"of a shown picture; {how}"),
            Metric(id="wall16_cpu_vs_ffmpeg", value=round(ms / floor, 3), unit="x", how=how, peer=peer),
            Metric(
                id="wall16_gap_p99_ms",
                value=statistics.median(quantile(one.late_ms, 0.99) for one in ours),
                unit="ms",
                how=f"lateness of a 10 ms timer in the GUI process; {how}",
            ),
            Metric(id="latency_p50_ms", value=quantile(ages, 0.5), unit="ms", how=_GLASS),
            Metric(id="latency_p95_ms", value=quantile(ages, 0.95), unit="ms", how=_GLASS),
            _stolen([*ours, *floors, *others]),
            _others([*ours, *floors, *others]),
        ]
        if has_mpv:
            other = _middle(others)
            name = Peer("mpv x16, x11, low latency", version("mpv"), round(other, 3))
            told.append(Metric(id="wall16_cpu_vs_mpv", value=round(ms / other, 3), unit="x", how=how, peer=name))
            late = quantile(other_ages, 0.5)
            told.append(
                Metric(
                    id="latency_vs_mpv",
                    value=round(quantile(ages, 0.5) / max(late, 1.0), 3),
                    unit="x",
                    how=_GLASS,
                    peer=Peer("mpv x16, x11, low latency", version("mpv"), late),
                )
            )
        return told

    def many(self) -> list[Metric | NotRun]:
        """Thirty-six tiles, and how many more."""
        told = list[Metric | NotRun]()
        most = 0
        for count in (36, _MOST_STREAMS):
            rounds = [self._tiles(count) for _ in range(2)]
            best = max(rounds, key=lambda one: one[1])
            watched, share, stretch = best
            if share >= BARS["wall36_shown_share"].limit and not any(tile.skipped for tile in watched.tiles):
                most = count
            if count == 36:
                how = f"best of 2 rounds of {_SECONDS:g} s; {_ONE_WALL}"
                gap = min(quantile(one[0].late_ms, 0.99) for one in rounds)
                told += [
                    Metric(id="wall36_shown_share", value=round(share, 4), unit="", how=f"of 15 pictures/s; {how}"),
                    Metric(id="wall36_gap_p99_ms", value=gap, unit="ms", how=f"lateness of a 10 ms timer; {how}"),
                    Metric(
                        id="wall36_cpu_percent",
                        value=round(100 * stretch.cpu_s / stretch.seconds, 1),
                        unit="% of core",
                        how=how,
                    ),
                ]
        how = "of 36 and 49: every one at 14.85 pictures/s or more and no decoded picture left out"
        return [*told, Metric(id="streams_without_skip", value=most, unit="streams", how=how)]

    def _floor(self) -> _Round:
        with ffmpeg(self._port, 16) as running:
            time.sleep(_PEER_SETTLE_S)
            meter, before = Meter((), running.pids), running.decoded()
            time.sleep(_SECONDS)
            stretch, after = meter.stop(), running.decoded()
        due = _PICTURES_PER_S * 16 * stretch.seconds
        # Its own count comes in steps of 0.2 s: it tells whether pictures are missing, not how many there were.
        return _Round(stretch.cpu_s * 1e3 / due, int(after - before < 0.95 * due), stretch)

    def _mpv(self, ages: list[float]) -> _Round:
        with mpv(self._port, 16, self._screen) as running:
            time.sleep(_PEER_SETTLE_S)
            meter, before = Meter((), (*running.pids, self._screen.pid)), running.dropped()
            time.sleep(_SECONDS)
            stretch, after = meter.stop(), running.dropped()
            ages += self._screen.ages_ms([mpv_place(number) for number in range(_LOOKED_AT)], _SECONDS / 2)
        return _Round(stretch.cpu_s * 1e3 / (_PICTURES_PER_S * 16 * stretch.seconds), after - before, stretch)

    def _wall(self, size: tuple[int, int], ages: list[float]) -> _Round:
        with wall(self._port, self._screen) as child:
            watched, stretch = self._watch(child, 16, size)
            late = msgspec.json.decode(child.ask("late", seconds=_SECONDS / 2), type=Watched)
            places = msgspec.json.decode(child.ask("places"), type=list[Place])
            corners = [(place.x, place.y, place.width, place.height) for place in places[:_LOOKED_AT]]
            ages += self._screen.ages_ms(corners, _SECONDS / 2)
        shown, skipped = sum(tile.shown for tile in watched.tiles), sum(tile.skipped for tile in watched.tiles)
        missing = int(_PICTURES_PER_S * len(watched.tiles) * _SECONDS * _ENOUGH) - shown
        skipped += max(missing, 0)  # a decoder that cannot follow leaves pictures out before they have a number
        return _Round(stretch.cpu_s * 1e3 / max(shown, 1), skipped, stretch, late.late_ms)

    def _tiles(self, count: int) -> tuple[Watched, float, Stretch]:
        with wall(self._port, self._screen) as child:
            watched, stretch = self._watch(child, count, FULL_HD)
            watched.late_ms = msgspec.json.decode(child.ask("late", seconds=_SECONDS / 2), type=Watched).late_ms
        rates = [(tile.shown - 1) / max(tile.last_at - tile.first_at, 1e-3) for tile in watched.tiles]
        return watched, min(1.0, statistics.mean(rates) / _PICTURES_PER_S), stretch

    def _watch(self, child: Child, count: int, size: tuple[int, int]) -> tuple[Watched, Stretch]:
        child.ask("open", count=count, width=size[0], height=size[1])
        child.ask("showing")
        time.sleep(_SETTLE_S)
        meter = Meter((child.pid,), (self._screen.pid,), besides=CONDITION_WATCH)
        watched = msgspec.json.decode(child.ask("watch", seconds=_SECONDS), type=Watched)
        return watched, meter.stop()


_GLASS: Final = "from the stamp a camera puts into its picture to its pixels in the X server's memory; 4 of 16 tiles"


def _whole(take: Callable[[], _Round]) -> _Round:
    """A round without a skipped picture; of none such the best after some tries."""
    rounds: list[_Round] = []
    for _ in range(TRIES):
        rounds.append(take())
        if not rounds[-1].skipped:
            break
    return min(rounds, key=lambda one: one.skipped)


def _middle(rounds: Sequence[_Round]) -> float:
    return statistics.median(one.ms for one in rounds)


def _stolen(rounds: Sequence[_Round]) -> Metric:
    seconds = sum(one.stretch.seconds for one in rounds) * (os.cpu_count() or 1)
    share = 100 * sum(one.stretch.stolen_s for one in rounds) / seconds
    return Metric(id="stolen_percent", value=round(share, 2), unit="%", how="of all processors, by the host, meanwhile")


def _others(rounds: Sequence[_Round]) -> Metric:
    seconds = sum(one.stretch.seconds for one in rounds) * (os.cpu_count() or 1)
    rest = sum(one.stretch.all_cpu_s - one.stretch.cpu_s for one in rounds)
    how = "of all processors: the cameras and whatever else ran meanwhile"
    return Metric(id="others_percent", value=round(100 * rest / seconds, 1), unit="%", how=how)
