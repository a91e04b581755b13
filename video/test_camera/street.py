"""A generated street as a CCTV camera sees it: the same pictures for the same seed, and a seamless loop."""

import math

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from video.test_camera.optics import Floats, Optics
from video.test_camera.street_actors import SHAPES, Brush, draw_vehicle, draw_walker
from video.test_camera.street_furniture import paint_sky, plant_trees, put_up_lamps
from video.test_camera.street_light import (
    add_glows,
    daylight,
    displayed,
    empty_street,
    lamplight,
    linear,
)
from video.test_camera.street_plan import Colour, Vehicle, Walker, plan_street
from video.test_camera.street_surfaces import trace_surfaces

_WIDTH, _HEIGHT = 1280, 720
_FARTHEST = 150.0
_GRAINS = 6
_HEADLIGHT: Floats = np.array((225, 245, 255), np.float32)
_TAIL_LIGHT: Floats = np.array((30, 30, 235), np.float32)


class _Placed(msgspec.Struct, frozen=True):
    depth: float
    y: float
    vehicle: Vehicle | None
    walker: Walker | None


class StreetScene:
    """Draws at 1280x720 and gives pictures of the wanted size."""

    def __init__(self, seed: int, width: int, height: int, loop_seconds: float, *, is_night: bool) -> None:
        self._size = (width, height)
        self._loop_seconds = loop_seconds
        self._is_night = is_night
        self._plan = plan = plan_street(seed, loop_seconds)
        self._optics = optics = Optics(
            _WIDTH, _HEIGHT, plan.camera_x, plan.camera_height, plan.yaw, plan.pitch, plan.zoom * _WIDTH
        )
        surfaces = trace_surfaces(plan, optics, seed, is_night=is_night)
        plant_trees(plan, optics, surfaces, seed)
        put_up_lamps(plan, optics, surfaces)
        light = lamplight(plan, surfaces) if is_night else daylight(plan, surfaces)
        sky = paint_sky(optics, seed, is_night=is_night)
        street = empty_street(surfaces, sky, light, plan, optics, is_night=is_night)
        self._street: NDArray[np.uint8] = np.clip(street, 0, 255).astype(np.uint8)
        self._depth = surfaces.depth
        self._is_ground = surfaces.is_ground
        self._light = light
        self._small_albedo: Floats = cv2.resize(
            linear(surfaces.albedo), (320, 180), interpolation=cv2.INTER_AREA
        ).astype(np.float32)
        self._small_street: Floats = cv2.resize(
            np.power(self._street / np.float32(255), 2.2), (320, 180), interpolation=cv2.INTER_AREA
        ).astype(np.float32)
        self._small_x = cv2.resize(surfaces.x, (320, 180), interpolation=cv2.INTER_NEAREST)
        self._small_y = cv2.resize(surfaces.y, (320, 180), interpolation=cv2.INTER_NEAREST)
        self._small_ground = cv2.resize(surfaces.is_ground.astype(np.uint8), (320, 180)) > 0
        random = np.random.default_rng(seed)
        strength = 3.2 if is_night else 1.8
        self._grain = [(random.standard_normal((height, width, 1)) * strength).astype(np.int16) for _ in range(_GRAINS)]

    def picture(self, time_s: float) -> NDArray[np.uint8]:
        """The picture of one moment of the loop, BGR."""
        placed = sorted(self._placed(time_s), key=lambda one: -one.depth)
        frame = self._street.copy()
        if self._is_night:
            self._shine(frame, placed)
        brush = Brush(self._optics, frame)
        for one in placed:
            self._draw(brush, one, time_s)
        small = cv2.resize(frame, self._size, interpolation=cv2.INTER_AREA)
        grain = self._grain[int(time_s * 15) % _GRAINS]
        return np.asarray(np.clip(small.astype(np.int16) + grain, 0, 255), np.uint8)

    def _placed(self, time_s: float) -> list[_Placed]:
        placed: list[_Placed] = []
        for vehicle in self._plan.vehicles:
            for y in self._stations(vehicle.speed, vehicle.offset, time_s):
                depth = self._optics.depth(vehicle.lane_x, max(y, 0))
                if y - SHAPES[vehicle.kind].length / 2 > 1.0:
                    placed.append(_Placed(depth, y, vehicle, None))
        for x, y, paint in self._plan.parked:
            placed.append(_Placed(self._optics.depth(x, y), y, Vehicle(x, 0.0, 0.0, "car", paint), None))
        for walker in self._plan.walkers:
            placed.extend(
                _Placed(self._optics.depth(walker.x, y), y, None, walker)
                for y in self._stations(walker.speed, walker.offset, time_s)
                if 3 < y < 85
            )
        return placed

    def _stations(self, speed: float, offset: float, time_s: float) -> list[float]:
        """Where the copies of a mover are: one every loop's way, so that the end meets the beginning."""
        way = abs(speed) * self._loop_seconds
        first = (offset + speed * time_s) % way - way
        return [y for k in range(math.ceil(_FARTHEST / way) + 2) if -2 < (y := first + k * way) < _FARTHEST]

    def _draw(self, brush: Brush, one: _Placed, time_s: float) -> None:
        box = self._box(one)
        if box is None:
            return
        left, top, right, bottom = box
        behind = brush.picture[top:bottom, left:right].copy()
        if one.vehicle is not None:
            vehicle = one.vehicle
            forward = 1 if vehicle.speed > 0 or (vehicle.speed == 0 and vehicle.lane_x > 0) else -1
            light = self._light_at(vehicle.lane_x, one.y)
            draw_vehicle(brush, vehicle.kind, vehicle.lane_x, one.y, forward, vehicle.paint, light)
            nearest = one.depth - SHAPES[vehicle.kind].length / 2
            if vehicle.speed:
                self._lights(brush, vehicle, one.y, forward)
        elif one.walker is not None:
            draw_walker(brush, one.walker, one.y, time_s, self._light_at(one.walker.x, one.y))
            nearest = one.depth
        else:
            return
        hidden = self._depth[top:bottom, left:right] < nearest - 0.6
        hidden &= self._depth[top:bottom, left:right] < one.depth - 0.6
        area = brush.picture[top:bottom, left:right]
        hidden &= ~self._is_ground[top:bottom, left:right]
        area[hidden] = behind[hidden]

    def _box(self, one: _Placed) -> tuple[int, int, int, int] | None:
        if one.vehicle is not None:
            shape = SHAPES[one.vehicle.kind]
            x, half, side, high = one.vehicle.lane_x, shape.length / 2 + 0.4, shape.width / 2 + 0.4, shape.roof
        elif one.walker is not None:
            x, half, side, high = one.walker.x, 0.5, 0.5, one.walker.height
        else:
            return None
        near = max(one.y - half, 0.6)
        corners = [(x + a * side, b, c) for a in (-1, 1) for b in (near, one.y + half) for c in (0, high + 0.2)]
        pixels = self._optics.project(np.array(corners, np.float32))
        left, top = np.clip(pixels.min(0) - 12, 0, (_WIDTH, _HEIGHT)).astype(int).tolist()
        right, bottom = np.clip(pixels.max(0) + 12, 0, (_WIDTH, _HEIGHT)).astype(int).tolist()
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _light_at(self, x: float, y: float) -> Floats:
        u, v = self._optics.project(np.array(((x, max(y, 1.0), 0.0),), np.float32))[0].tolist()
        column, row = min(max(int(u), 0), _WIDTH - 1), min(max(int(v), 0), _HEIGHT - 1)
        light = self._light[row, column]
        return np.asarray(np.maximum(light, 0.05 if self._is_night else 0.6), np.float32)

    def _lights(self, brush: Brush, vehicle: Vehicle, y: float, forward: int) -> None:
        shape = SHAPES[vehicle.kind]
        side = shape.width / 2 - 0.25
        end = y - shape.length / 2 - 0.05
        is_front = forward < 0
        lamps = np.array([(vehicle.lane_x + s * side, end, 0.68) for s in (-1, 1)], np.float32)
        colour: Colour = (0.92, 0.97, 1.0) if is_front else (0.14, 0.12, 0.72)
        for x, at, z in lamps.tolist():
            square = [
                (x - 0.16, at, z - 0.08),
                (x + 0.16, at, z - 0.08),
                (x + 0.16, at, z + 0.08),
                (x - 0.16, at, z + 0.08),
            ]
            full = np.ones(3, np.float32) * (1.0 if self._is_night or is_front else 0.7)
            brush.face(np.array(square, np.float32), colour, full)
        if self._is_night:
            self._glow(brush.picture, lamps, _HEADLIGHT if is_front else _TAIL_LIGHT, 0.2 if is_front else 0.09)

    def _glow(self, picture: NDArray[np.uint8], places: Floats, colour: Floats, radius_m: float) -> None:
        pixels = self._optics.project(places)
        left, top = np.clip(pixels.min(0) - 140, 0, (_WIDTH, _HEIGHT)).astype(int).tolist()
        right, bottom = np.clip(pixels.max(0) + 140, 0, (_WIDTH, _HEIGHT)).astype(int).tolist()
        if right <= left or bottom <= top:
            return
        layer = np.zeros((_HEIGHT, _WIDTH, 3), np.float32)
        add_glows(layer, self._optics, places, colour, radius_m, self._depth)
        area = picture[top:bottom, left:right]
        area[:] = np.clip(area + layer[top:bottom, left:right], 0, 255).astype(np.uint8)

    def _shine(self, frame: NDArray[np.uint8], placed: list[_Placed]) -> None:
        """The pools of headlights on the ground, worked out small and laid over the picture."""
        pool = np.zeros((180, 320), np.float32)
        for one in placed:
            if one.vehicle is None or not one.vehicle.speed:
                continue
            forward = 1 if one.vehicle.speed > 0 else -1
            front = one.y + forward * SHAPES[one.vehicle.kind].length / 2
            ahead = (self._small_y - front) * forward
            across = (self._small_x - one.vehicle.lane_x) / (0.9 + 0.11 * np.maximum(ahead, 0))
            reach = np.exp(-np.maximum(ahead, 0) / 7.0) * (ahead > 0)
            pool += 0.9 * reach * np.exp(-across * across)
        pool *= self._small_ground
        added = displayed(self._small_street + self._small_albedo * pool[:, :, None]) - displayed(self._small_street)
        added = np.clip(cv2.GaussianBlur(added, (3, 3), 0), 0, 255).astype(np.uint8)
        cv2.add(frame, cv2.resize(added, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_LINEAR), frame)
