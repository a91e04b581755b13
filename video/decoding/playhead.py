"""Where in time a footage tile is wished to stand."""

import msgspec

KEYS_ONLY_FROM = 8.0
_SHORTEST_WAIT_S = 0.001


class Stand(msgspec.Struct, frozen=True):
    """At this wall time."""

    at: float

    def position(self, now: float) -> float:
        """The wall time to show."""
        del now
        return self.at

    def due_in(self, at: float, now: float) -> float | None:
        """Seconds until that wall time is reached; None: never."""
        del at, now
        return None

    @property
    def shows_keys_only(self) -> bool:
        """Whether key pictures are enough."""
        return False


class Run(msgspec.Struct, frozen=True):
    """At wall time `at` when CLOCK_MONOTONIC is `anchor`, and on from there."""

    at: float
    speed: float
    anchor: float

    def position(self, now: float) -> float:
        """The wall time to show."""
        return self.at + (now - self.anchor) * self.speed

    def due_in(self, at: float, now: float) -> float | None:
        """Seconds until that wall time is reached; None: never."""
        return max(_SHORTEST_WAIT_S, (at - self.position(now)) / self.speed)

    @property
    def shows_keys_only(self) -> bool:
        """Whether key pictures are enough: nobody sees more of a street sixteen times as fast."""
        return self.speed < 0 or self.speed >= KEYS_ONLY_FROM


Playhead = Stand | Run
