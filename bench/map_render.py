"""How quickly the map paints: pans, updates, first picture, picks; beside the repaint floor. Prints JSON.

Run with `python -m bench.map_render [--lamps 34000 340000] [--seconds 5]`. Without a display it paints off screen.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time

import msgspec
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, qVersion
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from bench.generated_map import NAMES, STYLES, GeneratedMap, generate
from bench.report import ROOT, Metric, Peer
from widgets.city_map import CityMap
from widgets.frame_clock import FrameClock

WIDTH, HEIGHT = 1920, 1080
STEP_PX = 14
FRAMES = 240
MOVES_PER_S, STATES_PER_S = 405, 1_000
UPDATES_HZ = 10
MIDDLE = (5.0470, 47.3262)


class Floor(QWidget):
    """The least a map may do: one opaque picture and one transparent one."""

    def __init__(self) -> None:
        super().__init__()
        size = (WIDTH + 400, HEIGHT + 400)
        self._ground = QImage(*size, QImage.Format.Format_RGB32)
        self._ground.fill(0xFF20262D)
        self._discs = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._discs.fill(0)
        painter = QPainter(self._discs)
        rng = np.random.default_rng(1)
        for x, y in rng.integers(0, WIDTH, (20_000, 2)).tolist():
            painter.fillRect(x, y, 3, 3, 0xFFE0D0A0)
        painter.end()
        self.offset = 0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        painter.drawImage(-self.offset, -self.offset, self._ground)
        painter.drawImage(-self.offset, -self.offset, self._discs)
        painter.end()


def measure() -> list[Metric]:
    """Both sizes of city in a process of their own; what is painted again and again stands beside the floor."""
    command = (sys.executable, "-m", "bench.map_render", "--seconds", "3")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    metrics = msgspec.json.decode(run.stdout, type=list[Metric])
    floors = {metric.id: metric.value for metric in metrics if metric.id.startswith("map_floor")}

    def beside(metric: Metric) -> Metric:
        floor_id = f"map_floor_{'p99' if '_p99_' in metric.id else 'p50'}_ms"
        if not metric.id.startswith(("pan_", "zoom_")):
            return metric
        return msgspec.structs.replace(metric, peer=Peer("two blits of the window", qVersion(), floors[floor_id]))

    return [beside(metric) for metric in metrics]


def main() -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description="How quickly the map paints.")
    parser.add_argument("--lamps", type=int, nargs="+", default=[34_000, 340_000])
    parser.add_argument("--seconds", type=float, default=5.0, help="length of the runs with updates and at rest")
    wanted = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    metrics = floor(application)
    for lamps in wanted.lamps:
        metrics += city(application, lamps, wanted.seconds)
    print(msgspec.json.encode(metrics).decode())
    return 0


def floor(application: QApplication) -> list[Metric]:
    """Time of a frame that only blits."""
    widget = Floor()
    widget.resize(WIDTH, HEIGHT)
    widget.show()
    application.processEvents()
    times: list[float] = []
    for frame in range(FRAMES):
        widget.offset = frame % 200
        start = time.perf_counter()
        widget.repaint()
        times.append((time.perf_counter() - start) * 1e3)
    widget.close()
    return _percentiles("map_floor", times, "base + one ARGB blit, repaint()")


def city(application: QApplication, lamps: int, seconds: float) -> list[Metric]:
    """Every figure for one size of city."""
    name = f"{round(lamps * 1.05 / 1000)}k"
    sample = generate(lamps)
    clock = FrameClock()
    map_widget = CityMap(clock)
    map_widget.resize(WIDTH, HEIGHT)
    start = time.perf_counter()
    feed(map_widget, sample)
    map_widget.show()
    application.processEvents()
    map_widget.repaint()
    metrics = [_metric(f"first_map_{name}_s", time.perf_counter() - start, "s", "columns in memory -> painted")]
    for place, metres in (("city", None), ("district", 4.0), ("street", 1.0)):
        if metres is None:
            map_widget.zoom_to_all(animate=False)
        else:
            map_widget.go_to(*MIDDLE, metres, animate=False)
        _rest(application, map_widget)
        metrics += _percentiles(
            f"pan_{place}_{name}", pan(application, map_widget), f"repaint() of a pan, {STEP_PX} px a frame"
        )
    metrics += zoom(application, map_widget, name)
    map_widget.zoom_to_all(animate=False)
    _rest(application, map_widget)
    metrics += picks(map_widget, name)
    metrics += updates(application, map_widget, sample, name, seconds)
    metrics += rest(application, map_widget, sample, name, seconds)
    map_widget.close()
    clock.close()
    map_widget.deleteLater()
    application.processEvents()
    return metrics


def feed(map_widget: CityMap, sample: GeneratedMap) -> None:
    """Give the map everything it shows."""
    ids = sample.columns.ids
    map_widget.set_classes(STYLES)
    map_widget.set_communes(NAMES, sample.centroids)
    map_widget.set_base_layers(sample.layers)
    map_widget.set_assets(sample.columns)
    map_widget.set_states(ids, sample.states)
    map_widget.set_levels(ids, sample.levels)
    map_widget.set_cones(sample.cones)
    map_widget.set_labels(sample.labels)


def pan(application: QApplication, map_widget: CityMap) -> list[float]:
    """Times of frames while the ground is pulled along, events and work ahead included."""
    times: list[float] = []
    for frame in range(FRAMES):
        turn = frame / FRAMES * 2 * math.pi
        start = time.perf_counter()
        view = map_widget.view
        lon, lat = view.moved_to(
            view.x + STEP_PX * view.units * math.cos(turn), view.y + STEP_PX * view.units * math.sin(turn)
        ).lon_lat
        map_widget.go_to(lon, lat, animate=False)
        map_widget.repaint()
        times.append((time.perf_counter() - start) * 1e3)
        application.processEvents()
    return times


def zoom(application: QApplication, map_widget: CityMap, name: str) -> list[Metric]:
    """Gaps between frames while the wheel turns."""
    map_widget.go_to(*MIDDLE, 8.0, animate=False)
    _rest(application, map_widget)
    gaps: list[float] = []
    for factor in (0.5, 0.5, 2.0, 2.0):
        map_widget.zoom_by(factor)
        last = time.perf_counter()
        while not map_widget.is_settled():
            application.processEvents()
            now = time.perf_counter()
            gaps.append((now - last) * 1e3)
            last = now
    busy = [gap for gap in gaps if gap > 1.0]
    return _percentiles(f"zoom_{name}", busy, "one turn of the event loop that painted, while zooming")


def picks(map_widget: CityMap, name: str) -> list[Metric]:
    """Time to say what is under the pointer."""
    rng = np.random.default_rng(5)
    times: list[float] = []
    for x, y in rng.uniform(0, 1, (300, 2)).tolist():
        start = time.perf_counter()
        map_widget.pick_at(QPointF(x * WIDTH, y * HEIGHT))
        times.append((time.perf_counter() - start) * 1e3)
    return _percentiles(f"pick_{name}", times, "what is under a pixel, whole city in view")


def updates(
    application: QApplication, map_widget: CityMap, sample: GeneratedMap, name: str, seconds: float
) -> list[Metric]:
    """CPU and gaps of the event loop under the updates of a live city."""
    rng = np.random.default_rng(6)
    ids, columns = sample.columns.ids, sample.columns
    vehicles = np.flatnonzero(columns.class_index == 6)
    lon, lat = columns.lon[vehicles].copy(), columns.lat[vehicles].copy()
    gaps: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    last = following = began
    while last - began < seconds:
        if last >= following:
            following += 1 / UPDATES_HZ
            moved = rng.integers(0, vehicles.size, MOVES_PER_S // UPDATES_HZ)
            lon[moved] += rng.normal(0, 1e-4, moved.size)
            heading = rng.uniform(0, 360, moved.size).astype(np.float32)
            map_widget.move_assets(ids[vehicles[moved]], lon[moved], lat[moved], heading)
            changed = rng.integers(0, ids.size, STATES_PER_S // UPDATES_HZ)
            map_widget.set_levels(ids[changed], rng.integers(0, 101, changed.size).astype(np.uint8))
        application.processEvents()
        now = time.perf_counter()
        gaps.append((now - last) * 1e3)
        last = now
        time.sleep(0.001)
        last = time.perf_counter()
    share = (time.process_time() - cpu) / (time.perf_counter() - began) * 100
    how = f"{MOVES_PER_S} moves/s + {STATES_PER_S} level changes/s at {UPDATES_HZ} Hz, whole city in view"
    busy = [gap for gap in gaps if gap > 1.0]
    return [
        _metric(f"updates_cpu_{name}", share, "% of a core", how + " (the loop that feeds it included)"),
        *_percentiles(f"updates_gap_{name}", busy, how),
    ]


def rest(
    application: QApplication, map_widget: CityMap, sample: GeneratedMap, name: str, seconds: float
) -> list[Metric]:
    """CPU while nothing happens and nothing flashes."""
    map_widget.set_states(sample.columns.ids, np.zeros(sample.columns.ids.size, np.uint8))
    _rest(application, map_widget)
    began = time.perf_counter()
    while time.perf_counter() - began < 1.5:  # the words for screen readers follow within a second
        application.processEvents()
        time.sleep(0.01)
    began, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        application.processEvents()
        time.sleep(0.05)
    share = (time.process_time() - cpu) / (time.perf_counter() - began) * 100
    return [_metric(f"idle_cpu_{name}", share, "% of a core", "nothing changes, nothing flashes")]


def _rest(application: QApplication, map_widget: CityMap) -> None:
    began = time.perf_counter()
    while not map_widget.is_settled() and time.perf_counter() - began < 20:
        application.processEvents()


def _metric(name: str, value: float, unit: str, how: str) -> Metric:
    return Metric(id=name, value=value, unit=unit, how=how)


def _percentiles(name: str, times: list[float], how: str) -> list[Metric]:
    values: npt.NDArray[np.float64] = np.array(times or [0.0])
    return [
        _metric(f"{name}_p50_ms", round(float(np.quantile(values, 0.5)), 3), "ms", how),
        _metric(f"{name}_p99_ms", round(float(np.quantile(values, 0.99)), 3), "ms", how),
    ]


if __name__ == "__main__":
    sys.exit(main())
