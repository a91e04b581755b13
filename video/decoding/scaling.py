"""Decoded planes to BGRA at tile size: planes are scaled first, colours are made last (measured: a quarter of
what swscale takes)."""

from typing import Any

import av
import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[Any]

_FULL_RANGE = 2
_PLANAR = {"yuv420p", "yuvj420p"}


class Part(msgspec.Struct, frozen=True):
    """A part of a picture, in shares of it from its top left."""

    x: float = 0.0
    y: float = 0.0
    width: float = 1.0
    height: float = 1.0

    def pixels(self, stream: tuple[int, int]) -> tuple[int, int, int, int]:
        """Left, top, width and height in a picture of that size, all even; inside it whatever the shares are."""
        width = min(max(2, round(self.width * stream[0]) & ~1), stream[0] & ~1)
        height = min(max(2, round(self.height * stream[1]) & ~1), stream[1] & ~1)
        left = min(max(0, round(self.x * stream[0]) & ~1), (stream[0] & ~1) - width)
        top = min(max(0, round(self.y * stream[1]) & ~1), (stream[1] & ~1) - height)
        return left, top, width, height


WHOLE = Part()


def fitted(stream: tuple[int, int], tile: tuple[int, int], part: Part = WHOLE) -> tuple[int, int]:
    """The largest even size of the stream's shape inside the tile; a whole picture is never enlarged, a part is."""
    if part != WHOLE:
        stream = part.pixels(stream)[2:]
    scale = min(tile[0] / stream[0], tile[1] / stream[1])
    if part == WHOLE:
        scale = min(scale, 1.0)
    width, height = int(stream[0] * scale), int(stream[1] * scale)
    return max(2, width & ~1), max(2, height & ~1)


class Scaler:
    """Keeps the buffer between two pictures of a tile."""

    def __init__(self) -> None:
        self._buffer = _empty_plane(0)
        self._size = (0, 0)

    def draw(self, frame: av.VideoFrame, picture: Picture, part: Part = WHOLE) -> None:
        """Scale a part of a decoded frame into a BGRA picture of the wanted, even, size."""
        height, width = picture.shape[:2]
        if self._size != (width, height):
            self._size = (width, height)
            self._buffer = _empty_plane(width * height * 3 // 2)
        if frame.format.name not in _PLANAR:
            frame = frame.reformat(format="yuv420p")
        is_full_range = frame.format.name == "yuvj420p" or int(frame.color_range) == _FULL_RANGE
        start = 0
        for index in range(3):
            half = 1 if index else 0
            wide, high = width >> half, height >> half
            target: Plane = self._buffer[start : start + wide * high].reshape(high, wide)
            _scale_plane(frame, index, target, part)
            if is_full_range:
                _to_studio_range(target, is_luma=index == 0)
            start += wide * high
        planes: Plane = self._buffer.reshape(height * 3 // 2, width)
        cv2.cvtColor(planes, cv2.COLOR_YUV2BGRA_I420, dst=picture)


def _empty_plane(size: int) -> Plane:
    return np.empty(size, np.uint8)


def _scale_plane(frame: av.VideoFrame, index: int, target: Plane, part: Part) -> None:
    plane = frame.planes[index]
    rows = np.frombuffer(memoryview(plane), np.uint8, plane.height * plane.line_size)
    source = rows.reshape(plane.height, plane.line_size)[:, : plane.width]
    if part != WHOLE:
        left, top, width, height = (side >> (1 if index else 0) for side in part.pixels((frame.width, frame.height)))
        source = source[top : top + height, left : left + width]
    high, wide = target.shape
    if source.shape == target.shape:
        target[:] = source
        return
    is_half = source.shape == (2 * high, 2 * wide)
    interpolation = cv2.INTER_AREA if is_half else cv2.INTER_LINEAR
    cv2.resize(source, (wide, high), dst=target, interpolation=interpolation)


def _to_studio_range(plane: Plane, *, is_luma: bool) -> None:
    # OpenCV's conversion expects 16..235; cameras that send JPEG range would look harsh.
    if is_luma:
        cv2.convertScaleAbs(plane, dst=plane, alpha=219 / 255, beta=16)
    else:
        cv2.convertScaleAbs(plane, dst=plane, alpha=224 / 255, beta=128 * (1 - 224 / 255))
