"""Geometries of others as places: a point, a line, the centre of an area."""

import itertools
import math
import re
import struct
from collections.abc import Sequence
from typing import Final

import numpy as np

from backend.devkit.reference_systems import Transform
from backend.devkit.wkb import BadGeometry, shapes_of
from backend.services.import_files.rows import Position, Shape
from contract.base_maps import FeatureKind

MOST_POSITIONS: Final = 10_000
_POINT_BYTES: Final = 21
_POLYGONS: Final = frozenset({3, 6})
_WKT: Final = re.compile(r"\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING)\s*Z?M?\s*\(([-+0-9eE., \t\n]*)\)\s*", re.IGNORECASE)
_WKT_BEGINS: Final = re.compile(r"\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING)\s*Z?M?\s*\(", re.IGNORECASE)
_NONE: Final = Shape(problem="it has no geometry")


def shape_of_wkb(content: object) -> Shape:
    """A well-known binary; what cannot be used carries its problem."""
    if not isinstance(content, bytes) or len(content) < 5:
        return _NONE
    if len(content) == _POINT_BYTES and content[:5] == b"\x01\x01\x00\x00\x00":
        x, y = struct.unpack_from("<dd", content, 5)
        return _NONE if math.isnan(x) or math.isnan(y) else Shape((x, y))
    try:
        parts = list(shapes_of(content))
    except BadGeometry as error:
        return Shape(problem=f"its geometry cannot be read: {error}")
    if not parts:
        return _NONE
    kind, points = parts[0]
    if len(parts) > 1 and not _is_one_area(content):
        return Shape(problem=f"its geometry cannot be read: it has {len(parts)} parts: make a feature of each")
    found = tuple((float(x), float(y)) for x, y in points.tolist())
    return shape_of(kind, found)


def shape_of(kind: FeatureKind, found: tuple[Position, ...]) -> Shape:
    """Positions as a place."""
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in found):
        return Shape(problem="its geometry cannot be read: a position is two numbers, longitude and latitude")
    if kind is FeatureKind.LABEL:
        return Shape(found[0])
    fewest = 2 if kind is FeatureKind.STREET else 4
    if not fewest <= len(found) <= MOST_POSITIONS:
        return Shape(
            problem=f"its geometry cannot be read: it has {len(found)} positions; "
            f"{fewest} to {MOST_POSITIONS} are allowed"
        )
    if kind is FeatureKind.STREET:
        return Shape(found[len(found) // 2], found)
    return Shape(centre(found))


def shape_of_wkt(text: str) -> Shape | None:
    """POINT (5 47) or LINESTRING (...), as spreadsheets hold geometry; None for what is neither."""
    found = _WKT.fullmatch(text)
    if found is None:
        return None
    try:
        pairs = [part.split() for part in found[2].split(",")]
        positions = tuple((float(pair[0]), float(pair[1])) for pair in pairs)
    except (ValueError, IndexError):
        return None
    return shape_of(FeatureKind.LABEL if found[1].upper() == "POINT" else FeatureKind.STREET, positions)


def is_wkt(text: str) -> bool:
    """Whether a text begins as a geometry."""
    return _WKT_BEGINS.match(text) is not None


def wkt_of(line: Sequence[Position]) -> str:
    """A line as text."""
    return f"LINESTRING ({', '.join(f'{lon!r} {lat!r}' for lon, lat in line)})"


def centre(ring: tuple[Position, ...]) -> Position:
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


def moved(shapes: Sequence[Shape], transform: Transform) -> list[Shape]:
    """All shapes in another system, to a tenth of a millimetre; a place that comes out nowhere carries its problem."""
    counts = [len(shape.line) if shape.line else 1 if shape.point else 0 for shape in shapes]
    flat = [place for shape in shapes for place in (shape.line or ((shape.point,) if shape.point else ()))]
    if not flat:
        return list(shapes)
    points = np.array(flat, np.float64)
    x, y = transform(np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]))
    lons: list[float] = np.round(x, 9).tolist()
    lats: list[float] = np.round(y, 9).tolist()
    places = iter(zip(lons, lats, strict=True))
    made: list[Shape] = []
    for shape, count in zip(shapes, counts, strict=True):
        found = tuple(itertools.islice(places, count))
        if not found:
            made.append(shape)
        elif not all(math.isfinite(lon) and math.isfinite(lat) for lon, lat in found):
            made.append(Shape(problem="its position lies outside the reference system of the file"))
        elif shape.line:
            made.append(Shape(found[len(found) // 2], found))
        else:
            made.append(Shape(found[0]))
    return made


def _is_one_area(content: bytes) -> bool:
    """An area with holes: its outer ring says where it is."""
    order = "<" if content[:1] == b"\x01" else ">"
    kind = int(struct.unpack_from(order + "I", content, 1)[0]) % 1000
    return kind in _POLYGONS and (kind == 3 or struct.unpack_from(order + "I", content, 5)[0] == 1)
