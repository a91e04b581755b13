"""A simulated pan-tilt-zoom head: it moves with time."""

from backend.devkit.clock import Clock
from backend.integrations.onvif_camera.protocol import Vector

DEFAULT_TIMEOUT_S = 10.0  # a camera whose operator vanished stops by itself
_UNITS_PER_SECOND = 0.25
_TRAVEL_UNITS_PER_SECOND = 0.8  # sent to a place, a dome turns at about 150 degrees a second


class SimulatedHead:
    """Where it looks is computed when asked, so an idle head costs nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._from = Vector(0.0, 0.0, 0.0)
        self._speed = Vector(0.0, 0.0, 0.0)
        self._since = clock.monotonic()
        self._until = self._since
        self._target: Vector | None = None
        self.names = {"1": "Entrée", "2": "Gauche", "3": "Droite"}
        self.tours: dict[str, str] = {"ronde": "Idle"}
        self.presets: dict[str, Vector] = {
            "1": Vector(0.0, 0.0, 0.0),
            "2": Vector(-0.5, 0.1, 0.3),
            "3": Vector(0.5, -0.2, 0.6),
        }

    @property
    def position(self) -> Vector:
        """Pan and tilt -1..1, zoom 0..1, now."""
        if self._target is not None:
            share = self._share_of_way()
            here, there = self._from, self._target
            return Vector(
                here.pan + (there.pan - here.pan) * share,
                here.tilt + (there.tilt - here.tilt) * share,
                here.zoom + (there.zoom - here.zoom) * share,
            )
        span = max(0.0, min(self._clock.monotonic(), self._until) - self._since) * _UNITS_PER_SECOND
        return Vector(
            _limited(self._from.pan + self._speed.pan * span, -1.0),
            _limited(self._from.tilt + self._speed.tilt * span, -1.0),
            _limited(self._from.zoom + self._speed.zoom * span, 0.0),
        )

    @property
    def is_moving(self) -> bool:
        """Whether a move is under way."""
        if self._target is not None:
            return self._share_of_way() < 1.0
        return self._clock.monotonic() < self._until and self._speed != Vector(0.0, 0.0, 0.0)

    def move(self, speed: Vector, timeout_s: float = DEFAULT_TIMEOUT_S) -> None:
        """Start a continuous move, or change it."""
        self._from, self._target = self.position, None
        self._speed = speed
        self._since = self._clock.monotonic()
        self._until = self._since + max(0.0, timeout_s)

    def stop(self) -> None:
        """Stand still."""
        self.move(Vector(0.0, 0.0, 0.0), 0.0)

    def look_at(self, position: Vector) -> None:
        """Go to a place, at once."""
        self.stop()
        self._target = None
        self._from = Vector(_limited(position.pan, -1.0), _limited(position.tilt, -1.0), _limited(position.zoom, 0.0))

    def travel_to(self, position: Vector) -> None:
        """Set out for a place; the head takes its time to get there."""
        self.stop()
        self._target = Vector(_limited(position.pan, -1.0), _limited(position.tilt, -1.0), _limited(position.zoom, 0.0))

    def save_preset(self, name: str, token: str) -> str:
        """Store where it looks; the token."""
        token = token or str(max((int(key) for key in self.presets if key.isdigit()), default=0) + 1)
        self.presets[token], self.names[token] = self.position, name
        return token

    def remove_preset(self, token: str) -> bool:
        """Forget a preset; whether there was one."""
        self.names.pop(token, None)
        return self.presets.pop(token, None) is not None

    def _share_of_way(self) -> float:
        if self._target is None:
            return 1.0
        way = max(abs(self._target.pan - self._from.pan), abs(self._target.tilt - self._from.tilt))
        if way == 0.0:
            return 1.0
        return min(1.0, (self._clock.monotonic() - self._since) * _TRAVEL_UNITS_PER_SECOND / way)


def _limited(value: float, lowest: float) -> float:
    return max(lowest, min(1.0, value))
