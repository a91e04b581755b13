"""The pictures of playback: a tile a camera, all wished to the same moment."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from console.kit.video import FootageAccessGiver, PictureSource, PictureState
from console.panels.footage.presenter import MOST_CAMERAS
from console.panels.footage.transport import Transport
from widgets.look import Palette
from widgets.room_for_words import text_zoom
from widgets.tile_words import TileWords
from widgets.video_tile import VideoTile, ZoomBox

AccessOf = Callable[[int], FootageAccessGiver]
Fares = Callable[[int, PictureState, str], None]
_LEAST_PX: Final = 96


class Stage(QWidget):
    """Tiles 0 to 8. `access_of` gives each camera its door; `fares` hears how each does."""

    tile_chosen = Signal(int)
    camera_dropped = Signal(object)
    removal_requested = Signal(int)

    def __init__(
        self, pictures: PictureSource, name: str, palette: Palette, empty: str, access_of: AccessOf, fares: Fares
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self._name = name
        self._access_of = access_of
        self._fares = fares
        self._cameras: tuple[int, ...] = ()
        self._sequences: dict[int, int] = {}
        self._times: dict[int, float] = {}
        self.large: int | None = None
        self.tiles = [VideoTile(palette, empty) for _ in range(MOST_CAMERAS)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        for number, tile in enumerate(self.tiles):
            tile.setParent(self)
            tile.hide()
            tile.chosen.connect(partial(self.tile_chosen.emit, number))
            tile.asset_dropped.connect(self.camera_dropped.emit)
            tile.size_changed.connect(partial(self._resized, number))
            tile.close_requested.connect(partial(self.removal_requested.emit, number))
            tile.enlarge_requested.connect(partial(self.enlarge, number))
            tile.zoom_changed.connect(partial(self._zoomed, number))
        self._arrange()

    @property
    def cameras(self) -> Sequence[int]:
        """Who is shown, in the order of the lanes."""
        return self._cameras

    def show_cameras(self, cameras: Sequence[int], captions: Sequence[str]) -> None:
        """These cameras; those that stay keep their pictures."""
        before = self._cameras
        for number, camera_id in enumerate(before):
            if number >= len(cameras) or cameras[number] != camera_id:
                self._pictures.close(self._tile_id(number))
        self._cameras = tuple(cameras)
        self.large = None
        for number, camera_id in enumerate(cameras):
            if number >= len(before) or before[number] != camera_id:
                tile = self.tiles[number]
                self._sequences[number] = -1
                self._times.pop(number, None)
                tile.show_camera(captions[number], is_movable=False)
                tile.show_state("", is_live=False)
                size = max(tile.width(), 2), max(tile.height(), 2)
                fares = partial(self._fares, number)
                self._pictures.open_footage(self._tile_id(number), self._access_of(camera_id), *size, fares)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """So high that something is seen beside its words."""
        return super().minimumSizeHint().expandedTo(QSize(0, round(_LEAST_PX * text_zoom(self))))

    def go(self, transport: Transport) -> None:
        """All cameras stand, or play, as the transport says."""
        for number in range(len(self._cameras)):
            if transport.is_playing:
                self._pictures.play(self._tile_id(number), transport.at, transport.speed, transport.anchor)
            else:
                self._pictures.seek(self._tile_id(number), transport.at)

    def pause(self) -> None:
        """Stay at the pictures that are shown."""
        for number in range(len(self._cameras)):
            self._pictures.pause(self._tile_id(number))

    def step(self, pictures: int) -> None:
        """So many pictures of each camera."""
        for number in range(len(self._cameras)):
            self._pictures.step(self._tile_id(number), pictures)

    def paint_newest(self) -> None:
        """At the panel's tick."""
        for number in range(len(self._cameras)):
            picture = self._pictures.newest(self._tile_id(number))
            if picture is not None and picture.sequence != self._sequences.get(number):
                self._sequences[number] = picture.sequence
                if picture.shown_at is not None:
                    self._times[number] = picture.shown_at
                self.tiles[number].show_picture(picture.pixels)

    def see(self, is_seen: bool) -> None:
        """Nothing is decoded for a panel that nobody sees."""
        for number in range(len(self._cameras)):
            self._pictures.show(self._tile_id(number), is_seen and self.large in {None, number})

    def time_of(self, number: int) -> float | None:
        """When the picture of a tile was taken."""
        return self._times.get(number)

    def gap_of(self, number: int) -> tuple[float | None, float | None] | None:
        """Between which times a camera has nothing."""
        gap = self._pictures.gap(self._tile_id(number))
        return None if gap is None else (gap.since, gap.until)

    def say(self, number: int, state: str, words: TileWords, *, is_shown: bool) -> None:
        """What a tile says."""
        self.tiles[number].show_state(state, is_live=is_shown)
        self.tiles[number].show_words(words)

    def choose(self, number: int) -> None:
        """The tile that keys mean."""
        for other, tile in enumerate(self.tiles):
            tile.set_chosen(other == number and len(self._cameras) > 1)

    def enlarge(self, number: int) -> None:
        """One picture alone, or all again."""
        self.large = None if self.large is not None else number
        self._arrange()
        self.see(True)

    def close_streams(self) -> None:
        """Leave every stream."""
        for number in range(len(self._cameras)):
            self._pictures.close(self._tile_id(number))
        self._cameras = ()

    def _arrange(self) -> None:
        count = len(self._cameras)
        shown = [self.large] if self.large is not None else list(range(max(1, count)))
        columns = max(1, math.ceil(math.sqrt(len(shown))))
        rows = math.ceil(len(shown) / columns)
        for index in range(3):
            self._grid.setRowStretch(index, 1 if index < rows else 0)
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
        for number, tile in enumerate(self.tiles):
            self._grid.removeWidget(tile)
            if number in shown:
                place = shown.index(number)
                self._grid.addWidget(tile, place // columns, place % columns)
            tile.setVisible(number in shown)

    def _tile_id(self, number: int) -> str:
        return f"{self._name}.{number}"

    def _resized(self, number: int, width: int, height: int) -> None:
        if number < len(self._cameras):
            self._pictures.resize(self._tile_id(number), max(width, 2), max(height, 2))

    def _zoomed(self, number: int, box: object) -> None:
        if isinstance(box, ZoomBox) and number < len(self._cameras):
            self._pictures.zoom(self._tile_id(number), box.x, box.y, box.side, box.side)
