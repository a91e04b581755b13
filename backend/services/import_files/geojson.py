"""GeoJSON (RFC 7946): features with a point, a line or an area each."""

import itertools
import math
from collections.abc import Callable
from typing import Final, cast

import msgspec

from backend.services.import_files.rows import FileRefused, Position, SourceRow, SourceTable

MOST_ROWS: Final = 1_000_000
MOST_POSITIONS: Final = 10_000
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


def parse_geojson(content: bytes, *, is_cancelled: Callable[[], bool]) -> SourceTable:
    """All features as rows; a feature that is wrong carries its problem. Raises FileRefused."""
    try:
        collection = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FileRefused(f"this is not a GeoJSON feature collection: {error}") from error
    if collection.crs is not None and not any(name in str(collection.crs) for name in _WGS84):
        raise FileRefused("the positions are not in WGS84 (see its crs member): convert the file to EPSG:4326")
    if len(collection.features) > MOST_ROWS:
        raise FileRefused(f"the file has more than {MOST_ROWS:,} features: split it")
    names: dict[str, None] = {}
    rows: list[SourceRow] = []
    for number, raw in enumerate(collection.features, 1):
        if number % 1_000 == 0 and is_cancelled():
            raise FileRefused("the import was cancelled")
        row = _row(number, raw)
        rows.append(row)
        names.update(dict.fromkeys(row.columns))
    return SourceTable(rows, tuple(names), has_geometry=True)


def _row(number: int, raw: msgspec.Raw) -> SourceRow:
    try:
        feature = _feature.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return SourceRow(number, {}, problem=f"it is not a feature: {error}")
    columns = dict(feature.properties or {})
    if feature.id is not None:
        columns.setdefault("id", feature.id)
    if feature.geometry is None:
        return SourceRow(number, columns, problem="it has no geometry")
    try:
        point, line = _place(feature.geometry)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        return SourceRow(number, columns, problem=f"its geometry cannot be read: {error}")
    return SourceRow(number, columns, point, line)


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
            return _centre(_positions(_area.decode(geometry.coordinates)[0], 4)), None
        case "MultiPolygon":
            return _centre(_positions(_only(_areas.decode(geometry.coordinates))[0], 4)), None
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


def _centre(ring: tuple[Position, ...]) -> Position:
    """The centre of gravity of an area; of a degenerate one, the middle of its corners."""
    base_x, base_y = ring[0]
    twice_area = x_sum = y_sum = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = (x1 - base_x) * (y2 - base_y) - (x2 - base_x) * (y1 - base_y)
        twice_area += cross
        x_sum += (x1 + x2 - 2 * base_x) * cross
        y_sum += (y1 + y2 - 2 * base_y) * cross
    if abs(twice_area) < 1e-18:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return base_x + x_sum / (3 * twice_area), base_y + y_sum / (3 * twice_area)
