"""The map beside the repaint floor, Leaflet and QGIS: they take turns in one run, each keeps its best round."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import qVersion

from bench.city_map.bars import BARS
from bench.city_map.child import Child, ChildFailed
from bench.city_map.contenders import LEAFLET_VERSION, Contenders, NotHere, Pan, display
from bench.city_map.feeding import MOVES_PER_S, STATES_PER_S
from bench.city_map.frames import Frames, quantile
from bench.city_map.hand import way_round
from bench.city_map.hits import Tally
from bench.city_map.ours import SCALES, Living, Two
from bench.generated_map import LAMPS, GeneratedMap, generate
from bench.processes import proportional_mb
from bench.report import FOLDER, Metric, NotRun, Peer

ROUNDS: Final = 3
_FRAMES, _PEER_FRAMES, _SLOW_FRAMES = 240, 50, 12
_SECONDS = 6.0
_LARGE: Final = 10
_DRAWN_AT_LEAST: Final = 0.05
_WORK = (
    "event-loop work of a painted frame, a hand drags the ground 14 px a step; waiting for the 60 Hz tick is not in it"
)
_WEB = "panBy round the same circle in longer steps, not animated, once an animation frame; the frame-rate limit is off"
_LIVING = f"{MOVES_PER_S} moves/s + {STATES_PER_S} states/s (dimming, faults, alarms raised and ended) at 10 Hz"


def measure() -> list[Metric | NotRun]:
    """Every figure of the map."""
    folder = FOLDER / "map"
    folder.mkdir(parents=True, exist_ok=True)
    busy = os.getloadavg()[0]
    with display() as environment:
        contenders = Contenders(environment, folder)
        try:
            run = _Run(contenders, folder)
            for part in (run.small, run.large, run.graphics):
                try:
                    part()
                except ChildFailed as error:
                    run.told.append(NotRun(part.__name__, str(error), is_failure=True))
        finally:
            contenders.close()
    before = Metric(id="load_average_before", value=busy, unit="", how="of others on this machine, before the run")
    return [before, *run.told]


class _Run:
    """Asks, and keeps what was told."""

    def __init__(self, contenders: Contenders, folder: Path) -> None:
        self.told: list[Metric | NotRun] = []
        self._contenders, self._folder = contenders, folder
        self._floor = contenders.floor()
        self._ours = contenders.ours(self._city("35k", generate(LAMPS)))
        self._pan_ms = 0.0

    def small(self) -> None:
        """The city of 35,000 assets."""
        ours, path = self._ours, self._folder / "35k.pickle"
        units = msgspec.json.decode(ours.ask("units"), type=float)
        first = min(msgspec.json.decode(ours.ask("first"), type=float) for _ in range(ROUNDS))
        self._tell("first_map_35k_s", first, "s", "columns in memory -> nothing left to paint, in a window just opened")
        leaflet = self._start("leaflet", lambda: self._contenders.leaflet(path, units))
        floors, pans, webs = list[Pan](), list[Pan](), list[Pan]()
        for _ in range(ROUNDS):
            floors.append(_pan(self._floor, frames=_FRAMES))
            pans.append(_pan(ours, frames=_FRAMES, scale="city"))
            if leaflet is not None:
                webs.append(_pan(leaflet, frames=_PEER_FRAMES))
        floor, self._pan_ms = _best(floors), _best(pans)
        self._raw("floor", floors, "base picture + one ARGB blit in a plain QWidget")
        self._raw("pan_city_35k", pans, f"whole city in view: {_WORK}")
        peer = Peer("base + one ARGB blit in a plain QWidget", qVersion(), floor)
        self._tell("pan_vs_floor_35k", self._pan_ms / floor, "x", f"p50 of a pan, whole city in view: {_WORK}", peer)
        worst = self._other_scales(ours, "35k", pans)
        self._tell("pan_p99_35k_ms", worst, "ms", f"the worst of three scales; {_WORK}")
        self._zoom(ours, "35k")
        self._living(ours, "35k", 1)
        self._storm(ours, "35k")
        self._rest(ours)
        self._picks(ours, "35k")
        self._beside_the_web(leaflet, webs)
        self._two()

    def large(self) -> None:
        """Ten times that."""
        city = generate(LAMPS * _LARGE)
        path = self._city("350k", city)
        ours = self._contenders.ours(path)
        units = msgspec.json.decode(ours.ask("units"), type=float)
        self._tell("first_map_350k_s", msgspec.json.decode(ours.ask("first"), type=float), "s", "as at 35k")
        leaflet = self._start("leaflet_350k", lambda: self._contenders.leaflet(path, units))
        qgis = self._start("pan_vs_qgis_350k", lambda: self._contenders.qgis(city, units))
        pans, webs, rendered, small = list[Pan](), list[Pan](), list[Pan](), list[Pan]()
        for _ in range(ROUNDS):
            pans.append(_pan(ours, frames=_FRAMES, scale="city"))
            small.append(_pan(self._ours, frames=_FRAMES, scale="city"))
            if leaflet is not None:
                webs.append(_pan(leaflet, frames=_SLOW_FRAMES))
            if qgis is not None:
                rendered.append(
                    Pan(msgspec.json.decode(qgis.ask("pan", steps=way_round(_SLOW_FRAMES)), type=list[float]))
                )
        pan_ms = _best(pans)
        self._raw("pan_city_350k", pans, f"whole city in view: {_WORK}")
        same = Peer("this map with 35k", "", _best(small))
        self._tell("growth_350k_vs_35k", pan_ms / same.value, "x", "p50 of a pan with ten times the assets", same)
        if leaflet is not None:
            self._raw("leaflet_350k", webs, _WEB)
            peer = self._leaflet(leaflet, _best(webs))
            self._tell(
                "pan_vs_leaflet_350k", pan_ms / peer.value, "x", f"p50 of a pan; ours: {_WORK}; web: {_WEB}", peer
            )
        if qgis is not None:
            version = msgspec.json.decode(qgis.ask("version"), type=str)
            how = "points of one simple symbol in a memory layer, 1920x1080, the quicker of its two kinds of job"
            self._raw("qgis_350k", rendered, how)
            peer = Peer(f"QGIS ({_seen(qgis)})", version, _best(rendered))
            self._tell("pan_vs_qgis_350k", pan_ms / peer.value, "x", f"p50 of a pan; ours: {_WORK}; QGIS: {how}", peer)
        worst = self._other_scales(ours, "350k", pans)
        self._tell("pan_p99_350k_ms", worst, "ms", f"the worst of three scales; {_WORK}")
        self._zoom(ours, "350k")
        self._living(ours, "350k", 1)
        self._living(ours, "350k", _LARGE)
        self._storm(ours, "350k")
        self._picks(ours, "350k")

    def graphics(self) -> None:
        """What OpenGL would start from here."""
        points = self._start("gl_points", self._contenders.points)
        if points is None:
            return
        renderer = msgspec.json.decode(points.ask("renderer"), type=str)
        for name, count in (("empty", 0), ("35k", LAMPS), ("350k", LAMPS * _LARGE)):
            pan = _pan(points, frames=60, count=count)
            how = f"QOpenGLWidget on {renderer}: points of 6 px and nothing else"
            self._tell(f"gl_points_{name}_p50_ms", quantile(pan.work, 0.5), "ms", how)

    def _beside_the_web(self, leaflet: Child | None, webs: Sequence[Pan]) -> None:
        if leaflet is None:
            return
        self._raw("leaflet_35k", webs, _WEB)
        peer = self._leaflet(leaflet, _best(webs))
        how = f"p50 of a pan; ours: {_WORK}; web: {_WEB}"
        self._tell("pan_vs_leaflet_35k", self._pan_ms / peer.value, "x", how, peer)
        first = msgspec.json.decode(leaflet.ask("first"), type=float)
        self._tell(
            "leaflet_first_map_35k_s", first, "s", "page asked for -> circles drawn; QtWebEngine already started"
        )
        share = msgspec.json.decode(leaflet.ask("updates", seconds=_SECONDS), type=float)
        self._tell("leaflet_cpu_updates_35k_percent", share, "% of core", f"{_LIVING}; all processes of the page")
        web_mb = proportional_mb(leaflet.pid)
        self._memory(web_mb, self._leaflet(leaflet, web_mb))
        leaflet.close()

    def _memory(self, web_mb: float, peer: Peer) -> None:
        fresh = self._contenders.ours(self._folder / "35k.pickle")
        for scale in SCALES:
            _pan(fresh, frames=_FRAMES, scale=scale)
        fresh.ask("updates", seconds=_SECONDS, times=1)
        ours_mb = proportional_mb(fresh.pid)
        fresh.close()
        how = "PSS of the process tree with a map of 35k, after pans and updates"
        self._tell("memory_35k_mb", ours_mb, "MB", f"{how}; pans at three scales, the generated city included")
        self._tell("memory_vs_web", ours_mb / web_mb, "x", how, peer)

    def _two(self) -> None:
        rounds = [msgspec.json.decode(self._ours.ask("two", frames=_FRAMES), type=Two) for _ in range(ROUNDS)]
        one = min(_mean(two.one.processor) for two in rounds)
        both = min(_mean(two.two.processor) for two in rounds)
        peer = Peer("one map", "", one)
        how = f"processor time of a frame, on average; both maps dragged and fed in one process, two windows: {_LIVING}"
        self._tell("two_maps_vs_one", both / one, "x", how, peer)

    def _other_scales(self, ours: Child, name: str, city: Sequence[Pan]) -> float:
        worst = _best(city, 0.99)
        for scale in SCALES:
            if scale != "city":
                pans = [_pan(ours, frames=_FRAMES, scale=scale) for _ in range(ROUNDS)]
                self._raw(f"pan_{scale}_{name}", pans, f"at {SCALES[scale]:g} m a pixel: {_WORK}")
                worst = max(worst, _best(pans, 0.99))
        return worst

    def _zoom(self, ours: Child, name: str) -> None:
        zooms = [msgspec.json.decode(ours.ask("zoom"), type=Frames) for _ in range(2)]
        how = "event-loop work of a painted frame while the wheel turns eight times nearer and back"
        for share, word in ((0.5, "p50"), (0.99, "p99")):
            value = min(quantile(zoom.work, share) for zoom in zooms)
            self._tell(f"zoom_{word}_{name}_ms", value, "ms", how)

    def _living(self, ours: Child, name: str, times: int) -> None:
        runs = [msgspec.json.decode(ours.ask("updates", seconds=_SECONDS, times=times), type=Living) for _ in range(2)]
        suffix = f"{name}_x{times}" if times > 1 else name
        how = f"{times} x {_LIVING}, whole city in view"
        share = min(run.percent for run in runs)
        self._tell(f"cpu_updates_{suffix}_percent", share, "% of core", f"{how}; the feeding loop included")
        gap = "gap_updates_p99_ms" if suffix == "35k" else f"gap_updates_{suffix}_p99_ms"
        gaps = min(quantile(run.gaps, 0.99) for run in runs)
        self._tell(gap, gaps, "ms", f"{how}; of all stretches over 1 ms in which the event loop did not turn")

    def _storm(self, ours: Child, name: str) -> None:
        for scale in ("city", "district"):
            how = f"10,000 alarms in one tick, then 1,000 changes/s, {scale} in view; stretches over 1 ms of the loop"
            asked = [ours.ask("storm", seconds=_SECONDS, scale=scale) for _ in range(2)]
            gaps = [msgspec.json.decode(answer, type=list[float]) for answer in asked]
            self._tell(f"storm_gap_p99_{scale}_{name}_ms", min(quantile(run, 0.99) for run in gaps), "ms", how)
            self._tell(f"storm_gap_max_{scale}_{name}_ms", min(max(run, default=0.0) for run in gaps), "ms", how)

    def _rest(self, ours: Child) -> None:
        for name, is_calm, how in (
            ("idle_cpu_percent", 1, "nothing changes, nothing flashes"),
            ("flash_cpu_percent", 0, "nothing changes, some alarms flash"),
        ):
            share = msgspec.json.decode(ours.ask("idle", seconds=_SECONDS, is_calm=is_calm), type=float)
            self._tell(name, share, "% of core", how)

    def _picks(self, ours: Child, name: str) -> None:
        tally = msgspec.json.decode(ours.ask("picks", tries=900), type=Tally)
        how = "processor time; what is under a pixel, at three scales, half of them near an asset"
        if name == "35k":
            share = tally.right / len(tally.ms)
            self._tell("hit_exact_share", share, "", f"{how}: the same as by looking at every asset")
        suffix = "" if name == "35k" else f"_{name}"
        self._tell(f"hit{suffix}_ms", quantile(tally.ms, 0.99), "ms", f"p99; {how}")

    def _city(self, name: str, city: GeneratedMap) -> Path:
        path = self._folder / f"{name}.pickle"
        path.write_bytes(pickle.dumps(city))
        return path

    def _start(self, name: str, start: Callable[[], Child]) -> Child | None:
        try:
            return start()
        except NotHere as error:
            self.told.append(NotRun(name, str(error)))
            return None

    def _leaflet(self, leaflet: Child, value: float) -> Peer:
        return Peer(f"Leaflet circleMarker on canvas in QWebEngineView ({_seen(leaflet)})", LEAFLET_VERSION, value)

    def _raw(self, name: str, pans: Sequence[Pan], how: str) -> None:
        for share, word in ((0.5, "p50"), (0.99, "p99")):
            self._tell(f"{name}_{word}_ms", _best(pans, share), "ms", how)
        if pans[0].work:
            intervals = min(quantile(pan.interval, 0.99) for pan in pans)
            self._tell(f"{name}_interval_p99_ms", intervals, "ms", "between painted frames, waiting for ticks included")

    def _tell(self, name: str, value: float, unit: str, how: str, peer: Peer | None = None) -> None:
        metric = Metric(id=name, value=round(value, 4), unit=unit, how=how, peer=peer)
        self.told.append(metric.against(BARS[name]) if name in BARS else metric)


def _pan(child: Child, frames: int, **how: float | str) -> Pan:
    answer = child.ask("pan", 60.0 + 6 * frames, frames=frames, **how)
    return msgspec.json.decode(answer, type=Pan)


def _best(pans: Sequence[Pan], share: float = 0.5) -> float:
    """Of the rounds the one that was disturbed least; ours and theirs alike."""
    return min(quantile(pan.work or pan.interval, share) for pan in pans)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def _seen(child: Child) -> str:
    share = msgspec.json.decode(child.ask("coloured"), type=float)
    if share < _DRAWN_AT_LEAST:
        raise ChildFailed(f"a peer shows an empty window ({share:.1%} drawn on): a blank page would be quick too")
    return f"{share:.0%} of its window drawn on"
