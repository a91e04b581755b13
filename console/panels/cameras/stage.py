"""Tiles, their streams and one paint clock: a wall without a backend. Benches build it from addresses alone."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.kit.video import Picture, PictureSource, PictureState
from console.panels.cameras.streams import TileStreams, Wish
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import Palette
from widgets.video_tile import VideoTile, ZoomBox
from widgets.wall_grid import FaceFrame, WallGrid
from widgets.wall_layout.cells import MOST_CELLS
from widgets.wall_layout.layout import Layout

_TILES_HZ: Final = 40  # more often only finds fewer pictures to paint at once
_MANY_HZ: Final = 60
_FEW_MOST: Final = 16
# Painting one tile takes a third of a millisecond: so many at once keep every other event waiting no longer than 4 ms.
_AT_ONCE: Final = 12
_ALONE_HZ: Final = 100
_ALONE_MOST: Final = 1  # tiles that are painted as soon as their picture is there


class WallStage(QObject):
    """`show_layout` says where tiles stand, `show_stream` what they show; states and pictures come by themselves."""

    state_changed = Signal(int, object, str)  # tile, PictureState, reason
    painted = Signal(int, object)  # tile, sequence: a new picture went to the screen
    recorded_shown = Signal(int, float)  # tile, wall time of the recorded picture it shows

    def __init__(self, palette: Palette, empty_text: str, pictures: PictureSource, clock: FrameClock) -> None:
        super().__init__()
        self._clock = clock
        self.grid = WallGrid(palette)
        self.tiles = [VideoTile(palette, empty_text, self.grid) for _ in range(MOST_CELLS)]
        self.streams = TileStreams(pictures, f"{id(self):x}", clock.now, self._told, self._shown)
        self._faces: dict[int, FaceFrame] = {}
        self._is_seen: Callable[[], bool] = self.grid.isVisible
        self._painting: Ticking | None = None
        self._rate = 0
        for number, tile in enumerate(self.tiles):
            tile.hide()
            tile.carried = f"{id(self):x}:{number}"
            tile.size_changed.connect(partial(self.streams.resize, number))
            tile.zoom_changed.connect(partial(self._zoomed, number))
        self._paint_at(_TILES_HZ)

    def widget_of(self, number: int) -> VideoTile | FaceFrame:
        """What stands in a tile."""
        return self._faces.get(number) or self.tiles[number]

    def show_layout(self, layout: Layout, faces: Mapping[int, FaceFrame], alone: int | None = None) -> None:
        """Tiles, and other faces instead of some of them; `alone` over the whole wall."""
        self._faces = dict(faces)
        placed: dict[int, QWidget] = {number: self.widget_of(number) for number in range(layout.size)}
        if alone is not None and alone not in placed:
            alone = None
        for number, tile in enumerate(self.tiles):
            if number not in placed or number in faces:
                tile.hide()
        self.grid.show_layout(layout, placed, alone)
        for number in range(MOST_CELLS):
            self.streams.see_tile(number, number in placed and alone in {None, number})
        if alone is not None or layout.size <= _ALONE_MOST:
            self._paint_at(_ALONE_HZ)
        else:
            self._paint_at(_TILES_HZ if layout.size <= _FEW_MOST else _MANY_HZ)

    def show_stream(self, number: int, wish: Wish | None, caption: str, *, is_movable: bool = False) -> None:
        """What a tile shows; the same again changes nothing but its caption."""
        tile = self.tiles[number]
        is_other = self.streams.held(number) is None if wish is None else self._camera_of(number) != wish.camera_id
        if is_other or wish is None:
            tile.show_camera(caption, is_movable=is_movable)
            tile.carried_asset = None if wish is None else wish.camera_id
        else:
            tile.rename(caption, is_movable=is_movable)
        if wish is None:
            tile.show_state("", is_live=False)
        self.streams.want(number, wish)

    def is_seen(self, number: int) -> bool:
        """Whether somebody can see this tile now."""
        return self._is_seen() and not self.grid.window().isMinimized() and self.widget_of(number).isVisible()

    def poll(self) -> None:
        """Paint what is new: called by the paint clock."""
        window = self.grid.window()
        self.streams.see_wall(self._is_seen() and not window.isMinimized())
        self.streams.poll(_AT_ONCE)

    def close(self) -> None:
        """Leave every stream; the clock is let go."""
        if self._painting is not None:
            self._painting.stop()
            self._painting = None
        self.streams.close()

    def _camera_of(self, number: int) -> int | None:
        held = self.streams.held(number)
        return None if held is None else held[0]

    def _paint_at(self, rate: int) -> None:
        if rate != self._rate:
            self._rate = rate
            if self._painting is not None:
                self._painting.stop()
            self._painting = self._clock.subscribe(rate, lambda _now: self.poll())

    def _told(self, number: int, state: PictureState, reason: str) -> None:
        self.state_changed.emit(number, state, reason)

    def _shown(self, number: int, picture: Picture) -> None:
        self.tiles[number].show_picture(picture.pixels)
        self.painted.emit(number, picture.sequence)
        if picture.shown_at is not None:
            self.recorded_shown.emit(number, picture.shown_at)

    def _zoomed(self, number: int, box: ZoomBox) -> None:
        self.streams.zoom(number, box)
