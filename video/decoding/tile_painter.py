"""Puts decoded frames into a tile's slots: the wanted part of them, at the tile's size."""

import av

from video.clocks import Clock
from video.decoding.frame_slots import FrameSlots
from video.decoding.scaling import WHOLE, Part, Scaler, fitted


class TilePainter:
    """Of one tile; moved when the tile gets another size."""

    def __init__(self, slots: FrameSlots, clock: Clock) -> None:
        self.slots = slots
        self.part = WHOLE
        self.drawn = 0
        self._clock = clock
        self._scaler = Scaler()

    def show_part(self, part: Part) -> None:
        """Draw this part of the frames from now on."""
        self.part = part

    def draw(self, frame: av.VideoFrame, *, is_damaged: bool = False, shown_at: float | None = None) -> float:
        """Make this frame the tile's newest picture; when that was."""
        slots = self.slots
        stream = (frame.width, frame.height)
        width, height = fitted(stream, (slots.width, slots.height), self.part)
        self._scaler.draw(frame, slots.next_picture(width, height), width, self.part)
        now = self._clock()
        slots.publish(width, height, now, stream, is_damaged=is_damaged, shown_at=shown_at)
        self.drawn += 1
        return now
