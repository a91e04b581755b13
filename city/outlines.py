"""Generated outlines of the communes: weighted Voronoi cells of the label points, with roughly their real surfaces."""

from typing import Final

import numpy as np

from city.projection import Floats

_STEP_M: Final = 150.0
_ROUNDS: Final = 60
_RAYS: Final = 180


def territory(centres: Floats, surfaces_m2: Floats) -> Floats:
    """The metropolis's outer edge: the union of the communes' discs seen from its middle, smoothed and sized."""
    middle = np.average(centres, axis=0, weights=surfaces_m2)
    turns = np.linspace(0.0, 2.0 * np.pi, _RAYS, endpoint=False)
    rays = np.column_stack((np.cos(turns), np.sin(turns)))
    radii = np.sqrt(surfaces_m2 / np.pi) * 1.15
    along = (centres - middle) @ rays.T
    aside_squared = np.sum((centres - middle) ** 2, axis=1)[:, None] - along**2
    half = np.sqrt(np.maximum(radii[:, None] ** 2 - aside_squared, 0.0))
    reach = np.where(half > 0.0, along + half, 0.0).max(axis=0)
    kernel = np.hanning(15)
    reach = np.convolve(np.concatenate((reach[-7:], reach, reach[:7])), kernel / kernel.sum(), mode="valid")
    edge = rays * reach[:, None]
    edge *= np.sqrt(surfaces_m2.sum() / abs(polygon_area(edge)))
    placed: Floats = middle + edge
    return placed


def cells(centres: Floats, surfaces_m2: Floats) -> list[Floats]:
    """One polygon a commune, sharing their borders; every label point lies inside its own."""
    edge = territory(centres, surfaces_m2)
    weights = _weights(centres, surfaces_m2, edge)
    polygons: list[Floats] = []
    for index, centre in enumerate(centres):
        polygon = edge
        for other, place in enumerate(centres):
            if other != index:
                normal = place - centre
                limit = (place @ place - weights[other] - centre @ centre + weights[index]) / 2.0
                polygon = _clip(polygon, normal, float(limit))
        polygons.append(polygon)
    return polygons


def polygon_area(polygon: Floats) -> float:
    """Signed area, positive when the points turn left."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2.0)


def reach_from(centre: Floats, polygon: Floats, turns: Floats) -> Floats:
    """How far the polygon's edge lies from `centre` in each direction (the nearest crossing)."""
    starts = polygon - centre
    sides = np.roll(starts, -1, axis=0) - starts
    rays = np.column_stack((np.cos(turns), np.sin(turns)))
    cross = rays[:, :1] * sides[:, 1] - rays[:, 1:] * sides[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (starts[:, 0] * sides[:, 1] - starts[:, 1] * sides[:, 0]) / cross
        position = (starts[:, 0] * rays[:, 1:] - starts[:, 1] * rays[:, :1]) / cross
    hits = (np.abs(cross) > 1e-9) & (distance > 0.0) & (position >= 0.0) & (position <= 1.0)
    nearest: Floats = np.where(hits, distance, np.inf).min(axis=1)
    return nearest


def _weights(centres: Floats, surfaces_m2: Floats, edge: Floats) -> Floats:
    """Weights of the Voronoi cells that come close to the wanted surfaces, label points kept inside their cells."""
    low, high = edge.min(axis=0), edge.max(axis=0)
    axis_x, axis_y = (np.arange(low[axis], high[axis], _STEP_M) for axis in (0, 1))
    samples: Floats = np.stack(np.meshgrid(axis_x, axis_y), axis=-1).reshape(-1, 2)
    middle = edge.mean(axis=0)
    aside: Floats = samples - middle
    reach = reach_from(middle, edge, np.linspace(-np.pi, np.pi, 361))
    allowed: Floats = np.interp(np.arctan2(aside[:, 1], aside[:, 0]), np.linspace(-np.pi, np.pi, 361), reach)
    samples = samples[np.hypot(aside[:, 0], aside[:, 1]) <= allowed]
    away = ((samples[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    between = ((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(between, np.inf)
    weights = np.zeros(len(centres))
    for _ in range(_ROUNDS):
        owned = np.bincount(np.argmin(away - weights, axis=1), minlength=len(centres)) * _STEP_M**2
        weights += 0.25 * (surfaces_m2 - owned)
        weights = np.minimum(weights, (weights[None, :] + 0.62 * between).min(axis=1))
    return weights


def _clip(polygon: Floats, normal: Floats, limit: float) -> Floats:
    """The part of the polygon where normal . point <= limit."""
    depth = polygon @ normal - limit
    kept: list[Floats] = []
    for index in range(len(polygon)):
        after = (index + 1) % len(polygon)
        if depth[index] <= 0.0:
            kept.append(polygon[index])
        if (depth[index] <= 0.0) != (depth[after] <= 0.0):
            share = depth[index] / (depth[index] - depth[after])
            kept.append(polygon[index] + share * (polygon[after] - polygon[index]))
    return np.array(kept)
