"""How far apart two colours look, also to eyes that miss a kind of cone: CIEDE2000 and Machado et al. 2009."""

import math
from collections.abc import Sequence
from typing import Final

Triple = tuple[float, float, float]
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
MACHADO: Final[dict[str, Sequence[Triple]]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
VISIONS: Final = ("normal", *MACHADO)
_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE: Final = (0.95047, 1.0, 1.08883)  # D65


def difference(one: str, other: str, vision: str = "normal") -> float:
    """CIEDE2000 of two #RRGGBB colours as that eye sees them."""
    return ciede2000(_lab(_seen(one, vision)), _lab(_seen(other, vision)))


def ciede2000(one: Triple, other: Triple) -> float:
    """After Sharma, Wu, Dalal 2005."""
    light1, a1, b1 = one
    light2, a2, b2 = other
    mean7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - math.sqrt(mean7 / (mean7 + 25**7)))
    chroma1, chroma2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    hue1 = math.degrees(math.atan2(b1, a1 * stretch)) % 360
    hue2 = math.degrees(math.atan2(b2, a2 * stretch)) % 360
    is_grey = chroma1 * chroma2 == 0
    turn = 0.0 if is_grey else (hue2 - hue1 + 180) % 360 - 180
    d_light, d_chroma = light2 - light1, chroma2 - chroma1
    d_hue = 2 * math.sqrt(chroma1 * chroma2) * math.sin(math.radians(turn) / 2)
    light, chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    hue = hue1 + hue2 if is_grey else (hue1 + turn / 2) % 360
    weight = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    by_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    by_chroma, by_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * weight
    swing = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    turning = -math.sin(math.radians(swing)) * 2 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    parts = (d_light / by_light, d_chroma / by_chroma, d_hue / by_hue)
    return math.sqrt(sum(part**2 for part in parts) + turning * parts[1] * parts[2])


def _seen(name: str, vision: str) -> Triple:
    red, green, blue = (_linear(int(name[at : at + 2], 16) / 255) for at in (1, 3, 5))
    if vision == "normal":
        return red, green, blue
    first, second, third = (
        min(1.0, max(0.0, row[0] * red + row[1] * green + row[2] * blue)) for row in MACHADO[vision]
    )
    return first, second, third


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _lab(rgb: Triple) -> Triple:
    xyz = (sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in _TO_XYZ)
    x, y, z = (_bent(part / white) for part, white in zip(xyz, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
