"""What keys, menus and buttons do with the chosen tile and with the wall."""

import datetime as dt
from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from console.panels.cameras.desk import WallDesk
from console.panels.cameras.full_screen import FullScreen
from console.panels.cameras.keys import DIRECTIONS, SWAPS, Act
from console.panels.cameras.menus import TileOffer, TileWishes, fill_presets, tile_menu
from console.store.wall.contents import TileContent
from contract.assets import Asset
from contract.points import PointValue
from widgets.name_form import Question
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
    ) -> None:
        self._desk = desk
        self._full_screen = full_screen
        self._others = others
        self._place = place

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
                case Act.PRESETS:
                    self._with_camera(self._show_presets)
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
        nothing: Mapping[str, PointValue] = {}
        points = nothing if camera is None else desk.context.stores.watched.points(camera.id)
        shown = desk.stage.widget_of(tile)
        contents = desk.sight().contents
        offer = TileOffer(
            content=contents[tile] if tile < len(contents) else None,
            is_past=desk.stage.streams.is_past(tile),
            is_zoomed=isinstance(shown, VideoTile) and not shown.zoom.is_whole,
            can_undo=desk.wall.can_undo,
            is_alone=desk.wall.spotlight is not None,
            is_movable=camera is not None and desk.presenter.is_movable(points),
            presets=desk.presenter.presets(points),
        )
        menu = tile_menu(desk.stage.grid, desk.context.texts, offer, self._wishes(tile))
        menu.popup(at)
        return menu

    def _wishes(self, tile: int) -> TileWishes:
        return TileWishes(
            act=self.do,
            place=lambda content: self._place(tile, content),
            go_to_preset=lambda token: self._preset(tile, token),
            keep_preset=lambda: self._with_camera(self.ask_preset),
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

    def _snapshot(self, camera: Asset) -> None:
        desk = self._desk
        shown_at = desk.replaying.tiles.get(desk.wall.chosen)
        at = None if shown_at is None else dt.datetime.fromtimestamp(shown_at, dt.UTC)
        desk.stills.take(camera, at, desk.context.clock(), desk.widget)

    def _show_presets(self, camera: Asset) -> None:
        desk, tile = self._desk, self._desk.wall.chosen
        points = desk.context.stores.watched.points(camera.id)
        menu = QMenu(desk.stage.grid)
        fill_presets(menu, desk.context.texts, desk.presenter.presets(points), self._wishes(tile))
        menu.aboutToHide.connect(menu.deleteLater)
        shown = desk.stage.widget_of(tile)
        menu.popup(shown.mapToGlobal(shown.rect().center()))

    def _preset(self, tile: int, token: str) -> None:
        camera = self._desk.camera_in(tile)
        if camera is not None:
            self._desk.context.tasks.start(self._go_to_preset(tile, camera.id, token), name="preset")

    async def _go_to_preset(self, tile: int, camera_id: int, token: str) -> None:
        self._desk.say_on_tile(tile, await self._desk.presenter.go_to_preset(camera_id, token))

    def ask_preset(self, camera: Asset) -> None:
        desk, tr = self._desk, self._desk.context.texts

        def keep(name: str, _is_shared: bool, _text: str) -> bool:
            desk.context.tasks.start(self._keep_preset(camera.id, name), name="keep preset")
            return True

        title = tr("wall.preset.keep", camera=desk.presenter.caption(camera))
        desk.asking.ask(keep, Question(title, tr("wall.preset.name")))

    async def _keep_preset(self, camera_id: int, name: str) -> None:
        tr = self._desk.context.texts
        why = await self._desk.presenter.keep_preset(camera_id, name)
        self._desk.say(why or tr("wall.preset.kept", name=name), Tone.WARNING if why else Tone.PLAIN)
