"""From a direction in degrees to a position in the camera's own coordinates."""

from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.errors import CommandRefused

GENERIC: Final = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
DEGREES: Final = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/SphericalPositionSpaceDegrees"
GENERIC_ZOOM: Final = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"
# A head whose tilt ends a little above or below the place still has it in its picture.
_TILT_SLACK_DEG: Final = 10.0


class Space(msgspec.Struct, frozen=True):
    """Coordinates in which a head can be sent to a place, with their limits (y is 0..0 for zoom)."""

    uri: str
    x_min: float
    x_max: float
    y_min: float = 0.0
    y_max: float = 0.0


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """What a PTZ head can do: its absolute spaces; none of them: it only moves at a speed."""

    token: str
    pan_tilt: tuple[Space, ...] = ()
    zoom: tuple[Space, ...] = ()


class Direction(msgspec.Struct, frozen=True):
    """Where to look: pan clockwise from the head's zero, tilt up from the horizon; magnification 1 is widest."""

    pan_deg: float
    tilt_deg: float
    magnification: float | None = None


class Reach(msgspec.Struct, frozen=True):
    """What the limits of the generic space mean on this head, where it does not speak in degrees."""

    pan_low_deg: float = -180.0
    pan_high_deg: float = 180.0
    tilt_low_deg: float = -90.0
    tilt_high_deg: float = 90.0
    zoom_times: float = 20.0


class Position(msgspec.Struct, frozen=True):
    """A place in named spaces; `zoom` None leaves the zoom as it is."""

    space: str
    pan: float
    tilt: float
    zoom_space: str = ""
    zoom: float | None = None


def position_of(direction: Direction, node: Node, reach: Reach) -> Position:
    """The camera's own words for a direction. Raises CommandRefused."""
    space = _chosen(node.pan_tilt, (DEGREES, GENERIC))
    if space is None:
        raise CommandRefused("this camera cannot be sent to a direction: it has no absolute move")
    if space.uri == DEGREES:
        low, high, tilt_low, tilt_high = space.x_min, space.x_max, space.y_min, space.y_max
    else:
        low, high, tilt_low, tilt_high = reach.pan_low_deg, reach.pan_high_deg, reach.tilt_low_deg, reach.tilt_high_deg
    pan_deg = _within_turn(direction.pan_deg, low, high)
    tilt_deg = min(max(direction.tilt_deg, tilt_low), tilt_high)
    if abs(tilt_deg - direction.tilt_deg) > _TILT_SLACK_DEG:
        raise CommandRefused(
            f"the head tilts from {tilt_low:.0f} to {tilt_high:.0f} degrees, not to {direction.tilt_deg:.0f}"
        )
    pan, tilt = pan_deg, tilt_deg
    if space.uri != DEGREES:
        pan = _scaled(pan_deg, low, high, space.x_min, space.x_max)
        tilt = _scaled(tilt_deg, tilt_low, tilt_high, space.y_min, space.y_max)
    zoom_space = _chosen(node.zoom, (GENERIC_ZOOM,))
    if zoom_space is None or direction.magnification is None:
        return Position(space.uri, pan, tilt)
    # Makers' zoom curves differ; between the ends a straight line is the one guess that errs least.
    wanted = min(max(direction.magnification, 1.0), reach.zoom_times)
    zoom = _scaled(wanted, 1.0, reach.zoom_times, zoom_space.x_min, zoom_space.x_max)
    return Position(space.uri, pan, tilt, zoom_space.uri, zoom)


def parse_reach(pan: str, tilt: str, zoom_times: str) -> Reach:
    """From the settings "LOW..HIGH" and a number. Raises ValueError in words."""
    pan_low, pan_high = _span("ptz_pan_deg", pan)
    tilt_low, tilt_high = _span("ptz_tilt_deg", tilt)
    times = float(zoom_times)
    if not 1.0 < times <= 100.0:
        raise ValueError("ptz_zoom_times is more than 1 and at most 100")
    return Reach(pan_low, pan_high, tilt_low, tilt_high, times)


def _span(name: str, text: str) -> tuple[float, float]:
    low_text, dots, high_text = text.partition("..")
    if not dots:
        raise ValueError(f"{name} is written LOW..HIGH, as -180..180")
    low, high = float(low_text), float(high_text)
    if not -360.0 <= low < high <= 360.0:
        raise ValueError(f"{name} lies between -360 and 360, the lower first")
    return low, high


def _chosen(offered: Sequence[Space], preferred: Sequence[str]) -> Space | None:
    by_uri = {space.uri: space for space in offered if space.x_min < space.x_max}
    return next((by_uri[uri] for uri in preferred if uri in by_uri), None)


def _within_turn(pan_deg: float, low: float, high: float) -> float:
    """The same direction, whole turns aside, within the head's limits. Raises CommandRefused."""
    near = (pan_deg + 180.0) % 360.0 - 180.0
    for candidate in (near, near + 360.0, near - 360.0):
        if low <= candidate <= high:
            return candidate
    raise CommandRefused(f"the head turns from {low:.0f} to {high:.0f} degrees, not to {near:.0f}")


def _scaled(value: float, low: float, high: float, to_low: float, to_high: float) -> float:
    return to_low + (value - low) / (high - low) * (to_high - to_low)
