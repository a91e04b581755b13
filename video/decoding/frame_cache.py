"""Decoded recorded pictures kept for stepping: those around where one stands, within a bound."""

from collections import OrderedDict

import av

from video.playback.reel import Spot

MOST_BYTES = 16 * 2**20  # 46 pictures of 640x360, 5 of 1920x1080
_NEAR_S = 15.0


class FrameCache:
    """The pictures that were kept last."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._frames: OrderedDict[tuple[float, int], tuple[av.VideoFrame, int]] = OrderedDict()
        self._bytes = 0

    def keep(self, spot: Spot, frame: av.VideoFrame) -> None:
        """Keep a picture, in place of the one that was kept first when there is no room."""
        key = _key(spot)
        if key in self._frames:
            return
        if self._frames and abs(next(reversed(self._frames))[0] - key[0]) > _NEAR_S:
            self.clear()  # Nobody steps from here to there.
        size = frame.width * frame.height * 3 // 2
        self._frames[key] = (frame, size)
        self._bytes += size
        while self._bytes > self._most_bytes:
            _, (_, freed) = self._frames.popitem(last=False)
            self._bytes -= freed

    def get(self, spot: Spot) -> av.VideoFrame | None:
        """A kept picture."""
        held = self._frames.get(_key(spot))
        return None if held is None else held[0]

    def clear(self) -> None:
        """Keep none."""
        self._frames.clear()
        self._bytes = 0


def _key(spot: Spot) -> tuple[float, int]:
    return spot.passage.begins_at, spot.index
