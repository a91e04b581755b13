"""Sun and shadow by day, lamps by night: from surfaces to the picture of the empty street."""

import cv2
import numpy as np

from video.test_camera.optics import Floats, Optics
from video.test_camera.street_furniture import lamp_heads
from video.test_camera.street_plan import StreetPlan
from video.test_camera.street_surfaces import SKY_DEPTH, Surfaces

LAMP_COLOUR = np.array((0.42, 0.72, 1.0), np.float32)
_SUN = np.array((0.98, 1.08, 1.14), np.float32)
_SHADE = np.array((0.56, 0.49, 0.43), np.float32)


def linear(display: Floats) -> Floats:
    """From how it looks to how much light it is."""
    return np.power(display, 2.2, dtype=np.float32)


def displayed(light: Floats) -> Floats:
    """From light to display values 0..255, bright parts rolled off."""
    rolled = light / (1 + 0.18 * light)
    return np.power(np.clip(rolled * 1.12, 0, 1), 1 / 2.2, dtype=np.float32) * 255


def daylight(plan: StreetPlan, surfaces: Surfaces) -> Floats:
    """Light that falls on every pixel by day."""
    side = plan.sun_side
    shadow_edge = plan.wall - 3.6
    toward = surfaces.x * side
    lit: Floats = np.ones(surfaces.depth.shape, np.float32)
    in_gap = (surfaces.y > plan.side_street[0] + 2) & (surfaces.y < plan.side_street[1] + 3)
    shaded = (toward > shadow_edge - surfaces.z * 0.5) & ~in_gap
    lit[shaded] = 0
    lit[surfaces.facing_x * side < 0] = 0
    lit[surfaces.facing_x * side > 0] = 1
    for x, y, height in plan.trees:
        away = ((surfaces.x - x + side * height * 0.45) / 1.9) ** 2 + ((surfaces.y - y - 1.0) / 1.7) ** 2
        lit[surfaces.is_ground & (away < 1)] *= 0.15
    soft = cv2.GaussianBlur(lit, (13, 13), 0)[:, :, None]
    return np.asarray(_SHADE * (1 - soft) + (_SUN + 0.12) * soft, np.float32)


def lamplight(plan: StreetPlan, surfaces: Surfaces) -> Floats:
    """Light that falls on every pixel by night."""
    total: Floats = np.zeros(surfaces.depth.shape, np.float32)
    for hx, hy, hz in lamp_heads(plan).tolist():
        dx, dy, dz = surfaces.x - hx, surfaces.y - hy, surfaces.z - hz
        square = dx * dx + dy * dy + dz * dz + 0.6
        distance = np.sqrt(square)
        down = np.clip(-dz / distance, 0, 1)
        toward: Floats = np.clip(-dx * surfaces.facing_x / distance, 0.12, 1)
        toward = np.where(surfaces.facing_x == 0, 0.5, toward)  # Leaves and poles catch light from all sides.
        facing: Floats = np.where(surfaces.is_ground, down, toward)
        spread = 0.12 + 0.88 * down * down
        total += 74.0 * facing * spread / square
    ambient = np.array((0.042, 0.033, 0.030), np.float32)
    return (total[:, :, None] * LAMP_COLOUR * 0.8 + ambient).astype(np.float32)


def empty_street(
    surfaces: Surfaces, sky: Floats, light: Floats, plan: StreetPlan, optics: Optics, *, is_night: bool
) -> Floats:
    """The street without traffic, in display values 0..255."""
    colour = linear(surfaces.albedo) * light + linear(surfaces.emission)
    is_sky = surfaces.depth >= SKY_DEPTH
    distance = np.minimum(surfaces.depth, 1000)[:, :, None]
    haze = np.exp(-distance / (900 if is_night else 700))
    air = linear(np.array((0.10, 0.09, 0.10) if is_night else (0.88, 0.85, 0.82), np.float32))
    colour = colour * haze + air * (1 - haze)
    colour[is_sky] = linear(sky)[is_sky]
    picture = displayed(colour)
    if is_night:
        add_glows(picture, optics, lamp_heads(plan), LAMP_COLOUR * 255, 0.32, surfaces.depth)
    return picture


def add_glows(picture: Floats, optics: Optics, places: Floats, colour: Floats, radius_m: float, depth: Floats) -> None:
    """A bright point with its halo at every place that nothing hides."""
    if not len(places):
        return
    height, width = depth.shape
    for place, (u, v) in zip(places.tolist(), optics.project(places).tolist(), strict=True):
        if not (-40 < u < width + 40 and -40 < v < height + 40) or place[1] < 2:
            continue
        column, row = min(max(int(u), 0), width - 1), min(max(int(v), 0), height - 1)
        if depth[row, column] < optics.depth(place[0], place[1]) - 1.2:
            continue
        scale = optics.pixels_per_metre(place[0], place[1])
        reach = int(min(max(radius_m * scale * 6, 7), 130))
        left, top = max(int(u) - reach, 0), max(int(v) - reach, 0)
        right, bottom = min(int(u) + reach + 1, width), min(int(v) + reach + 1, height)
        if left >= right or top >= bottom:
            continue
        xs = (np.arange(left, right, dtype=np.float32) - u)[None, :]
        ys = (np.arange(top, bottom, dtype=np.float32) - v)[:, None]
        square = xs * xs + ys * ys
        core = max(radius_m * scale * 0.75, 1.3)
        glow = 1.3 * np.exp(-square / (core * core)) + 0.34 * np.exp(-square / (reach * reach * 0.16))
        picture[top:bottom, left:right] += glow[:, :, None] * colour
