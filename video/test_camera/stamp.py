"""A machine-readable time in the strip's corner, so that any process can measure glass-to-glass latency."""

import zlib

import numpy as np
from numpy.typing import NDArray

from video.test_camera.strip import BACKGROUND, INK

CELL = 8
_CELLS_WIDE, _CELLS_HIGH = 8, 4
_TIME_BITS, _CHECK_BITS = 24, 8
WIDTH, HEIGHT = CELL * _CELLS_WIDE, CELL * _CELLS_HIGH

Picture = NDArray[np.uint8]


def put_stamp(strip: Picture, monotonic_s: float) -> Picture:
    """A copy of a strip with CLOCK_MONOTONIC, in milliseconds modulo 2**24, in its middle."""
    time_ms = int(monotonic_s * 1000) % (1 << _TIME_BITS)
    value = time_ms << _CHECK_BITS | _check(time_ms)
    bits = np.array([value >> (31 - index) & 1 for index in range(32)], np.uint8)
    cells = np.where(bits.reshape(_CELLS_HIGH, _CELLS_WIDE) == 1, INK, BACKGROUND).astype(np.uint8)
    stamped = strip.copy()
    left = _left(strip.shape[1])
    stamped[:HEIGHT, left : left + WIDTH] = cells.repeat(CELL, 0).repeat(CELL, 1)
    return stamped


def read_stamp(picture: Picture, film_width: int) -> int | None:
    """The milliseconds in a shown picture of any size (grey or BGR); None where there is no whole stamp."""
    grey = picture if picture.ndim == 2 else picture[:, :, 1]
    scale = grey.shape[1] / film_width
    value = 0
    for row in range(_CELLS_HIGH):
        for column in range(_CELLS_WIDE):
            y = int((row + 0.5) * CELL * scale)
            x = int((_left(film_width) + (column + 0.5) * CELL) * scale)
            if y >= grey.shape[0] or x >= grey.shape[1]:
                return None
            value = value << 1 | int(grey[y, x] > 124)
    time_ms = value >> _CHECK_BITS
    return time_ms if _check(time_ms) == value & 0xFF else None


def stamp_age_ms(time_ms: int, monotonic_s: float) -> int:
    """How long ago a stamp was made."""
    return (int(monotonic_s * 1000) - time_ms) % (1 << _TIME_BITS)


def _left(film_width: int) -> int:
    return (film_width // 2 - WIDTH // 2) // 16 * 16


def _check(time_ms: int) -> int:
    return zlib.crc32(time_ms.to_bytes(3, "big")) & 0xFF
