"""Where a camera's head must turn to have a place in its picture. Pure."""

import math
from typing import Final

import msgspec

from backend.domain.ground import way
from contract.assets import Asset

DEFAULT_RANGE_M: Final = 60.0
DEFAULT_HEIGHT_M: Final = 6.0
# A person at the place is looked at in the middle, not at the feet.
_AIMED_HEIGHT_M: Final = 1.0
_NEAREST_M: Final = 1.0
_WANTED_WIDTH_M: Final = 20.0  # of street across the picture: who stands there is known, what is around is seen
_USUAL_FOV_DEG: Final = 60.0
_WHOLE_TURN_DEG: Final = 360.0


class Aim(msgspec.Struct, frozen=True):
    """Pan clockwise from the head's zero (-180..180), tilt up from the horizon, and how much nearer than the widest."""

    pan_deg: float
    tilt_deg: float
    magnification: float


def aim_at(camera: Asset, lon: float, lat: float) -> Aim | None:
    """How the camera looks at a place on the ground; None when the register does not say where its zero looks."""
    if camera.azimuth_deg is None:
        return None
    distance_m, bearing_deg = way(camera.lon, camera.lat, lon, lat)
    height_m = DEFAULT_HEIGHT_M if camera.height_m is None else camera.height_m
    drop_m = max(height_m - _AIMED_HEIGHT_M, 0.0)
    pan = (bearing_deg - camera.azimuth_deg + 180.0) % 360.0 - 180.0
    tilt = -math.degrees(math.atan2(drop_m, max(distance_m, _NEAREST_M)))
    return Aim(pan, tilt, _magnification(camera.fov_deg, math.hypot(distance_m, drop_m)))


def range_of(camera: Asset) -> float:
    """How far the camera sees, in metres."""
    return DEFAULT_RANGE_M if camera.range_m is None else camera.range_m


def sees(camera: Asset, lon: float, lat: float, *, is_ptz: bool) -> tuple[float, bool]:
    """Distance in metres, and whether the place is, or can be turned into, the camera's field of view."""
    distance_m, bearing_deg = way(camera.lon, camera.lat, lon, lat)
    if distance_m > range_of(camera):
        return distance_m, False
    if is_ptz or camera.azimuth_deg is None or camera.fov_deg is None or camera.fov_deg >= _WHOLE_TURN_DEG:
        return distance_m, True
    off_axis = abs((bearing_deg - camera.azimuth_deg + 180) % 360 - 180)
    return distance_m, off_axis <= camera.fov_deg / 2


def _magnification(fov_deg: float | None, distance_m: float) -> float:
    widest = fov_deg if fov_deg is not None and 0 < fov_deg < 180 else _USUAL_FOV_DEG
    seen_m = 2 * distance_m * math.tan(math.radians(widest) / 2)
    return max(1.0, seen_m / _WANTED_WIDTH_M)
