"""A tile shows what comes, greys what is not live, and stops the camera when the hand lets go."""

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ear import Ear
from widgets.look import load_palette
from widgets.video_tile import ASSET_MIME, VideoTile


@pytest.fixture
def tile(qtbot: QtBot) -> VideoTile:
    shown = VideoTile(load_palette("dark"), "Drag a camera here")
    shown.resize(320, 200)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def _colour_of_middle(tile: VideoTile) -> tuple[int, int, int]:
    colour = tile.grab().toImage().pixelColor(160, 100)
    return colour.red(), colour.green(), colour.blue()


def test_a_picture_is_painted_as_it_is_and_greyed_when_it_is_not_live(tile: VideoTile) -> None:
    tile.show_camera("7 · rue Monge", is_movable=True)
    tile.show_state("", is_live=True)
    red = np.zeros((200, 320, 4), np.uint8)
    red[..., 2] = 200
    tile.show_picture(red)
    assert _colour_of_middle(tile) == (200, 0, 0)
    tile.show_state("frozen", is_live=False)
    assert _colour_of_middle(tile)[0] < 120
    tile.show_camera("8 · rue Vannerie", is_movable=True)
    assert not tile.has_picture


def test_a_held_key_moves_and_letting_go_stops(tile: VideoTile, qtbot: QtBot) -> None:
    moves, stops = Ear(), Ear()
    tile.move_requested.connect(moves)
    tile.stop_requested.connect(stops)
    tile.show_camera("7", is_movable=True)
    QTest.keyPress(tile, Qt.Key.Key_Left)
    assert moves.heard == [(-0.6, 0.0, 0.0)]
    assert stops.heard == []
    QTest.keyRelease(tile, Qt.Key.Key_Left)
    assert stops.heard == [()]


def test_the_mouse_steers_by_how_far_it_is_pulled(tile: VideoTile, qtbot: QtBot) -> None:
    moves, stops = Ear(), Ear()
    tile.move_requested.connect(moves)
    tile.stop_requested.connect(stops)
    tile.show_camera("7", is_movable=True)
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(tile, QPoint(180, 60))
    QTest.mouseRelease(tile, Qt.MouseButton.LeftButton, pos=QPoint(180, 60))
    assert moves.heard == [(0.5, 0.4, 0.0)]
    assert stops.heard == [()]


@pytest.mark.parametrize(("text", "dropped"), [("42", [42]), ("nonsense", []), ("99999999999999", [])])
def test_only_an_asset_can_be_dropped(tile: VideoTile, text: str, dropped: list[int]) -> None:
    told: list[int] = []
    tile.asset_dropped.connect(told.append)
    mime = QMimeData()
    mime.setData(ASSET_MIME, QByteArray(text.encode()))
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    tile.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, left, none))
    assert told == dropped
