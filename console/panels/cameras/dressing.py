"""Gives each tile its stream and its words: state, marks, alarm, tour, past, who holds the camera."""

from typing import Final

from console.kit.video import PictureState
from console.panels.cameras.desk import WallDesk
from console.panels.cameras.sight import Sight
from console.panels.cameras.streams import Wish, better_stream
from console.store.wall.contents import CameraTile
from contract.assets import Asset
from widgets.tile_words import TileWords
from widgets.wall_layout.cells import MOST_CELLS

_BUSY_S: Final = 15.0  # somebody who has just worked with a tile is not done with it
_SAID_S: Final = 8.0


class Dressing:
    """One wall's tiles, dressed from what is known."""

    def __init__(self, desk: WallDesk) -> None:
        self._desk = desk
        self._context = desk.context
        self._watched = desk.context.stores.watched
        self._owner = f"wall {desk.context.panel_id} {id(self):x}"
        self._without_main: set[int] = set()  # cameras that have no main stream
        self._said: dict[int, tuple[str, float]] = {}
        self._touched: dict[int, float] = {}
        self.steered = 0  # the tile whose camera was moved last
        self._watched.changed_since_tick.connect(self.dress_words)
        desk.heads.changed.connect(self._head_changed)

    def close(self) -> None:
        """Hear nothing more."""
        self._watched.changed_since_tick.disconnect(self.dress_words)
        self._desk.heads.changed.disconnect(self._head_changed)
        self._watched.want(self._owner, ())

    def dress_all(self) -> None:
        """Every tile, as the wall is seen now."""
        sight = self._desk.sight()
        cameras = [content.camera_id for content in sight.contents if isinstance(content, CameraTile)]
        self._watched.want(self._owner, tuple(dict.fromkeys(cameras)))
        for number in range(MOST_CELLS):
            self.dress(number)
        self.dress_words()

    def dress(self, number: int) -> None:
        """One tile's stream."""
        desk = self._desk
        contents = desk.sight().contents
        content = contents[number] if number < len(contents) else None
        camera = desk.presenter.camera(content.camera_id) if isinstance(content, CameraTile) else None
        if camera is None:
            self._let_go(number, missing=isinstance(content, CameraTile))
            return
        held = desk.stage.streams.held(number)
        if held is not None and held[0] != camera.id:
            desk.replaying.forget(number)
            self._said.pop(number, None)
        points = self._watched.points(camera.id)
        desk.stage.show_stream(
            number,
            self._wish(number, camera, "" if held is None or held[0] != camera.id else held[1]),
            desk.presenter.caption(camera),
            is_movable=desk.presenter.is_movable(points),
        )

    def prepare(self, coming: Sight) -> None:
        """Open what a tour shows next, in the tiles where it is another camera than now."""
        shown = self._desk.sight().contents
        for number, content in enumerate(coming.contents):
            is_same = number < len(shown) and shown[number] == content
            camera = self._desk.presenter.camera(content.camera_id) if isinstance(content, CameraTile) else None
            if camera is not None and not is_same:
                self._desk.stage.streams.prepare(number, self._wish(number, camera, ""))

    def state_changed(self, number: int, state: PictureState, reason: str) -> None:
        """A stream says how it fares."""
        desk = self._desk
        held = desk.stage.streams.held(number)
        is_past = desk.stage.streams.is_past(number)
        if state is PictureState.NOT_FOUND and held is not None and held[1] == "main" and not is_past:
            self._without_main.add(held[0])
            self.dress(number)
            return
        text = desk.presenter.state_text(state, reason, self._context.clock())
        desk.stage.tiles[number].show_state(text, is_live=state in {PictureState.LIVE, PictureState.RECORDED})

    def words_changed(self, number: int) -> None:
        """The words of one tile."""
        contents = self._desk.sight().contents
        if number < len(contents):
            self._desk.stage.tiles[number].show_words(self._words(number))

    def dress_words(self) -> None:
        """The words of every tile; those that did not change are not painted anew."""
        self._hear_holders()
        for number, content in enumerate(self._desk.sight().contents):
            if isinstance(content, CameraTile):
                camera = self._desk.presenter.camera(content.camera_id)
                if camera is not None:
                    is_movable = self._desk.presenter.is_movable(self._watched.points(camera.id))
                    self._desk.stage.tiles[number].rename(self._desk.presenter.caption(camera), is_movable=is_movable)
            self.words_changed(number)

    def say(self, tile: int, text: str) -> None:
        """Something on a tile, for a while; nothing takes it away."""
        if text:
            self._said[tile] = text, self._now() + _SAID_S
        else:
            self._said.pop(tile, None)
        self.words_changed(tile)

    def touched(self, tile: int) -> None:
        """Somebody works with this tile."""
        self._touched[tile] = self._now()

    def forget_touch(self, tile: int) -> None:
        """Whoever worked with this tile is done with it."""
        self._touched.pop(tile, None)

    def busy_tiles(self) -> dict[int, int | None]:
        """Tiles somebody works with, and their cameras: steered, zoomed, in their past, or touched a moment ago."""
        now = self._now()
        tiles = self._desk.stage.tiles
        recent = {number for number, at in self._touched.items() if now - at < _BUSY_S}
        worked = {number for number, tile in enumerate(tiles) if tile.is_steering or not tile.zoom.is_whole}
        cameras = (
            (tile, self._desk.camera_in(tile)) for tile in sorted(recent | worked | set(self._desk.replaying.tiles))
        )
        return {tile: None if camera is None else camera.id for tile, camera in cameras}

    def second(self) -> None:
        """What is said for a while goes; how long ago the past is changes."""
        now = self._now()
        for tile, (_text, until) in list(self._said.items()):
            if now >= until:
                self.say(tile, "")
        for tile in self._desk.replaying.tiles:
            self.words_changed(tile)

    def _wish(self, number: int, camera: Asset, held: str) -> Wish:
        tile = self._desk.stage.tiles[number]
        stream = better_stream(tile.width(), tile.zoom, held)
        if camera.id in self._without_main:
            stream = "sub"
        return Wish(camera.id, stream, address=lambda: self._desk.presenter.address(camera.id, stream))

    def _hear_holders(self) -> None:
        contents = self._desk.sight().contents
        cameras = {content.camera_id for content in contents if isinstance(content, CameraTile)}
        self._desk.heads.hear((id_, self._desk.presenter.holder(self._watched.points(id_))) for id_ in cameras)

    def _head_changed(self, camera_id: int) -> None:
        for number, content in enumerate(self._desk.sight().contents):
            if content == CameraTile(camera_id):
                self.words_changed(number)

    def _let_go(self, number: int, *, missing: bool) -> None:
        self._desk.replaying.forget(number)
        self._said.pop(number, None)
        tr = self._context.texts
        self._desk.stage.show_stream(number, None, tr("wall.no_such_camera") if missing else "")
        if missing:
            self._desk.stage.tiles[number].show_state(tr("wall.not_yours"), is_live=False)

    def _words(self, number: int) -> TileWords:
        desk = self._desk
        sight = desk.sight()
        camera = desk.camera_in(number)
        if camera is None:
            return TileWords()
        points = self._watched.points(camera.id)
        said = self._said.get(number)
        other = desk.heads.other(camera.id)
        holder = self._context.texts("wall.held_by", who=other) if other else ""
        marks = desk.presenter.marks(points, is_mine=desk.heads.is_mine(camera.id))
        heard = desk.listening.mark(number)
        marks = marks if heard is None else (*marks, heard)
        warnings = ", ".join(mark.text for mark in marks if mark.is_warning)
        return TileWords(
            marks=marks,
            alarm=desk.alarming.alarm_of(number),
            past=desk.replaying.words(number),
            said=said[0]
            if said is not None
            else " · ".join(filter(None, (warnings[:1].upper() + warnings[1:], holder))),
            head=desk.touring.words if number in sight.toured and sight.contents[number] is not None else "",
        )

    def _now(self) -> float:
        return self._context.ticker.frame_clock.now()
