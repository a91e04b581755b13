"""Well-known binary geometries into lines, rings and points."""

import struct
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contract.base_maps import FeatureKind

Floats = NDArray[np.float64]
_DEEPEST: Final = 8
_POINT, _LINE, _POLYGON = 1, 2, 3
_COLLECTIONS: Final = frozenset({4, 5, 6, 7})


class BadGeometry(ValueError):
    """This is no geometry that can be drawn."""


def shapes_of(content: bytes) -> Iterator[tuple[FeatureKind, Floats]]:
    """All parts of a geometry. Raises BadGeometry for what is cut short, curved or nested without end."""
    try:
        shapes, _ = _read(content, 0, 0)
    except struct.error as error:
        raise BadGeometry("cut short") from error
    yield from shapes


def _read(content: bytes, at: int, depth: int) -> tuple[list[tuple[FeatureKind, Floats]], int]:
    if depth > _DEEPEST:
        raise BadGeometry("nested too deeply")
    order = "<" if content[at : at + 1] == b"\x01" else ">"
    code = struct.unpack_from(order + "I", content, at + 1)[0]
    at += 5
    kind, dimensions, has_srid = _kind(code)
    at += 4 if has_srid else 0
    if kind == _POINT:
        points, at = _points(content, at, 1, dimensions, order)
        is_empty = bool(np.isnan(points).all())
        return ([] if is_empty else [(FeatureKind.LABEL, points)]), at
    count = struct.unpack_from(order + "I", content, at)[0]
    at += 4
    if kind == _LINE:
        points, at = _points(content, at, count, dimensions, order)
        return [(FeatureKind.STREET, points)] if count else [], at
    shapes: list[tuple[FeatureKind, Floats]] = []
    if count > len(content):
        raise BadGeometry("cut short")
    for _ in range(count):
        if kind == _POLYGON:
            length = struct.unpack_from(order + "I", content, at)[0]
            points, at = _points(content, at + 4, length, dimensions, order)
            shapes.append((FeatureKind.OUTLINE, points))
        else:
            parts, at = _read(content, at, depth + 1)
            shapes += parts
    return shapes, at


def _kind(code: int) -> tuple[int, int, bool]:
    """Kind, numbers a point has, whether a reference system follows: in ISO's way (1000s) or the older one (bits)."""
    extra = (1 if code & 0x80000000 else 0) + (1 if code & 0x40000000 else 0)
    plain = code & 0x1FFFFFFF
    kind, thousands = plain % 1000, plain // 1000
    if thousands > 3 or (kind not in {_POINT, _LINE, _POLYGON} and kind not in _COLLECTIONS):
        raise BadGeometry("not a point, a line or an area")
    return kind, 2 + extra + (2 if thousands == 3 else 1 if thousands else 0), bool(code & 0x20000000)


def _points(content: bytes, at: int, count: int, dimensions: int, order: str) -> tuple[Floats, int]:
    ends = at + count * dimensions * 8
    if ends > len(content):
        raise BadGeometry("cut short")
    numbers = np.frombuffer(content, f"{order}f8", count * dimensions, at).reshape(count, dimensions)
    return numbers[:, :2].astype(np.float64), ends
