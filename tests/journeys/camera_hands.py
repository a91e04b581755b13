"""What hands do at a camera wall, and what eyes see in a tile."""

import datetime as dt
from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backend_client.session import Session
from console.panels.camera_admin.panel import CameraAdminPanel
from console.panels.cameras.panel import CamerasPanel
from contract.assets import Asset
from contract.footage import CameraFootage
from contract.masks import Mask
from tests.eventually import eventually
from tests.journeys.seat import Seat
from tests.journeys.stage import assets
from widgets.mask_editor import MaskEditor
from widgets.video_tile import VideoTile
from widgets.wall_layout.layout import even

STREAMING: Final = 16
COMES_UP_S: Final = 90.0
_FLAT: Final = 3.0


async def streaming(session: Session) -> list[Asset]:
    """The cameras of the demo that stream, by number, once they are known."""
    found: list[Asset] = []

    async def are_known() -> bool:
        found[:] = [camera for camera in await assets(session, "camera") if 0 < (camera.number or 0) <= STREAMING]
        return len(found) == STREAMING

    await eventually(are_known, "the cameras are known", COMES_UP_S)
    return sorted(found, key=lambda camera: camera.number or 0)


async def lay_out(seat: Seat, cameras: list[Asset]) -> None:
    """As many tiles as cameras, one in each, and all of them are live."""
    wall = seat.cameras
    wall.bar.layout_wanted.emit(even(len(cameras)))
    wall.show_cameras(tuple(camera.id for camera in cameras))
    tiles = wall.tiles[: len(cameras)]
    await eventually(lambda: all(tile.is_live for tile in tiles), f"{len(tiles)} tiles are live", COMES_UP_S)


def choose(seat: Seat, tile: int) -> VideoTile:
    """Click on a tile."""
    shown = seat.cameras.tiles[tile]
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, shown.rect().center())
    shown.setFocus()
    return shown


class Painted:
    """Counts the pictures each tile paints."""

    def __init__(self, wall: CamerasPanel) -> None:
        self.count: Counter[int] = Counter()
        wall.stage.painted.connect(self._painted)

    def _painted(self, tile: int, _sequence: int) -> None:
        self.count[tile] += 1


def settings(seat: Seat, camera: Asset, tab: int) -> CameraAdminPanel:
    """The settings of this camera, in front."""
    seat.console.stores.selection.select(camera.id)
    assert seat.console.desk is not None
    hosted = seat.console.desk.open_panel("camera_admin")
    assert hosted is not None
    assert isinstance(hosted.panel, CameraAdminPanel)
    hosted.panel.tabs.setCurrentIndex(tab)
    return hosted.panel


def bring_wall_forward(seat: Seat) -> None:
    """What lies over the wall goes behind it: only what is seen is decoded."""
    assert seat.console.desk is not None
    seat.console.desk.open_panel("cameras")


def draw_rectangle(editor: MaskEditor, mask: Mask) -> None:
    """Drag from its first corner to its third."""
    (left, top), _, (right, bottom) = mask.corners[:3]
    width = min(editor.width() - 16, (editor.height() - 16) * 16 / 9)
    height = width * 9 / 16

    def place(x: float, y: float) -> QPoint:
        return QPoint(
            round(editor.width() / 2 + (x - 0.5) * width),
            round(editor.height() / 2 + (y - 0.5) * height),
        )

    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(editor, button, none, place(left, top))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(editor, place(left + (right - left) * share, top + (bottom - top) * share))
    QTest.mouseRelease(editor, button, none, place(right, bottom))


def is_movable(seat: Seat, camera: Asset) -> bool:
    """Whether the wall knows that its head turns."""
    return seat.cameras.desk.presenter.is_movable(seat.console.stores.watched.points(camera.id))


def is_plain(widget: QWidget) -> bool:
    """Whether the middle of a widget is one colour."""
    pixels = _pixels(widget.grab().toImage())
    height, width = pixels.shape[:2]
    middle = pixels[height * 2 // 5 : height * 3 // 5, width * 2 // 5 : width * 3 // 5, :3]
    return float(middle.std(axis=(0, 1)).max()) < _FLAT


def is_covered(tile: VideoTile, mask: Mask) -> bool:
    """Whether the upper part of what the mask covers is one colour; below, a tile may write how its stream fares."""
    (left, top), _, (right, _) = mask.corners[:3]
    pixels = _pixels(tile.grab().toImage())
    width = min(tile.width(), tile.height() * 16 / 9)
    height = width * 9 / 16
    rows = [round(tile.height() / 2 + (y - 0.5) * height) for y in (top + 0.06, top + 0.2)]
    columns = [round(tile.width() / 2 + (x - 0.5) * width) for x in (left + 0.05, right - 0.05)]
    within = pixels[rows[0] : rows[1], columns[0] : columns[1], :3]
    assert within.size, "the tile is too small to see its mask"
    return float(within.std(axis=(0, 1)).max()) < _FLAT


def _pixels(image: QImage) -> npt.NDArray[np.uint8]:
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.bytesPerLine())
    return raw[:, : shown.width() * 4].reshape(shown.height(), shown.width(), 4).copy()


async def timeline(session: Session, camera: Asset, since: dt.datetime, until: dt.datetime) -> CameraFootage:
    """What is recorded of a camera."""
    query: dict[str, str | int | float | None] = {"since": since.isoformat(), "until": until.isoformat()}
    return await session.get(f"/cameras/{camera.id}/footage", CameraFootage, query)
