"""Decoded planes to BGRA at tile size: planes are scaled first, colours are made last (measured: a quarter of
what swscale takes)."""

from functools import lru_cache
from typing import Any, NamedTuple

import av
import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[Any]

_FULL_RANGE = 2
_RIM = 0.02  # of a stream's width and height: what the gaps between the tiles of a wall come to
_WORTH_ENLARGING = 1.15  # below, a rim around the picture as it was coded is better than blurring it
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
    """The largest even size of the stream's shape inside the tile; a whole picture is not enlarged by a little."""
    if part != WHOLE:
        stream = part.pixels(stream)[2:]
    elif _is_about_half(stream, (tile[0] & ~1, tile[1] & ~1)):
        return tile[0] & ~1, tile[1] & ~1
    scale = min(tile[0] / stream[0], tile[1] / stream[1])
    if part == WHOLE and scale < _WORTH_ENLARGING:
        scale = min(scale, 1.0)
    width, height = int(stream[0] * scale), int(stream[1] * scale)
    return max(2, width & ~1), max(2, height & ~1)


def _crop(stream: tuple[int, int], size: tuple[int, int], part: Part) -> tuple[int, int, int, int]:
    """Left, top, width and height of what of a stream a picture of that size is made from."""
    if part == WHOLE and _is_about_half(stream, size):
        width, height = 2 * size[0], 2 * size[1]
        return (stream[0] - width) // 2 & ~1, (stream[1] - height) // 2 & ~1, width, height
    if part == WHOLE:
        return 0, 0, *stream
    return part.pixels(stream)


def _is_about_half(stream: tuple[int, int], size: tuple[int, int]) -> bool:
    """Exactly half is ten times quicker to make than anything near it: that is worth a rim of the stream."""
    return 0 <= stream[0] - 2 * size[0] <= stream[0] * _RIM and 0 <= stream[1] - 2 * size[1] <= stream[1] * _RIM


class _Way(NamedTuple):
    """From one plane of a frame to one of the picture."""

    rows: slice
    columns: slice
    target: Plane
    size: tuple[int, int]
    interpolation: int


class Scaler:
    """Lays out its way once; it stays while the sizes of stream and picture do."""

    def __init__(self) -> None:
        self._key: object = None
        self._ways: tuple[_Way, ...] = ()
        self._planes = _scratch(0)

    def draw(self, frame: av.VideoFrame, picture: Picture, width: int, part: Part = WHOLE) -> None:
        """Scale a part of a decoded frame into a BGRA picture of even height and width, whose rows may be longer."""
        if frame.format.name not in _PLANAR:
            frame = frame.reformat(format="yuv420p")
        key = (frame.width, frame.height, picture.shape, width, part)
        if key != self._key:
            self._lay_out((frame.width, frame.height), picture.shape, width, part)
            self._key = key
        is_full_range = frame.format.name == "yuvj420p" or int(frame.color_range) == _FULL_RANGE
        for plane, way in zip(frame.planes, self._ways, strict=True):
            whole = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            source = whole[way.rows, way.columns]
            if source.shape == way.target.shape:
                way.target[:] = source
            else:
                cv2.resize(source, way.size, dst=way.target, interpolation=way.interpolation)
            if is_full_range:
                _to_studio_range(way.target, is_luma=way is self._ways[0])
        cv2.cvtColor(self._planes, cv2.COLOR_YUV2BGRA_I420, dst=picture)

    def _lay_out(self, stream: tuple[int, int], shape: tuple[int, ...], width: int, part: Part) -> None:
        height, row = shape[:2]
        scratch = _scratch(row * height * 3 // 2)
        self._planes = scratch.reshape(height * 3 // 2, row)
        crop, ways, start = _crop(stream, (width, height), part), list[_Way](), 0
        for half in (0, 1, 1):
            # An odd stream has one more column and row of colours than half of it.
            left, top, wide, high = (crop[0] >> half, crop[1] >> half, crop[2] + half >> half, crop[3] + half >> half)
            size = (width >> half, height >> half)
            end = start + (row >> half) * size[1]
            target = scratch[start:end].reshape(size[1], row >> half)[:, : size[0]]
            is_half = (wide, high) == (2 * size[0], 2 * size[1])
            interpolation = cv2.INTER_AREA if is_half else cv2.INTER_LINEAR
            ways.append(_Way(slice(top, top + high), slice(left, left + wide), target, size, interpolation))
            start = end
        self._ways = tuple(ways)


@lru_cache(maxsize=16)
def _scratch(size: int) -> Plane:
    """Between scaling and colours; of one size shared by all tiles, so that it stays in the processor's caches."""
    return np.empty(size, np.uint8)


def _to_studio_range(plane: Plane, *, is_luma: bool) -> None:
    # OpenCV's conversion expects 16..235; cameras that send JPEG range would look harsh.
    if is_luma:
        cv2.convertScaleAbs(plane, dst=plane, alpha=219 / 255, beta=16)
    else:
        cv2.convertScaleAbs(plane, dst=plane, alpha=224 / 255, beta=128 * (1 - 224 / 255))
