"""Four slots for the newest pictures of a tile: one process writes, another reads, nobody locks.

Header, in 64-bit words: 0 = newest (sequence * 4 + slot, 0 before the first picture), 1 = 1 while decoding;
from word 8 on, eight words a slot: sequence (0 while being written), width, height, CLOCK_MONOTONIC nanoseconds,
width and height of the stream, damaged, wall time in microseconds of a recorded picture (0 for a live one).
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from video.decoding.shared_block import SharedBlock

SLOTS = 4
CHANNELS = 4
MAX_SIDE = 4096
_HEADER_WORDS = 64
_HEADER_BYTES = _HEADER_WORDS * 8
_FIRST_SLOT_WORD, _SLOT_WORDS = 8, 8
_ROW_PIXELS = 64  # colours are made that many at a time; what is left over at a row's end takes as long as all the rest

Picture = NDArray[np.uint8]


class Frame(msgspec.Struct, frozen=True):
    """A decoded picture. `image` is a view that stays whole for about two pictures: draw it now, or copy it."""

    image: Any
    """NDArray[uint8] of (height, width, 4): blue, green, red, 255."""
    sequence: int
    decoded_at: float
    """CLOCK_MONOTONIC seconds."""
    stream_width: int
    stream_height: int
    is_damaged: bool
    shown_at: float | None = None
    """When a recorded picture was taken, in seconds since 1970; None for a live one."""


def block_size(width: int, height: int) -> int:
    """Bytes of a block for pictures up to this size."""
    return _HEADER_BYTES + SLOTS * row_pixels(width) * height * CHANNELS


def row_pixels(width: int) -> int:
    """How long the rows of a picture of that width are in memory."""
    return -(-width // _ROW_PIXELS) * _ROW_PIXELS


def check_size(width: int, height: int) -> None:
    """Refuse a tile of no size or of an absurd one."""
    if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
        raise ValueError(f"a tile of {width}x{height} pixels")


class FrameSlots:
    """One block of a tile, as either side uses it."""

    def __init__(self, block: SharedBlock, width: int, height: int) -> None:
        check_size(width, height)
        self.block = block
        self.width = width
        self.height = height
        # Not numpy's: single words are read and written hundreds of times a second, and numpy takes 20 times as long.
        self._words = memoryview(block.memory)[:_HEADER_BYTES].cast("Q")
        self._slot_bytes = row_pixels(width) * height * CHANNELS
        self._bytes = np.frombuffer(block.memory, np.uint8)
        self._seen_head = 0
        self._seen: Frame | None = None

    @property
    def is_decoding(self) -> bool:
        """Whether the writer is, or died, inside the decoder of this tile."""
        return bool(self._words[1])

    @is_decoding.setter
    def is_decoding(self, value: bool) -> None:
        self._words[1] = 1 if value else 0

    def next_picture(self, width: int, height: int) -> Picture:
        """Where to draw the next picture, with the whole length of its rows; nobody reads there."""
        slot = self._next_slot()
        self._words[_FIRST_SLOT_WORD + slot * _SLOT_WORDS] = 0
        return self._picture(slot, width, height)

    def publish(
        self,
        width: int,
        height: int,
        time_s: float,
        stream_size: tuple[int, int],
        *,
        is_damaged: bool,
        shown_at: float | None = None,
    ) -> None:
        """Make what was drawn the newest picture."""
        slot = self._next_slot()
        sequence = (int(self._words[0]) >> 2) + 1
        first = _FIRST_SLOT_WORD + slot * _SLOT_WORDS
        words = self._words
        words[first + 1] = width
        words[first + 2] = height
        words[first + 3] = int(time_s * 1e9)
        words[first + 4], words[first + 5] = stream_size
        words[first + 6] = int(is_damaged)
        words[first + 7] = 0 if shown_at is None else max(0, round(shown_at * 1e6))
        words[first] = sequence
        words[0] = sequence << 2 | slot

    def newest(self) -> Frame | None:
        """The newest picture; None before the first."""
        return self._published(0)

    def following(self, sequence: int) -> Frame | None:
        """The picture after that one while it is the newest but one, else the newest: one late tick skips nothing."""
        return self._published(1 if sequence > 0 and int(self._words[0]) >> 2 == sequence + 2 else 0)

    def _published(self, back: int) -> Frame | None:
        for _ in range(3):
            head = int(self._words[0])
            if head == 0:
                return None
            head = (head >> 2) - back << 2 | (head - back) & 3
            if head == self._seen_head:
                return self._seen  # most ticks of a wall find nothing new
            slot = head & 3
            first = _FIRST_SLOT_WORD + slot * _SLOT_WORDS
            sequence, width, height, time_ns, stream_width, stream_height, damaged, shown_us = self._words[
                first : first + _SLOT_WORDS
            ].tolist()
            # A worker gone mad must not make the console read outside the block.
            if sequence == head >> 2 and 0 < width <= self.width and 0 < height <= self.height:
                image = self._picture(slot, width, height)[:, :width]
                shown_at = shown_us / 1e6 if shown_us else None
                size = stream_width, stream_height
                self._seen = Frame(image, sequence, time_ns / 1e9, *size, bool(damaged), shown_at)
                self._seen_head = head
                return self._seen
            back = 0
        return None

    def _next_slot(self) -> int:
        head = int(self._words[0])
        return ((head & 3) + 1) % SLOTS if head else 0

    def _picture(self, slot: int, width: int, height: int) -> Picture:
        start, row = _HEADER_BYTES + slot * self._slot_bytes, row_pixels(width)
        return self._bytes[start : start + row * height * CHANNELS].reshape(height, row, CHANNELS)
