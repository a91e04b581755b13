"""A simulated pan-tilt-zoom head: it moves with time."""

from backend.devkit.clock import Clock
from backend.integrations.onvif_camera.protocol import Vector

DEFAULT_TIMEOUT_S = 10.0  # a camera whose operator vanished stops by itself
_UNITS_PER_SECOND = 0.25


class SimulatedHead:
    """Where it looks is computed when asked, so an idle head costs nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._from = Vector(0.0, 0.0, 0.0)
        self._speed = Vector(0.0, 0.0, 0.0)
        self._since = clock.monotonic()
        self._until = self._since
        self.presets: dict[str, Vector] = {
            "1": Vector(0.0, 0.0, 0.0),
            "2": Vector(-0.5, 0.1, 0.3),
            "3": Vector(0.5, -0.2, 0.6),
        }

    @property
    def position(self) -> Vector:
        """Pan and tilt -1..1, zoom 0..1, now."""
        span = max(0.0, min(self._clock.monotonic(), self._until) - self._since) * _UNITS_PER_SECOND
        return Vector(
            _limited(self._from.pan + self._speed.pan * span, -1.0),
            _limited(self._from.tilt + self._speed.tilt * span, -1.0),
            _limited(self._from.zoom + self._speed.zoom * span, 0.0),
        )

    @property
    def is_moving(self) -> bool:
        """Whether a continuous move is under way."""
        return self._clock.monotonic() < self._until and self._speed != Vector(0.0, 0.0, 0.0)

    def move(self, speed: Vector, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        """Start a continuous move, or change it."""
        self._from = self.position
        self._speed = speed
        self._since = self._clock.monotonic()
        self._until = self._since + max(0.0, timeout_s)

    def stop(self) -> None:
        """Stand still."""
        self.move(Vector(0.0, 0.0, 0.0), 0.0)

    def look_at(self, position: Vector) -> None:
        """Go to a place, at once."""
        self.stop()
        self._from = Vector(_limited(position.pan, -1.0), _limited(position.tilt, -1.0), _limited(position.zoom, 0.0))


def _limited(value: float, lowest: float) -> float:
    return max(lowest, min(1.0, value))
