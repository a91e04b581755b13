"""What stands in an area: exact, among what is shown."""

from __future__ import annotations

from typing import Final

import numpy as np

from widgets.city_map.mercator import EARTH_RADIUS_M, unproject
from widgets.city_map.scene.detail import disc_classes
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import AssetVisual
from widgets.city_map.tools.geodesy import distances_m
from widgets.city_map.tools.pointer_tool import DrawnArea
from widgets.city_map.tools.values import AreaKind, LonLat
from widgets.city_map.values import Float64s, Mask, Rows, UInt32s
from widgets.city_map.view.viewport import Viewport

_BINS: Final = 65_535
_DOUBT: Final = 0.01
"""The quick distance is right to this share up to some hundred kilometres; nearer to the rim the exact one decides."""
_FLAT_M: Final = 150_000.0


def ids_inside(scene: Scene, view: Viewport, area: DrawnArea) -> UInt32s:
    """Ascending ids of what stands in the area and can be seen in this view."""
    ring = np.array(area.ring, np.float64).reshape(-1, 2)
    if len(ring) < 3:
        return np.empty(0, np.uint32)
    (x0, y0), (x1, y1) = ring.min(axis=0), ring.max(axis=0)
    if area.kind is AreaKind.RADIUS:
        # The ring has corners, the circle has none; and its widest point lies between them.
        rim = 0.002 * (x1 - x0) + 2.0
        x0, y0, x1, y1 = x0 - rim, y0 - rim, x1 + rim, y1 + rim
    rows = _seen(scene, view, scene.index.in_rectangle(float(x0), float(y0), float(x1), float(y1)))
    x, y = scene.store.x[rows], scene.store.y[rows]
    if area.kind is AreaKind.LASSO:
        rows = rows[inside_ring(x, y, ring[:, 0], ring[:, 1])]
    elif area.kind is AreaKind.RADIUS and area.centre is not None and area.radius_m is not None:
        rows = rows[within_radius(x, y, area.centre, area.radius_m)]
    return np.sort(scene.store.ids[rows])


def inside_ring(x: Float64s, y: Float64s, ring_x: Float64s, ring_y: Float64s) -> Mask:
    """Even-odd: true where a ray to the east crosses the ring an odd number of times.

    Points are sorted into bins by height first, so that an edge looks only at those it may pass.
    """
    is_inside = np.zeros(x.size, np.bool_)
    if x.size == 0:
        return is_inside
    low, high = float(y.min()), float(y.max())
    stretch = _BINS / (high - low) if high > low else 0.0
    bins = ((y - low) * stretch).astype(np.uint16)
    order = np.argsort(bins, kind="stable")
    x, y, bins = x[order], y[order], bins[order]
    odd = np.zeros(x.size, np.bool_)
    starts = np.searchsorted(bins, np.arange(_BINS + 2))
    for x0, y0, x1, y1 in zip(ring_x, ring_y, np.roll(ring_x, -1), np.roll(ring_y, -1), strict=True):
        if y0 == y1 or max(y0, y1) <= low or min(y0, y1) > high:
            continue
        first = int(min(max((min(y0, y1) - low) * stretch - 1, 0), _BINS))
        last = int(min(max((max(y0, y1) - low) * stretch + 1, 0), _BINS))
        part = slice(int(starts[first]), int(starts[last + 1]))
        py = y[part]
        crosses = ((y0 > py) != (y1 > py)) & (x[part] < (x1 - x0) * (py - y0) / (y1 - y0) + x0)
        odd[part] ^= crosses
    is_inside[order] = odd
    return is_inside


def within_radius(x: Float64s, y: Float64s, centre: LonLat, radius_m: float) -> Mask:
    """True where a place (mercator metres) is this near to a centre (degrees) along the ground."""
    lons, lats = unproject(x, y)
    if radius_m > _FLAT_M or abs(centre[1]) > 80:
        return distances_m(*centre, lons, lats) <= radius_m
    middle = np.radians((lats + centre[1]) / 2)
    bend = 1 - 0.00669437999014 * np.sin(middle) ** 2
    east = np.radians((lons - centre[0] + 180) % 360 - 180) * np.cos(middle) * EARTH_RADIUS_M / np.sqrt(bend)
    north = np.radians(lats - centre[1]) * EARTH_RADIUS_M * (1 - 0.00669437999014) / bend**1.5
    away = np.hypot(east, north)
    is_near = away <= radius_m
    doubtful = np.flatnonzero(np.abs(away - radius_m) <= radius_m * _DOUBT + 0.01)
    if doubtful.size:
        is_near[doubtful] = distances_m(*centre, lons[doubtful], lats[doubtful]) <= radius_m
    return is_near


def _seen(scene: Scene, view: Viewport, rows: Rows) -> Rows:
    store = scene.store
    _, is_shown = disc_classes(scene.styles, view.metres_per_pixel)
    return rows[store.is_shown[rows] & (is_shown[store.class_index[rows]] | (store.visual[rows] >= AssetVisual.FAULT))]
