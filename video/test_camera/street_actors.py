"""Cars, vans, buses, trams and people, drawn from boxes in perspective."""

import math

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from video.test_camera.optics import Floats, Optics
from video.test_camera.street_plan import Colour, Walker

Picture = NDArray[np.uint8]

_SHIFT = 4


class Shape(msgspec.Struct, frozen=True):
    """Length, width, heights of a kind of vehicle, in metres."""

    length: float
    width: float
    belt: float
    """Up to where the body goes; the windows are above."""
    roof: float
    nose: float
    """How much the windscreen lies back, as a share of the length."""


SHAPES = {
    "car": Shape(4.2, 1.75, 0.86, 1.45, 0.24),
    "van": Shape(5.2, 1.95, 1.15, 2.25, 0.14),
    "bus": Shape(11.5, 2.5, 1.15, 3.05, 0.015),
    "tram": Shape(30.0, 2.5, 1.2, 3.3, 0.02),
}
_GLASS: Colour = (0.24, 0.21, 0.19)


class Brush:
    """Paints convex shapes given in metres, in the light of the place."""

    def __init__(self, optics: Optics, picture: Picture) -> None:
        self.optics = optics
        self.picture = picture

    def face(self, corners: Floats, colour: Colour, light: Floats) -> None:
        """One flat face."""
        pixels = np.clip(self.optics.project(corners), -3000, 5000)
        shade = np.power(np.clip(np.power(np.array(colour), 2.2) * light, 0, 1), 1 / 2.2) * 255
        points = np.round(pixels * (1 << _SHIFT)).astype(np.int32)
        blue, green, red = shade.tolist()
        cv2.fillConvexPoly(self.picture, points, (blue, green, red), cv2.LINE_AA, _SHIFT)

    def is_seen(self, corners: Floats) -> bool:
        """Whether a face, its corners counted clockwise, looks at the camera."""
        p = self.optics.project(corners[:3])
        return bool((p[1, 0] - p[0, 0]) * (p[2, 1] - p[0, 1]) - (p[1, 1] - p[0, 1]) * (p[2, 0] - p[0, 0]) > 0)


def draw_vehicle(brush: Brush, kind: str, x: float, y: float, forward: int, paint: Colour, light: Floats) -> None:
    """A vehicle whose middle stands at (x, y) and whose front points along `forward`."""
    shape = SHAPES[kind]
    half, side = shape.length / 2, shape.width / 2
    near, far = y - half, y + half
    _wheels(brush, shape, x, y, light)
    _prism(brush, (x, side, near, far, 0.28, shape.belt), (0, 0, 0), paint, paint, light)
    lean = shape.nose * shape.length
    back = lean * (0.55 if kind == "car" else 0.1)
    near_lean, far_lean = (back, lean) if forward > 0 else (lean, back)
    hood = 0.9 * lean if kind in {"car", "van"} else 0.0
    near_in, far_in = (0.1, hood) if forward > 0 else (hood, 0.1)
    cabin = (x, side * 0.95, near + near_in, far - far_in, shape.belt, shape.roof)
    _prism(brush, cabin, (near_lean, far_lean, side * 0.12), _GLASS, paint, light)
    if kind in {"bus", "tram", "van"}:
        sides = (x, side * 0.96, near + near_in + 0.2, far - far_in - 0.2, shape.roof - 0.55, shape.roof)
        _prism(brush, sides, (0.02, 0.02, 0.02), paint, paint, light)


def _prism(
    brush: Brush,
    box: tuple[float, float, float, float, float, float],
    lean: tuple[float, float, float],
    walls: Colour,
    top: Colour,
    light: Floats,
) -> None:
    x, side, near, far, low, high = box
    near_lean, far_lean, side_lean = lean
    inner = side - side_lean
    a, b = (x - side, near, low), (x + side, near, low)
    c, d = (x + side, far, low), (x - side, far, low)
    e, f = (x - inner, near + near_lean, high), (x + inner, near + near_lean, high)
    g, h = (x + inner, far - far_lean, high), (x - inner, far - far_lean, high)
    faces = (
        ((d, h, g, c), 0.72, walls),
        ((a, d, h, e), 0.8, walls),
        ((b, f, g, c), 0.8, walls),
        ((e, h, g, f), 1.12, top),
        ((a, e, f, b), 0.92, walls),
    )
    for corners, shade, colour in faces:
        points = np.array(corners, np.float32)
        if shade == 0.8:
            outward = points[0, 0] < x
            if outward == (brush.optics.x >= points[0, 0]):
                continue
        elif shade == 0.72:
            continue
        brush.face(points, colour, light * shade)


def _wheels(brush: Brush, shape: Shape, x: float, y: float, light: Floats) -> None:
    side = shape.width / 2
    shadow = np.array(
        (
            (x - side - 0.2, y - shape.length / 2 - 0.2, 0.02),
            (x + side + 0.2, y - shape.length / 2 - 0.2, 0.02),
            (x + side + 0.2, y + shape.length / 2 + 0.2, 0.02),
            (x - side - 0.2, y + shape.length / 2 + 0.2, 0.02),
        ),
        np.float32,
    )
    brush.face(shadow, (0.17, 0.16, 0.16), light * 0.8)
    at_side = side if brush.optics.x > x else -side
    for end in (-0.31, 0.31):
        angles = np.linspace(0, 2 * math.pi, 12, endpoint=False)
        circle = np.stack(
            (
                np.full(12, x + at_side),
                y + end * shape.length + 0.34 * np.cos(angles),
                0.34 + 0.34 * np.sin(angles),
            ),
            axis=1,
        ).astype(np.float32)
        brush.face(circle, (0.10, 0.10, 0.10), light)
    low = np.array(
        (
            (x - side * 0.96, y - shape.length / 2 + 0.1, 0.15),
            (x + side * 0.96, y - shape.length / 2 + 0.1, 0.15),
            (x + side * 0.96, y - shape.length / 2 + 0.1, 0.35),
            (x - side * 0.96, y - shape.length / 2 + 0.1, 0.35),
        ),
        np.float32,
    )
    brush.face(low, (0.12, 0.12, 0.12), light)


def draw_walker(brush: Brush, walker: Walker, y: float, time_s: float, light: Floats) -> None:
    """A person in mid-step."""
    x, tall = walker.x, walker.height
    swing = math.sin(time_s * 2 * math.pi * 0.95 + walker.offset) * 0.26
    shadow = _ellipse(x, y, 0.02, 0.32, 0.26, is_flat=True)
    brush.face(shadow, (0.2, 0.2, 0.2), light * 0.7)
    hip = tall * 0.5
    for direction in (-1, 1):
        foot = y + direction * swing
        leg = np.array(
            (
                (x + direction * 0.05 - 0.07, foot, 0),
                (x + direction * 0.05 + 0.07, foot, 0),
                (x + direction * 0.06 + 0.1, y, hip),
                (x + direction * 0.06 - 0.1, y, hip),
            ),
            np.float32,
        )
        brush.face(leg, walker.trousers, light * (0.8 + 0.1 * direction))
    shoulder = tall * 0.82
    torso = np.array(
        (
            (x - 0.17, y, hip - 0.06),
            (x + 0.17, y, hip - 0.06),
            (x + 0.24, y, shoulder - 0.05),
            (x + 0.14, y, shoulder),
            (x - 0.14, y, shoulder),
            (x - 0.24, y, shoulder - 0.05),
        ),
        np.float32,
    )
    brush.face(torso, walker.clothes, light)
    for direction in (-1, 1):
        hand = y - direction * swing * 0.8
        at = x + direction * 0.24
        arm = np.array(
            (
                (at - 0.06, y, shoulder - 0.04),
                (at + 0.06, y, shoulder - 0.04),
                (at + direction * 0.06 + 0.05, hand, hip - 0.04),
                (at + direction * 0.06 - 0.05, hand, hip - 0.04),
            ),
            np.float32,
        )
        brush.face(arm, walker.clothes, light * 0.8)
    brush.face(_ellipse(x, y, tall * 0.91, 0.1, 0.13, is_flat=False), (0.42, 0.52, 0.68), light)
    brush.face(_ellipse(x, y, tall * 0.95, 0.1, 0.08, is_flat=False), (0.10, 0.13, 0.17), light)


def _ellipse(x: float, y: float, z: float, wide: float, high: float, *, is_flat: bool) -> Floats:
    angles = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    across, along = wide * np.cos(angles), high * np.sin(angles)
    zeros = np.zeros(12)
    columns = (x + across, y + along, z + zeros) if is_flat else (x + across, y + zeros, z + along)
    return np.stack(columns, axis=1).astype(np.float32)
