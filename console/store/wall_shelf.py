"""Named walls kept on the backend: layouts, scenes (a layout and its cameras), tours; one's own and the team's."""

import enum
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed
from console.kit.ports import Client
from console.store.wall.contents import Scene, read_scene, write_scene
from console.store.wall.tours import Tour, checked
from contract.named_content import NamedContent
from widgets.wall_layout.layout import Layout, fault_of

log = logging.getLogger(__name__)
LONGEST_NAME: Final = 80


class WallKind(enum.StrEnum):
    """What is kept under a name."""

    LAYOUT = "layout"
    SCENE = "scene"
    TOUR = "tour"


class NamedWall(msgspec.Struct, frozen=True):
    """Something kept: exactly one of the three is there."""

    name: str
    value: Layout | Scene | Tour
    owner: str = ""
    is_shared: bool = False
    is_mine: bool = True

    @property
    def kind(self) -> WallKind:
        """Which of the three it is."""
        match self.value:
            case Layout():
                return WallKind.LAYOUT
            case Scene():
                return WallKind.SCENE
            case _:
                return WallKind.TOUR


class WallShelf(QObject):
    """As the backend last told it. Keeping and deleting ask the backend; the shelf changes when it agreed."""

    changed = Signal()

    def __init__(self, me: Callable[[], str] = str, parent: QObject | None = None) -> None:
        """`me`: the name one is logged in by, empty while it is not known."""
        super().__init__(parent)
        self._me = me
        self._walls: tuple[NamedWall, ...] = ()
        self._loads = 0

    @property
    def walls(self) -> Sequence[NamedWall]:
        """One's own by name, then the team's."""
        me = self._me()
        return [msgspec.structs.replace(wall, is_mine=not me or wall.owner == me) for wall in self._walls]

    def of_kind(self, kind: WallKind) -> Sequence[NamedWall]:
        """Those of one kind."""
        return [wall for wall in self.walls if wall.kind is kind]

    def named(self, name: str, kind: WallKind | None = None) -> NamedWall | None:
        """By name, one's own before the team's."""
        return next((wall for wall in self.walls if wall.name == name and kind in {None, wall.kind}), None)

    def forget(self) -> None:
        """Another person comes: what is here is not his."""
        self._walls = ()
        self.changed.emit()

    async def load(self, client: Client) -> None:
        """Read what is kept; what makes no sense is left out. A silent backend leaves what is here."""
        self._loads += 1
        load = self._loads
        try:
            items = (await client.wall_layouts()).items
        except RequestFailed as error:
            log.warning("named walls could not be read: %s", error)
            return
        if load == self._loads:
            walls = [read_wall(item) for item in items]
            self._walls = tuple(wall for wall in walls if wall is not None)
            self.changed.emit()

    async def keep(self, client: Client, wall: NamedWall) -> None:
        """Keep under its name, in place of one's own of that name. Raises RequestFailed."""
        content = msgspec.json.encode(write_wall(wall.value)).decode()
        await client.keep_wall_layout(NamedContent(name=wall.name, content=content, is_shared=wall.is_shared))
        await self.load(client)

    async def delete(self, client: Client, name: str) -> None:
        """Forget one's own. Raises RequestFailed."""
        await client.delete_wall_layout(name)
        await self.load(client)


def write_wall(value: Layout | Scene | Tour) -> dict[str, object]:
    """As JSON has it."""
    match value:
        case Layout():
            return {"kind": WallKind.LAYOUT.value, "layout": msgspec.to_builtins(value)}
        case Scene():
            return {"kind": WallKind.SCENE.value, **write_scene(value)}
        case _:
            return {"kind": WallKind.TOUR.value, "steps": msgspec.to_builtins(value.steps)}


def read_wall(kept: NamedContent) -> NamedWall | None:
    """What was kept, None when it makes no sense to this console."""
    try:
        body = msgspec.json.decode(kept.content, type=dict[str, object])
        value = _read_value(body, kept.name)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        log.warning("the wall %r is not readable: %s", kept.name, error)
        return None
    return NamedWall(kept.name, value, kept.owner, kept.is_shared)


def _read_value(body: Mapping[str, object], name: str) -> Layout | Scene | Tour:
    match body.get("kind"):
        case WallKind.LAYOUT.value:
            layout = msgspec.convert(body.get("layout"), Layout)
            if layout.cells and (trouble := fault_of(layout.cells)):
                raise ValueError(trouble)
            return layout
        case WallKind.TOUR.value:
            return checked(msgspec.convert({"name": name, "steps": body.get("steps")}, Tour))
        case _:
            return read_scene(body)
