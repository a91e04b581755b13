"""Kept walls, layouts and tours: shown, kept, shared, forgotten; their forms stand beside the wall."""

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.cameras.bar import WallBar
from console.panels.cameras.desk import WallDesk
from console.panels.cameras.touring import read_tour, write_tour
from console.store.wall.contents import Scene
from console.store.wall.tours import Tour, of_cameras
from console.store.wall_shelf import NamedWall, WallKind
from widgets.name_form import Question
from widgets.notice import Tone
from widgets.wall_layout.layout import Layout

_DWELL_S = 10.0


class Keeping:
    """One wall's way to the shelf."""

    def __init__(self, desk: WallDesk, bar: WallBar) -> None:
        self._desk = desk
        self._bar = bar
        self._context = desk.context
        self._shelf = desk.context.stores.wall_shelf
        self._shelf.changed.connect(self._shelf_changed)
        bar.wall_wanted.connect(self.show)
        bar.keeping_wanted.connect(self.ask)
        bar.deletion_wanted.connect(self._delete)
        bar.sharing_wanted.connect(self._share)
        bar.tour_editing_wanted.connect(self.ask_tour)
        self._shelf_changed()

    def close(self) -> None:
        """Hear nothing more."""
        self._shelf.changed.disconnect(self._shelf_changed)

    def show(self, wall: NamedWall | None) -> None:
        """Show what is kept; None: a tour of the cameras on this wall."""
        desk = self._desk
        value = self._own_tour() if wall is None else wall.value
        match value:
            case Layout():
                desk.wall.lay_out(value)
                desk.arrange()
            case Scene():
                desk.touring.stop()
                desk.wall.show_scene(value)
                desk.arrange()
            case Tour():
                if not desk.touring.start(value, desk.wall.chosen):
                    desk.say(self._context.texts("wall.tour.nothing"), Tone.WARNING)

    def ask(self, kind: WallKind) -> None:
        """Keep the layout, or the layout with what stands in it: under which name?"""
        tr = self._context.texts
        title = tr("wall.keep.layout_title" if kind is WallKind.LAYOUT else "wall.keep.scene_title")
        self._desk.asking.ask(
            lambda name, is_shared, _text: self._keep_shown(kind, name, is_shared=is_shared),
            Question(title, tr("wall.keep.name"), can_share=True),
        )

    def ask_tour(self, wall: NamedWall | None) -> None:
        """A tour, one step a line; a new one begins with the cameras of this wall."""
        tr = self._context.texts
        tour = wall.value if wall is not None and isinstance(wall.value, Tour) else self._own_tour()
        question = Question(
            tr("wall.tour.title"),
            tr("wall.keep.name"),
            name="" if wall is None else wall.name,
            can_share=True,
            is_shared=wall is not None and wall.is_shared,
            text=write_tour(tour, self._number_of),
            text_label=tr("wall.tour.lines"),
        )
        self._desk.asking.ask(self._keep_tour, question)

    def _own_tour(self) -> Tour:
        cameras = [camera for camera in self._desk.wall.scene.cameras if self._desk.presenter.camera(camera)]
        return of_cameras(self._context.texts("wall.tour.this_wall"), cameras, _DWELL_S)

    def _keep_shown(self, kind: WallKind, name: str, *, is_shared: bool) -> bool:
        wall = self._desk.wall
        value: Layout | Scene = wall.layout if kind is WallKind.LAYOUT else wall.scene
        self._start(NamedWall(name, value, is_shared=is_shared))
        return True

    def _keep_tour(self, name: str, is_shared: bool, text: str) -> bool:
        scenes = [wall.name for wall in self._shelf.of_kind(WallKind.SCENE)]
        tour, line = read_tour(name, text, self._camera_of, scenes)
        if tour is None:
            self._desk.say(self._context.texts("wall.tour.bad_line", line=line), Tone.WARNING)
            return False
        self._start(NamedWall(name, tour, is_shared=is_shared))
        return True

    def _share(self, wall: NamedWall) -> None:
        self._start(NamedWall(wall.name, wall.value, is_shared=not wall.is_shared))

    def _start(self, wall: NamedWall) -> None:
        self._context.tasks.start(self._keep(wall), name="keep a wall")

    async def _keep(self, wall: NamedWall) -> None:
        tr = self._context.texts
        try:
            await self._shelf.keep(self._context.client, wall)
        except RequestFailed as error:
            self._desk.say(failure_text(error, tr), Tone.WARNING)
            return
        self._desk.say(tr("wall.kept_shared" if wall.is_shared else "wall.kept", name=wall.name), Tone.PLAIN)

    def _delete(self, wall: NamedWall) -> None:
        self._context.tasks.start(self._forget(wall), name="forget a wall")

    async def _forget(self, wall: NamedWall) -> None:
        tr = self._context.texts
        try:
            await self._shelf.delete(self._context.client, wall.name)
        except RequestFailed as error:
            self._desk.say(failure_text(error, tr), Tone.WARNING)
            return
        self._desk.say(tr("wall.forgotten", name=wall.name), Tone.PLAIN)

    def _shelf_changed(self) -> None:
        self._bar.show_walls(self._shelf.walls)

    def _camera_of(self, number: int) -> int | None:
        camera = self._desk.presenter.camera_of_number(number)
        return None if camera is None else camera.id

    def _number_of(self, camera_id: int) -> int | None:
        camera = self._desk.presenter.camera(camera_id)
        return None if camera is None else camera.number
