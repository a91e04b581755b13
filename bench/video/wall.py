"""The application's own wall in a process of its own, with the media process it watches through.

`python -m bench.video.wall CAMERAS_PORT`, told what to do by lines (bench.video.jobs).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

import msgspec
import qasync
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from bench.video.jobs import serve
from bench.video.media_child import MediaChild
from console.kit.video import NoAddress, PictureState
from console.panels.cameras.stage import WallStage
from console.panels.cameras.streams import Wish
from console.shell.live_pictures import LivePictures
from video.states import StreamFailure
from widgets.frame_clock import FrameClock
from widgets.look import load_palette
from widgets.wall_layout.cells import MOST_CELLS
from widgets.wall_layout.layout import even

_GAP_HZ: Final = 100
_LAID_OUT_S: Final = 0.3


class Tally(msgspec.Struct):
    """What a tile showed while it was watched. Monotonic seconds."""

    shown: int = 0
    skipped: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    sequence: int = -1
    painted_at: list[float] = []

    def saw(self, sequence: int, at: float) -> None:
        """A picture was painted."""
        if self.shown:
            self.skipped += max(0, sequence - self.sequence - 1)
        else:
            self.first_at = at
        self.sequence, self.last_at = sequence, at
        self.painted_at.append(at)
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


class Told(msgspec.Struct):
    """A state a tile was told, when (monotonic seconds), and when its newest picture had been painted."""

    tile: int
    state: str
    at: float
    painted_at: float


class Wall:
    """Stages of tiles over the whole screen: one, or as many as it takes."""

    def __init__(self, cameras_port: int) -> None:
        self._cameras_port = cameras_port
        self._clock = FrameClock()
        self._pictures = LivePictures()
        self._media = MediaChild()
        self._window = QWidget()
        self._row = QHBoxLayout(self._window)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._stages: list[WallStage] = []
        self._count = 0
        self._tallies: list[Tally] = []
        self._told: list[Told] = []
        self._opened_at = 0.0

    async def start(self) -> None:
        """Processes, and an empty window."""
        await self._pictures.start()
        await self._media.start()
        self._window.show()

    async def close(self) -> None:
        """End everything."""
        await self.shut()
        await self._pictures.aclose()
        await self._media.close()
        self._window.close()

    async def open(self, count: int, width: int, height: int, faults: Mapping[str, str] | None = None) -> None:
        """So many tiles with so many cameras in a window of that size; `faults` by number."""
        self._window.setGeometry(0, 0, width, height)
        palette = load_palette("dark")
        self._count, self._tallies, self._told = count, [Tally() for _ in range(count)], []
        for first in range(0, count, MOST_CELLS):
            stage = WallStage(palette, "", self._pictures, self._clock)
            stage.painted.connect(partial(self._painted, first))
            stage.state_changed.connect(partial(self._state_changed, first))
            self._row.addWidget(stage.grid)
            stage.show_layout(even(min(MOST_CELLS, count - first)), {})
            self._stages.append(stage)
        await asyncio.sleep(_LAID_OUT_S)
        self._opened_at = time.monotonic()
        for number in range(count):
            fault = (faults or {}).get(str(number))
            query = "" if fault is None else f"?fault={fault}"
            self._media.open_camera(number, f"rtsp://127.0.0.1:{self._cameras_port}/cam/{number + 1:03d}{query}")
            wish = Wish(number, "sub", address=partial(self._address, number))
            caption = f"{number} · Rue de la Liberté"
            self._stages[number // MOST_CELLS].show_stream(number % MOST_CELLS, wish, caption, is_movable=True)

    async def showing(self, within_s: float = 20.0) -> list[float]:
        """Seconds from the opening until each tile showed a picture; -1 for those that did not in time."""
        until = time.monotonic() + within_s
        while time.monotonic() < until and any(tally.shown == 0 for tally in self._tallies):  # noqa: ASYNC110 (looks on)
            await asyncio.sleep(0.02)
        return [tally.first_at - self._opened_at if tally.shown else -1.0 for tally in self._tallies]

    async def shut(self) -> None:
        """Empty the window."""
        for stage in self._stages:
            stage.close()
            self._row.removeWidget(stage.grid)
            stage.grid.hide()
            stage.grid.deleteLater()
        self._stages, self._tallies, self._count = [], [], 0

    async def watch(self, seconds: float) -> Watched:
        """Count for so long. Nothing else is measured meanwhile: a timer of 100 Hz would be half of the GUI's work."""
        self._tallies = [Tally() for _ in range(self._count)]
        await asyncio.sleep(seconds)
        return Watched(self._tallies, [])

    async def late(self, seconds: float) -> Watched:
        """How late a timer of 10 ms comes, and what is painted meanwhile."""
        self._tallies = [Tally() for _ in range(self._count)]
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

    async def told(self, seconds: float) -> list[Told]:
        """Which states the tiles are told within so long."""
        self._told = []
        await asyncio.sleep(seconds)
        return self._told

    async def places(self) -> list[Place]:
        """Where the pictures are."""
        found: list[Place] = []
        for number in range(self._count):
            stage = self._stages[number // MOST_CELLS]
            tile_id = stage.streams.tile_id(number % MOST_CELLS)
            picture = None if tile_id is None else self._pictures.newest(tile_id)
            if picture is not None:
                tile = stage.tiles[number % MOST_CELLS]
                high, wide = (int(side) for side in picture.pixels.shape[:2])
                at = tile.mapToGlobal(tile.rect().topLeft())
                x, y = at.x() + (tile.width() - wide) // 2, at.y() + (tile.height() - high) // 2
                found.append(Place(x, y, wide, high))
        return found

    async def processes(self) -> dict[str, int]:
        """Who is who."""
        return {"gui": os.getpid(), "media": self._media.pid}

    async def _address(self, number: int) -> str:
        try:
            return await self._media.address(number)
        except StreamFailure as failure:
            raise NoAddress(failure.reason) from failure

    def _painted(self, first: int, tile: int, sequence: int) -> None:
        self._tallies[first + tile].saw(sequence, time.monotonic())

    def _state_changed(self, first: int, tile: int, state: PictureState, reason: str) -> None:
        stage = self._stages[first // MOST_CELLS]
        words = "" if state is PictureState.LIVE else f"{state.value} {reason}"
        stage.tiles[tile].show_state(words, is_live=state is PictureState.LIVE)
        number = first + tile
        self._told.append(Told(number, state.value, time.monotonic(), self._tallies[number].last_at))


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
                "late": wall.late,
                "told": wall.told,
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
    application.setStyle("Fusion")
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
