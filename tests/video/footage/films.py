"""Coded films for tests of recordings: a moving gradient, a key picture every second, with or without B pictures."""

import functools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from video.access_unit import AccessUnit, Codec, StreamParameters, split_annex_b
from video.codecs import PictureDecoder
from video.footage.footage_writer import FootageWriter, SegmentLimits
from video.footage.pictures import PictureGroup, TimedUnit
from video.mp4.sample_entries import parameter_sets

PICTURES_PER_SECOND = 10
NOON = 1_790_000_000.0
"""A Monday afternoon in September 2026."""

Coded = tuple[tuple[bytes, ...], int, bool]


@functools.cache
def coded(codec: Codec = Codec.H264, seconds: int = 3, width: int = 128, height: int = 96) -> tuple[Coded, ...]:
    """NAL units, time in pictures, and whether it is a key picture; reordered as encoders do."""
    coder: Any = av.CodecContext.create("libx264" if codec is Codec.H264 else "libx265", "w")
    coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
    coder.time_base = Fraction(1, PICTURES_PER_SECOND)
    rhythm = f"keyint={PICTURES_PER_SECOND}:min-keyint={PICTURES_PER_SECOND}:scenecut=0:bframes=2:open-gop=0"
    name = "x264-params" if codec is Codec.H264 else "x265-params"
    coder.options = {"preset": "ultrafast", name: rhythm + (":log-level=none" if codec is Codec.H265 else "")}
    made: list[Coded] = []
    for number in [*range(seconds * PICTURES_PER_SECOND), None]:
        frame = None
        if number is not None:
            grey = (np.indices((height, width)).sum(axis=0) + 5 * number).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.dstack([grey] * 3), format="rgb24")
            frame.pts = number
        made.extend(
            (split_annex_b(bytes(packet)), packet.pts, bool(packet.is_keyframe)) for packet in coder.encode(frame)
        )
    return tuple(made)


def groups(
    begins_at: float = NOON, seconds: int = 3, codec: Codec = Codec.H264, width: int = 128
) -> list[PictureGroup]:
    """The film as groups of pictures, one a second from then on; longer than three seconds it repeats itself."""
    film = coded(codec, 3, width)
    parameters = StreamParameters(codec, parameter_sets(codec, film[0][0]))
    begun: list[list[TimedUnit]] = []
    for round_of_three in range(-(-seconds // 3)):
        for nal_units, time, is_key in film:
            if is_key:
                begun.append([])
            at = begins_at + 3 * round_of_three + time / PICTURES_PER_SECOND
            begun[-1].append(TimedUnit(AccessUnit(nal_units, is_key, round((at - begins_at) * 90_000), 0.0), at))
    return [PictureGroup(parameters, tuple(units), units[0].at + 1.0) for units in begun[:seconds]]


def record(
    folder: Path,
    camera_id: int = 7,
    begins_at: float = NOON,
    seconds: int = 3,
    codec: Codec = Codec.H264,
    limits: SegmentLimits | None = None,
) -> list[PictureGroup]:
    """Have it recorded, and say what was."""
    writer = FootageWriter(folder, camera_id, limits)
    made = groups(begins_at, seconds, codec)
    for group in made:
        assert writer.write(group) > 0
    writer.close()
    return made


def pictures_in(codec: Codec, units: tuple[TimedUnit, ...]) -> int:
    """How many pictures a decoder that begins here makes of them."""
    decoder = PictureDecoder(codec)
    return sum(len(decoder.decode(one.unit)) for one in units) + len(decoder.drain())
