"""What an exported map can hold, refused in words; what cannot be drawn is set apart, not passed over."""

import math
from typing import Final

from exported_maps.values import (
    MAX_ALARMS,
    MAX_AREAS,
    MAX_ASSETS,
    MAX_CONES,
    MAX_EXTRA_COLUMNS,
    Bounds,
    ExportedAsset,
    ExportedMap,
    Shape,
)
from exported_maps.wording import Words

MERCATOR_LATITUDE: Final = 85.05
_LEAST_DEGREES: Final = 0.0005  # some 50 m: a single asset still gets its surroundings


class ExportRefused(Exception):
    """The file is not made; the text says why and what to do, in the language that was asked for."""


def check(wanted: ExportedMap, words: Words) -> None:
    """Raises ExportRefused for what no file can hold, and for a report of nothing."""
    if wanted.shape is Shape.REPORT and not wanted.assets:
        raise ExportRefused(words("empty_selection"))
    for count, limit, key in (
        (len(wanted.assets), MAX_ASSETS, "too_many_assets"),
        (len(wanted.alarms), MAX_ALARMS, "too_many_alarms"),
        (len(wanted.cones), MAX_CONES, "too_many_cones"),
        (len(wanted.extra_columns), MAX_EXTRA_COLUMNS, "too_many_columns"),
        (0 if wanted.choropleth is None else len(wanted.choropleth.areas), MAX_AREAS, "too_many_areas"),
    ):
        if count > limit:
            raise ExportRefused(words(key, count=words.number(count), limit=words.number(limit)))
    if any(not 0 <= asset.kind < len(wanted.kinds) for asset in wanted.assets):
        raise ExportRefused(words("damaged"))


def is_place(lon: float | None, lat: float | None) -> bool:
    """Whether it is a point that a map of the city can show."""
    return lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= MERCATOR_LATITUDE


def has_place(asset: ExportedAsset) -> bool:
    """Whether the asset can be drawn; others stand in the list alone."""
    return is_place(asset.lon, asset.lat)


def view_of(wanted: ExportedMap) -> Bounds:
    """What the map looks at: as asked where that makes sense, else all that it holds, else France."""
    asked = wanted.bounds
    if asked is not None and _is_sound(asked):
        return _widened(asked)
    places = [(asset.lon, asset.lat) for asset in wanted.assets if asset.lon is not None and asset.lat is not None]
    places = [place for place in places if is_place(*place)]
    if not places and wanted.choropleth is not None:
        places = [
            point for area in wanted.choropleth.areas for ring in area.rings for point in ring if is_place(*point)
        ]
    if not places:
        return Bounds(-5.0, 41.5, 9.5, 51.0)
    lon, lat = [place[0] for place in places], [place[1] for place in places]
    return _widened(Bounds(min(lon), min(lat), max(lon), max(lat)))


def _is_sound(bounds: Bounds) -> bool:
    corners = (bounds.west, bounds.south, bounds.east, bounds.north)
    return (
        all(math.isfinite(value) for value in corners) and bounds.west <= bounds.east and bounds.south <= bounds.north
    )


def _widened(bounds: Bounds) -> Bounds:
    wide = max(_LEAST_DEGREES, (bounds.east - bounds.west) * 0.02)
    high = max(_LEAST_DEGREES, (bounds.north - bounds.south) * 0.02)
    west, east = max(bounds.west - wide, -180.0), min(bounds.east + wide, 180.0)
    south, north = max(bounds.south - high, -MERCATOR_LATITUDE), min(bounds.north + high, MERCATOR_LATITUDE)
    if west >= east or south >= north:  # asked for off the earth
        return Bounds(-180.0, -MERCATOR_LATITUDE, 180.0, MERCATOR_LATITUDE)
    return Bounds(west, south, east, north)
