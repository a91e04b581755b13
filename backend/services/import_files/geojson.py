"""GeoJSON (RFC 7946): features with a point, a line or an area each."""

import math
import re
from collections.abc import Callable
from typing import Final, cast

import msgspec

from backend.services.import_files.delimited import MOST_ROWS, check_names
from backend.services.import_files.rows import FileRefused, Position, RawTable, Shape
from backend.services.import_files.shapes import MOST_POSITIONS, centre
from contract.imports import Dialect

_EPSG: Final = re.compile(r"EPSG:(?::|[\d.]+:)?(\d{4,6})")
_WGS84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")


class _Geometry(msgspec.Struct):
    type: str
    coordinates: msgspec.Raw = msgspec.Raw(b"null")


class _Feature(msgspec.Struct):
    geometry: _Geometry | None = None
    properties: dict[str, object] | None = None
    id: object = None


class _Collection(msgspec.Struct):
    features: list[msgspec.Raw]
    crs: object = None


_feature = msgspec.json.Decoder(_Feature)
_point = msgspec.json.Decoder(list[float])
_line = msgspec.json.Decoder(list[list[float]])
_area = msgspec.json.Decoder(list[list[list[float]]])
_areas = msgspec.json.Decoder(list[list[list[list[float]]]])


def read_geojson(content: bytes, dialect: Dialect, *, is_cancelled: Callable[[], bool]) -> RawTable:
    """All features as rows; a feature that is wrong carries its problem. Raises FileRefused."""
    try:
        collection = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FileRefused(f"this is not a GeoJSON feature collection: {error}") from error
    if len(collection.features) > MOST_ROWS:
        raise FileRefused(f"the file has more than {MOST_ROWS:,} features: split it")
    names: dict[str, None] = {}
    properties: list[dict[str, object]] = []
    shapes: list[Shape] = []
    for number, raw in enumerate(collection.features, 1):
        if number % 1_000 == 0 and is_cancelled():
            raise FileRefused("the import was cancelled")
        found, shape = _feature_of(raw)
        properties.append(found)
        shapes.append(shape)
        names.update(dict.fromkeys(found))
    columns = list(names)
    check_names(columns)
    return RawTable(
        names=columns,
        cells=[[found.get(name) for name in columns] for found in properties],
        shapes=shapes,
        dialect=dialect,
        crs=_crs(collection.crs),
    )


def _crs(member: object) -> str:
    """The reference system of the older GeoJSON, as pyproj takes it; "" for WGS84. Raises FileRefused."""
    if member is None or any(name in str(member) for name in _WGS84):
        return ""
    found = _EPSG.search(str(member))
    if found is None:
        raise FileRefused("the positions are not in WGS84 (see its crs member): say which EPSG number it is")
    return f"EPSG:{found[1]}"


def _feature_of(raw: msgspec.Raw) -> tuple[dict[str, object], Shape]:
    try:
        feature = _feature.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return {}, Shape(problem=f"it is not a feature: {error}")
    columns = dict(feature.properties or {})
    if feature.id is not None:
        columns.setdefault("id", feature.id)
    if feature.geometry is None:
        return columns, Shape(problem="it has no geometry")
    try:
        point, line = _place(feature.geometry)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        return columns, Shape(problem=f"its geometry cannot be read: {error}")
    return columns, Shape(point, line)


def _place(geometry: _Geometry) -> tuple[Position | None, tuple[Position, ...] | None]:
    """A point, or a line with its middle. Raises ValueError or msgspec.DecodeError."""
    match geometry.type:
        case "Point":
            return _position(_point.decode(geometry.coordinates)), None
        case "MultiPoint":
            return _position(_only(_line.decode(geometry.coordinates))), None
        case "LineString":
            line = _positions(_line.decode(geometry.coordinates), 2)
            return line[len(line) // 2], line
        case "MultiLineString":
            line = _positions(_only(_area.decode(geometry.coordinates)), 2)
            return line[len(line) // 2], line
        case "Polygon":
            return centre(_positions(_area.decode(geometry.coordinates)[0], 4)), None
        case "MultiPolygon":
            return centre(_positions(_only(_areas.decode(geometry.coordinates))[0], 4)), None
        case other:
            raise ValueError(f"{other[:40]!r} is not a point, a line or an area")


def _only(parts: list[list[float]] | list[list[list[float]]] | list[list[list[list[float]]]]) -> list[object]:
    if len(parts) != 1:
        raise ValueError(f"it has {len(parts)} parts: make a feature of each")
    return cast("list[object]", parts[0])


def _position(pair: list[float] | list[object]) -> Position:
    numbers = [float(cast("float", value)) for value in pair[:2]]
    if len(numbers) < 2 or not all(math.isfinite(value) for value in numbers):
        raise ValueError("a position is two numbers, longitude and latitude")
    return numbers[0], numbers[1]


def _positions(pairs: object, fewest: int) -> tuple[Position, ...]:
    found = cast("list[list[float]]", pairs)
    if not fewest <= len(found) <= MOST_POSITIONS:
        raise ValueError(f"it has {len(found)} positions; {fewest} to {MOST_POSITIONS} are allowed")
    return tuple(_position(pair) for pair in found)
