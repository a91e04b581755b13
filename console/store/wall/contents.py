"""What a tile of the wall can hold, and a whole wall of it. A new kind: a value here, a face in the wall's panel."""

from collections.abc import Sequence
from typing import Final

import msgspec

from widgets.wall_layout.cells import MOST_CELLS
from widgets.wall_layout.layout import Layout, fault_of

LONGEST_NOTE: Final = 2000
UINT32_MAX: Final = 2**32 - 1


class CameraTile(msgspec.Struct, frozen=True, tag="camera"):
    """A camera's live picture."""

    camera_id: int


class MapTile(msgspec.Struct, frozen=True, tag="map", omit_defaults=True):
    """A small map around a place; `asset_id`: it follows that asset; neither: it follows what is selected."""

    lon: float | None = None
    lat: float | None = None
    asset_id: int | None = None
    metres_per_pixel: float = 1.5


class AlarmsTile(msgspec.Struct, frozen=True, tag="alarms"):
    """The alarms that stand, most urgent first."""


class NoteTile(msgspec.Struct, frozen=True, tag="note"):
    """An operator's own words."""

    text: str = ""


TileContent = CameraTile | MapTile | AlarmsTile | NoteTile
Contents = tuple[TileContent | None, ...]


class Scene(msgspec.Struct, frozen=True):
    """A whole wall: its layout and what stands in each tile."""

    layout: Layout = Layout()
    contents: Contents = ()

    @property
    def cameras(self) -> Sequence[int]:
        """The cameras in it, in the order of its tiles."""
        return [content.camera_id for content in self.contents if isinstance(content, CameraTile)]


def write_contents(contents: Sequence[TileContent | None]) -> list[object]:
    """As JSON has it, empty tiles at the end left out."""
    filled = max((tile + 1 for tile, content in enumerate(contents) if content is not None), default=0)
    kept: list[object] = msgspec.to_builtins(list(contents[:filled]))
    return kept


def read_contents(kept: object) -> Contents:
    """What was kept; what this console does not know, or what makes no sense, leaves its tile empty."""
    try:
        items = msgspec.convert(kept, list[object])
    except msgspec.ValidationError:
        return ()
    return tuple(_read_content(item) for item in items[:MOST_CELLS])


def write_scene(scene: Scene) -> dict[str, object]:
    """As JSON has it."""
    return {"layout": msgspec.to_builtins(scene.layout), "contents": write_contents(scene.contents)}


def read_scene(kept: object) -> Scene:
    """A scene that was kept; raises msgspec.ValidationError or ValueError where it has no layout."""
    fields = msgspec.convert(kept, dict[str, object])
    layout = msgspec.convert(fields.get("layout"), Layout)
    if layout.cells and (trouble := fault_of(layout.cells)):
        raise ValueError(trouble)
    return Scene(layout, read_contents(fields.get("contents")))


def _read_content(kept: object) -> TileContent | None:
    try:
        content: TileContent | None = msgspec.convert(kept, TileContent | None)
    except (msgspec.ValidationError, RecursionError):
        return None
    match content:
        case CameraTile(camera_id) if not 0 <= camera_id <= UINT32_MAX:
            return None
        case MapTile() if not _is_place(content):
            return None
        case NoteTile(text):
            return NoteTile(text[:LONGEST_NOTE])
        case _:
            return content


def _is_place(content: MapTile) -> bool:
    lon, lat = content.lon or 0.0, content.lat or 0.0
    return abs(lon) <= 180 and abs(lat) <= 85 and 0.01 <= content.metres_per_pixel <= 1000
