"""Marks of states and pictograms of classes as SVG paths about (0, 0): shape, sign and colour say the same."""

import math
from typing import Final

import msgspec

from contract.stream import Visual


class StateMark(msgspec.Struct, frozen=True):
    """A state's mark: outline, its colours, and the sign written on it."""

    outline: str
    fill: str
    stroke: str
    ink: str
    sign: str
    sign_y: float = 0.0
    strokes: str = ""  # drawn in `ink`, where no letter says it


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def _circle(radius: float) -> str:
    return f"M{-radius} 0a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0Z"


def _octagon(radius: float) -> str:
    corners = [math.radians(22.5 + 45 * step) for step in range(8)]
    return _polygon(*((radius * math.cos(corner), radius * math.sin(corner)) for corner in corners))


STATE_MARKS: Final = {
    Visual.NORMAL: StateMark(_circle(4.8), "#5A6670", "#FFFFFF", "#FFFFFF", ""),
    Visual.UNKNOWN: StateMark(_circle(7.5), "#FFFFFF", "#6B7580", "#4E5862", "?"),
    Visual.STALE: StateMark(_circle(7.5), "#FFFFFF", "#3F4A54", "#3F4A54", "", strokes="M0 -4.6V0.3L3.4 2.6"),
    Visual.FAULT: StateMark("M-7.5 -7.5H7.5V7.5H-7.5Z", "#7A3E9D", "#FFFFFF", "#FFFFFF", "!"),
    Visual.ALARM_P4: StateMark(_circle(9.5), "#00609C", "#FFFFFF", "#FFFFFF", "4"),
    Visual.ALARM_P3: StateMark(_polygon((0, -12), (12, 0), (0, 12), (-12, 0)), "#453900", "#FFFFFF", "#FFFFFF", "3"),
    Visual.ALARM_P2: StateMark(_polygon((0, -12), (12, 9), (-12, 9)), "#944F00", "#FFFFFF", "#FFFFFF", "2", 2.4),
    Visual.ALARM_P1: StateMark(_octagon(11.5), "#BF0047", "#FFFFFF", "#FFFFFF", "1"),
}
"""The console's own shapes: P1 octagon, P2 triangle, P3 diamond, P4 circle; all with the contrast of text."""

PLAQUE: Final = "M-10 -7.5Q-10 -10 -7.5 -10H7.5Q10 -10 10 -7.5V7.5Q10 10 7.5 10H-7.5Q-10 10 -10 7.5Z"
"""The ground of a pictogram."""

DOT: Final = "dot"

PICTOGRAMS: Final = {
    "cabinet": "M1.2 -7.2L-5 1.2H-0.8L-1.8 7.2L5 -1.6H0.6Z",
    "camera": "M-7.2 -3.8H2.6V3.8H-7.2ZM3.6 -1L7.4 -3.6V3.6L3.6 1Z",
    "junction": (
        "M-3.6 -8H3.6V8H-3.6ZM0 -6.2a1.6 1.6 0 1 0 0.01 0ZM0 -1.6a1.6 1.6 0 1 0 0.01 0ZM0 3a1.6 1.6 0 1 0 0.01 0Z"
    ),
    "building": (
        "M-5.5 -7H5.5V7H-5.5ZM-3.4 -4.8V-2.6H-1.2V-4.8ZM1.2 -4.8V-2.6H3.4V-4.8Z"
        "M-3.4 -1.2V1H-1.2V-1.2ZM1.2 -1.2V1H3.4V-1.2ZM-1.2 2.8V7H1.2V2.8Z"
    ),
    "car_park": "M-4 -7H1.4A4.3 4.3 0 0 1 1.4 1.6H-1.4V7H-4ZM-1.4 -4.6V-0.8H1.2A1.9 1.9 0 0 0 1.2 -4.6Z",
    "vehicle": "M0 -7.6L5.6 7L0 3.8L-5.6 7Z",
    "sign": "M-7.5 -6.5H7.5V2.5H-7.5ZM-5.2 -4.2V-2.7H5.2V-4.2ZM-5.2 -1.3V0.2H2.2V-1.3ZM-1 2.5H1V7.5H-1Z",
    "bollard": "M-3 -5Q-3 -7 0 -7Q3 -7 3 -5V5H-3ZM-3 -3.4V-1.6H3V-3.4ZM-5.5 5.6H5.5V7.2H-5.5Z",
    "network": "M0 -7.4a2.5 2.5 0 1 0 0.01 0ZM-5 2.4a2.5 2.5 0 1 0 0.01 0ZM5 2.4a2.5 2.5 0 1 0 0.01 0Z"
    "M-0.9 -2.8L0.5 -2.4L-3.9 3.4L-5.1 2.8ZM0.9 -2.8L-0.5 -2.4L3.9 3.4L5.1 2.8Z",
    "other": "M0 -4a4 4 0 1 0 0.01 0Z",
}


def pictogram(glyph: str) -> str:
    """The path of a class's pictogram; a plain disc for those we do not know, nothing for lamps."""
    return "" if glyph == DOT else PICTOGRAMS.get(glyph, PICTOGRAMS["other"])
