"""A console at which every camera is watched: `python -m bench.video_kills.watching_console URL USER PASSWORD`.

Says "watched N AT" on standard output, five times a second: at that wall time so many tiles had a new picture within
the last second.
"""

import asyncio
import functools
import os
import signal
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from bench.console_loop import run_console
from bench.video_kills.patience import IS_MOVING_S, until
from console.panels.cameras.panel import CamerasPanel
from console.shell.application import ConsoleApplication
from console.shell.live_pictures import LivePictures
from console.shell.options import ConsoleOptions
from video.clocks import wall

_SAYS_EVERY_S = 0.2
_PATIENCE_S = 30.0


class _Watching:
    """When each tile was painted last."""

    def __init__(self, panel: CamerasPanel) -> None:
        self._loop = asyncio.get_running_loop()
        self._painted_at: dict[int, float] = {}
        panel.stage.painted.connect(self._painted)

    @property
    def count(self) -> int:
        """Tiles that move."""
        return sum(self._loop.time() - at < IS_MOVING_S for at in self._painted_at.values())

    def _painted(self, tile: int, _sequence: int) -> None:
        self._painted_at[tile] = self._loop.time()


async def watch(qt: QApplication, url: str, user: str, password: str, folder: Path) -> None:
    """Log in, put every camera on the wall, and say how many are seen, until told to leave."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    pictures = LivePictures(workers=1)
    options = ConsoleOptions(
        server_url=url, config_folder=folder, keeps_login=False, screen_count=1, workspace="operator"
    )
    console = ConsoleApplication(options, qt, pictures=pictures)
    await pictures.start()
    try:
        await console.start()
        if not await until(functools.partial(console.log_in, user, password), _PATIENCE_S):
            return
        watching = await _on_the_wall(console)
        while not stopped.is_set():
            print(f"watched {watching.count} {wall():.3f}", flush=True)
            await asyncio.sleep(_SAYS_EVERY_S)
    finally:
        await console.close()
        await pictures.aclose()


async def _on_the_wall(console: ConsoleApplication) -> _Watching:
    while True:
        hosted = console.panel("cameras")
        cameras = tuple(asset.id for asset in console.stores.assets.all() if asset.class_ == "camera")
        if hosted is not None and isinstance(hosted.panel, CamerasPanel) and cameras:
            watching = _Watching(hosted.panel)
            hosted.panel.show_cameras(cameras)
            return watching
        await asyncio.sleep(0.05)


def main() -> None:
    """Until SIGTERM."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    url, user, password = sys.argv[1:4]
    run_console(lambda qt, folder: watch(qt, url, user, password, folder))


if __name__ == "__main__":
    main()
