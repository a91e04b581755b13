"""Named places and looks of maps, as values. No Qt."""

from typing import Annotated, Final

import msgspec

from console.store.map_look import MapLook

LONGEST_NAME: Final = 60
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """A named place: the middle of the view, its scale, and what the map showed there."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    name: _Name
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-85.06, le=85.06)]
    metres_per_pixel: Annotated[float, msgspec.Meta(gt=0, le=1e6)]
    look: MapLook | None = None


class NamedLook(msgspec.Struct, frozen=True):
    """A preset of one's own."""

    name: _Name
    look: MapLook
