"""Positions as people write them: decimal degrees, degrees minutes seconds, Lambert-93. Pure."""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

_E: Final = 0.0818191910428158
"""First eccentricity of GRS80."""
_N: Final = 0.7256077650532670
_C: Final = 11_754_255.426096
_X0: Final = 700_000.0
_Y0: Final = 12_655_612.049876
_LON0: Final = math.radians(3.0)
_FRANCE: Final = (-9.86, 41.15, 10.38, 51.56)
"""Where Lambert-93 is made for: west, south, east, north."""
_SPACE: Final = "\u202f"


class CoordinateForm(Enum):
    """How the place under the pointer is written."""

    DEGREES = "degrees"
    SEXAGESIMAL = "sexagesimal"
    LAMBERT_93 = "lambert_93"


def lambert_93(lon: float, lat: float) -> tuple[float, float] | None:
    """Easting and northing in metres (EPSG:2154); None far from France, where nobody uses it."""
    west, south, east, north = _FRANCE
    if not (west <= lon <= east and south <= lat <= north):
        return None
    phi = math.radians(lat)
    isometric = math.atanh(math.sin(phi)) - _E * math.atanh(_E * math.sin(phi))
    radius = _C * math.exp(-_N * isometric)
    turn = _N * (math.radians(lon) - _LON0)
    return _X0 + radius * math.sin(turn), _Y0 - radius * math.cos(turn)


def written(lon: float, lat: float, form: CoordinateForm, letters: str = "NSEW") -> str:
    """A place in words; letters name the four quarters. Decimal degrees where the form does not reach."""
    grid = lambert_93(lon, lat) if form is CoordinateForm.LAMBERT_93 else None
    if grid is not None:
        easting, northing = (f"{round(metres):,}".replace(",", _SPACE) for metres in grid)
        return f"{letters[2]} {easting}  {letters[0]} {northing}  (L93)"
    north, south, east, west = tuple(letters)
    style = _sexagesimal if form is CoordinateForm.SEXAGESIMAL else _decimal
    return f"{style(abs(lat))} {north if lat >= 0 else south}  {style(abs(lon))} {east if lon >= 0 else west}"


def _decimal(degrees: float) -> str:
    return f"{degrees:.5f}°"


def _sexagesimal(degrees: float) -> str:
    # Counted in tenths of a second first, so that 59.96" becomes the next minute.
    tenths = round(degrees * 36_000)
    minutes, tenths = divmod(tenths, 600)
    whole, minutes = divmod(minutes, 60)
    return f"{whole}°{minutes:02d}′{tenths / 10:04.1f}″"
