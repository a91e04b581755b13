"""The camera wall: a grid of live tiles, a field for a camera's number, hands on the heads."""

import math
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.kit.video import PictureState
from console.panels.cameras.presenter import GRIDS, CamerasPresenter, Wall, WallState
from console.panels.cameras.steering import Steering
from console.store.context import Context
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT
from widgets.notice import Notice, Tone
from widgets.video_tile import VideoTile

_PAINT_HZ = 30
_NUMBER_DIGITS = 6


class CamerasPanel(QObject):
    """Live pictures; what is not seen is not decoded."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._stores = context.stores
        self._pictures = context.pictures
        tr, palette = context.texts, context.palette
        self._presenter = CamerasPresenter(self._stores.assets, self._stores.states, context.client, tr)
        self.wall = Wall()
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self._steering = Steering(self._presenter, context.tasks, context.ticker.frame_clock, self._could_not_move)
        self._widget = QWidget()
        self._widget.setObjectName("cameras panel")
        self.number = QLineEdit()
        self.tiles = [VideoTile(palette, tr("video.empty")) for _ in range(max(GRIDS))]
        self._open_streams: dict[int, tuple[int, str]] = {}  # tile -> camera, stream
        self._sequences: dict[int, int] = {}
        self._is_seen = True
        self._keeps_vacancies = False  # somebody emptied a tile: it stays so
        self._grid = QGridLayout()
        self._lay_out()
        self._connect()
        self._painting: Ticking = context.ticker.frame_clock.subscribe(_PAINT_HZ, lambda _now: self._paint_newest())
        self._arrange()
        self._fill_vacant()

    @property
    def widget(self) -> QWidget:
        """The wall."""
        return self._widget

    def focus_first(self) -> None:
        """The chosen tile takes the keys."""
        self.tiles[self.wall.chosen].setFocus()

    def close(self) -> None:
        """Leave every stream and hear nothing more."""
        self._painting.stop()
        self._steering.close()
        self.notice.clear()
        stores = self._stores
        stores.selection.place_requested.disconnect(self._place_wanted)
        stores.selection.cameras_requested.disconnect(self.show_cameras)
        stores.selection.point_requested.disconnect(self._point_wanted)
        stores.assets.changed_since_tick.disconnect(self._assets_changed)
        stores.states.changed_since_tick.disconnect(self._fill_vacant)
        for tile in list(self._open_streams):
            self._pictures.close(self._tile_id(tile))
        self._open_streams.clear()

    def state(self) -> PanelState:
        """Grid and cameras."""
        kept: PanelState = msgspec.to_builtins(self.wall.state(keeps_vacancies=self._keeps_vacancies))
        return kept

    def take_state(self, state: PanelState) -> None:
        """Stand as kept; raises msgspec.ValidationError when it is none of ours."""
        kept = msgspec.convert(state, WallState, strict=False)
        self._keeps_vacancies = kept.keeps_vacancies
        self.wall.take_state(kept)
        self._sizes.button(self.wall.size).setChecked(True)
        self._arrange()
        self._fill_vacant()

    def show_cameras(self, camera_ids: tuple[int, ...]) -> None:
        """Put cameras into the tiles."""
        self.wall.put_all([camera for camera in camera_ids if self._presenter.camera(camera) is not None])
        self._arrange()

    def put(self, tile: int, asset_id: int) -> None:
        """A camera into a tile; anything else is refused in words."""
        camera = self._presenter.camera(asset_id)
        if camera is None:
            self.notice.say(self._context.texts("video.not_a_camera"), Tone.WARNING)
            return
        self.wall.put(tile, asset_id)
        self.wall.choose(tile)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits typed on a tile go to the number field; Return and Space mean the tile."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, VideoTile):
            if event.text().isdigit():
                self.number.setFocus()
                self.number.setText(event.text())
                return True
            if event.key() == Qt.Key.Key_Space:
                self._enlarge(self.tiles.index(watched))
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        tr = self._context.texts
        bar = QHBoxLayout()
        bar.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        bar.setSpacing(TIGHT)
        self._sizes = QButtonGroup(self._widget)
        for index, size in enumerate(GRIDS):
            button = QPushButton(str(size))
            button.setCheckable(True)
            button.setChecked(size == self.wall.size)
            button.setToolTip(tr("video.grid", count=size))
            button.setAccessibleName(tr("video.grid", count=size))
            button.setFixedWidth(44)
            self._sizes.addButton(button, size)
            bar.addWidget(button)
            shortcut = QShortcut(QKeySequence(f"Alt+{index + 1}"), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        bar.addStretch(1)
        label = QLabel(tr("video.number"))
        label.setProperty("role", "muted")
        self.number.setMaxLength(_NUMBER_DIGITS)
        self.number.setFixedWidth(90)
        self.number.setPlaceholderText(tr("video.number_hint"))
        self.number.setAccessibleName(tr("video.number"))
        self.number.returnPressed.connect(self._number_given)
        bar.addWidget(label)
        bar.addWidget(self.number)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.notice)
        column.addLayout(self._grid, 1)

    def _connect(self) -> None:
        self._sizes.idClicked.connect(self._resize_grid)
        for number, tile in enumerate(self.tiles):
            tile.setParent(self._widget)
            tile.installEventFilter(self)
            tile.chosen.connect(lambda number=number: self._choose(number))
            tile.enlarge_requested.connect(lambda number=number: self._enlarge(number))
            tile.close_requested.connect(lambda number=number: self._empty(number))
            tile.asset_dropped.connect(partial(self.put, number))
            tile.size_changed.connect(partial(self._size_changed, number))
            tile.move_requested.connect(partial(self._move, number))
            tile.stop_requested.connect(self._steering.stop)
        stores = self._stores
        stores.selection.place_requested.connect(self._place_wanted)
        stores.selection.cameras_requested.connect(self.show_cameras)
        stores.selection.point_requested.connect(self._point_wanted)
        stores.assets.changed_since_tick.connect(self._assets_changed)
        stores.states.changed_since_tick.connect(self._fill_vacant)

    def _arrange(self) -> None:
        """Tiles into the grid, streams into the tiles."""
        shown = list(self.wall.shown)
        side = max(1, math.isqrt(len(shown)))
        for row in range(4):
            self._grid.setRowStretch(row, 1 if row < side else 0)
            self._grid.setColumnStretch(row, 1 if row < side else 0)
        for number, tile in enumerate(self.tiles):
            if number in shown:
                place = shown.index(number)
                self._grid.addWidget(tile, place // side, place % side)
                tile.show()
            else:
                self._grid.removeWidget(tile)
                tile.hide()
            tile.set_chosen(number == self.wall.chosen and len(shown) > 1)
            self._dress(number, is_shown=number in shown)

    def _dress(self, number: int, *, is_shown: bool) -> None:
        camera = self._presenter.camera(self.wall.cameras[number])
        held = self._open_streams.get(number)
        stream = "main" if self.wall.spotlight is not None or self.wall.size == 1 else "sub"
        wanted = (camera.id, stream) if camera is not None and is_shown else None
        if wanted == held:
            return
        if held is not None:
            self._pictures.close(self._tile_id(number))
            del self._open_streams[number]
        tile = self.tiles[number]
        if camera is None or wanted is None:
            tile.show_camera("" if camera is None else self._presenter.caption(camera), is_movable=False)
            tile.show_state("", is_live=False)
            return
        tile.show_camera(self._presenter.caption(camera), is_movable=True)
        self._open_streams[number] = wanted
        self._sequences[number] = -1
        self._pictures.open(
            self._tile_id(number),
            lambda: self._presenter.address(wanted[0], wanted[1]),
            max(tile.width(), 2),
            max(tile.height(), 2),
            partial(self._state_changed, number),
        )

    def _state_changed(self, number: int, state: PictureState, reason: str) -> None:
        text = self._presenter.state_text(state, reason, self._context.clock())
        self.tiles[number].show_state(text, is_live=state is PictureState.LIVE)

    def _paint_newest(self) -> None:
        is_seen = self._widget.isVisible()
        if is_seen != self._is_seen:
            self._is_seen = is_seen
            for number in self._open_streams:
                self._pictures.show(self._tile_id(number), is_seen)
        if not is_seen:
            return
        for number in self._open_streams:
            picture = self._pictures.newest(self._tile_id(number))
            if picture is not None and picture.sequence != self._sequences.get(number):
                self._sequences[number] = picture.sequence
                self.tiles[number].show_picture(picture.pixels)

    def _tile_id(self, number: int) -> str:
        return f"{id(self):x}.{number}"

    def _size_changed(self, number: int, width: int, height: int) -> None:
        if number in self._open_streams:
            self._pictures.resize(self._tile_id(number), max(width, 2), max(height, 2))

    def _resize_grid(self, size: int) -> None:
        self.wall.resize(size)
        self._keeps_vacancies = False
        self._arrange()
        self._fill_vacant()

    def _choose(self, number: int) -> None:
        self.wall.choose(number)
        for other, tile in enumerate(self.tiles):
            tile.set_chosen(other == self.wall.chosen and len(self.wall.shown) > 1)
        camera = self._presenter.camera(self.wall.cameras[number])
        if camera is not None:
            self._stores.selection.select(camera.id)

    def _enlarge(self, number: int) -> None:
        self.wall.enlarge(number)
        self._arrange()
        self.tiles[number].setFocus()

    def _empty(self, number: int) -> None:
        self._keeps_vacancies = True
        self.wall.put(number, None)
        self._arrange()

    def _number_given(self) -> None:
        text = self.number.text().strip()
        self.number.clear()
        camera = self._presenter.camera_of_number(text)
        if camera is None:
            self.notice.say(self._context.texts("video.no_such_number", number=text), Tone.WARNING)
            return
        self.put(self.wall.chosen, camera.id)
        self.focus_first()

    def _place_wanted(self, asset_id: int) -> None:
        asset = self._stores.assets.get(asset_id)
        if asset is not None:
            self._context.tasks.start(self._show_nearest(asset.lon, asset.lat), name="nearest cameras")

    def _point_wanted(self, lon: float, lat: float) -> None:
        self._context.tasks.start(self._show_nearest(lon, lat), name="nearest cameras")

    async def _show_nearest(self, lon: float, lat: float) -> None:
        try:
            cameras = await self._presenter.nearest(lon, lat)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        if cameras:
            self.show_cameras(cameras)
        else:
            self.notice.say(self._context.texts("video.none_near"))

    def _assets_changed(self) -> None:
        self._arrange()
        self._fill_vacant()

    def _fill_vacant(self, *_ignored: object) -> None:
        """Tiles that nobody emptied show the middle of the city."""
        vacant = () if self._keeps_vacancies else tuple(self.wall.vacant)
        if not vacant:
            return
        cameras = self._presenter.central(len(vacant), self.wall.cameras)
        for tile, camera_id in zip(vacant, cameras, strict=False):
            self.wall.put(tile, camera_id)
        if cameras:
            self._arrange()

    def _move(self, number: int, pan: float, tilt: float, zoom: float) -> None:
        camera_id = self.wall.cameras[number]
        if camera_id is not None:
            self._steering.move(camera_id, pan, tilt, zoom)

    def _could_not_move(self, why: str) -> None:
        self.notice.say(why, Tone.WARNING)
