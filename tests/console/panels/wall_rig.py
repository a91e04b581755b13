"""A wall in a window, with pictures the test steers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.video import AddressGiver, FootageAccessGiver, Picture, PictureState, StateChanged
from console.panels.cameras.panel import CamerasPanel
from contract.points import PointValue, Quality, Value
from contract.stream import WatchedPoints
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from tools.screenshots.sample_pictures import SamplePictures


class SteeredPictures(SamplePictures):
    """Streams that are connecting until the test lets their pictures come."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, StateChanged] = {}
        self.shown: dict[str, bool] = {}
        self.zoomed: dict[str, tuple[float, float, float, float]] = {}
        self.played: list[tuple[str, float, float]] = []
        self.footage: dict[str, FootageAccessGiver] = {}
        self.sequences: dict[str, int] = {}
        self.comes_at_once = True

    @property
    def running(self) -> set[str]:
        """Tiles that hold a stream."""
        return set(self._tiles)

    @property
    def decoded(self) -> set[str]:
        """Tiles whose stream is decoded."""
        return {tile for tile in self._tiles if self.shown.get(tile, True)}

    def open(self, tile_id: str, address: AddressGiver, width: int, height: int, state_changed: StateChanged) -> None:
        self._tiles[tile_id] = (width, height)
        self.addresses[tile_id] = address
        self.opened.append(tile_id)
        self.told[tile_id] = state_changed
        state_changed(PictureState.CONNECTING, "")
        if self.comes_at_once:
            self.come(tile_id)

    def open_footage(
        self,
        tile_id: str,
        access: FootageAccessGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
        *,
        key_pictures_only: bool = False,
    ) -> None:
        self.footage[tile_id] = access
        super().open_footage(tile_id, access, width, height, state_changed, key_pictures_only=key_pictures_only)
        self.sequences[tile_id] = 1

    def come(self, tile_id: str) -> None:
        """The first picture, or the next."""
        self.sequences[tile_id] = self.sequences.get(tile_id, 0) + 1
        self.told[tile_id](PictureState.LIVE, "")

    def show(self, tile_id: str, is_visible: bool) -> None:
        self.shown[tile_id] = is_visible

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        self.zoomed[tile_id] = (x, y, width, height)

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        super().play(tile_id, at, speed, anchor)
        self.played.append((tile_id, at, speed))

    def following(self, tile_id: str, sequence: int) -> Picture | None:
        del sequence
        return self.newest(tile_id)

    def newest(self, tile_id: str) -> Picture | None:
        if tile_id not in self._tiles or tile_id not in self.sequences:
            return None
        width, height = self._tiles[tile_id]
        pixels = np.full((height, width, 4), 90, np.uint8)
        return Picture(self.sequences[tile_id], pixels, self._shown_at.get(tile_id))


class WallRig:
    """One wall, its pictures, and hands."""

    def __init__(self, bench: Bench, qtbot: QtBot, panel_id: str = "cameras") -> None:
        self.bench = bench
        self.pictures = SteeredPictures()
        self.panel = CamerasPanel(replace(bench.context, pictures=self.pictures, panel_id=panel_id))
        self.window = QWidget()
        self.panel.widget.setParent(self.window)
        self.panel.widget.setGeometry(0, 0, 1280, 800)
        self.window.resize(1280, 800)
        qtbot.addWidget(self.window)
        self.window.show()
        self.panel.widget.show()
        QTest.qWait(1)

    def camera(self, number: int) -> int:
        """The id of a camera by its number."""
        found = self.bench.stores.assets.camera_of_number(number)
        assert found is not None
        return found.id

    def tile_ids(self, tile: int) -> list[str]:
        """The streams a tile holds now."""
        return [name for name in self.pictures.running if name.split(".")[1] == str(tile)]

    def press(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, tile: int | None = None
    ) -> None:
        """A key on a tile, the chosen one unless said."""
        number = self.panel.wall.chosen if tile is None else tile
        QTest.keyClick(self.panel.stage.widget_of(number), key, modifiers)

    def points(self, camera_id: int, **values: Value) -> None:
        """What the backend says of a camera."""
        now = sample_city.NOW
        points = {name: PointValue(value, Quality.GOOD, now, now) for name, value in values.items()}
        self.bench.stores.message(WatchedPoints(camera_id, points))
        self.bench.stores.flush()

    def pass_time(self, clock: Callable[[float], None] | None = None) -> None:
        """Let the wall paint."""
        del clock
        self.panel.stage.poll()
        QTest.qWait(1)

    async def close(self) -> None:
        """Everything ends."""
        self.panel.close()
        await self.bench.work_done()
