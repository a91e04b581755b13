"""What of the past is loaded, what is missing, and what is let go. No Qt, no clock."""

from typing import Final, NamedTuple

from console.store.replay_chunk import ReplayChunk

CHUNK_STEPS: Final = 300  # five minutes at a second a step
_BEYOND_MS: Final = 30_000  # a chunk reaches over its end, so that vehicles glide over it
MOST_BYTES: Final = 128 * 1024 * 1024


class Wanted(NamedTuple):
    """What to ask for: a chunk that will serve [since, serves)."""

    since_ms: int
    serves_ms: int
    until_ms: int
    step_s: int

    def holds(self, at_ms: float) -> bool:
        """Whether a moment lies in it."""
        return self.since_ms <= at_ms < self.serves_ms


class _Place(NamedTuple):
    chunk: ReplayChunk
    serves_ms: int  # up to here, this moment included


class ReplayShelf:
    """Chunks by time; of several that serve a moment the finest is taken."""

    def __init__(self) -> None:
        self._places: list[_Place] = []

    def clear(self) -> None:
        """Hold nothing."""
        self._places.clear()

    def put(self, chunk: ReplayChunk, wanted: Wanted, near_ms: float) -> None:
        """Keep a chunk; those furthest from a moment are let go when there are too many."""
        self._places = [place for place in self._places if not _is_replaced(place, chunk)]
        self._places.append(_Place(chunk, min(wanted.serves_ms, chunk.until_ms)))
        self._places.sort(key=lambda place: abs((place.chunk.since_ms + place.serves_ms) / 2 - near_ms))
        total = 0
        for number, place in enumerate(self._places):
            total += place.chunk.byte_count
            if total > MOST_BYTES and number:
                del self._places[number:]
                break

    def at(self, at_ms: float) -> ReplayChunk | None:
        """The finest chunk that serves a moment; of equal ones the one that begins last."""
        found = self._serving(at_ms)
        return None if found is None else found.chunk

    def missing(self, at_ms: float, ahead_ms: float, step_s: int, last_ms: int) -> Wanted | None:
        """What to ask for next, so that a moment and what comes ahead of it are there in this step or finer."""
        moment = at_ms
        while True:
            place = self._serving(moment, step_s)
            if place is None:
                return _chunk_for(self._served_to(moment, step_s), moment, step_s, last_ms)
            if place.serves_ms >= min(at_ms + ahead_ms, last_ms):
                return None
            moment = max(place.serves_ms, moment) + 1

    def _serving(self, at_ms: float, coarsest_s: int = 1 << 30) -> _Place | None:
        serving = [
            place
            for place in self._places
            if place.chunk.since_ms <= at_ms <= place.serves_ms and place.chunk.step_s <= coarsest_s
        ]
        return min(serving, key=lambda place: (place.chunk.step_s, -place.chunk.since_ms), default=None)

    def _served_to(self, at_ms: float, step_s: int) -> int:
        """Up to where an earlier chunk of the same cell serves: one that was cut is gone on from there."""
        cell = _cell(at_ms, step_s)
        ends = [
            place.serves_ms
            for place in self._places
            if place.chunk.step_s == step_s and cell <= place.chunk.since_ms <= at_ms and place.serves_ms < at_ms
        ]
        return max([cell, *ends])


def _cell(at_ms: float, step_s: int) -> int:
    length = CHUNK_STEPS * step_s * 1000
    return int(at_ms) // length * length


def _chunk_for(since_ms: int, at_ms: float, step_s: int, last_ms: int) -> Wanted | None:
    if at_ms > last_ms:
        return None
    serves = _cell(at_ms, step_s) + CHUNK_STEPS * step_s * 1000
    return Wanted(since_ms, serves, serves + _BEYOND_MS, step_s)


def _is_replaced(place: _Place, chunk: ReplayChunk) -> bool:
    return place.chunk.step_s == chunk.step_s and place.chunk.since_ms == chunk.since_ms
