"""The lines under the assets: cut to what is in view, thinned to what can be seen, as GeoJSON."""

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from exported_maps.plain_text import plain
from exported_maps.values import Area, Bounds, ExportedCone, ExportedLines, LineKind

Floats = npt.NDArray[np.float64]
Feature = dict[str, Any]  # GeoJSON is JSON

MAX_POINTS: Final = 60_000
_MARGIN: Final = 0.35  # of the view, so that a reader may pan a little
_STEPS_ACROSS: Final = 6_000  # finer than a printed A3 sheet can show
_METRES_A_DEGREE: Final = 111_320.0
_CONE_STEPS: Final = 24


class DamagedColumns(ValueError):
    """Columns that do not fit one another."""


def street_features(layers: tuple[ExportedLines, ...], view: Bounds) -> list[Feature]:
    """One feature per weight, small streets first; small ones are left out where there would be too many points."""
    by_weight: dict[int, list[Floats]] = {}
    for layer in layers:
        if layer.kind is LineKind.STREET:
            for line, weight, _name in _lines(layer):
                by_weight.setdefault(weight, []).append(line)
    return [
        _feature({"weight": weight, "kind": "street"}, "MultiLineString", [part.tolist() for part in parts])
        for weight, parts in _few_enough(by_weight, view).items()
        if parts
    ]


def outline_features(layers: tuple[ExportedLines, ...], view: Bounds) -> list[Feature]:
    """Outlines of communes."""
    lines = [line for layer in layers if layer.kind is LineKind.OUTLINE for line, _weight, _name in _lines(layer)]
    parts = _few_enough({1: lines}, view).get(1, [])
    if not parts:
        return []
    return [_feature({"kind": "outline"}, "MultiLineString", [part.tolist() for part in parts])]


def named_streets(layers: tuple[ExportedLines, ...]) -> list[tuple[Floats, int, str]]:
    """Streets that have a name: points, weight, name."""
    return [
        (line, weight, plain(name, 60))
        for layer in layers
        if layer.kind is LineKind.STREET
        for line, weight, name in _lines(layer)
        if name
    ]


def area_features(areas: tuple[Area, ...], shade_of: tuple[int, ...], view: Bounds) -> list[Feature]:
    """One polygon per ring of an area, each with its shade; `view` decides what can be seen."""
    features: list[Feature] = []
    tolerance = _tolerance(view)
    for number, (area, shade) in enumerate(zip(areas, shade_of, strict=True)):
        for given in area.rings:
            ring = _thinned(on_earth(np.array(given, np.float64).reshape(-1, 2)), tolerance)
            if len(ring) > 2:
                features.append(_feature({"area": number, "shade": shade}, "Polygon", [ring.tolist()]))
    return features


def cone_feature(cone: ExportedCone) -> Feature | None:
    """A field of view as a sector; None where its figures make none."""
    figures = (cone.lon, cone.lat, cone.azimuth_deg, cone.fov_deg, cone.range_m)
    if not all(math.isfinite(figure) for figure in figures) or abs(cone.lon) > 180 or abs(cone.lat) > 85:
        return None
    if not 0 < cone.range_m <= 10_000 or cone.fov_deg <= 0:
        return None
    spread = min(cone.fov_deg, 360.0)
    bearings = np.radians(cone.azimuth_deg + np.linspace(-spread / 2, spread / 2, _CONE_STEPS))
    lat = cone.lat + np.cos(bearings) * cone.range_m / _METRES_A_DEGREE
    lon = cone.lon + np.sin(bearings) * cone.range_m / (_METRES_A_DEGREE * math.cos(math.radians(cone.lat)))
    ring = np.round(np.column_stack((lon, lat)), 6).tolist()
    closed = ring if spread >= 360 else [[cone.lon, cone.lat], *ring, [cone.lon, cone.lat]]
    return _feature({}, "Polygon", [closed])


def _lines(layer: ExportedLines) -> list[tuple[Floats, int, str]]:
    try:
        lon, lat = np.frombuffer(layer.lon, "<f8"), np.frombuffer(layer.lat, "<f8")
        offsets = np.frombuffer(layer.offsets, "<i8")
        weights = np.frombuffer(layer.weights, "<f8") if layer.weights else np.ones(max(len(offsets) - 1, 0))
    except ValueError as error:
        raise DamagedColumns(str(error)) from error
    count = max(len(offsets) - 1, 0)
    is_whole = len(lon) == len(lat) and len(weights) == count and len(layer.names) in {0, count}
    if not is_whole or (count and (offsets[0] < 0 or offsets[-1] > len(lon) or bool(np.any(np.diff(offsets) < 0)))):
        raise DamagedColumns("lines whose columns do not fit one another")
    ranks = np.clip(np.nan_to_num(weights, nan=1.0), 1, 4).astype(np.int64).tolist()
    points = np.column_stack((lon, lat))
    names = layer.names or ("",) * count
    return [
        (points[start:end], rank, name)
        for start, end, rank, name in zip(offsets[:-1], offsets[1:], ranks, names, strict=True)
    ]


def _few_enough(by_weight: dict[int, list[Floats]], view: Bounds) -> dict[int, list[Floats]]:
    seen = {weight: [line for line in lines if _touches(line, view)] for weight, lines in sorted(by_weight.items())}
    finest = tolerance = _tolerance(view)
    while True:
        speck = 0.0 if tolerance == finest else tolerance * 4
        kept = {
            weight: [thin for line in lines if _span(thin := _thinned(on_earth(line), tolerance)) > speck]
            for weight, lines in seen.items()
        }
        points = sum(len(line) for lines in kept.values() for line in lines)
        if points <= MAX_POINTS:
            return kept
        weakest = min(seen)
        if len(seen) > 1 and points - sum(len(line) for line in kept[weakest]) > MAX_POINTS / 8:
            del seen[weakest]
        else:
            tolerance *= 2


def _touches(line: Floats, view: Bounds) -> bool:
    wide, high = (view.east - view.west) * _MARGIN, (view.north - view.south) * _MARGIN
    if not len(line):
        return False
    west, south = np.min(line, axis=0)
    east, north = np.max(line, axis=0)
    return bool(
        west <= view.east + wide
        and east >= view.west - wide
        and south <= view.north + high
        and north >= view.south - high
    )


def _span(line: Floats) -> float:
    return float(np.max(np.ptp(line, axis=0))) if len(line) > 1 else 0.0


def _tolerance(view: Bounds) -> float:
    return max((view.east - view.west) / _STEPS_ACROSS, 1e-6)


def on_earth(line: Floats) -> Floats:
    """The points that a map can show."""
    sound = np.isfinite(line).all(axis=1) & (np.abs(line[:, 0]) <= 180) & (np.abs(line[:, 1]) <= 85.05)
    return line[sound]


def _thinned(line: Floats, tolerance: float) -> Floats:
    """Without the points that fall on the place of the one before; both ends stay."""
    if len(line) > 2:
        places = np.round(line / tolerance).astype(np.int64)
        moved = np.any(np.diff(places, axis=0) != 0, axis=1)
        moved[-1] = True
        line = line[np.concatenate(([True], moved))]
    return np.round(line, 6)


def _feature(properties: dict[str, Any], kind: str, coordinates: list[Any]) -> Feature:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }
