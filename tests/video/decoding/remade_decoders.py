"""Run as a process: decoders of several sizes come and go among others that stay; prints MB before and after."""

import gc
import sys
from fractions import Fraction
from typing import Any

import av
import numpy as np

from video.access_unit import AccessUnit, Codec, split_annex_b
from video.codecs import PictureDecoder

_REMADE = 45
_SIZES = ((640, 360), (1280, 720), (320, 180))


def _private_mb() -> float:
    with open("/proc/self/smaps_rollup", encoding="ascii") as lines:  # noqa: PTH123 - nothing a path would add
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Private_Dirty"))


def _coded(width: int, height: int) -> list[AccessUnit]:
    encoder: Any = av.CodecContext.create("libx264", "w")  # PyAV leaves the type of its packets open
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuv420p", Fraction(1, 15)
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    noise = np.random.default_rng(1)
    units: list[AccessUnit] = []
    for number in range(30):
        picture = av.VideoFrame.from_ndarray(
            noise.integers(0, 32, (height * 3 // 2, width), dtype=np.uint8), format="yuv420p"
        )
        picture.pts = number
        units += [
            AccessUnit(split_annex_b(bytes(packet)), number == 0, number, 0.0) for packet in encoder.encode(picture)
        ]
    return units


def main() -> None:
    """Until so many were made anew."""
    units = [_coded(*size) for size in _SIZES]
    staying = [PictureDecoder(Codec.H264) for _ in range(12)]
    for decoder in staying:
        for unit in units[0]:
            decoder.decode(unit)
    gc.collect()
    before = _private_mb()
    for number in range(_REMADE):
        decoder = PictureDecoder(Codec.H264)  # the one before goes
        for unit in units[number % len(units)][:10]:
            decoder.decode(unit)
        for other in staying:
            other.decode(units[0][number % 30])
    gc.collect()
    sys.stdout.write(f"{before:.1f} {_private_mb():.1f}\n")


if __name__ == "__main__":
    main()
