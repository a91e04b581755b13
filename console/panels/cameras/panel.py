"""The camera wall: what stands where, what comes over it, and the keys that work on it."""

from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState
from console.panels.cameras.acts import TileActs
from console.panels.cameras.alarming import Alarming
from console.panels.cameras.asking import Asking
from console.panels.cameras.bar import WallBar
from console.panels.cameras.desk import WallDesk
from console.panels.cameras.dialling import Dialling
from console.panels.cameras.dressing import Dressing
from console.panels.cameras.editing import LayoutEditing
from console.panels.cameras.faces import Face, Faces
from console.panels.cameras.filling import Filling
from console.panels.cameras.full_screen import FullScreen
from console.panels.cameras.head_acts import HeadActs
from console.panels.cameras.heads import Heads
from console.panels.cameras.keeping import Keeping
from console.panels.cameras.keys import Act, act_of
from console.panels.cameras.listening import Listening
from console.panels.cameras.near import NearCameras
from console.panels.cameras.presenter import CamerasPresenter
from console.panels.cameras.replaying import Replaying
from console.panels.cameras.sight import Sight, TourSight, sight_of
from console.panels.cameras.stage import WallStage
from console.panels.cameras.steering import Steering
from console.panels.cameras.stills import Stills
from console.panels.cameras.touring import Touring
from console.parts.purpose_bar import PurposeBar
from console.store.context import Context
from console.store.wall.contents import CameraTile, TileContent
from console.store.wall.tours import TourState
from console.store.wall.wall import Wall, WallState
from widgets.name_form import NameForm
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.video_tile import VideoTile
from widgets.wall_grid import FaceFrame
from widgets.wall_layout.layout import Layout


class CamerasPanel(QObject):
    """Live pictures; what is not seen is not decoded."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._stores = context.stores
        tr, palette, clock = context.texts, context.palette, context.ticker.frame_clock
        self._widget = QWidget()
        self._widget.setObjectName("cameras panel")
        self.wall = Wall()
        self.notice = Notice(palette, tr, clock)
        self.stage = WallStage(palette, tr("video.empty"), context.pictures, clock)
        self.bar = WallBar(palette, tr)
        self.form = NameForm(tr)
        self.purpose = PurposeBar(context.client, context.tasks, palette, tr, self.notice.say)
        self._presenter = CamerasPresenter(self._stores.assets, self._stores.states, context.client, tr)
        self._steering = Steering(self._presenter, context.tasks, clock, self._could_not_move)
        self.touring = Touring(self._stores.wall_shelf, clock, tr)
        self.replaying = Replaying(context.client, context.pictures, self.stage.streams, tr, context.clock, clock.now)
        self.heads = Heads(context.client, context.tasks, tr, clock.now)
        self.listening = Listening(context.hearing, clock, tr, self.notice.say, self._is_live)
        self._sight: Sight = sight_of(self.wall, None, {})
        self.alarming = Alarming(context, self._presenter, lambda: self._sight.layout.size, self._busy_tiles)
        self.desk = WallDesk(
            context=context,
            widget=self._widget,
            wall=self.wall,
            stage=self.stage,
            presenter=self._presenter,
            touring=self.touring,
            alarming=self.alarming,
            replaying=self.replaying,
            heads=self.heads,
            listening=self.listening,
            stills=Stills(context.client, context.tasks, tr, self.notice.say, self.purpose.ask),
            asking=Asking(self.form, self.focus_first),
            sight=lambda: self._sight,
            arrange=self._arrange,
            say=self.notice.say,
            say_on_tile=self._say_on_tile,
        )
        self._faces = Faces(context, self._face_changed)
        self.dressing = Dressing(self.desk)
        self.full_screen = FullScreen(context, self.stage.grid, self._lay_out())
        self.editing = LayoutEditing(self.desk)
        self.keeping = Keeping(self.desk, self.bar)
        self.near = NearCameras(self.desk, self.show_cameras, self.put)
        others = {
            Act.ALARMS: lambda: self.alarming.turn(is_on=not self.alarming.is_on),
            Act.EDIT_LAYOUT: self.editing.toggle,
            Act.PURPOSE: self.purpose.ask,
        }
        self.acts = TileActs(self.desk, self.full_screen, others, self.place, HeadActs(self.desk, self.heads))
        self._filling = Filling(self.desk)
        self._dialling = Dialling(self.desk, self.bar.number, self.put, self.acts.focus)
        self._alarm_words = ""
        self._stores.walls.add(self._context.panel_id)
        self._connect()
        self._ticking = context.ticker.every_second(self._second)
        self._arrange()
        self._filling.fill()
        self.purpose.load()

    @property
    def widget(self) -> QWidget:
        """The wall."""
        return self._widget

    @property
    def tiles(self) -> list[VideoTile]:
        """The 36 tiles, of which the layout shows some."""
        return self.stage.tiles

    def focus_first(self) -> None:
        """The chosen tile takes the keys."""
        self.stage.widget_of(self.wall.chosen).setFocus()

    def close(self) -> None:
        """Leave every stream and hear nothing more."""
        stores = self._stores
        self._ticking.stop()
        self.full_screen.leave()
        self.touring.stop()
        self.listening.stop()
        self.alarming.close()
        self.keeping.close()
        self.near.close()
        self._filling.close()
        self._faces.close()
        self._steering.close()
        self.dressing.close()
        self.acts.heads.close()
        self.notice.clear()
        self.stage.close()
        stores.walls.remove(self._context.panel_id)
        stores.assets.changed_since_tick.disconnect(self._assets_changed)

    def state(self) -> PanelState:
        """Layout, contents, whether alarms come."""
        state = self.wall.state(keeps_vacancies=self._filling.keeps_vacancies, shows_alarms=self.alarming.is_on)
        kept: PanelState = msgspec.to_builtins(state)
        return kept

    def take_state(self, state: PanelState) -> None:
        """Stand as kept; raises msgspec.ValidationError when it is none of ours."""
        kept = msgspec.convert(state, WallState, strict=False)
        self._filling.keeps_vacancies = kept.keeps_vacancies
        self.wall.take_state(kept)
        self._arrange()
        self._filling.fill()
        self.alarming.turn(is_on=kept.shows_alarms)

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
        self.place(tile, CameraTile(asset_id))
        self._choose(tile)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys pressed on a tile: digits begin a number, others do what the table of keys says."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, VideoTile | FaceFrame)
        ):
            if self._dialling.begins(event):
                return True
            act = act_of(event)
            if act is not None:
                if not event.isAutoRepeat():
                    self.acts.do(act)
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> QVBoxLayout:
        self.bar.room.insertWidget(self.bar.room.count() - 2, self.purpose.button)
        self.bar.worded.append(self.purpose.button)
        self.bar.add_keys(self.stage.grid)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.bar, self.purpose, self.form, self.notice):
            column.addWidget(widget)
        home = QVBoxLayout()
        home.setContentsMargins(0, 0, 0, 0)
        home.addWidget(self.stage.grid, 1)
        nest(column, home, 1)
        return home

    def _connect(self) -> None:
        for number, tile in enumerate(self.stage.tiles):
            tile.setParent(self.stage.grid)
            tile.move_requested.connect(partial(self._move, number))
            tile.stop_requested.connect(self._steering.stop)
            tile.size_changed.connect(partial(self._size_changed, number))
            tile.zoom_changed.connect(partial(self._zoomed, number))
            self._connect_tile(number, tile)
        self.stage.state_changed.connect(self.dressing.state_changed)
        self.stage.recorded_shown.connect(self.replaying.shows)
        self.replaying.changed.connect(self.dressing.words_changed)
        self.listening.changed.connect(self.dressing.words_changed)
        self.replaying.purpose_needed.connect(self.purpose.ask)
        self.purpose.said.connect(self.replaying.ask_again)
        self.purpose.left.connect(self.replaying.give_up)
        self.bar.layout_wanted.connect(self._lay_out_anew)
        self.bar.act_wanted.connect(self.acts.do)
        self.bar.stop_tour_wanted.connect(self.touring.stop)
        self.touring.changed.connect(self._arrange)
        self.touring.told.connect(self._tour_told)
        self.touring.ahead.connect(self._prepare)
        self.alarming.changed.connect(self._alarms_changed)
        stores = self._stores
        stores.assets.changed_since_tick.connect(self._assets_changed)

    def _connect_tile(self, number: int, tile: VideoTile | FaceFrame) -> None:
        tile.installEventFilter(self)
        tile.chosen.connect(partial(self._choose, number))
        tile.enlarge_requested.connect(partial(self.acts.enlarge, number))
        tile.close_requested.connect(partial(self._empty, number))
        tile.asset_dropped.connect(partial(self.put, number))
        tile.place_dropped.connect(partial(self.near.into_tile, number))
        tile.tile_dropped.connect(partial(self._tile_dropped, number))
        tile.menu_requested.connect(partial(self.acts.open_menu, number))

    def _is_live(self, number: int, camera_id: int) -> bool:
        camera = self.desk.camera_in(number)
        is_now = camera is not None and camera.id == camera_id and not self.stage.streams.is_past(number)
        return is_now and self.stage.is_seen(number)

    def _arrange(self) -> None:
        """Show what the operator put, the tour and the alarms over it."""
        self._sight = sight = sight_of(self.wall, self.touring.sight, self.alarming.places)
        others = {
            number: content for number, content in enumerate(sight.contents) if not isinstance(content, CameraTile)
        }
        frames, fresh = self._faces.show(others)
        for number, face in fresh.items():
            self._connect_face(number, face)
        self.stage.show_layout(sight.layout, frames, self.wall.spotlight)
        self.bar.show_layout(sight.layout)
        self.dressing.dress_all()
        self._mark_chosen()

    def _connect_face(self, number: int, face: Face) -> None:
        face.frame.carried = self.stage.tiles[number].carried
        self._connect_tile(number, face.frame)

    def _mark_chosen(self) -> None:
        is_one = self.wall.spotlight is not None or self._sight.layout.size == 1
        for number in range(self._sight.layout.size):
            self.stage.widget_of(number).set_chosen(number == self.wall.chosen and not is_one)

    def _lay_out_anew(self, layout: Layout) -> None:
        self.touring.stop()
        self.wall.lay_out(layout)
        self._filling.keeps_vacancies = False
        self._arrange()
        self._filling.fill()
        self.alarming.refresh()

    def _choose(self, number: int) -> None:
        self._touched(number)
        self._stores.walls.activate(self._context.panel_id)
        self.wall.choose(number)
        self._mark_chosen()
        camera = self.desk.camera_in(number)
        if camera is not None:
            self._stores.selection.select(camera.id)

    def _touched(self, number: int) -> None:
        self.dressing.touched(number)
        if self.touring.holds(number):
            self.touring.touch()

    def place(self, tile: int, content: TileContent | None) -> None:
        """Somebody puts something there: a tour over this tile ends, an alarm's picture stays until acknowledged."""
        if content is None:
            self._filling.keeps_vacancies = True
        if self.touring.holds(tile):
            self.touring.stop()
        self.wall.place(tile, content)
        self._arrange()

    def _empty(self, number: int) -> None:
        self.place(number, None)

    def _face_changed(self, tile: int, content: TileContent) -> None:
        if tile < self.wall.size and not self.touring.holds(tile):
            self.wall.place(tile, content)

    def _tile_dropped(self, number: int, carried: str) -> None:
        wall, _, tile = carried.rpartition(":")
        own = self.stage.tiles[number].carried.rpartition(":")[0]
        if wall == own and tile.isdigit():
            self.wall.swap(int(tile), number)
            self._arrange()
            self.acts.focus(number)

    def _assets_changed(self) -> None:
        self._arrange()
        self._filling.fill()

    def _prepare(self, coming: TourSight) -> None:
        self.dressing.prepare(sight_of(self.wall, coming, self.alarming.places))

    def _tour_told(self) -> None:
        self.bar.show_tour(self.touring.words, self.touring.run.state)
        if self.touring.run.state is not TourState.RUNNING:
            self.stage.streams.forget_prepared()
        self.dressing.dress_words()

    def _alarms_changed(self) -> None:
        self.bar.show_alarms(is_on=self.alarming.is_on)
        self._arrange()
        self.touring.hold(is_held=bool(self.alarming.places))
        words, before = self.alarming.words, self._alarm_words
        self._alarm_words = words
        if words:
            self.notice.say(words, Tone.WARNING)
        elif before and self.notice.text == before:
            self.notice.clear()

    def _busy_tiles(self) -> dict[int, int | None]:
        return self.dressing.busy_tiles()

    def _move(self, number: int, pan: float, tilt: float, zoom: float) -> None:
        camera = self.desk.camera_in(number)
        if camera is not None:
            self._touched(number)
            self.dressing.steered = number
            self._steering.move(camera.id, pan, tilt, zoom)

    def _could_not_move(self, why: str) -> None:
        self.dressing.say(self.dressing.steered, why)

    def _say_on_tile(self, tile: int, why: str) -> None:
        self.dressing.say(tile, why)

    def _size_changed(self, number: int, _width: int, _height: int) -> None:
        self.dressing.dress(number)

    def _zoomed(self, number: int, _box: object) -> None:
        self._touched(number)
        self.dressing.dress(number)

    def _second(self) -> None:
        self.dressing.second()
        self.alarming.refresh()
