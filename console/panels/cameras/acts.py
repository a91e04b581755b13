"""What keys, menus and buttons do with the chosen tile and with the wall."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from console.panels.cameras.desk import WallDesk
from console.panels.cameras.full_screen import FullScreen
from console.panels.cameras.head_acts import HeadActs
from console.panels.cameras.keys import DIRECTIONS, SWAPS, Act
from console.panels.cameras.menus import TileOffer, TileWishes, tile_menu
from console.panels.cameras.replaying import BACK_S
from console.parts.past_moment import show_past, show_wish
from console.store.wall.contents import TileContent
from console.store.wishes import MomentWish
from contract.assets import Asset
from widgets.notice import Tone
from widgets.video_tile import WHOLE, VideoTile
from widgets.wall_layout.cells import neighbour


class TileActs:
    """Does an Act; says in words why not."""

    def __init__(
        self,
        desk: WallDesk,
        full_screen: FullScreen,
        others: Mapping[Act, Callable[[], None]],
        place: Callable[[int, TileContent | None], None],
        heads: HeadActs,
    ) -> None:
        self._desk = desk
        self._full_screen = full_screen
        self._others = others
        self._place = place
        self.heads = heads

    def do(self, act: Act) -> None:
        """Do it with the chosen tile."""
        desk = self._desk
        if act in DIRECTIONS:
            self._go(act)
        elif act in self._others:
            self._others[act]()
        else:
            match act:
                case Act.ENLARGE:
                    self.enlarge(desk.wall.chosen)
                case Act.FULL_SCREEN:
                    self._full_screen.toggle()
                case Act.BACK:
                    self.back()
                case Act.UNDO:
                    self._undo()
                case Act.SNAPSHOT:
                    self._with_camera(self._snapshot)
                case Act.REPLAY:
                    self._with_camera(lambda camera: desk.replaying.start(desk.wall.chosen, camera.id))
                case Act.LIVE:
                    desk.replaying.stop(desk.wall.chosen)
                case Act.LISTEN:
                    self._with_camera(self._listen)
                case Act.PRESETS:
                    self._with_head(self.heads.open_menu)
                case Act.HEAD_TAKE:
                    self._with_head(self.heads.take)
                case Act.HEAD_RELEASE:
                    self._with_head(self.heads.release)
                case Act.PLAYBACK:
                    self._with_camera(self._play_back)
                case Act.TOUR_PAUSE:
                    desk.touring.toggle()
                case Act.TOUR_NEXT:
                    desk.touring.go(1)
                case Act.TOUR_PREVIOUS:
                    desk.touring.go(-1)
                case _:
                    pass

    def enlarge(self, tile: int) -> None:
        """One tile alone, or back to the layout."""
        self._desk.wall.enlarge(tile)
        self._desk.arrange()
        self.focus(tile)

    def back(self) -> None:
        """One step back: from the past, from a part of the picture, from one large tile, from the full screen."""
        desk, tile = self._desk, self._desk.wall.chosen
        shown = desk.stage.widget_of(tile)
        if desk.replaying.stop(tile):
            return
        if isinstance(shown, VideoTile) and not shown.zoom.is_whole:
            shown.show_part(WHOLE)
        elif desk.wall.spotlight is not None:
            self.enlarge(desk.wall.spotlight)
        elif self._full_screen.is_on:
            self._full_screen.toggle()

    def focus(self, tile: int) -> None:
        """The tile takes the keys."""
        self._desk.stage.widget_of(tile).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_menu(self, tile: int, at: QPoint) -> QMenu:
        """Everything that can be done with a tile."""
        desk = self._desk
        camera = desk.camera_in(tile)
        shown = desk.stage.widget_of(tile)
        contents = desk.sight().contents
        offer = TileOffer(
            content=contents[tile] if tile < len(contents) else None,
            is_past=desk.stage.streams.is_past(tile),
            is_zoomed=isinstance(shown, VideoTile) and not shown.zoom.is_whole,
            can_undo=desk.wall.can_undo,
            is_alone=desk.wall.spotlight is not None,
            has_alarm=camera is not None and desk.alarming.raised_at(tile, camera) is not None,
            is_heard=desk.listening.is_heard(tile),
        )
        menu = tile_menu(desk.stage.grid, desk.context.texts, offer, self._wishes(tile, camera))
        menu.popup(at)
        return menu

    def _wishes(self, tile: int, camera: Asset | None) -> TileWishes:
        has_head = camera is not None and self._is_movable(camera)
        return TileWishes(
            act=self.do,
            place=lambda content: self._place(tile, content),
            fill_head=partial(self.heads.fill, tile=tile, camera=camera) if has_head and camera is not None else None,
            whole=lambda: self._desk.stage.tiles[tile].show_part(WHOLE),
            show_place=lambda: self._with_camera(lambda camera: self._desk.context.stores.selection.go_to(camera.id)),
        )

    def _go(self, act: Act) -> None:
        desk = self._desk
        if desk.wall.spotlight is not None:
            return
        beside = neighbour(desk.stage.grid.cells, desk.wall.chosen, *DIRECTIONS[act])
        if beside is None:
            return
        if act in SWAPS:
            desk.wall.swap(desk.wall.chosen, beside)
            desk.arrange()
        self.focus(beside)

    def _undo(self) -> None:
        desk = self._desk
        if desk.wall.undo():
            desk.arrange()
        else:
            desk.say(desk.context.texts("wall.nothing_to_undo"), Tone.PLAIN)

    def _with_camera(self, act: Callable[[Asset], None]) -> None:
        camera = self._desk.camera_in(self._desk.wall.chosen)
        if camera is None:
            self._desk.say(self._desk.context.texts("wall.choose_camera"), Tone.PLAIN)
        else:
            act(camera)

    def _with_head(self, act: Callable[[Asset], object]) -> None:
        def ask(camera: Asset) -> None:
            if self._is_movable(camera):
                act(camera)
            else:
                self._desk.say(self._desk.context.texts("wall.head.fixed"), Tone.PLAIN)

        self._with_camera(ask)

    def _is_movable(self, camera: Asset) -> bool:
        return self._desk.presenter.is_movable(self._desk.context.stores.watched.points(camera.id))

    def _play_back(self, camera: Asset) -> None:
        """The picture the tile shows of the past, the moment of its alarm, or half a minute ago: in playback."""
        desk, tile = self._desk, self._desk.wall.chosen
        shown_at, raised_at = desk.replaying.tiles.get(tile), desk.alarming.raised_at(tile, camera)
        if shown_at is not None:
            at = dt.datetime.fromtimestamp(shown_at, dt.UTC)
            show_wish(desk.context, MomentWish(at, camera_ids=(camera.id,)))
        elif raised_at is not None and tile not in desk.replaying.tiles:
            show_past(desk.context, camera.id, raised_at)
        else:
            ago = desk.context.clock() - dt.timedelta(seconds=BACK_S)
            show_wish(desk.context, MomentWish(ago, camera_ids=(camera.id,)))

    def _listen(self, camera: Asset) -> None:
        desk = self._desk
        address = partial(desk.presenter.address, camera.id, "sub", sound=True)
        desk.listening.toggle(desk.wall.chosen, camera, address)

    def _snapshot(self, camera: Asset) -> None:
        desk = self._desk
        shown_at = desk.replaying.tiles.get(desk.wall.chosen)
        at = None if shown_at is None else dt.datetime.fromtimestamp(shown_at, dt.UTC)
        desk.stills.take(camera, at, desk.context.clock(), desk.widget)
