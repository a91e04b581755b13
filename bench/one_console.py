"""One console under measure: `python -m bench.one_console URL ASSETS SECONDS`, a refresh token on standard input.

A real console off screen, as `main.py --server URL` with a kept login; prints one line of JSON and leaves.
"""

import asyncio
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from bench.console_loop import OneLogin, run_console
from bench.processes import proportional_mb
from bench.pulse import PULSE_CODE, PULSE_LEVELS, PULSE_S
from console.kit.clock import wall_clock
from console.panels.map.panel import MapPanel
from console.shell.application import ConsoleApplication
from console.shell.live_pictures import LivePictures
from console.shell.options import ConsoleOptions
from console.store.states import StateColumns, StateStore
from widgets.city_map import CityMap


class Seen(msgspec.Struct, kw_only=True):
    """What somebody in front of this console saw. `screen_ms`: from a lamp's report to its picture."""

    map_s: float
    screen_ms: list[float]
    rss_mb: float


class _Painted(QObject):
    """Tells when the map has been painted."""

    def __init__(self, city_map: CityMap, painted: Callable[[], None]) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._painted = painted
        city_map.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._loop.call_soon(self._painted)  # this event is before the picture, the next turn is after it
        return super().eventFilter(watched, event)


class _Pulse:
    """How late each level of the pulsing lamp is on the map: in the first frame after it came."""

    def __init__(self, city_map: CityMap, states: StateStore, lamp: int) -> None:
        self._states = states
        self._lamp = lamp
        self._level = states.level_of(lamp)
        self._sent_at: float | None = None
        self.late_ms: list[float] = []
        states.changed_since_tick.connect(self._changed)
        self._filter = _Painted(city_map, self._painted)

    def _changed(self, _columns: StateColumns) -> None:
        level = self._states.level_of(self._lamp)
        if level is None or level == self._level:
            return
        self._level = level
        number = math.floor(time.monotonic() / PULSE_S)
        self._sent_at = (number - (number - level) % PULSE_LEVELS) * PULSE_S

    def _painted(self) -> None:
        if self._sent_at is not None:
            self.late_ms.append((time.monotonic() - self._sent_at) * 1e3)
            self._sent_at = None


async def look(qt: QApplication, url: str, assets: int, seconds: float, token: str, folder: Path) -> Seen:
    """Open, wait for the map, look at it, leave."""
    live = LivePictures()
    options = ConsoleOptions(server_url=url, config_folder=folder, screen_count=1)
    console = ConsoleApplication(options, qt, vault=OneLogin(token), pictures=live)
    try:
        await console.start()
        city_map = await _map_of(console)
        await _until_whole(console, city_map, assets)
        map_s = wall_clock().timestamp() - psutil.Process().create_time()
        await live.start()
        lamp = next(asset.id for asset in console.stores.assets.all() if asset.code == PULSE_CODE)
        pulse = _Pulse(city_map, console.stores.states, lamp)
        await asyncio.sleep(seconds)
        return Seen(map_s=map_s, screen_ms=pulse.late_ms, rss_mb=proportional_mb(os.getpid()))
    finally:
        await console.close()
        await live.aclose()


async def _map_of(console: ConsoleApplication) -> CityMap:
    while True:
        hosted = console.panel("map")
        if hosted is not None and isinstance(hosted.panel, MapPanel):
            return hosted.panel.city_map
        await asyncio.sleep(0.005)


async def _until_whole(console: ConsoleApplication, city_map: CityMap, assets: int) -> None:
    """All assets are in the map, their colours too, and what is on screen is painted."""
    stores = console.stores
    is_whole = asyncio.Event()

    def painted() -> None:
        if stores.assets.revision > 0 and stores.assets.count >= assets and len(stores.states.all().ids):
            is_whole.set()

    watching = _Painted(city_map, painted)
    await is_whole.wait()
    city_map.removeEventFilter(watching)


def main() -> None:
    """Measure and print."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    token = sys.stdin.readline().strip()
    url, assets, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    seen = run_console(lambda qt, folder: look(qt, url, assets, seconds, token, folder))
    print(msgspec.json.encode(seen).decode())


if __name__ == "__main__":
    main()
