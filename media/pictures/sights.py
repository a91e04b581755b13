"""A key picture in the small: what the watch over a camera's condition keeps of it."""

import hashlib
from typing import Any, Final

import av
import cv2
import msgspec
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from video.access_unit import AccessUnit, Codec
from video.codecs import LARGEST_PIXELS, decoder_options

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

SMALL: Final = (160, 90)
_MIDDLE: Final = (320, 180)
CELLS: Final = (16, 9)
BLOCKS: Final = (5, 3)
_FULL_RANGE: Final = 2
_WINDOW: Final = cv2.createHanningWindow(SMALL, cv2.CV_32F)
_STRETCH: Final = 255 / 219


class KeyPicture(msgspec.Struct, frozen=True):
    """`digest` of every luma sample: two pictures of a living camera never have the same."""

    digest: bytes
    small: Grey
    sharpness: Floats
    """How much of the contrast within each cell is fine detail."""


def key_picture(codec: Codec, unit: AccessUnit) -> KeyPicture | None:
    """The decoded picture in the small; None when it cannot be decoded."""
    context: Any = av.CodecContext.create(codec.value, "r")  # PyAV's stub knows no options of a decoder
    context.thread_count = 1
    context.options = decoder_options() | {"flags": "+low_delay", "skip_loop_filter": "all"}
    try:
        frames: list[av.VideoFrame] = context.decode(av.Packet(unit.data)) or context.decode(None)
    except (FFmpegError, ValueError, EOFError):
        return None
    if not frames or frames[0].width * frames[0].height > LARGEST_PIXELS:
        return None
    frame = frames[0]
    if not frame.format.name.startswith(("yuv4", "yuvj4", "gray", "nv12")) or frame.format.components[0].bits != 8:
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    rows: Grey = np.frombuffer(memoryview(plane), np.uint8, plane.height * plane.line_size)
    luma = rows.reshape(plane.height, plane.line_size)[:, : plane.width]
    is_full_range = frame.format.name.startswith(("yuvj", "gray")) or int(frame.color_range) == _FULL_RANGE
    return seen(luma, is_full_range=is_full_range)


def seen(luma: Grey, *, is_full_range: bool = True) -> KeyPicture:
    """What is kept of a picture's luma."""
    digest = hashlib.blake2b(luma.tobytes(), digest_size=16).digest()
    middle = cv2.resize(luma, _MIDDLE, interpolation=cv2.INTER_AREA)
    if not is_full_range:
        middle = cv2.convertScaleAbs(np.maximum(middle, 16), alpha=_STRETCH, beta=-16 * _STRETCH)
    fine = cv2.Laplacian(cv2.GaussianBlur(middle, (3, 3), 0), cv2.CV_32F)
    detail = cv2.resize(cv2.multiply(fine, fine), CELLS, interpolation=cv2.INTER_AREA)
    small = cv2.resize(middle, SMALL, interpolation=cv2.INTER_AREA)
    contrast = textures(np.asarray(small, np.uint8))
    return KeyPicture(
        digest, np.asarray(small, np.uint8), np.asarray(detail / (contrast * contrast + 10.0), np.float32)
    )


def textures(small: Grey) -> Floats:
    """The contrast within each cell of a picture, 9 rows of 16."""
    return np.asarray(_parts(small.astype(np.float32), CELLS).std(axis=(1, 3)), np.float32)


def edges(small: Grey) -> Floats:
    """Where outlines are, whatever the light: none is much stronger than another."""
    soft = cv2.GaussianBlur(small, (3, 3), 0)
    strength = cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1))
    strong = np.minimum(strength, np.float32(4) * strength.mean() + np.float32(1))
    return np.asarray(cv2.GaussianBlur(strong, (5, 5), 0), np.float32)


def likeness(one: Floats, other: Floats) -> Floats:
    """Correlation of two pictures in each of 3 rows of 5 blocks, -1 to 1; 0 where one of them is flat."""
    a, b = _parts(one, BLOCKS), _parts(other, BLOCKS)
    a = a - a.mean(axis=(1, 3), keepdims=True)
    b = b - b.mean(axis=(1, 3), keepdims=True)
    size = np.sqrt((a * a).sum(axis=(1, 3)) * (b * b).sum(axis=(1, 3)))
    return np.asarray((a * b).sum(axis=(1, 3)) / np.maximum(size, 1e-3), np.float32)


def displacement(one: Floats, other: Floats) -> tuple[float, float, float]:
    """By how many pixels across and down the view was displaced, and how sure that is (0 to 1)."""
    # OpenCV 5.0 multiplies what it is given by the window, in place.
    (x, y), sure = cv2.phaseCorrelate(one.copy(), other.copy(), _WINDOW)
    return float(x), float(y), float(sure)


def _parts(picture: Floats, counts: tuple[int, int]) -> Floats:
    return picture.reshape(counts[1], SMALL[1] // counts[1], counts[0], SMALL[0] // counts[0])
