"""A made-up city for pictures, tests and benches of the map: communes, streets, lamps along them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.city_map import (
    UNACKNOWLEDGED,
    AssetColumns,
    AssetVisual,
    BaseLayer,
    ClassStyle,
    ConeColumns,
    Glyph,
    LayerKind,
)

CENTRE = (5.0415, 47.322)
MIDDLE = (5.0470, 47.3262)
STYLES = (
    ClassStyle("streetlight", "Street light", Glyph.DOT, 0),
    ClassStyle("cabinet", "Lighting cabinet", Glyph.CABINET, 3, 1.6),
    ClassStyle("camera", "Camera", Glyph.CAMERA, 8, 5.0),
    ClassStyle("junction", "Junction", Glyph.JUNCTION, 4, 3.0),
    ClassStyle("building", "Building", Glyph.BUILDING, 2, 3.5),
    ClassStyle("car_park", "Car park", Glyph.CAR_PARK, 5, 6.0),
    ClassStyle("vehicle", "Vehicle", Glyph.VEHICLE, 9, 8.0),
    ClassStyle("sign", "Message sign", Glyph.SIGN, 6, 6.0),
    ClassStyle("bollard", "Bollard", Glyph.BOLLARD, 1, 2.0),
)
LAMP, CABINET, CAMERA, JUNCTION, BUILDING, CAR_PARK, VEHICLE, SIGN, BOLLARD = range(9)  # places in STYLES
LAMPS = 33_915
_OTHERS = (
    (CABINET, 680), (CAMERA, 300), (JUNCTION, 113), (BUILDING, 180), (CAR_PARK, 20), (VEHICLE, 405), (SIGN, 40),
    (BOLLARD, 26),
)  # fmt: skip
NAMES = (
    "Dijon", "Chenôve", "Talant", "Quetigny", "Longvic", "Fontaine-lès-Dijon", "Saint-Apollinaire",
    "Marsannay-la-Côte", "Chevigny-Saint-Sauveur", "Plombières-lès-Dijon", "Ahuy", "Daix", "Neuilly-Crimolois",
)  # fmt: skip
_STREETS = ("Rue de la Liberté", "Avenue Victor Hugo", "Rue des Forges", "Rue Monge", "Boulevard de Sévigné",
            "Rue Chabot-Charny", "Rue Vannerie", "Rue Verrerie", "Rue Musette", "Cours du Parc", "Rue d'Auxonne",
            "Rue de Longvic", "Avenue Jean Jaurès", "Rue Berbisey", "Rue du Transvaal")  # fmt: skip

Float64s = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GeneratedMap:
    """Everything a map wants to be fed with."""

    columns: AssetColumns
    states: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]
    headings: npt.NDArray[np.float32]
    layers: tuple[BaseLayer, ...]
    centroids: tuple[tuple[float, float], ...]
    cones: ConeColumns
    labels: dict[int, str]


def generate(lamps: int = LAMPS, seed: int = 7, *, calm: bool = False) -> GeneratedMap:
    """The same city for the same arguments. Positions in degrees."""
    rng = np.random.default_rng(seed)
    size = math.sqrt(lamps / LAMPS)
    seats = _seats(rng, size)
    outlines = _outlines(seats)
    streets, weights, names = _streets(rng, seats, size)
    lamp_xy = _along(streets, lamps, rng)
    other: list[Float64s] = []
    classes = [np.zeros(lamps, np.uint8)]
    for index, number in _OTHERS:
        count = max(1, round(lamps * number / LAMPS))
        pulled = lamp_xy[rng.integers(0, lamps, count)] + rng.normal(0, 9.0, (count, 2))
        other.append(pulled)
        classes.append(np.full(count, index, np.uint8))
    xy = np.concatenate([lamp_xy, *other])
    class_index = np.concatenate(classes)
    total = len(xy)
    distance = np.hypot(xy[:, None, 0] - seats[None, :, 0], xy[:, None, 1] - seats[None, :, 1])
    lon, lat = _degrees(xy[:, 0], xy[:, 1])
    ids = np.arange(1, total + 1, dtype=np.uint32)
    commune = distance.argmin(axis=1).astype(np.uint16)
    states = _states(rng, total, calm=calm)
    levels = np.full(total, 255, np.uint8)
    levels[:lamps] = np.clip(rng.normal(62, 18, lamps), 15, 100).astype(np.uint8)
    levels[:lamps][rng.random(lamps) < 0.06] = 0
    camera_rows = np.flatnonzero(class_index == CAMERA)
    cones = ConeColumns(
        ids[camera_rows],
        rng.uniform(0, 360, camera_rows.size),
        rng.choice(np.array([55.0, 75.0, 95.0, 360.0]), camera_rows.size),
        rng.uniform(35, 90, camera_rows.size),
    )
    seat_lon, seat_lat = _degrees(seats[:, 0], seats[:, 1])
    return GeneratedMap(
        columns=AssetColumns(ids, lon, lat, class_index, commune),
        states=states,
        levels=levels,
        headings=rng.uniform(0, 360, total).astype(np.float32),
        layers=(
            _layer("communes", LayerKind.OUTLINE, outlines, NAMES, None),
            _layer("streets", LayerKind.STREET, streets, names, weights),
        ),
        centroids=tuple(zip(seat_lon.tolist(), seat_lat.tolist(), strict=True)),
        cones=cones,
        labels={int(i): f"{STYLES[class_index[i - 1]].label} {i}" for i in ids[class_index > 0].tolist()},
    )


def _states(rng: np.random.Generator, total: int, *, calm: bool) -> npt.NDArray[np.uint8]:
    states = np.zeros(total, np.uint8)
    if calm:
        return states
    for visual, count in (
        (AssetVisual.UNKNOWN, total // 200),
        (AssetVisual.STALE, total // 150),
        (AssetVisual.FAULT, total // 300),
        (AssetVisual.ALARM_P4, 34),
        (AssetVisual.ALARM_P3, 14),
        (AssetVisual.ALARM_P2, 5),
        (AssetVisual.ALARM_P1, 2),
    ):
        states[rng.integers(0, total, count)] = int(visual)
    alarms = np.flatnonzero(states >= AssetVisual.ALARM_P4)
    states[alarms[rng.random(alarms.size) < 0.3]] |= UNACKNOWLEDGED
    return states


def _seats(rng: np.random.Generator, size: float) -> Float64s:
    turn = np.linspace(0, 2 * math.pi, len(NAMES), endpoint=False) + rng.normal(0, 0.12, len(NAMES))
    radius = rng.uniform(4300, 6600, len(NAMES)) * size
    seats = np.stack((np.cos(turn) * radius, np.sin(turn) * radius * 0.85), axis=1)
    seats[0] = (0.0, 0.0)
    return seats


def _outlines(seats: Float64s) -> list[Float64s]:
    """Cells of the plane nearer to one seat than to the others, cut at a common rim."""
    shapes: list[Float64s] = []
    for at, seat in enumerate(seats):
        ring: list[tuple[float, float]] = []
        for turn in np.linspace(0, 2 * math.pi, 160, endpoint=False):
            way = np.array([math.cos(turn), math.sin(turn)])
            reach = 3400.0 * float(np.abs(seats).max()) / 6600
            reach *= 1 + 0.10 * math.sin(3 * turn + at) + 0.05 * math.sin(7 * turn + 2 * at)
            for other in np.delete(seats, at, axis=0):
                gap = other - seat
                facing = float(gap @ way)
                if facing > 1e-6:
                    reach = min(reach, float(gap @ gap) / 2 / facing)
            ring.append((float(seat[0] + way[0] * reach), float(seat[1] + way[1] * reach)))
        shapes.append(np.array([*ring, ring[0]]))
    return shapes


def _streets(
    rng: np.random.Generator, seats: Float64s, size: float
) -> tuple[list[Float64s], Float64s, tuple[str, ...]]:
    lines: list[Float64s] = []
    weights: list[float] = []
    names: list[str] = []

    def add(points: Float64s, weight: float, name: str) -> None:
        lines.append(points)
        weights.append(weight)
        names.append(name)

    for at, seat in enumerate(seats):
        extent = (2500 if at == 0 else 1350) * size
        turn = rng.uniform(0, math.pi)
        axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        for axis in (0, 1):
            offset = -extent
            while offset < extent:
                offset += float(rng.uniform(70, 150))
                half = math.sqrt(max(extent**2 - offset**2, 0)) * float(rng.uniform(0.75, 1.05))
                if half < 90:
                    continue
                along = np.linspace(-half, half, max(6, int(half / 60)))
                wave = offset + 22 * np.sin(along / 330 + at) + np.cumsum(rng.normal(0, 1.6, along.size))
                points = seat + along[:, None] * axes[axis] + wave[:, None] * axes[1 - axis]
                street = _STREETS[int(rng.integers(len(_STREETS)))]
                add(points, 2.0 if rng.random() < 0.14 else 1.0, street)
        if at:
            way = np.linspace(0, 1, 24)[:, None]
            bend = np.sin(way * math.pi) * rng.normal(0, 260, 2)
            add(seats[0] * (1 - way) + seat * way + bend, 3.0, f"Route de {NAMES[at]}")
    ring = np.linspace(0, 2 * math.pi, 120)
    rim = 3000 * size * (1 + 0.06 * np.sin(5 * ring))
    add(np.stack((np.cos(ring) * rim, np.sin(ring) * rim * 0.9), axis=1), 4.0, "Rocade")
    return lines, np.array(weights), tuple(names)


def _along(streets: list[Float64s], count: int, rng: np.random.Generator) -> Float64s:
    starts = np.concatenate([line[:-1] for line in streets])
    ends = np.concatenate([line[1:] for line in streets])
    lengths = np.hypot(*(ends - starts).T)
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    wanted = (np.arange(count) + rng.uniform(0.3, 0.7, count)) / count * along[-1]
    at = np.asarray(np.searchsorted(along[1:-1], wanted, side="right"), np.int64)
    share = ((wanted - along[at]) / np.maximum(lengths[at], 1e-9))[:, None]
    way = (ends[at] - starts[at]) / np.maximum(lengths[at], 1e-9)[:, None]
    side = np.where(np.arange(count) % 2 == 0, 4.0, -4.0)[:, None]
    placed: Float64s = starts[at] + (ends[at] - starts[at]) * share + np.stack((-way[:, 1], way[:, 0]), axis=1) * side
    return placed


def _degrees(x: Float64s, y: Float64s) -> tuple[Float64s, Float64s]:
    lat = CENTRE[1] + y / 111_320
    return CENTRE[0] + x / (111_320 * math.cos(math.radians(CENTRE[1]))), lat


def _layer(
    name: str, kind: LayerKind, lines: list[Float64s], names: tuple[str, ...], weights: Float64s | None
) -> BaseLayer:
    offsets = np.concatenate(([0], np.cumsum([len(line) for line in lines]))).astype(np.int64)
    xy = np.concatenate(lines)
    lon, lat = _degrees(xy[:, 0], xy[:, 1])
    return BaseLayer(name, kind, lon, lat, offsets, names, weights, "Generated city")
