"""Lengths and areas on the WGS84 ellipsoid, and positions in words. Pure; degrees in, metres out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.values import Float64s

_A: Final = 6_378_137.0
_F: Final = 1 / 298.257223563
_B: Final = _A * (1 - _F)
_E: Final = math.sqrt(_F * (2 - _F))
_STEPS: Final = 60
_CLOSE_ENOUGH: Final = 1e-12


def distances_m(lon: float, lat: float, lons: Float64s, lats: Float64s) -> Float64s:
    """From one place to many, along the ground (Vincenty). Places on opposite sides of the earth: within 1 %."""
    lons, lats = np.asarray(lons, np.float64), np.asarray(lats, np.float64)
    u1, u2 = math.atan((1 - _F) * math.tan(math.radians(lat))), np.arctan((1 - _F) * np.tan(np.radians(lats)))
    turn = np.radians(_wrapped(lons - lon))
    sin1, cos1, sin2, cos2 = math.sin(u1), math.cos(u1), np.sin(u2), np.cos(u2)
    angle = turn
    for _ in range(_STEPS):
        arc = _arc(sin1, cos1, sin2, cos2, angle)
        c = _F / 16 * arc.cos2_a * (4 + _F * (4 - 3 * arc.cos2_a))
        bow = arc.length + c * arc.sine * (arc.middle + c * arc.cosine * (2 * arc.middle**2 - 1))
        before, angle = angle, turn + (1 - c) * _F * arc.sin_a * bow
        if float(np.max(np.abs(angle - before), initial=0.0)) < _CLOSE_ENOUGH:
            break
    arc = _arc(sin1, cos1, sin2, cos2, angle)
    square = arc.cos2_a * (_A * _A - _B * _B) / (_B * _B)
    big = 1 + square / 16384 * (4096 + square * (-768 + square * (320 - 175 * square)))
    small = square / 1024 * (256 + square * (-128 + square * (74 - 47 * square)))
    turned = 2 * arc.middle**2 - 1
    lean = arc.cosine * turned - small / 6 * arc.middle * (4 * arc.sine**2 - 3) * (2 * turned - 1)
    along: Float64s = _B * big * (arc.length - small * arc.sine * (arc.middle + small / 4 * lean))
    return np.where(np.abs(angle) > math.pi, _great_circle(lon, lat, lons, lats), along)


@dataclass(frozen=True, slots=True)
class _Arc:
    """On the auxiliary sphere: its length, sine and cosine; azimuth at the equator; cosine of twice the middle."""

    length: Float64s
    sine: Float64s
    cosine: Float64s
    sin_a: Float64s
    cos2_a: Float64s
    middle: Float64s


def _arc(sin1: float, cos1: float, sin2: Float64s, cos2: Float64s, angle: Float64s) -> _Arc:
    sine = np.hypot(cos2 * np.sin(angle), cos1 * sin2 - sin1 * cos2 * np.cos(angle))
    cosine = sin1 * sin2 + cos1 * cos2 * np.cos(angle)
    sin_a = np.divide(cos1 * cos2 * np.sin(angle), sine, out=np.zeros_like(sine), where=sine > 0)
    cos2_a = 1 - sin_a * sin_a
    # Along the equator there is no middle latitude.
    middle = cosine - np.divide(2 * sin1 * sin2, cos2_a, out=np.zeros_like(cosine), where=cos2_a > 1e-15)
    return _Arc(np.arctan2(sine, cosine), sine, cosine, sin_a, cos2_a, middle)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Between two places along the ground."""
    return float(distances_m(lon1, lat1, np.array([lon2]), np.array([lat2]))[0])


def ring_area_m2(lons: Float64s, lats: Float64s) -> float:
    """Of the ground within a ring, which may cross the antimeridian but goes around no pole.

    Edges are great circles on the sphere of the same area: within 0.01 % for anything a city measures.
    """
    if lons.size < 3:
        return 0.0
    half = np.tan(_authalic(np.radians(lats)) / 2)
    turn = np.radians(_wrapped(np.roll(lons, -1) - lons))
    nxt = np.roll(half, -1)
    excess = 2 * np.arctan2(np.tan(turn / 2) * (half + nxt), 1 + half * nxt)
    return abs(float(excess.sum())) * _authalic_radius() ** 2


def circle(lon: float, lat: float, radius_m: float, points: int = 72) -> tuple[Float64s, Float64s]:
    """Places at a distance from a centre, clockwise from north; within 0.01 % up to 100 km."""
    turn = np.linspace(0, 2 * math.pi, points, endpoint=False)
    phi = math.radians(lat)
    bend = 1 - (_E * math.sin(phi)) ** 2
    across, upwards = _A / math.sqrt(bend), _A * (1 - _E * _E) / bend**1.5
    # The radius of curvature in each direction (Euler), then a great circle on that sphere.
    radius = 1 / (np.cos(turn) ** 2 / upwards + np.sin(turn) ** 2 / across)
    arc = radius_m / radius
    lats = np.arcsin(math.sin(phi) * np.cos(arc) + math.cos(phi) * np.sin(arc) * np.cos(turn))
    lons = math.radians(lon) + np.arctan2(
        np.sin(turn) * np.sin(arc) * math.cos(phi), np.cos(arc) - math.sin(phi) * np.sin(lats)
    )
    # What the sphere gets wrong is put right once: each point is as far away as it should be.
    lons, lats = (np.degrees(lons) + 540) % 360 - 180, np.degrees(lats)
    off = radius_m / np.maximum(distances_m(lon, lat, lons, lats), 1e-9)
    east = _wrapped(lons - lon)
    return (lon + east * off + 540) % 360 - 180, np.clip(lat + (lats - lat) * off, -90, 90)


def _wrapped(degrees: Float64s) -> Float64s:
    """The short way round. Small differences keep every digit: an area is the difference of large numbers."""
    return np.where(np.abs(degrees) > 180, (degrees + 180) % 360 - 180, degrees)


def _great_circle(lon: float, lat: float, lons: Float64s, lats: Float64s) -> Float64s:
    phi, phis, turn = math.radians(lat), np.radians(lats), np.radians(lons - lon)
    share = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * np.sin(turn / 2) ** 2
    arc: Float64s = 2 * 6_371_008.8 * np.arcsin(np.sqrt(np.clip(share, 0, 1)))
    return arc


def _q(sin_phi: Float64s | float) -> Float64s:
    scaled = _E * np.asarray(sin_phi)
    q: Float64s = (1 - _E * _E) * (sin_phi / (1 - scaled * scaled) + np.arctanh(scaled) / _E)
    return q


def _authalic(phi: Float64s) -> Float64s:
    """The latitude on the sphere of the same area."""
    xi: Float64s = np.arcsin(np.clip(_q(np.sin(phi)) / _q(1.0), -1, 1))
    return xi


def _authalic_radius() -> float:
    return _A * math.sqrt(float(_q(1.0)) / 2)
