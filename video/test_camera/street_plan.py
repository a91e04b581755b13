"""What stands where in a generated street, decided by a seed."""

import msgspec
import numpy as np

Colour = tuple[float, float, float]
"""Blue, green, red, from 0 to 1 as they look."""

_FACADES: tuple[Colour, ...] = (
    (0.62, 0.74, 0.82),
    (0.55, 0.66, 0.76),
    (0.68, 0.76, 0.80),
    (0.48, 0.58, 0.72),
    (0.42, 0.48, 0.66),
    (0.70, 0.72, 0.72),
    (0.50, 0.62, 0.66),
    (0.58, 0.60, 0.68),
)
_PAINTS: tuple[Colour, ...] = (
    (0.85, 0.85, 0.85),
    (0.12, 0.12, 0.13),
    (0.45, 0.45, 0.44),
    (0.62, 0.62, 0.60),
    (0.50, 0.22, 0.12),
    (0.12, 0.12, 0.55),
    (0.25, 0.30, 0.18),
    (0.90, 0.90, 0.92),
)
_CLOTHES: tuple[Colour, ...] = (
    (0.20, 0.16, 0.14),
    (0.45, 0.30, 0.18),
    (0.20, 0.20, 0.52),
    (0.55, 0.55, 0.52),
    (0.18, 0.30, 0.22),
    (0.30, 0.52, 0.62),
)
REACH = 170.0


class Building(msgspec.Struct, frozen=True):
    """One house front along the street."""

    start: float
    end: float
    height: float
    colour: Colour
    window_every: float
    has_shop: bool


class Vehicle(msgspec.Struct, frozen=True):
    """Something that drives along a lane, the same way in every loop."""

    lane_x: float
    speed: float
    """Metres a second; negative towards the camera."""
    offset: float
    kind: str
    paint: Colour


class Walker(msgspec.Struct, frozen=True):
    """Someone who walks along the pavement."""

    x: float
    speed: float
    offset: float
    clothes: Colour
    trousers: Colour
    height: float


class StreetPlan(msgspec.Struct, frozen=True):
    """The whole street."""

    road_half: float
    pavement: float
    lanes: int
    is_paved: bool
    has_tramway: bool
    crossing_y: float
    side_street: tuple[float, float]
    left: tuple[Building, ...]
    right: tuple[Building, ...]
    trees: tuple[tuple[float, float, float], ...]
    lamps: tuple[tuple[float, float], ...]
    parked: tuple[tuple[float, float, Colour], ...]
    vehicles: tuple[Vehicle, ...]
    walkers: tuple[Walker, ...]
    camera_x: float
    camera_height: float
    yaw: float
    pitch: float
    zoom: float
    sun_side: int

    @property
    def wall(self) -> float:
        """Distance of the house fronts from the street's middle."""
        return self.road_half + self.pavement


class _Character(msgspec.Struct, frozen=True):
    lanes: int
    pavement: float
    floors: tuple[int, int]
    tree_every: float
    is_paved: bool
    has_tramway: bool
    parked_every: float
    traffic: int
    walkers: int


_CHARACTERS = (
    _Character(4, 5.0, (4, 6), 11.0, False, False, 9.0, 7, 7),  # A boulevard under trees.
    _Character(2, 2.2, (3, 5), 0.0, False, False, 0.0, 4, 8),  # An old town's street.
    _Character(2, 4.0, (2, 4), 16.0, False, False, 6.5, 5, 6),  # A residential street.
    _Character(4, 6.0, (4, 7), 14.0, False, True, 0.0, 4, 8),  # A tramway avenue.
    _Character(0, 6.5, (3, 5), 13.0, True, False, 0.0, 0, 16),  # A pedestrian street.
    _Character(4, 4.0, (2, 3), 22.0, False, False, 0.0, 9, 3),  # A way out of town.
)


def plan_street(seed: int, loop_seconds: float) -> StreetPlan:
    """The street of a seed; six characters, each in endless variations."""
    random = np.random.default_rng(seed * 7919 + 13)
    character = _CHARACTERS[seed % len(_CHARACTERS)]
    road_half = 3.25 * max(character.lanes, 1) / 2 + 0.4
    if character.is_paved:
        road_half = 2.6
    if character.parked_every:
        road_half += 2.1
    wall = road_half + character.pavement
    gap = float(random.uniform(34, 62))
    side_street = (gap, gap + float(random.uniform(8, 12)))
    side = 1 if random.random() < 0.5 else -1
    camera_x = side * (road_half + float(random.uniform(-1.5, min(1.2, character.pavement - 1.0))))
    return StreetPlan(
        road_half=road_half,
        pavement=character.pavement,
        lanes=character.lanes,
        is_paved=character.is_paved,
        has_tramway=character.has_tramway,
        crossing_y=gap - 7.0,
        side_street=side_street,
        left=_row(random, character, side_street),
        right=_row(random, character, side_street),
        trees=_trees(random, character, road_half, side_street),
        lamps=_lamps(random, road_half),
        parked=_parked(random, character, road_half, side_street),
        vehicles=_vehicles(random, character, loop_seconds),
        walkers=_walkers(random, character, road_half, wall),
        camera_x=camera_x,
        camera_height=float(random.uniform(5.2, 8.2)),
        yaw=-side * float(random.uniform(0.10, 0.26)),
        pitch=float(random.uniform(0.20, 0.30)),
        zoom=float(random.uniform(0.82, 1.05)),
        sun_side=1 if random.random() < 0.5 else -1,
    )


def _row(random: np.random.Generator, character: _Character, side_street: tuple[float, float]) -> tuple[Building, ...]:
    row: list[Building] = []
    y = -6.0
    while y < REACH:
        length = float(random.uniform(9, 19))
        end = y + length
        if y < side_street[0] < end + 4:
            end = side_street[0]
        floors = int(random.integers(character.floors[0], character.floors[1] + 1))
        row.append(
            Building(
                y,
                end,
                3.6 + 3.0 * floors + float(random.uniform(0, 0.8)),
                _FACADES[int(random.integers(len(_FACADES)))],
                float(random.uniform(2.2, 3.2)),
                bool(random.random() < 0.55),
            )
        )
        y = side_street[1] if end == side_street[0] else end
    return tuple(row)


def _trees(
    random: np.random.Generator, character: _Character, road_half: float, side_street: tuple[float, float]
) -> tuple[tuple[float, float, float], ...]:
    if not character.tree_every:
        return ()
    trees: list[tuple[float, float, float]] = []
    for side in (-1, 1):
        y = float(random.uniform(16, 22))
        while y < 130:
            if not side_street[0] - 4 < y < side_street[1] + 2 and random.random() < 0.9:
                trees.append((side * (road_half + 1.3), y, float(random.uniform(4.6, 7.0))))
            y += character.tree_every * float(random.uniform(0.85, 1.2))
    return tuple(sorted(trees, key=lambda tree: -tree[1]))


def _lamps(random: np.random.Generator, road_half: float) -> tuple[tuple[float, float], ...]:
    first = float(random.uniform(13, 17))
    return tuple(((road_half + 0.55) * (1 if index % 2 else -1), first + 13.5 * index) for index in range(11))


def _parked(
    random: np.random.Generator, character: _Character, road_half: float, side_street: tuple[float, float]
) -> tuple[tuple[float, float, Colour], ...]:
    if not character.parked_every:
        return ()
    parked: list[tuple[float, float, Colour]] = []
    for side in (-1, 1):
        y = float(random.uniform(8, 13))
        while y < 110:
            if not side_street[0] - 13 < y < side_street[1] + 4 and random.random() < 0.75:
                parked.append((side * (road_half - 1.1), y, _PAINTS[int(random.integers(len(_PAINTS)))]))
            y += max(5.6, character.parked_every * float(random.uniform(0.8, 1.1)))
    return tuple(parked)


def _vehicles(random: np.random.Generator, character: _Character, loop_seconds: float) -> tuple[Vehicle, ...]:
    vehicles: list[Vehicle] = []
    if not character.lanes:
        return ()
    for index in range(character.traffic):
        side = 1 if index % 2 else -1
        lane = (index // 2) % max(1, character.lanes // 2)
        if character.has_tramway:
            lane = 1
        speed = (9.5 + 1.5 * lane) * (1.0 if side > 0 else -1.0)
        share = abs(speed) * loop_seconds / max(1, character.traffic // 2 + 1)
        kind = str(random.choice(["car", "car", "car", "car", "van", "bus"]))
        vehicles.append(
            Vehicle(
                side * (1.75 + 3.25 * lane),
                speed,
                share * (index // 2) + float(random.uniform(0, share * 0.45)),
                kind,
                _PAINTS[int(random.integers(len(_PAINTS)))],
            )
        )
    if character.has_tramway:
        vehicles.append(Vehicle(1.7, 8.5, float(random.uniform(0, 60)), "tram", (0.35, 0.12, 0.55)))
    return tuple(vehicles)


def _walkers(random: np.random.Generator, character: _Character, road_half: float, wall: float) -> tuple[Walker, ...]:
    walkers: list[Walker] = []
    for index in range(character.walkers):
        side = 1 if index % 2 else -1
        inner = 0.3 if character.is_paved else road_half + 0.5
        walkers.append(
            Walker(
                side * float(random.uniform(inner, wall - 0.6)),
                float(random.uniform(1.0, 1.6)) * (1 if random.random() < 0.5 else -1),
                float(random.uniform(0, 40)),
                _CLOTHES[int(random.integers(len(_CLOTHES)))],
                _CLOTHES[int(random.integers(3))],
                float(random.uniform(1.58, 1.88)),
            )
        )
    return tuple(walkers)
