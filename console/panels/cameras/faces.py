"""What a tile shows that is no camera. A new kind: a value in console.store.wall.contents, and a face here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol

from PySide6.QtWidgets import QPlainTextEdit

from console.parts.alarm_lines import alarm_line
from console.parts.city_feed import CityFeed
from console.parts.map_words import map_texts
from console.store.alarm_order import is_set_aside, urgency
from console.store.context import Context
from console.store.wall.contents import LONGEST_NOTE, AlarmsTile, CameraTile, MapTile, NoteTile, TileContent
from widgets.alarm_list import AlarmList
from widgets.city_map import DARK, LIGHT, CityMap
from widgets.frame_clock import Ticking
from widgets.wall_grid import FaceFrame

_WRITTEN_AFTER_S: Final = 1.0
_MOST_LINES: Final = 200


class Face(Protocol):
    """One tile that is no camera. `frame` stands on the wall; `close` lets go of stores and clocks."""

    @property
    def frame(self) -> FaceFrame:
        """What stands on the wall."""
        ...

    def close(self) -> None:
        """Hear nothing more."""
        ...


Changed = Callable[[TileContent], None]  # the face's own content became this: an operator wrote in it


class MapFace:
    """A small live map around a place, an asset, or what is selected."""

    def __init__(self, context: Context, content: MapTile) -> None:
        self._stores = context.stores
        self._content = content
        theme = DARK if context.palette.is_dark else LIGHT
        self._map = CityMap(context.ticker.frame_clock, texts=map_texts(context.texts), theme=theme)
        self._feed = CityFeed(context, self._map)
        self.frame = FaceFrame(context.palette, self._map, context.texts("wall.face.map"), "mdi6.map-outline")
        self._map.asset_selected.connect(self._clicked)
        self._stores.selection.selection_changed.connect(self._follow)
        self._stores.states.moved_since_tick.connect(self._moved)
        if content.lon is not None and content.lat is not None:
            self._map.go_to(content.lon, content.lat, content.metres_per_pixel, animate=False)
        self._follow()

    def close(self) -> None:
        """Hear nothing more."""
        self._map.asset_selected.disconnect(self._clicked)
        self._stores.selection.selection_changed.disconnect(self._follow)
        self._stores.states.moved_since_tick.disconnect(self._moved)
        self._feed.close()

    def _clicked(self, asset_id: int) -> None:
        self._stores.selection.select(asset_id)

    def _moved(self, _moves: object) -> None:
        if self._content.asset_id is not None:
            self._follow()

    def _follow(self) -> None:
        """A place that was given stays; else the asset, else what is selected."""
        content = self._content
        if content.lon is not None:
            return
        asset_id = content.asset_id if content.asset_id is not None else self._stores.selection.asset_id
        asset = None if asset_id is None else self._stores.assets.get(asset_id)
        if asset is None:
            return
        self._map.select(asset.id)
        self._map.go_to(asset.lon, asset.lat, content.metres_per_pixel)


class AlarmsFace:
    """The alarms that stand."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        self._list = AlarmList(context.palette, context.texts, context.ticker.frame_clock)
        self.frame = FaceFrame(context.palette, self._list, context.texts("wall.face.alarms"), "mdi6.bell-outline")
        self._list.alarm_selected.connect(self._selected)
        self._list.place_requested.connect(self._place)
        self._stores.alarms.changed_since_tick.connect(self._refresh)
        self._stores.catalogue.changed.connect(self._refresh)
        self._refresh()

    def close(self) -> None:
        """Hear nothing more."""
        self._list.stop()
        self._stores.alarms.changed_since_tick.disconnect(self._refresh)
        self._stores.catalogue.changed.disconnect(self._refresh)

    def _refresh(self) -> None:
        alarms = [alarm for alarm in self._stores.alarms.standing() if not is_set_aside(alarm)]
        now, tr = self._context.clock(), self._context.texts
        first = sorted(alarms, key=urgency)[:_MOST_LINES]
        rows = [alarm_line(alarm, self._stores.catalogue, tr, now) for alarm in first]
        self._list.show_rows(rows, tr("alarms.empty.standing"))

    def _selected(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.select(asset_id, alarm_id)

    def _place(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.go_to(asset_id, alarm_id)


class NoteFace:
    """An operator's words, kept with the wall."""

    def __init__(self, context: Context, content: NoteTile, changed: Changed) -> None:
        self._context = context
        self._changed = changed
        self._later: Ticking | None = None
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setPlainText(content.text)
        self._text.setPlaceholderText(context.texts("wall.note.empty"))
        self._text.setAccessibleName(context.texts("wall.face.note"))
        self.frame = FaceFrame(context.palette, self._text, context.texts("wall.face.note"), "mdi6.note-text-outline")
        self._text.textChanged.connect(self._wait)

    def close(self) -> None:
        """What was written last is kept."""
        if self._later is not None:
            self._write()

    def _wait(self) -> None:
        if self._later is not None:
            self._later.stop()
        self._later = self._context.ticker.frame_clock.after(_WRITTEN_AFTER_S, self._write)

    def _write(self) -> None:
        if self._later is not None:
            self._later.stop()
            self._later = None
        self._changed(NoteTile(self._text.toPlainText()[:LONGEST_NOTE]))


def face_of(context: Context, content: TileContent, changed: Changed) -> Face | None:
    """The face of a content; None of a camera, which has a tile of its own."""
    match content:
        case MapTile():
            return MapFace(context, content)
        case AlarmsTile():
            return AlarmsFace(context)
        case NoteTile():
            return NoteFace(context, content, changed)
        case CameraTile():
            return None


class Faces:
    """The faces that stand on one wall, each made once and kept while its content stands."""

    def __init__(self, context: Context, changed: Callable[[int, TileContent], None]) -> None:
        self._context = context
        self._changed = changed
        self._standing: dict[int, tuple[TileContent, Face]] = {}

    def show(self, contents: Mapping[int, TileContent | None]) -> tuple[dict[int, FaceFrame], Mapping[int, Face]]:
        """The frames by tile, and those that are new among them."""
        fresh: dict[int, Face] = {}
        for number, (held, standing) in list(self._standing.items()):
            if contents.get(number) != held:
                self._drop(number, standing)
        for number, content in contents.items():
            if content is None or number in self._standing:
                continue
            face = face_of(self._context, content, partial(self._written, number))
            if face is not None:
                self._standing[number] = content, face
                fresh[number] = face
        return {number: face.frame for number, (_content, face) in self._standing.items()}, fresh

    def close(self) -> None:
        """Let go of all."""
        for number, (_content, face) in list(self._standing.items()):
            self._drop(number, face)

    def _written(self, number: int, content: TileContent) -> None:
        if number in self._standing:
            self._standing[number] = content, self._standing[number][1]
            self._changed(number, content)

    def _drop(self, number: int, face: Face) -> None:
        face.close()
        del self._standing[number]
        face.frame.hide()
        face.frame.deleteLater()
