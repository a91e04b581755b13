"""The last second of sound in memory that two processes share: one writes, one reads, nobody locks or waits.

Header: one 64-bit word, how many samples were ever written. A reader keeps its own place; what it left lying for too
long is gone.
"""

from typing import Final

from video.decoding.shared_block import SharedBlock
from video.sound.parameters import BYTES_PER_SAMPLE, SAMPLES_PER_SECOND

_HEADER_BYTES: Final = 64
_SAMPLES: Final = SAMPLES_PER_SECOND
RING_BYTES: Final = _HEADER_BYTES + _SAMPLES * BYTES_PER_SAMPLE


class SoundRing:
    """One block, as either side uses it."""

    def __init__(self, block: SharedBlock) -> None:
        self.block = block
        self._words = memoryview(block.memory)[:8].cast("Q")
        self._samples = memoryview(block.memory)[_HEADER_BYTES:RING_BYTES]

    @property
    def written(self) -> int:
        """How many samples were ever written."""
        return int(self._words[0])

    def write(self, samples: bytes) -> None:
        """Add what was heard."""
        samples = samples[-len(self._samples) :]
        written = self.written
        start = written % _SAMPLES * BYTES_PER_SAMPLE
        first = samples[: len(self._samples) - start]
        self._samples[start : start + len(first)] = first
        rest = samples[len(first) :]
        self._samples[: len(rest)] = rest
        self._words[0] = written + len(samples) // BYTES_PER_SAMPLE

    def read(self, place: int, most: int) -> bytes:
        """Up to so many samples from that place on; none when there is nothing there, or no longer."""
        written = self.written
        if not written - _SAMPLES < place < written:
            return b""
        count = min(most, written - place)
        start = place % _SAMPLES * BYTES_PER_SAMPLE
        size = count * BYTES_PER_SAMPLE
        first = bytes(self._samples[start : start + size])
        return first + bytes(self._samples[: size - len(first)])


class RingReader:
    """Reads a ring at the loudspeaker's pace, and never far behind what is heard."""

    def __init__(self, ring: SoundRing, *, latest_s: float = 0.3, back_to_s: float = 0.06) -> None:
        """Who falls behind by more than `latest_s` goes on `back_to_s` behind."""
        self._ring = ring
        self._latest = round(latest_s * SAMPLES_PER_SECOND)
        self._back_to = round(back_to_s * SAMPLES_PER_SECOND)
        self._place = ring.written
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many samples have not been read yet."""
        return max(0, self._ring.written - self._place)

    def read(self, most: int) -> bytes:
        """Up to so many samples of what comes next."""
        behind = self._ring.written - self._place
        if behind > self._latest or behind < 0:
            self.dropped += max(0, behind - self._back_to)
            self._place = max(0, self._ring.written - self._back_to)
        samples = self._ring.read(self._place, most)
        self._place += len(samples) // BYTES_PER_SAMPLE
        return samples
