"""GeoJSON (RFC 7946, and one feature a line): features read one by one, what is wrong with one spoils no other."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from backend.base_maps.feature_columns import FeatureColumns, Floats, label_text, weight_of
from backend.base_maps.property_names import name_field, weight_field
from backend.ports import BaseMapTrouble
from contract.base_maps import FeatureKind

MOST_BYTES: Final = 256 * 2**20
_DEEPEST: Final = 8
_LOOKED_AT: Final = 2_000  # features whose properties choose the name
_WGS84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
_BETWEEN: Final = re.compile(rb"[\r\n\x1e]+")


class _Geometry(msgspec.Struct):
    type: str
    coordinates: msgspec.Raw = msgspec.Raw(b"null")
    geometries: list[msgspec.Raw] = []


class _Feature(msgspec.Struct):
    geometry: _Geometry | None = None
    properties: dict[str, object] | None = None


class _CrsName(msgspec.Struct):
    name: str


class _Crs(msgspec.Struct):
    properties: _CrsName


class _Document(msgspec.Struct):
    type: str
    features: list[msgspec.Raw] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"")
    coordinates: msgspec.Raw = msgspec.Raw(b"")
    geometries: msgspec.Raw = msgspec.Raw(b"")
    crs: object = None


_feature = msgspec.json.Decoder(_Feature)
_geometry = msgspec.json.Decoder(_Geometry)
_point = msgspec.json.Decoder(list[float])
_line = msgspec.json.Decoder(list[list[float]])
_area = msgspec.json.Decoder(list[list[list[float]]])
_areas = msgspec.json.Decoder(list[list[list[list[float]]]])
_Broken = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError)


def read_geojson(content: bytes, columns: FeatureColumns, *, file: str, name: str = "", weight: str = "") -> str:
    """Put all features into the columns. Returns the reference system's name, "" for WGS84. Raises BaseMapTrouble."""
    features, crs = _features(content.removeprefix(b"\xef\xbb\xbf").strip(), file)
    columns.check_count(len(features), 0)
    known = dict.fromkeys(key for raw in features[:_LOOKED_AT] for key in _keys(raw))
    named_by, weighed_by = name_field(known, name), weight_field(known, weight)
    for raw in features:
        try:
            feature = _feature.decode(raw)
            shapes = [] if feature.geometry is None else list(_shapes(feature.geometry, 0))
        except _Broken:
            shapes, feature = [], _Feature()
        if not shapes:
            columns.left_out += 1
            continue
        properties = feature.properties or {}
        label, heavy = label_text(properties.get(named_by)), weight_of(properties.get(weighed_by))
        for kind, points in shapes:
            columns.add(kind, points, label, heavy)
    return "" if crs is None or any(known in str(crs) for known in _WGS84) else _crs_name(crs)


def _features(content: bytes, file: str) -> tuple[list[msgspec.Raw], object]:
    try:
        document = msgspec.json.decode(content, type=_Document)
    except _Broken as error:
        lines = [line for line in _BETWEEN.split(content) if line.strip()]
        if len(lines) > 1 and all(line.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in lines):
            return [msgspec.Raw(line) for line in lines], None
        raise BaseMapTrouble("base_map_not_geojson", file=file, reason=str(error)[:200]) from error
    if document.features is not None:
        return document.features, document.crs
    if document.type == "Feature":
        return [msgspec.Raw(content)], document.crs
    if bytes(document.coordinates) or bytes(document.geometries):
        return [msgspec.Raw(b'{"geometry":' + content + b"}")], document.crs
    raise BaseMapTrouble("base_map_not_geojson", file=file, reason="no features in it")


def _keys(raw: msgspec.Raw) -> Iterator[str]:
    try:
        yield from _feature.decode(raw).properties or ()
    except _Broken:
        return


def _crs_name(crs: object) -> str:
    try:
        return msgspec.convert(crs, _Crs).properties.name[:200]
    except msgspec.ValidationError:
        return str(crs)[:200]


def _shapes(geometry: _Geometry, depth: int) -> Iterator[tuple[FeatureKind, Floats]]:
    """Raises one of `_Broken`."""
    match geometry.type:
        case "Point":
            yield FeatureKind.LABEL, _rows([_point.decode(geometry.coordinates)])
        case "MultiPoint":
            for place in _line.decode(geometry.coordinates):
                yield FeatureKind.LABEL, _rows([place])
        case "LineString":
            yield FeatureKind.STREET, _rows(_line.decode(geometry.coordinates))
        case "MultiLineString":
            for line in _area.decode(geometry.coordinates):
                yield FeatureKind.STREET, _rows(line)
        case "Polygon":
            for ring in _area.decode(geometry.coordinates):
                yield FeatureKind.OUTLINE, _rows(ring)
        case "MultiPolygon":
            for area in _areas.decode(geometry.coordinates):
                for ring in area:
                    yield FeatureKind.OUTLINE, _rows(ring)
        case "GeometryCollection" if depth < _DEEPEST:
            for part in geometry.geometries:
                yield from _shapes(_geometry.decode(part), depth + 1)
        case other:
            raise ValueError(f"{other[:40]!r} is not a point, a line or an area")


def _rows(positions: list[list[float]]) -> Floats:
    if not all(len(position) >= 2 for position in positions):
        raise ValueError("a position has two numbers")
    return np.asarray([position[:2] for position in positions], np.float64).reshape(-1, 2)
