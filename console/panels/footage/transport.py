"""Where playback stands: one clock for all cameras of the panel. Pure."""

from typing import Final, NamedTuple

SPEEDS: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Transport(NamedTuple):
    """At wall time `at` (seconds since 1970) when the monotonic clock stood at `anchor`."""

    at: float
    anchor: float
    speed: float = 1.0
    is_playing: bool = False

    def position(self, now: float) -> float:
        """The wall time that is shown at monotonic `now`."""
        return self.at + (now - self.anchor) * self.speed if self.is_playing else self.at

    def played(self, now: float) -> "Transport":
        """Playing from where it stands."""
        return Transport(self.position(now), now, self.speed, True)

    def paused(self, now: float) -> "Transport":
        """Standing where it is."""
        return Transport(self.position(now), now, self.speed, False)

    def sought(self, at: float, now: float) -> "Transport":
        """Elsewhere, playing on if it played."""
        return Transport(at, now, self.speed, self.is_playing)

    def sped(self, speed: float, now: float) -> "Transport":
        """At another speed from where it stands."""
        return Transport(self.position(now), now, speed, self.is_playing)


def faster(speed: float) -> float:
    """The next speed up."""
    return next((one for one in SPEEDS if one > speed), SPEEDS[-1])


def slower(speed: float) -> float:
    """The next speed down."""
    return next((one for one in reversed(SPEEDS) if one < speed), SPEEDS[0])


def speed_text(speed: float) -> str:
    """As operators read it: 1/8x to 16x."""
    return f"1/{round(1 / speed)}×" if speed < 1 else f"{speed:g}×"
