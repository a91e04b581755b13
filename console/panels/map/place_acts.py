"""What can be done at a place of a map: turn cameras to it, see what is nearest, follow, copy where it is."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QGuiApplication

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.map.around import Around
from console.parts.past_moment import show_past_here
from console.store.context import Context
from console.store.placing import RegisterWish
from widgets.city_map import CityMap, MapMark, MarkKind

CAMERA: Final = "camera"
NEAREST: Final = "nearest "
"""Marks of what is nearest are called this and the asset's id."""
_SHOWN_CAMERAS: Final = 4
_A_MINUTE: Final = dt.timedelta(minutes=1)


class PlaceActs:
    """Each says what became of it in the console's notice line."""

    def __init__(self, context: Context, city_map: CityMap, show_marks: Callable[[list[MapMark]], None]) -> None:
        self._context = context
        self._map = city_map
        self._show_marks = show_marks
        self.moment: Callable[[], dt.datetime | None] = lambda: None  # which past moment the map shows
        self.is_past = False  # the map shows the past: nothing is commanded from it
        self._around = Around(context.client, context.stores.assets, context.texts)

    def show_cameras(self, lon: float, lat: float) -> None:
        """The cameras that see the place, in the tiles."""
        self._context.stores.selection.look_at(lon, lat)

    def show_past(self, lon: float, lat: float) -> None:
        """What the cameras that see the place have recorded: of the moment the map shows, or of a minute ago."""
        past = self.moment()
        at = self._context.clock() - _A_MINUTE if past is None else past
        show_past_here(self._context, lon, lat, at)

    def turn_cameras(self, lon: float, lat: float) -> None:
        """All cameras that can turn to the place do, and are shown."""
        if self.is_past:
            self._context.announce(self._context.texts("replay.no_commands"))
            return
        self._context.tasks.start(self._turn(lon, lat), name="look here")

    def show_nearest(self, class_: str, lon: float, lat: float) -> None:
        """Mark the nearest of a class on the map."""
        self._context.tasks.start(self._nearest(class_, lon, lat), name=f"nearest {class_}")

    def forget_nearest(self) -> None:
        """Take the marks away."""
        self._show_marks([])

    def nearest_classes(self) -> list[tuple[str, str]]:
        """Codes and names of what can be asked for: cameras and crews first."""
        classes = self._context.stores.catalogue.classes.values()
        offered = [one for one in classes if not one.is_line]
        offered.sort(key=lambda one: (one.code != CAMERA, not one.is_mobile, self._context.texts.label(one.label)))
        return [(one.code, self._context.texts.label(one.label)) for one in offered]

    def can_follow(self, asset_id: int) -> bool:
        """Only what moves can be followed."""
        asset = self._context.stores.assets.get(asset_id)
        class_ = None if asset is None else self._context.stores.catalogue.classes.get(asset.class_)
        return class_ is not None and class_.is_mobile

    def follow(self, asset_id: int) -> None:
        """The map stays with it until the hand moves the map."""
        self._map.following.start(asset_id)
        asset = self._context.stores.assets.get(asset_id)
        name = "" if asset is None else asset.name or asset.code
        self._context.announce(self._context.texts("map.following", name=name))

    def copy_place(self, lon: float, lat: float) -> None:
        """Latitude and longitude as every other program reads them."""
        text = f"{lat:.6f}, {lon:.6f}"
        QGuiApplication.clipboard().setText(text)
        self._context.announce(self._context.texts("map.copied", what=text))

    def open_card(self, asset_id: int) -> None:
        """Everything about it."""
        self._context.stores.selection.select(asset_id)
        self._context.open_panel("card")

    def create_here(self, lon: float, lat: float) -> None:
        """A new asset of the register."""
        self._wish(RegisterWish(lon, lat))

    def move(self, asset_id: int) -> None:
        """Give an asset another place: it is pointed at next."""
        asset = self._context.stores.assets.get(asset_id)
        if asset is not None:
            self._context.stores.selection.select(asset_id)
            self._wish(RegisterWish(asset.lon, asset.lat, asset_id))

    def _wish(self, wish: RegisterWish) -> None:
        if self.is_past:
            self._context.announce(self._context.texts("replay.no_commands"))
            return
        self._context.open_panel("asset_file")
        self._context.stores.placing.wish(wish)

    async def _turn(self, lon: float, lat: float) -> None:
        looked = await self._around.look_here(lon, lat)
        self._context.announce(looked.text)
        if looked.turned:
            self._context.stores.selection.show_cameras(looked.turned[:_SHOWN_CAMERAS])

    async def _nearest(self, class_: str, lon: float, lat: float) -> None:
        tr = self._context.texts
        try:
            found = await self._around.nearest(class_, lon, lat)
        except RequestFailed as error:
            self._context.announce(failure_text(error, tr))
            return
        self._show_marks(
            [MapMark(f"{NEAREST}{one.asset_id}", one.lon, one.lat, one.text, MarkKind.NEAREST) for one in found]
        )
        if not found:
            self._context.announce(tr("map.no_nearest"))
            return
        self._context.announce(found[0].text)
        lons, lats = [lon, *(one.lon for one in found)], [lat, *(one.lat for one in found)]
        self._map.show_area(min(lons), min(lats), max(lons), max(lats))
