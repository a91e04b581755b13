"""The tiles of a wall and what stands in them: placing, swapping, layouts, and the way back. Pure."""

from collections.abc import Sequence
from typing import Final

import msgspec

from console.store.wall.contents import (
    CameraTile,
    Contents,
    Scene,
    TileContent,
    read_contents,
    write_contents,
)
from widgets.wall_layout.cells import MOST_CELLS, Cell
from widgets.wall_layout.editing import Edited
from widgets.wall_layout.layout import EVEN_COUNTS, Layout, even, fault_of, free

_MOST_UNDONE: Final = 50


class WallState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a workspace keeps of the wall. `size` and `cameras` are what older consoles kept, and still read."""

    size: int = 4
    cameras: tuple[int | None, ...] = ()
    keeps_vacancies: bool = False  # somebody emptied a tile
    layout: Layout | None = None
    contents: tuple[object, ...] = ()
    shows_alarms: bool = False


class Wall:
    """What the operator put where. Alarms and tours lie over it and change nothing here."""

    def __init__(self, size: int = 4) -> None:
        self._layout = even(size if size in EVEN_COUNTS else 4)
        self._contents: list[TileContent | None] = [None] * MOST_CELLS
        self._past: list[Scene] = []
        self.chosen = 0
        self.spotlight: int | None = None

    @property
    def layout(self) -> Layout:
        """Where the tiles stand."""
        return self._layout

    @property
    def size(self) -> int:
        """How many tiles there are."""
        return self._layout.size

    @property
    def contents(self) -> Sequence[TileContent | None]:
        """What stands in each of 36 tiles; those beyond the layout wait for a larger one."""
        return self._contents

    @property
    def cameras(self) -> Sequence[int | None]:
        """The camera of each of 36 tiles."""
        return [content.camera_id if isinstance(content, CameraTile) else None for content in self._contents]

    @property
    def scene(self) -> Scene:
        """As it stands."""
        return Scene(self._layout, tuple(self._contents[: self.size]))

    @property
    def vacant(self) -> Sequence[int]:
        """Tiles of the layout in which nothing stands."""
        return [tile for tile in range(self.size) if self._contents[tile] is None]

    @property
    def shown(self) -> Sequence[int]:
        """The tiles that are seen."""
        return (self.spotlight,) if self.spotlight is not None else range(self.size)

    @property
    def can_undo(self) -> bool:
        """Whether there is a way back."""
        return bool(self._past)

    def state(self, *, keeps_vacancies: bool, shows_alarms: bool = False) -> WallState:
        """What is worth keeping."""
        cameras = self.cameras
        filled = max((tile + 1 for tile, camera in enumerate(cameras) if camera is not None), default=0)
        kept = tuple(write_contents(self._contents))
        return WallState(self.size, tuple(cameras[:filled]), keeps_vacancies, self._layout, kept, shows_alarms)

    def take_state(self, state: WallState) -> None:
        """Stand as it was kept, by this console or an older one."""
        layout = state.layout
        # A workspace that names a size alone (an older one, or one that cameras are carried over to) means a grid.
        if layout is None or layout.size != state.size or (layout.cells and fault_of(layout.cells)):
            layout = even(state.size)
        self._contents = [None] * MOST_CELLS
        self._past.clear()
        self._set_layout(layout)
        for tile, content in enumerate(read_contents(state.contents)):
            self._place(tile, content)
        if not state.contents:
            for tile, camera_id in enumerate(state.cameras[:MOST_CELLS]):
                self._place(tile, None if camera_id is None else CameraTile(camera_id))

    def show_scene(self, scene: Scene) -> None:
        """Another wall in place of this one; undone like a placement."""
        self._remember()
        self._set_layout(scene.layout)
        shown = (*scene.contents, *([None] * MOST_CELLS))[: self.size]
        self._contents = [*shown, *([None] * (MOST_CELLS - len(shown)))]

    def resize(self, size: int) -> None:
        """An even grid of so many tiles; what stands in them stays."""
        self.lay_out(even(size))

    def lay_out(self, layout: Layout) -> None:
        """Another layout; what stands in the tiles stays."""
        if layout != self._layout:
            self._remember()
        self._set_layout(layout)

    def edit(self, edited: Edited) -> None:
        """Cells that were split, joined or moved; what stood in a cell goes with it."""
        self._remember()
        before = list(self._contents)
        moved = [None if origin is None else before[origin] for origin in edited.origins]
        waiting = before[self.size :]
        self._contents = (moved + waiting + [None] * MOST_CELLS)[:MOST_CELLS]
        self._set_layout(free(edited.cells))

    def reshape(self, cells: tuple[Cell, ...], *, is_first: bool) -> None:
        """The same cells at other places, while a border is pulled; the way back begins where the pull began."""
        if is_first:
            self._remember()
        self._layout = free(cells)

    def choose(self, tile: int) -> None:
        """Keys mean this tile from now on."""
        if 0 <= tile < self.size:
            self.chosen = tile

    def put(self, tile: int, camera_id: int | None) -> None:
        """A camera into a tile; it stands in one tile at a time. None empties the tile."""
        self.place(tile, None if camera_id is None else CameraTile(camera_id))

    def place(self, tile: int, content: TileContent | None) -> None:
        """Anything into a tile."""
        if self._contents[tile] != content:
            self._remember()
            self._place(tile, content)

    def put_all(self, camera_ids: Sequence[int]) -> None:
        """These cameras into the first tiles; those that are shown already stay where they are."""
        wanted = list(dict.fromkeys(camera_ids))[: self.size]
        tiles = list(self.cameras[: self.size])
        missing = [camera for camera in wanted if camera not in tiles]
        if missing:
            self._remember()
        for tile in range(self.size):
            if missing and tiles[tile] not in wanted and self._is_camera_or_empty(tile):
                self._place(tile, CameraTile(missing.pop(0)))
        placed = [camera for camera in wanted if camera in self.cameras]
        if placed:
            self.chosen = self.cameras.index(placed[0])

    def fill(self, camera_ids: Sequence[int]) -> None:
        """Cameras into vacant tiles, without a way back: nobody did it."""
        for tile, camera_id in zip(self.vacant, camera_ids, strict=False):
            self._place(tile, CameraTile(camera_id))

    def swap(self, one: int, other: int) -> None:
        """Two tiles change places; the chosen one goes with what it held."""
        if one == other or not (0 <= one < self.size and 0 <= other < self.size):
            return
        self._remember()
        self._contents[one], self._contents[other] = self._contents[other], self._contents[one]
        if self.chosen in {one, other}:
            self.chosen = other if self.chosen == one else one

    def enlarge(self, tile: int) -> None:
        """One tile alone, or back to the layout."""
        self.spotlight = None if self.spotlight is not None else tile

    def undo(self) -> bool:
        """Back to before the last placement, swap or layout; whether there was one."""
        if not self._past:
            return False
        scene = self._past.pop()
        self._set_layout(scene.layout)
        self._contents = list((*scene.contents, *([None] * MOST_CELLS))[:MOST_CELLS])
        return True

    def _place(self, tile: int, content: TileContent | None) -> None:
        if isinstance(content, CameraTile):
            self._contents = [None if held == content else held for held in self._contents]
        self._contents[tile] = content

    def _set_layout(self, layout: Layout) -> None:
        self._layout = layout
        self.spotlight = None
        self.chosen = min(self.chosen, layout.size - 1)

    def _is_camera_or_empty(self, tile: int) -> bool:
        content = self._contents[tile]
        return content is None or isinstance(content, CameraTile)

    def _remember(self) -> None:
        everything: Contents = tuple(self._contents)
        scene = Scene(self._layout, everything)
        if not self._past or self._past[-1] != scene:
            self._past.append(scene)
        del self._past[:-_MOST_UNDONE]
