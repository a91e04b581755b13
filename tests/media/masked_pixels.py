"""Whether pictures show what masks hide: films full of secrets, and an eye that knows not how masks are drawn."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from contract.masks import Mask
from video.access_unit import AccessUnit, Codec, StreamParameters, split_annex_b

FILL_Y, FILL_UV = 46, 128
# What coding leaves of a flat grey: next to nothing, but beside the edge of the loudest picture.
WITHIN, AT_THE_EDGE = 32, 56
WINDOW = Mask(id="window", corners=((0.2, 0.2), (0.55, 0.15), (0.6, 0.6), (0.35, 0.8)))
CORNER = Mask(id="corner", corners=((0.8, 0.7), (1.0, 0.7), (1.0, 1.0), (0.8, 1.0)))
PICTURES_PER_SECOND = 25


def secret_film(
    pictures: int = 50,
    *,
    codec: Codec = Codec.H264,
    size: tuple[int, int] = (320, 240),
    group: int = 25,
    pixels: str = "yuv420p",
) -> tuple[StreamParameters, list[AccessUnit]]:
    """Loud colours that move everywhere, a key picture every `group` pictures; rtp times at 25 pictures a second."""
    coder: Any = av.CodecContext.create("libx264" if codec is Codec.H264 else "libx265", "w")
    coder.width, coder.height, coder.pix_fmt = *size, pixels
    coder.time_base = Fraction(1, PICTURES_PER_SECOND)
    options = {"preset": "ultrafast", "tune": "zerolatency"}
    if codec is Codec.H264:
        options |= {"g": str(group), "keyint_min": str(group)}
    else:
        options["x265-params"] = f"keyint={group}:min-keyint={group}:log-level=none:repeat-headers=1:bframes=0"
    coder.options = options
    random = np.random.default_rng(5)
    blocks = random.integers(0, 255, (size[1] // 8 + 1, size[0] // 8 + 1, 3), np.uint8)
    coded: list[tuple[bytes, ...]] = []
    for number in range(pictures):
        moved = np.roll(blocks, number // 2, axis=1)
        picture = cv2.resize(moved, size, interpolation=cv2.INTER_NEAREST)
        frame = av.VideoFrame.from_ndarray(np.asarray(picture, np.uint8), format="rgb24")
        frame.pts = number
        coded.extend(split_annex_b(bytes(packet)) for packet in coder.encode(frame))
    coded.extend(split_annex_b(bytes(packet)) for packet in coder.encode(None))
    units = [
        AccessUnit(nals, any(_is_key(codec, nal) for nal in nals), number * 3600, number / PICTURES_PER_SECOND)
        for number, nals in enumerate(coded)
    ]
    sets = tuple(dict.fromkeys(nal for nals in coded for nal in nals if _is_parameter_set(codec, nal)))
    return StreamParameters(codec, sets), units


def decoded(parameters: StreamParameters, units: Iterable[AccessUnit]) -> list[av.VideoFrame]:
    """The pictures as any player sees them."""
    context: Any = av.CodecContext.create(parameters.codec.value, "r")
    frames: list[av.VideoFrame] = []
    for unit in units:
        frames += context.decode(av.Packet(unit.data))
    return frames + list(context.decode(None))


def inside(masks: Sequence[Mask], width: int, height: int) -> NDArray[np.bool_]:
    """Pixels whose middle lies in a polygon, by counting crossings."""
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    hidden = np.zeros((height, width), bool)
    for mask in masks:
        odd = np.zeros((height, width), bool)
        for (x1, y1), (x2, y2) in zip(mask.corners, (*mask.corners[1:], mask.corners[0]), strict=True):
            if y1 == y2:
                continue
            between = (y1 <= y) != (y2 <= y)
            odd ^= between & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
        hidden |= odd
    return hidden


def assert_masked(frames: Sequence[av.VideoFrame], masks: Sequence[Mask], *, at_least: int = 1) -> None:
    """Every picture is flat dark grey where the masks are, and a lively picture elsewhere."""
    assert len(frames) >= at_least, f"{len(frames)} pictures came"
    for frame in frames:
        assert_picture_masked(frame.to_ndarray(format="rgb24"), masks)


def assert_picture_masked(rgb: NDArray[Any], masks: Sequence[Mask]) -> None:
    """The same of one RGB picture, a decoded JPEG for example."""
    height, width = rgb.shape[:2]
    hidden = inside(masks, width, height)
    grey = round((FILL_Y - 16) * 255 / 219)
    off = np.abs(rgb.astype(int) - grey)[hidden]
    assert off.max(initial=0) <= AT_THE_EDGE, f"a masked pixel is {off.max()} levels off"
    assert off.mean() <= 4
    square = np.ones((9, 9), np.uint8)
    within = cv2.erode(hidden.astype(np.uint8), square, borderType=cv2.BORDER_REPLICATE).astype(bool)
    off_within = np.abs(rgb.astype(int) - grey)[within]
    assert off_within.max(initial=0) <= WITHIN, f"a pixel well within a mask is {off_within.max()} levels off"
    assert rgb[~cv2.dilate(hidden.astype(np.uint8), square).astype(bool)].std() > 25, "no picture"


def shows_secrets(frame: av.VideoFrame, masks: Sequence[Mask]) -> bool:
    """Whether the bare picture is to be seen where the masks should be."""
    rgb = frame.to_ndarray(format="rgb24")
    return float(rgb[inside(masks, frame.width, frame.height)].std()) > 25


def watched_by_ffmpeg(url: str, pictures: int, into: list[av.VideoFrame] | None = None) -> list[av.VideoFrame]:
    """What FFmpeg's own RTSP client is shown (up to `pictures`, added to `into` meanwhile).

    Raises av.FFmpegError when refused.
    """
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer", "analyzeduration": "0", "probesize": "5000"}
    frames: list[av.VideoFrame] = [] if into is None else into
    with av.open(url, options=options, timeout=8) as container:
        for frame in container.decode(video=0):
            frames.append(frame)
            if len(frames) >= pictures:
                break
    return frames


def _is_key(codec: Codec, nal: bytes) -> bool:
    return nal[0] & 0x1F == 5 if codec is Codec.H264 else 16 <= nal[0] >> 1 & 0x3F <= 21


def _is_parameter_set(codec: Codec, nal: bytes) -> bool:
    return nal[0] & 0x1F in {7, 8} if codec is Codec.H264 else nal[0] >> 1 & 0x3F in {32, 33, 34}
