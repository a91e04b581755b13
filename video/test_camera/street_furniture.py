"""Trees, lamps and the sky: what is drawn over the traced surfaces, once a film."""

import cv2
import numpy as np

from video.test_camera.optics import Floats, Optics
from video.test_camera.street_plan import StreetPlan
from video.test_camera.street_surfaces import Surfaces

LAMP_HEIGHT = 7.0


def lamp_heads(plan: StreetPlan) -> Floats:
    """Where the lamps shine, in metres."""
    reach = 1.5
    heads = [(x - np.sign(x) * reach, y, LAMP_HEIGHT) for x, y in plan.lamps]
    return np.array(heads, np.float32).reshape(-1, 3)


def plant_trees(plan: StreetPlan, optics: Optics, surfaces: Surfaces, seed: int) -> None:
    """Draw trunks and crowns into the surfaces, far ones first."""
    random = np.random.default_rng(seed + 5)
    for x, y, height in plan.trees:
        scale = optics.pixels_per_metre(x, y)
        depth = optics.depth(x, y)
        mask = np.zeros(surfaces.depth.shape, np.uint8)
        trunk = optics.project(np.array(((x, y, 0), (x, y, height * 0.55)), np.float32))
        width = max(1, round(0.26 * scale))
        cv2.line(mask, _point(trunk[0]), _point(trunk[1]), 255, width, cv2.LINE_AA)
        _apply(surfaces, mask, np.array((0.20, 0.24, 0.28), np.float32), (x, y, height * 0.3), depth)
        base = np.array((0.16, 0.36, 0.27), np.float32) * random.uniform(0.85, 1.15, 3).astype(np.float32)
        count = 240 if depth < 45 else 60
        for layer in range(4):
            mask[:] = 0
            for _ in range(count // 4):
                direction = random.standard_normal(3)
                direction /= np.linalg.norm(direction)
                at = direction * random.uniform(0.4, 1.0) * (1.7, 1.7, 1.45)
                lift = 0.55 * layer - 0.8
                centre = np.array(((x + at[0], y + at[1], height * 0.78 + at[2] * 0.6 + lift),), np.float32)
                radius = max(1, round(float(random.uniform(0.16, 0.42)) * scale))
                cv2.circle(mask, _point(optics.project(centre)[0]), radius, 255, -1, cv2.LINE_AA)
            shade = base * (0.62 + 0.22 * layer)
            _apply(surfaces, mask, shade, (x, y, height * 0.62 + 0.4 * layer), depth)
            leaves = (mask > 100) & (surfaces.depth == np.float32(depth))
            speckle = random.uniform(0.68, 1.3, (int(leaves.sum()), 1))
            surfaces.albedo[leaves] *= speckle.astype(np.float32)


def put_up_lamps(plan: StreetPlan, optics: Optics, surfaces: Surfaces) -> None:
    """Draw poles, arms and heads."""
    grey = np.array((0.34, 0.36, 0.34), np.float32)
    for (x, y), head in zip(plan.lamps, lamp_heads(plan), strict=True):
        if y < 6:
            continue
        scale = optics.pixels_per_metre(x, y)
        mask = np.zeros(surfaces.depth.shape, np.uint8)
        points = optics.project(np.array(((x, y, 0), (x, y, LAMP_HEIGHT), (*head[:2], LAMP_HEIGHT + 0.1)), np.float32))
        cv2.line(mask, _point(points[0]), _point(points[1]), 255, max(1, round(0.13 * scale)), cv2.LINE_AA)
        cv2.line(mask, _point(points[1]), _point(points[2]), 255, max(1, round(0.09 * scale)), cv2.LINE_AA)
        cv2.circle(mask, _point(points[2]), max(1, round(0.2 * scale)), 255, -1, cv2.LINE_AA)
        _apply(surfaces, mask, grey, (x, y, LAMP_HEIGHT / 2), optics.depth(x, y))


def paint_sky(optics: Optics, seed: int, *, is_night: bool) -> Floats:
    """A sky with clouds by day, the town's glow by night; in display values."""
    height, width = optics.height_px, optics.width
    _, dy, dz = optics.rays()
    climb = np.clip(dz / np.maximum(np.abs(dy), 0.2), 0, 1)[:, :, None]
    if is_night:
        low, high = np.array((0.17, 0.15, 0.16), np.float32), np.array((0.08, 0.05, 0.04), np.float32)
    else:
        low, high = np.array((0.93, 0.90, 0.86), np.float32), np.array((0.86, 0.70, 0.54), np.float32)
    sky = low * (1 - np.sqrt(climb)) + high * np.sqrt(climb)
    random = np.random.default_rng(seed + 3)
    clouds = np.zeros((height, width), np.float32)
    for cells, weight in ((5, 0.6), (12, 0.3), (40, 0.12)):
        coarse = random.standard_normal((cells, cells * 2)).astype(np.float32)
        clouds += weight * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    cover = np.clip(clouds * 0.9 + 0.35, 0, 1)[:, :, None] * (0.15 if is_night else 0.75)
    cloud = np.array((0.16, 0.15, 0.17) if is_night else (0.94, 0.94, 0.93), np.float32)
    painted: Floats = (sky * (1 - cover) + cloud * cover).astype(np.float32)
    return painted


def _point(pixel: Floats) -> tuple[int, int]:
    x, y = np.clip(pixel, -20_000, 20_000)
    return round(float(x)), round(float(y))


def _apply(
    surfaces: Surfaces,
    mask: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    colour: Floats,
    place: tuple[float, float, float],
    depth: float,
) -> None:
    shown = (mask > 100) & (surfaces.depth > depth)
    surfaces.albedo[shown] = colour
    surfaces.emission[shown] = 0
    surfaces.x[shown], surfaces.y[shown], surfaces.z[shown] = place
    surfaces.depth[shown] = depth
    surfaces.facing_x[shown] = 0
    surfaces.is_ground[shown] = False
