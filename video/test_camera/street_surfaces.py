"""Ground, house fronts and sky of a generated street, ray by ray; drawn once a film."""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from video.test_camera.optics import Floats, Optics
from video.test_camera.street_plan import Building, StreetPlan

Bools = NDArray[np.bool_]

_FLOOR = 3.0
_SHOP = 3.6
SKY_DEPTH = 1e4


class Surfaces(msgspec.Struct):
    """Per pixel: what colour it has in white light, where it is, how it faces, what it shines by itself."""

    albedo: Floats
    emission: Floats
    x: Floats
    y: Floats
    z: Floats
    depth: Floats
    facing_x: Floats
    is_ground: Bools


def trace_surfaces(plan: StreetPlan, optics: Optics, seed: int, *, is_night: bool) -> Surfaces:
    """Look along every ray."""
    dx, dy, dz = optics.rays()
    reach = np.full(dx.shape, SKY_DEPTH, np.float32)
    albedo = np.zeros((*dx.shape, 3), np.float32)
    emission = np.zeros_like(albedo)
    facing = np.zeros_like(dx)
    noise = _Noise(seed)

    with np.errstate(divide="ignore", invalid="ignore"):
        ground = np.where(dz < -1e-4, -optics.height / dz, SKY_DEPTH).astype(np.float32)
    is_ground = ground < 900
    reach[is_ground] = ground[is_ground]
    x, y = optics.x + dx * reach, dy * reach
    albedo[is_ground] = _ground_colour(plan, noise, x[is_ground], y[is_ground], reach[is_ground])

    for side, row in ((-1, plan.left), (1, plan.right)):
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(dx * side > 1e-4, (side * plan.wall - optics.x) / dx, SKY_DEPTH).astype(np.float32)
        for number, house in enumerate(row):
            along, up = dy * t, optics.height + dz * t
            hit = (t > 0.2) & (t < reach) & (along >= house.start) & (along < house.end)
            hit &= (up >= 0) & (up < house.height)
            if hit.any():
                code = seed * 31 + number * 7 + side
                paint = _front(house, along[hit], up[hit], t[hit], noise, code, is_night=is_night)
                _put(hit, t, paint, reach, albedo, emission)
                is_ground[hit] = False
                facing[hit] = -side
    for y_plane in (plan.side_street[1], REACH_END):
        _cross_wall(plan, optics, y_plane, (dx, dy, dz), noise, seed, reach, albedo, emission, is_ground, is_night)
    is_sky = reach >= SKY_DEPTH
    albedo[is_sky] = 0
    x, y, z = optics.x + dx * reach, dy * reach, np.maximum(optics.height + dz * reach, 0)
    depth = np.where(is_sky, SKY_DEPTH, np.hypot(x - optics.x, y)).astype(np.float32)
    return Surfaces(albedo, emission, x, y, z.astype(np.float32), depth, facing, is_ground)


REACH_END = 168.0


def _put(hit: Bools, t: Floats, paint: tuple[Floats, Floats], reach: Floats, albedo: Floats, emission: Floats) -> None:
    reach[hit] = t[hit]
    albedo[hit], emission[hit] = paint


def _cross_wall(
    plan: StreetPlan,
    optics: Optics,
    y_plane: float,
    rays: tuple[Floats, Floats, Floats],
    noise: "_Noise",
    seed: int,
    reach: Floats,
    albedo: Floats,
    emission: Floats,
    is_ground: Bools,
    is_night: bool,
) -> None:
    """Fronts that face the camera: beyond the side street, and at the street's far end."""
    dx, dy, dz = rays
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(dy > 1e-4, y_plane / dy, SKY_DEPTH).astype(np.float32)
    x, up = optics.x + dx * t, optics.height + dz * t
    is_end = y_plane == REACH_END
    for side, row in ((-1, plan.left), (1, plan.right)):
        house = next((house for house in row if house.start >= y_plane - 0.1), row[-1])
        inside = (x * side > (-1 if is_end else plan.wall)) & (np.abs(x) < plan.wall + 60)
        hit = inside & (t > 0.2) & (t < reach) & (up >= 0) & (up < house.height)
        if hit.any():
            paint = _front(house, x[hit] + 100, up[hit], t[hit], noise, seed + side, is_night=is_night)
            _put(hit, t, paint, reach, albedo, emission)
            is_ground[hit] = False


class _Noise:
    """A tile of soft noise, looked up in metres."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed + 99)
        size = 512
        tile = np.zeros((size, size), np.float32)
        for cells, weight in ((16, 0.5), (64, 0.3), (512, 0.2)):
            coarse = random.standard_normal((cells, cells)).astype(np.float32)
            tile += weight * cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
        self._tile = tile

    def at(self, x: Floats, y: Floats, per_metre: float) -> Floats:
        columns = (x * per_metre).astype(np.int32) & 511
        rows = (y * per_metre).astype(np.int32) & 511
        found: Floats = self._tile[rows, columns]
        return found


def _band(value: Floats, low: float, high: float) -> Bools:
    return (value > low) & (value < high)


def _ground_colour(plan: StreetPlan, noise: _Noise, x: Floats, y: Floats, t: Floats) -> Floats:
    fade = np.clip(30 / t, 0, 1)
    soft = noise.at(x, y, 14) * 0.05 * fade + noise.at(x, y, 1.3) * 0.045
    side = np.abs(x)
    colour = np.empty((x.size, 3), np.float32)
    road = np.array((0.36, 0.36, 0.35), np.float32)
    slab = np.array((0.52, 0.57, 0.60), np.float32)
    in_side_street = _band(y, *plan.side_street)
    is_road = (side < plan.road_half) | (in_side_street & (side >= plan.road_half))
    colour[:] = slab
    grid = (np.mod(x, 0.9) < 0.05) | (np.mod(y, 0.9) < 0.06)
    colour[grid & (t < 45)] *= 0.88
    if plan.is_paved:
        middle = side < 2.2
        colour[middle] = (0.46, 0.52, 0.58)
        setts = (np.mod(x + 0.1 * np.floor(y / 0.2), 0.24) < 0.04) | (np.mod(y, 0.2) < 0.03)
        colour[middle & setts & (t < 32)] *= 0.86
        colour[_band(side, 2.2, 2.5)] *= 0.78
    else:
        colour[is_road] = road
        _road_marks(plan, noise, x, y, side, is_road, in_side_street, colour)
    colour *= 1 + soft[:, None]
    return np.clip(colour, 0.02, 1)


def _road_marks(
    plan: StreetPlan,
    noise: _Noise,
    x: Floats,
    y: Floats,
    side: Floats,
    is_road: Bools,
    in_side_street: Bools,
    colour: Floats,
) -> None:
    patch = noise.at(x, y, 0.33)
    colour[is_road & (patch > 0.55)] *= 0.86
    for lane in range(plan.lanes):
        centre = (lane - plan.lanes / 2 + 0.5) * 3.25
        wheel = np.abs(np.abs(x - centre) - 0.75)
        colour[is_road & (wheel < 0.22)] *= 1.06
    white = np.array((0.80, 0.82, 0.82), np.float32)
    worn = noise.at(x, y, 6) > -0.75
    clear = ~in_side_street & ~_band(y, plan.crossing_y - 2.2, plan.crossing_y + 4.5) & worn
    dashes = np.mod(y, 6.0) < 2.6
    for line in range(1, plan.lanes):
        at = (line - plan.lanes / 2) * 3.25
        solid = plan.lanes == 4 and line == 2
        if plan.has_tramway and line == 2:
            continue
        colour[(np.abs(x - at) < 0.09) & clear & (dashes | solid)] = white
    edge = plan.lanes * 1.625
    colour[(np.abs(side - edge) < 0.07) & clear & is_road] = white * 0.93
    crossing = _band(y, plan.crossing_y, plan.crossing_y + 3.6) & (side < plan.road_half - 0.2) & worn
    colour[crossing & (np.mod(x, 1.0) < 0.5)] = white
    for sign in (-1, 1):
        stop_y = plan.crossing_y - 1.6 if sign > 0 else plan.crossing_y + 5.4
        stop = (np.abs(y - stop_y) < 0.22) & _band(x * sign, 0.2, plan.lanes * 1.625) & worn
        colour[stop & ~in_side_street] = white
    if plan.has_tramway:
        grass = (side < 3.1) & ~in_side_street & ~_band(y, plan.crossing_y - 1, plan.crossing_y + 4.5)
        colour[grass] = np.array((0.20, 0.38, 0.30), np.float32)
        rail = np.minimum(np.abs(np.abs(side - 1.7) - 0.72), 1)
        colour[(rail < 0.07)] = (0.62, 0.62, 0.62)
    kerb = _band(side, plan.road_half, plan.road_half + 0.28) & ~in_side_street
    colour[kerb] = (0.66, 0.68, 0.68)
    gutter = _band(side, plan.road_half - 0.25, plan.road_half) & ~in_side_street
    colour[gutter] *= 0.8


def _front(
    house: Building, along: Floats, up: Floats, t: Floats, noise: _Noise, code: int, *, is_night: bool
) -> tuple[Floats, Floats]:
    """Colour and own light of a house front."""
    colour = np.empty((along.size, 3), np.float32)
    colour[:] = house.colour
    light = np.zeros_like(colour)
    colour *= 1 + 0.05 * noise.at(along, up, 5)[:, None] + 0.05 * noise.at(along, up, 0.8)[:, None]
    across = np.mod(along - house.start, house.window_every) / house.window_every
    column = np.floor((along - house.start) / house.window_every)
    floor = np.floor((up - _SHOP) / _FLOOR)
    level = (up - _SHOP) - floor * _FLOOR
    has_window = (up > _SHOP + 0.1) & (up < house.height - 0.9)
    window = has_window & _band(across, 0.3, 0.7) & _band(level, 0.75, 2.35)
    frame = has_window & _band(across, 0.26, 0.74) & _band(level, 0.66, 2.45) & ~window
    shutter = has_window & (_band(across, 0.12, 0.26) | _band(across, 0.74, 0.88)) & _band(level, 0.7, 2.4)
    draw = np.mod(np.sin(column * 12.9898 + floor * 78.233 + code * 3.7) * 43758.547, 1)
    if code % 3:
        tint = np.array(((0.45, 0.42, 0.38), (0.35, 0.45, 0.36), (0.60, 0.50, 0.42))[code % 3], np.float32)
        colour[shutter] = tint
    colour[frame] = np.clip(np.array(house.colour, np.float32) * 1.18, 0, 0.95)
    glass = np.stack((0.26 + 0.16 * draw, 0.22 + 0.14 * draw, 0.18 + 0.12 * draw), axis=1)
    colour[window] = glass[window]
    colour[window & (np.abs(across - 0.5) < 0.012)] = 0.75
    colour[has_window & _band(level, 0.5, 0.62) & _band(across, 0.22, 0.78)] *= 0.82
    colour[_band(up, house.height - 0.45, house.height)] *= 0.72
    colour[_band(up, house.height - 0.6, house.height - 0.45)] *= 1.15
    colour[_band(along - house.start, 0, 0.12)] *= 0.8
    colour[np.abs(up - _SHOP) < 0.14] *= 0.8
    shop = house.has_shop
    ground_floor = up < _SHOP - 0.14
    if shop:
        shop_width = house.window_every * 1.6
        place = np.mod(along - house.start, shop_width) / shop_width
        pane = ground_floor & _band(place, 0.08, 0.92) & _band(up, 0.45, 2.6)
        sign = ground_floor & _band(up, 2.7, 3.35)
        brand = np.array(((0.18, 0.18, 0.50), (0.40, 0.26, 0.10), (0.18, 0.34, 0.14), (0.20, 0.20, 0.20)), np.float32)
        colour[sign] = brand[code % 4]
        colour[pane] = (0.20, 0.19, 0.18)
        if is_night and code % 2:
            glow = np.clip(0.6 + 0.13 * noise.at(along, up, 34), 0.1, 1.2)
            light[pane] = (np.array((0.30, 0.50, 0.62), np.float32) * glow[:, None] * 1.1)[pane]
            light[sign] = brand[code % 4] * 0.25
    else:
        colour[ground_floor] *= 0.86
        door = ground_floor & _band(np.mod(along - house.start, 7.0), 2.9, 4.1) & (up < 2.4)
        colour[door] = (0.16, 0.20, 0.26)
        opening = ground_floor & _band(across, 0.28, 0.72) & _band(up, 1.0, 2.5) & ~door
        colour[opening] = (0.24, 0.22, 0.20)
    if is_night:
        lit = window & (draw > 0.66)
        warmth = np.array((0.22, 0.48, 0.72), np.float32)
        light[lit] = warmth * (0.35 + 0.75 * np.mod(draw[lit] * 17, 1))[:, None]
    haze = np.exp(-t / 400)[:, None]
    return np.clip(colour, 0.02, 1), (light * haze).astype(np.float32)
