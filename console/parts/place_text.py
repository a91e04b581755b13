"""Coordinates as people type them: 47.32, 5.04 - 47,32 5,04 - 47°19'12"N 5°2'24"E."""

import re
from typing import Final

_NUMBER: Final = r"\d{1,3}(?:[.,]\d{1,12})?"
_LONGEST: Final = 100
_DECIMAL: Final = re.compile(
    r"\s?(?P<first>[+-]?\d{1,3}(?:[.,]\d{1,12})?)\s?°?\s?(?:[;,/]|\s)\s?(?P<second>[+-]?\d{1,3}(?:[.,]\d{1,12})?)\s?°?\s?"
)
_HEMISPHERES: Final = "NSEWO"
_ANGLE: Final = (
    r"(?P<deg{0}>{number})\s?(?:(?:°|º|d|\s)\s?"
    r"(?:(?P<min{0}>{number})\s?(?:'|′|’|m|\s)\s?)?"
    r"(?:(?P<sec{0}>{number})\s?(?:\"|″|''|’’|”|s)?\s?)?)?"
)
_BEFORE: Final = re.compile(
    r"\s?(?P<side1>[NSEWO])\s?" + _ANGLE.format(1, number=_NUMBER) + r"[,;/]?\s?(?P<side2>[NSEWO])\s?"
    + _ANGLE.format(2, number=_NUMBER) + r"\s?",
    re.IGNORECASE,
)  # fmt: skip
_AFTER: Final = re.compile(
    r"\s?" + _ANGLE.format(1, number=_NUMBER) + r"(?P<side1>[NSEWO])\s?[,;/]?\s?" + _ANGLE.format(2, number=_NUMBER)
    + r"(?P<side2>[NSEWO])\s?",
    re.IGNORECASE,
)  # fmt: skip


def typed_place(text: str) -> tuple[float, float] | None:
    """(lon, lat) of typed coordinates, latitude first unless letters say otherwise; None when it is no place."""
    if len(text) > _LONGEST:
        return None
    text = " ".join(text.split())  # runs of blanks would make the patterns slow
    found = _BEFORE.fullmatch(text) or _AFTER.fullmatch(text)
    if found is not None:
        return _with_sides(found)
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None or not _is_marked(decimal):
        return None
    first, second = (_number(decimal[name]) for name in ("first", "second"))
    return _checked(second, first)


def _is_marked(decimal: "re.Match[str]") -> bool:
    """Two whole numbers are a house and a street, not a place: one of them has decimals."""
    return any("." in decimal[name] or "," in decimal[name] for name in ("first", "second"))


def _with_sides(found: "re.Match[str]") -> tuple[float, float] | None:
    angles: dict[str, float] = {}
    for number in ("1", "2"):
        side = found[f"side{number}"].upper()
        minutes, seconds = (_number(found[f"{part}{number}"] or "0") for part in ("min", "sec"))
        if minutes >= 60 or seconds >= 60:
            return None
        degrees = _number(found[f"deg{number}"]) + minutes / 60 + seconds / 3600
        axis = "lat" if side in "NS" else "lon"
        angles[axis] = -degrees if side in "SWO" else degrees
    if len(angles) != 2:
        return None
    return _checked(angles["lon"], angles["lat"])


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _checked(lon: float, lat: float) -> tuple[float, float] | None:
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
