"""A console at which somebody holds an arrow key: `python -m tests.journeys.steering_console URL USER CAMERA_ID`.

It turns the camera until it is killed.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.panels.cameras.panel import CamerasPanel
from console.shell.application import ConsoleApplication
from console.shell.options import ConsoleOptions
from tests.eventually import eventually
from tests.journeys.stage import PASSWORD


async def steer(qt: QApplication, url: str, user: str, camera_id: int, folder: Path) -> None:
    """Log in, choose the camera's tile, press Right, and never let go."""
    options = ConsoleOptions(
        server_url=url, config_folder=folder, keeps_login=False, screen_count=1, workspace="operator"
    )
    console = ConsoleApplication(options, qt)
    await console.start()
    assert await console.log_in(user, PASSWORD)
    await eventually(lambda: console.stores.assets.get(camera_id) is not None, "the city is there", 60)
    hosted = console.panel("cameras")
    assert hosted is not None
    panel = hosted.panel
    assert isinstance(panel, CamerasPanel)
    panel.show_cameras((camera_id,))
    tile = panel.tiles[panel.wall.cameras.index(camera_id)]
    watched = console.stores.watched
    await eventually(lambda: panel.desk.presenter.is_movable(watched.points(camera_id)), "it can be turned", 60)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, tile.rect().center())
    tile.setFocus()
    QTest.keyPress(tile, Qt.Key.Key_Right)
    await asyncio.Event().wait()


def main() -> None:
    """Until killed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = QApplication(sys.argv[:1])
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as folder:
        loop.run_until_complete(steer(qt, sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(folder)))


if __name__ == "__main__":
    main()
