"""Brings one recorded picture after the other onto a tile: decoded towards it, kept for stepping, drawn."""

import av

from video.clocks import Clock
from video.decoding.frame_cache import FrameCache
from video.decoding.frame_slots import FrameSlots
from video.decoding.passage_decoder import PassageDecoder
from video.decoding.scaling import Part
from video.decoding.tile_painter import TilePainter
from video.playback.reel import Spot

_SHOWN_AT_LEAST_EVERY_S = 0.1


class SpotShower:
    """`shown` is the picture that was wished and stands on the tile; None before the first."""

    def __init__(self, slots: FrameSlots, clock: Clock) -> None:
        self.painter = TilePainter(slots, clock)
        self.decoder = PassageDecoder()
        self.shown: Spot | None = None
        self.shown_at: float | None = None
        self.drawn_at = 0.0
        self._clock = clock
        self._cache = FrameCache()
        self._frame: av.VideoFrame | None = None

    def advance(self, wanted: Spot, *, keeps_frames: bool, shows_way: bool) -> bool:
        """One picture's decoding towards the wanted one; whether it is shown now.

        `shows_way`: while what is wanted moves on faster than it is decoded, pictures on the way are shown too.
        """
        if wanted.is_same(self.shown):
            return True
        kept = self._cache.get(wanted)
        if kept is not None:
            self._draw(kept, wanted.at)
            self.shown = wanted
            return True
        decoder, slots = self.decoder, self.painter.slots
        slots.is_decoding = True
        is_there = decoder.advance(wanted)
        slots.is_decoding = False
        spot, frame = decoder.spot, decoder.frame
        if spot is not None and frame is not None:
            if keeps_frames:
                self._cache.keep(spot, frame)
            if is_there or (shows_way and self._clock() - self.drawn_at > _SHOWN_AT_LEAST_EVERY_S):
                self._draw(frame, spot.at)
        if is_there:
            self.shown = wanted
        return is_there

    @property
    def is_fruitless(self) -> bool:
        """Whether the passage that was decoded last gave no picture at all."""
        return self.decoder.is_fruitless

    def show_part(self, part: Part) -> None:
        """Draw this part of the pictures."""
        self.painter.show_part(part)
        self._draw_again()

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self.painter.slots = slots
        self._draw_again()

    def rest(self) -> None:
        """Keep nothing but the picture that is shown."""
        self._cache.clear()
        self.decoder.forget()

    def forget(self) -> None:
        """Keep nothing, and take nothing for shown."""
        self.rest()
        self.shown = self._frame = self.shown_at = None

    def _draw(self, frame: av.VideoFrame, at: float) -> None:
        self._frame, self.shown_at = frame, at
        self.drawn_at = self.painter.draw(frame, shown_at=at)

    def _draw_again(self) -> None:
        if self._frame is not None and self.shown_at is not None:
            self._draw(self._frame, self.shown_at)
