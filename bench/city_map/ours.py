"""The application's own CityMap in a window, all its layers on: pans, zooms, lives, rests and picks when told to."""

from __future__ import annotations

import gc
import pickle
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from bench.city_map import hand, hits
from bench.city_map.child import serve
from bench.city_map.feeding import UPDATES_HZ, LiveCity, Storm, feed
from bench.city_map.floor import HEIGHT, WIDTH
from bench.city_map.frames import Frames, Loop, take
from bench.generated_map import MIDDLE, GeneratedMap
from widgets.city_map import CityMap
from widgets.frame_clock import FrameClock

SCALES = {"city": 0.0, "district": 4.0, "street": 1.0}  # metres per pixel; 0: all there is


class Living(msgspec.Struct, frozen=True):
    """What a run with updates cost."""

    percent: float
    gaps: list[float]


class Two(msgspec.Struct, frozen=True):
    """The same on one map and on two."""

    one: Frames
    two: Frames


class CountedMap(CityMap):
    """Counts what it paints."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted += 1


class Stage:
    """Maps of one city in windows of their own."""

    def __init__(self, city: GeneratedMap) -> None:
        self._city = city
        self._clock = FrameClock()
        self._map = self._open()

    def first(self) -> float:
        """Seconds from columns in memory to a map that has no more to paint, in a window that just opened."""
        self._close(self._map)
        start = time.perf_counter()
        self._map = self._open()
        return time.perf_counter() - start

    def units(self) -> float:
        """Mercator metres per pixel of the whole city in view."""
        self._look("city")
        return self._map.view.units

    def pan(self, frames: int, scale: str = "city") -> object:
        """Drag the ground round in a circle."""
        self._look(scale)
        return msgspec.to_builtins(self._drag(frames, self._map))

    def two(self, frames: int) -> object:
        """The same drag with live updates, on one map, then on two side by side: work of all frames each."""
        self._look("city")
        alone = self._living(frames, self._map)
        other = self._open(WIDTH)
        both = self._living(frames, self._map, other)
        self._close(other)
        return msgspec.to_builtins(Two(alone, both))

    def zoom(self) -> object:
        """Turn the wheel in and out; every frame until the view has arrived."""
        self._look("city")
        loop, work, interval = Loop(), list[float](), list[float]()
        for notches in (2, 2, 2, -2, -2, -2):
            last, worked, painted = time.perf_counter(), loop.worked_s, self._map.painted
            hand.wheel(self._map, notches)
            while not self._map.is_settled():
                before = painted
                loop.run_until(lambda: self._map.painted > before or self._map.is_settled())  # noqa: B023
                now, painted = time.perf_counter(), self._map.painted
                if painted > before:
                    work.append((loop.worked_s - worked) * 1e3)
                    interval.append((now - last) * 1e3)
                    last, worked = now, loop.worked_s
        return msgspec.to_builtins(Frames(work, interval))

    def updates(self, seconds: float, times: int) -> object:
        """A living city in full view: stretches in which the event loop was busy, then the share of a core."""
        self._look("city")
        live = LiveCity(self._city, self._map, times)
        ticking = self._clock.subscribe(UPDATES_HZ, live.turn)
        Loop().run_for(1.0)
        loop = Loop()
        loop.run_for(seconds)
        share = self._share_of_a_core(seconds)
        ticking.stop()
        return msgspec.to_builtins(Living(share, [stretch * 1e3 for stretch in loop.stretches_s if stretch > 1e-3]))

    def storm(self, seconds: float, scale: str) -> object:
        """Ten thousand alarms at once: stretches in which the event loop was busy, from the first of them on."""
        self._map.set_states(self._city.columns.ids, np.zeros_like(self._city.states))
        self._look(scale)
        ticking = self._clock.subscribe(UPDATES_HZ, Storm(self._city, self._map).turn)
        loop = Loop()
        loop.run_for(seconds)
        ticking.stop()
        self._map.set_states(self._city.columns.ids, self._city.states)
        return [stretch * 1e3 for stretch in loop.stretches_s if stretch > 1e-3]

    def idle(self, seconds: float, is_calm: bool) -> float:
        """Share of a core while nothing changes; calm: no alarm that flashes either."""
        ids = self._city.columns.ids
        self._map.set_states(ids, np.zeros_like(self._city.states) if is_calm else self._city.states)
        self._look("city")
        Loop().run_for(1.6)  # words for screen readers follow within a second
        return self._share_of_a_core(seconds)

    def picks(self, tries: int) -> object:
        """What is under a pixel beside a brute-force search, and the time it takes."""
        ids = self._city.columns.ids
        columns, headings = self._city.columns, self._city.headings
        self._map.move_assets(ids, columns.lon, columns.lat, headings)  # vehicles have driven about
        self._map.set_states(ids, np.zeros_like(self._city.states))  # a badge would hide what it counts
        answer = hits.Tally()
        for scale in SCALES:
            self._look(scale)
            answer += hits.picks(self._map, columns, tries // len(SCALES))
        self._map.set_states(ids, self._city.states)
        return msgspec.to_builtins(answer)

    def _open(self, left: int = 0) -> CountedMap:
        opened = CountedMap(self._clock)
        opened.setGeometry(left, 0, WIDTH, HEIGHT)
        feed(opened, self._city)
        opened.show()
        Loop().run_until(lambda: opened.painted > 0 and opened.is_settled())
        return opened

    def _close(self, opened: CountedMap) -> None:
        opened.close()
        opened.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        Loop().run_for(0.2)

    def _look(self, scale: str) -> None:
        self._map.raise_()
        if SCALES[scale]:
            self._map.go_to(*MIDDLE, SCALES[scale], animate=False)
        else:
            self._map.zoom_to_all(animate=False)
        Loop().run_until(self._map.is_settled)
        Loop().run_for(0.2)

    def _drag(self, frames: int, *maps: CountedMap) -> Frames:
        for shown in maps:
            hand.press(shown)

        def step(number: int) -> None:
            for shown in maps:
                hand.drag(shown, number + 1)

        taken = take(frames, step, lambda: min(shown.painted for shown in maps))
        for shown in maps:
            hand.release(shown, frames)
        Loop().run_for(0.5)  # the throw ends
        return taken

    def _living(self, frames: int, *maps: CountedMap) -> Frames:
        tickings = [self._clock.subscribe(UPDATES_HZ, LiveCity(self._city, shown).turn) for shown in maps]
        Loop().run_for(0.5)
        taken = self._drag(frames, *maps)
        for ticking in tickings:
            ticking.stop()
        return taken

    def _share_of_a_core(self, seconds: float) -> float:
        loop = QEventLoop()
        self._clock.after(seconds, loop.quit)
        began, cpu = time.perf_counter(), time.process_time()
        loop.exec()
        return (time.process_time() - cpu) / (time.perf_counter() - began) * 100


def main(path: Path) -> None:
    """Load a city, then do what each line says."""
    application = QApplication([])
    stage = Stage(pickle.loads(path.read_bytes()))  # noqa: S301 (written by the bench a moment ago)
    jobs = (
        stage.first,
        stage.units,
        stage.pan,
        stage.two,
        stage.zoom,
        stage.updates,
        stage.storm,
        stage.idle,
        stage.picks,
    )
    serve({job.__name__: job for job in jobs})
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
