"""The passages a player holds: which picture belongs to a time, where nothing is recorded, what is not known yet."""

import bisect
from typing import Final

import msgspec

from video.playback.messages import Given, Where

JOINED_S: Final = 2.0
"""Between two passages no longer than that the last picture stands: a camera of one picture a second has no gaps."""


class Held(msgspec.Struct, frozen=True, eq=False):
    """A passage in memory. `times`: of its pictures in the order they are shown."""

    given: Given
    times: tuple[float, ...]
    has_keys_only: bool
    size: int

    @property
    def begins_at(self) -> float:
        """Wall time of its key picture."""
        return self.given.begins_at

    @property
    def ends_at(self) -> float:
        """Wall time at which it ends."""
        return max(self.given.ends_at, self.times[-1])

    @property
    def is_joined(self) -> bool:
        """Whether the next passage follows without a gap."""
        following = self.given.next_begins_at
        return following is not None and following - self.ends_at <= JOINED_S


class Spot(msgspec.Struct, frozen=True, eq=False):
    """One picture of a passage."""

    passage: Held
    index: int

    @property
    def at(self) -> float:
        """Its wall time."""
        return self.passage.times[self.index]

    def is_same(self, other: "Spot | None") -> bool:
        """Whether both are the same picture."""
        return other is not None and self.passage.begins_at == other.passage.begins_at and self.index == other.index


class Hole(msgspec.Struct, frozen=True):
    """Nothing is recorded from then to then; None: nothing at all before, or after."""

    since: float | None
    until: float | None


class Reel:
    """Passages by time, the farthest from where one looks forgotten first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._passages: list[Held] = []
        self._begins: list[float] = []
        self._bytes = 0

    def __len__(self) -> int:
        """How many passages are held."""
        return len(self._passages)

    def add(self, given: Given, *, has_keys_only: bool, looking_at: float) -> Held:
        """Hold a passage, in place of what was known of it."""
        size = sum(len(nal) for picture in given.pictures for nal in picture.nal_units)
        held = Held(given, tuple(sorted(picture.at for picture in given.pictures)), has_keys_only, size)
        place = bisect.bisect_left(self._begins, held.begins_at)
        if place < len(self._begins) and self._begins[place] == held.begins_at:
            present = self._passages[place]
            if has_keys_only and not present.has_keys_only:
                return present
            self._forget(place)
        self._passages.insert(place, held)
        self._begins.insert(place, held.begins_at)
        self._bytes += size
        while self._bytes > self._most_bytes and len(self._passages) > 1:
            first_is_farther = abs(self._begins[0] - looking_at) > abs(self._begins[-1] - looking_at)
            self._forget(0 if first_is_farther else len(self._passages) - 1)
        return held

    def clear(self) -> None:
        """Forget everything."""
        self._passages.clear()
        self._begins.clear()
        self._bytes = 0

    def find(self, at: float, *, wants_keys_only: bool) -> Spot | Hole | None:
        """The picture that stands at a time; None when it is not known."""
        place = bisect.bisect_right(self._begins, at) - 1
        if place < 0:
            return self._before_held(0, at)
        held = self._passages[place]
        following = held.given.next_begins_at
        if following is not None and at >= following:
            return self._before_held(place + 1, at)
        if at > held.ends_at and not held.is_joined:
            # Whether something has been recorded since is another question than what is held.
            return Hole(held.ends_at, following) if following is not None else None
        if held.has_keys_only and not wants_keys_only:
            return None
        index = 0 if wants_keys_only else max(0, bisect.bisect_right(held.times, at) - 1)
        return Spot(held, index)

    def missing(self, at: float) -> tuple[Where, float]:
        """What to ask for when the picture of a time is not known."""
        place = bisect.bisect_right(self._begins, at)
        if place < len(self._passages):
            held = self._passages[place]
            previous = held.given.previous_ends_at
            if previous is not None and previous <= at:
                # In the moment between two passages the last picture of the earlier one stands.
                return Where.BEFORE, held.begins_at
        return Where.AT, at

    def newest_of(self, held: Held) -> Held:
        """The same passage as it is held now: one that is being recorded grows."""
        return self._begun_at(held.begins_at) or held

    def after(self, held: Held) -> Held | None:
        """The next passage, when it is held."""
        return None if held.given.next_begins_at is None else self._begun_at(held.given.next_begins_at)

    def before(self, held: Held) -> Held | None:
        """The passage before, when it is held and nothing lies between."""
        place = bisect.bisect_left(self._begins, held.begins_at) - 1
        if place < 0:
            return None
        earlier = self._passages[place]
        return earlier if earlier.given.next_begins_at == held.begins_at else None

    def held_from(self, held: Held) -> Held:
        """The last of the passages that follow one another without one missing."""
        while (following := self.after(held)) is not None:
            held = following
        return held

    def held_back_from(self, held: Held) -> Held:
        """The first of the passages that lead to this one without one missing."""
        while (earlier := self.before(held)) is not None:
            held = earlier
        return held

    def _begun_at(self, begins_at: float) -> Held | None:
        place = bisect.bisect_left(self._begins, begins_at)
        if place < len(self._begins) and self._begins[place] == begins_at:
            return self._passages[place]
        return None

    def _before_held(self, place: int, at: float) -> Hole | None:
        """What lies before a held passage, where the one held before it tells nothing."""
        if place >= len(self._passages):
            return None
        held = self._passages[place]
        previous = held.given.previous_ends_at
        if previous is None:
            return Hole(None, held.begins_at)
        if at > previous and held.begins_at - previous > JOINED_S:
            return Hole(previous, held.begins_at)
        return None

    def _forget(self, place: int) -> None:
        self._bytes -= self._passages.pop(place).size
        del self._begins[place]
