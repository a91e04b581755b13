"""Decodes a passage of recordings picture by picture, towards the one that is wanted."""

import bisect

import av

from video.codecs import PictureDecoder
from video.playback.reel import Held, Spot


class PassageDecoder:
    """Each `advance` decodes one coded picture, so that its owner can turn to other work between two."""

    def __init__(self) -> None:
        self._passage: Held | None = None
        self._decoder: PictureDecoder | None = None
        self._fed = 0
        self._given = 0
        self._is_drained = False
        self._ready: list[tuple[int, av.VideoFrame]] = []
        self.spot: Spot | None = None
        """Where it stands: `frame` is this picture."""
        self.frame: av.VideoFrame | None = None
        self.decoded = 0

    def forget(self) -> None:
        """Begin anew with the next picture."""
        self._passage = None
        self._decoder = None
        self._ready = []
        self.spot = None
        self.frame = None

    def advance(self, wanted: Spot) -> bool:
        """Whether `frame` is the wanted picture, or the first after it that could be decoded."""
        if wanted.is_same(self.spot):
            return True
        if not self._leads_to(wanted):
            self._begin(wanted.passage)
        if not self._ready and not self._is_drained:
            self._decode_one()
        while self._ready:
            index, frame = self._ready.pop(0)
            self.spot, self.frame = Spot(wanted.passage, index), frame
            if index >= wanted.index:
                return True
        return self._is_drained

    @property
    def is_fruitless(self) -> bool:
        """Whether a whole passage gave no picture."""
        return self._is_drained and self._given == 0

    def _leads_to(self, wanted: Spot) -> bool:
        held = self._passage
        if held is None or held.begins_at != wanted.passage.begins_at or self._is_drained:
            return False
        # A passage may have been fetched anew, whole, after its key picture alone, or have grown since.
        if len(held.times) != len(wanted.passage.times):
            if held.has_keys_only or wanted.passage.has_keys_only:
                return False
            self._passage = wanted.passage
        return self.spot is None or self.spot.index < wanted.index

    def _begin(self, passage: Held) -> None:
        self._passage = passage
        self._decoder = PictureDecoder(passage.given.codec, is_live=False)
        self._fed = 0
        self._given = 0
        self._is_drained = False
        self._ready = []
        self.spot = None

    def _decode_one(self) -> None:
        passage, decoder = self._passage, self._decoder
        if passage is None or decoder is None:
            return
        pictures = passage.given.pictures
        if self._fed < len(pictures):
            frames = decoder.decode(pictures[self._fed].unit, self._fed)
            self._fed += 1
            self.decoded += 1
        else:
            frames = decoder.drain()
            self._is_drained = True
        for frame in frames:
            self._ready.append((self._index(passage, frame), frame))
            self._given += 1

    def _index(self, passage: Held, frame: av.VideoFrame) -> int:
        """Which picture, in the order of showing, a frame is."""
        if frame.pts is None:
            return min(self._given, len(passage.times) - 1)
        return bisect.bisect_left(passage.times, passage.given.pictures[frame.pts].at)
