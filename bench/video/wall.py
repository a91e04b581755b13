"""The application's own wall in a process of its own, with the media process it watches through.

`python -m bench.video.wall CAMERAS_PORT`, told what to do by lines (bench.video.jobs).
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
import time
from functools import partial

import msgspec
import qasync
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from bench.video.jobs import serve
from bench.video.media_child import MediaChild
from console.kit.video import PictureState
from console.shell.live_pictures import LivePictures
from widgets.frame_clock import FrameClock
from widgets.look import load_palette
from widgets.video_tile import VideoTile

WIDTH, HEIGHT = 1920, 1080
_PAINT_HZ, _GAP_HZ = 30, 100


class Tally(msgspec.Struct):
    """What a tile showed while it was watched. Monotonic seconds."""

    shown: int = 0
    skipped: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    sequence: int = -1

    def saw(self, sequence: int, at: float) -> None:
        """A picture was painted."""
        if self.sequence >= 0:
            self.skipped += max(0, sequence - self.sequence - 1)
        else:
            self.first_at = at
        self.sequence, self.last_at = sequence, at
        self.shown += 1


class Watched(msgspec.Struct):
    """What the wall says of a stretch of time."""

    tiles: list[Tally]
    late_ms: list[float]
    """How late each tick of a 10 ms timer came."""


class Place(msgspec.Struct):
    """Where on the screen a picture is."""

    x: int
    y: int
    width: int
    height: int


class Wall:
    """Tiles of one size over the whole screen."""

    def __init__(self, cameras_port: int) -> None:
        self._cameras_port = cameras_port
        self._clock = FrameClock()
        self._pictures = LivePictures()
        self._media = MediaChild()
        self._window = QWidget()
        self._grid = QGridLayout(self._window)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._tiles: list[VideoTile] = []
        self._tallies: list[Tally] = []
        self._sequences: list[int] = []
        self._states: dict[int, list[tuple[PictureState, float]]] = {}
        self._painting = self._clock.subscribe(_PAINT_HZ, self._paint)

    async def start(self) -> None:
        """Processes, and an empty window."""
        await self._pictures.start()
        await self._media.start()
        self._window.setGeometry(0, 0, WIDTH, HEIGHT)
        self._window.show()

    async def close(self) -> None:
        """End everything."""
        self._painting.stop()
        await self._pictures.aclose()
        await self._media.close()
        self._window.close()

    async def open(self, count: int, faults: dict[str, str] | None = None) -> None:
        """So many tiles with so many cameras; `faults` by number."""
        side = math.ceil(math.sqrt(count))
        palette = load_palette("dark")
        for number in range(count):
            fault = (faults or {}).get(str(number))
            query = "" if fault is None else f"?fault={fault}"
            self._media.open_camera(number, f"rtsp://127.0.0.1:{self._cameras_port}/cam/{number + 1:03d}{query}")
            tile = VideoTile(palette, "")
            tile.show_camera(f"{number} - bench", is_movable=True)
            self._grid.addWidget(tile, number // side, number % side)
            self._tiles.append(tile)
        self._tallies = [Tally() for _ in range(count)]
        self._sequences = [-1] * count
        await asyncio.sleep(0.2)  # Qt lays out
        for number, tile in enumerate(self._tiles):
            self._states[number] = []
            self._pictures.open(
                str(number),
                partial(self._media.address, number),
                tile.width(),
                tile.height(),
                partial(self._state_changed, number),
            )

    async def showing(self, within_s: float = 20.0) -> list[float]:
        """Seconds until each tile showed a picture, from now; -1 for those that did not in time."""
        begun = time.monotonic()
        while time.monotonic() < begun + within_s and any(tally.shown == 0 for tally in self._tallies):
            await asyncio.sleep(0.02)
        return [tally.first_at - begun if tally.shown else -1.0 for tally in self._tallies]

    async def shut(self) -> None:
        """Empty the window."""
        for number, tile in enumerate(self._tiles):
            self._pictures.close(str(number))
            self._grid.removeWidget(tile)
            tile.deleteLater()
        self._tiles, self._tallies, self._sequences = [], [], []

    async def watch(self, seconds: float) -> Watched:
        """Count for so long."""
        self._tallies = [Tally() for _ in self._tiles]
        late_ms: list[float] = []
        last = time.perf_counter()

        def tick(_now: float) -> None:
            nonlocal last
            now = time.perf_counter()
            late_ms.append(max(0.0, (now - last) * 1e3 - 1e3 / _GAP_HZ))
            last = now

        ticking = self._clock.subscribe(_GAP_HZ, tick)
        await asyncio.sleep(seconds)
        ticking.stop()
        return Watched(self._tallies, late_ms[1:])

    async def places(self) -> list[Place]:
        """Where the pictures are."""
        found: list[Place] = []
        for number, tile in enumerate(self._tiles):
            picture = self._pictures.newest(str(number))
            if picture is not None:
                high, wide = picture.pixels.shape[:2]
                at = tile.mapToGlobal(tile.rect().topLeft())
                found.append(Place(at.x() + (tile.width() - wide) // 2, at.y() + (tile.height() - high) // 2, wide, high))
        return found

    async def processes(self) -> dict[str, int]:
        """Who is who."""
        return {"gui": os.getpid(), "media": self._media.pid}

    def _paint(self, _now: float) -> None:
        for number, tile in enumerate(self._tiles):
            picture = self._pictures.newest(str(number))
            if picture is not None and picture.sequence != self._sequences[number]:
                self._sequences[number] = picture.sequence
                tile.show_picture(picture.pixels)
                self._tallies[number].saw(picture.sequence, time.monotonic())

    def _state_changed(self, number: int, state: PictureState, reason: str) -> None:
        self._states[number].append((state, time.monotonic()))
        if number < len(self._tiles):
            self._tiles[number].show_state(f"{state.value} {reason}", is_live=state is PictureState.LIVE)


async def _serve(cameras_port: int) -> None:
    wall = Wall(cameras_port)
    await wall.start()
    try:
        await serve(
            {
                "open": wall.open,
                "showing": wall.showing,
                "shut": wall.shut,
                "watch": wall.watch,
                "places": wall.places,
                "processes": wall.processes,
            }
        )
    finally:
        await wall.close()


def main() -> None:
    """Turn Qt's loop until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    application = QApplication([])
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
