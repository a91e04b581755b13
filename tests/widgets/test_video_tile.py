"""A tile shows what comes, greys what is not live, and stops the camera when the hand lets go."""

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QFont, QImage, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from contract.alarms import Priority
from tests.ear import Ear
from widgets.look import load_palette
from widgets.video_tile import ASSET_MIME, TileAlarm, TileWords, VideoTile, ZoomBox
from widgets.video_tile.overlay import Overlay, Said


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


def test_the_past_an_alarm_and_the_present_are_told_apart_by_frame_and_words(tile: VideoTile) -> None:
    palette = load_palette("dark")

    def edge() -> str:
        return tile.grab().toImage().pixelColor(1, 100).name().upper()

    tile.show_camera("7 · rue Monge", is_movable=True)
    tile.show_state("", is_live=True)
    tile.show_picture(np.full((200, 320, 4), 60, np.uint8))
    was_live = tile.is_live
    tile.show_words(TileWords(past="PAST · −30 s · 12:00:00"))
    assert (was_live, tile.is_live) == (True, False)
    assert edge() == palette.replay
    tile.show_words(TileWords(alarm=TileAlarm(Priority.P1, "Break-in")))
    assert edge() == palette.p1
    assert "P1 Break-in" in tile.accessibleDescription()
    tile.show_words(TileWords())
    assert edge() not in {palette.replay, palette.p1}


def test_words_are_laid_out_when_they_change_and_not_for_each_picture(
    tile: VideoTile, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[Said] = []
    images = Overlay.images

    def counted(self: Overlay, said: Said, font: QFont) -> list[tuple[QPoint, QImage]]:
        laid.append(said)
        return images(self, said, font)

    monkeypatch.setattr(Overlay, "images", counted)
    tile.show_camera("7 · rue Monge", is_movable=True)
    tile.show_state("", is_live=True)
    picture = np.full((200, 320, 4), 60, np.uint8)
    tile.show_picture(picture)
    tile.grab()
    before = len(laid)
    for _ in range(10):
        tile.show_picture(picture)
        tile.grab()
    assert len(laid) == before
    tile.show_words(TileWords(said="Held by Claire Petit"))
    tile.grab()
    assert len(laid) == before + 1


def test_ctrl_and_wheel_zoom_about_the_pointer_and_the_lens_stays(tile: VideoTile) -> None:
    zooms, moves = Ear(), Ear()
    tile.zoom_changed.connect(zooms)
    tile.move_requested.connect(moves)
    tile.show_camera("7", is_movable=True)
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier):
        turn = QWheelEvent(
            QPointF(320, 0),
            QPointF(320, 0),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        tile.wheelEvent(turn)
    (box,) = zooms.heard[0]
    assert isinstance(box, ZoomBox)
    assert (box.x + box.side, box.y) == pytest.approx((1.0, 0.0))
    assert len(moves.heard) == 1
