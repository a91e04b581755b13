"""Walls of every kind in pictures: sizes, spotlight, portrait, failures, alarms, the past, the editor."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.video import AddressGiver, PictureState, StateChanged
from console.panels.cameras.keys import Act
from console.panels.cameras.panel import CamerasPanel
from console.store.context import Context
from console.store.wall.contents import AlarmsTile, MapTile, NoteTile
from console.store.wall.tours import of_cameras
from contract.points import PointValue, Quality, Value
from contract.stream import WatchedPoints
from tools.screenshots import sample_city
from tools.screenshots.sample_pictures import SamplePictures
from widgets.wall_layout.layout import Layout, even, spotlight

LAYOUTS: Mapping[str, tuple[Layout, tuple[int, int]]] = {
    "wall-1": (even(1), (1280, 720)),
    "wall-9": (even(9), (1920, 1080)),
    "wall-16": (even(16), (1920, 1080)),
    "wall-36": (even(36), (1920, 1080)),
    "wall-spotlight": (spotlight(7), (1920, 1080)),
    "wall-ring": (spotlight(12), (1920, 1080)),
    "wall-portrait": (spotlight(5), (1080, 1920)),
    "wall-failures": (even(9), (1280, 760)),
    "wall-mixed": (even(6), (1600, 900)),
    "wall-alarms": (even(9), (1600, 900)),
    "wall-past": (even(4), (1280, 760)),
    "wall-tour": (spotlight(5), (1280, 760)),
    "wall-editor": (spotlight(5), (1280, 760)),
    "wall-purpose": (even(4), (1280, 760)),
}
FAILURES = (
    PictureState.LIVE,
    PictureState.CONNECTING,
    PictureState.STALLED,
    PictureState.REFUSED,
    PictureState.WRONG_PASSWORD,
    PictureState.NOT_FOUND,
    PictureState.DAMAGED,
    PictureState.NO_PICTURE,
    PictureState.LIVE,
)
_MANY = 36


class WallPictures(SamplePictures):
    """Every stream as told: states by the order of opening."""

    def __init__(self, states: tuple[PictureState, ...] = ()) -> None:
        super().__init__()
        self._states = states

    def open(self, tile_id: str, address: AddressGiver, width: int, height: int, state_changed: StateChanged) -> None:
        """Live, or as the list says."""
        super().open(tile_id, address, width, height, state_changed)
        number = int(tile_id.split(".")[1])
        state = self._states[number % len(self._states)] if self._states else PictureState.LIVE
        if state in {
            PictureState.CONNECTING,
            PictureState.REFUSED,
            PictureState.WRONG_PASSWORD,
            PictureState.NOT_FOUND,
        }:
            self._tiles.pop(tile_id, None)
        state_changed(state, "")

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """A stream without a picture has none at any size."""
        if tile_id in self._tiles:
            super().resize(tile_id, width, height)


async def shoot(name: str, file: Path, context: Context, settle: Callable[[], Awaitable[None]]) -> None:
    """One wall in a window of its own."""
    layout, size = LAYOUTS[name]
    pictures = WallPictures(FAILURES if name == "wall-failures" else ())
    panel = CamerasPanel(replace(context, pictures=pictures, panel_id=name))
    window = QWidget()
    window.setObjectName("screen_field")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(panel.widget)
    window.resize(*size)
    QCursor.setPos(*size)  # nothing below the pointer looks chosen
    window.show()
    try:
        panel.wall.lay_out(layout)
        cameras = sorted(a.id for a in context.stores.assets.all() if a.class_ == "camera")
        panel.show_cameras(tuple(cameras[:_MANY]))
        _tell_points(context, cameras)
        await settle()
        panel.focus_first()
        _stage(name, panel, cameras, context.texts("wall.held_by", who="Claire Petit"))
        await settle()
        await settle()
        window.grab().save(str(file))
    finally:
        panel.close()
        window.close()
        window.deleteLater()


def _stage(name: str, panel: CamerasPanel, cameras: list[int], held: str) -> None:
    match name:
        case "wall-mixed":
            panel.desk.wall.place(1, MapTile(lon=5.0415, lat=47.322))
            panel.desk.wall.place(2, AlarmsTile())
            panel.desk.wall.place(
                5, NoteTile("Marché de Noël : passer la place Darcy toutes les 10 min.\nRelève à 21 h.")
            )
            panel.desk.wall.choose(0)
            panel.desk.arrange()
        case "wall-alarms":
            panel.alarming.turn(is_on=True)
        case "wall-past":
            panel.wall.choose(0)
            panel.acts.do(Act.REPLAY)
            panel.tiles[1].show_part(panel.tiles[1].zoom.zoomed(2.4, 0.3, 0.6))
            panel.dressing.say(2, held)
        case "wall-tour":
            panel.wall.choose(0)
            panel.touring.start(of_cameras("Centre-ville", cameras[6:12], 20), 0)
            panel.touring.touch()
        case "wall-editor":
            panel.acts.do(Act.EDIT_LAYOUT)
        case "wall-purpose":
            panel.purpose.ask()
        case _:
            panel.focus_first()


def _tell_points(context: Context, cameras: list[int]) -> None:
    stores = context.stores
    for number, camera in enumerate(cameras[:_MANY]):
        values: dict[str, Value] = {
            "recording": number % 4 != 3,
            "is_masked": number % 3 == 0,
            "is_ptz": number % 2 == 0,
        }
        if number % 7 == 4:
            values["picture_covered"] = True
        if number % 5 == 1:
            values["ptz_holder"] = "Claire Petit"
        now = sample_city.NOW
        points = {key: PointValue(value, Quality.GOOD, now, now) for key, value in values.items()}
        stores.message(WatchedPoints(camera, points))
    stores.flush()
