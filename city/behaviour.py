"""What happens in a city by itself: lamps fail and are mended, doors open, cabinets lose their supply, people move."""

import enum
import heapq
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np

from city.addresses import talq_address
from city.camera_devices import CameraDevices
from city.lighting_devices import LightingDevices

T = TypeVar("T")
log = logging.getLogger(__name__)

# Mean seconds between two of a kind in a city of scale 1, and how long each lasts (from, to).
_LAMP_FAILURE: Final = (90.0, 600.0, 2400.0)
_DOOR: Final = (420.0, 120.0, 480.0)
_SUPPLY_LOSS: Final = (1200.0, 240.0, 360.0)
_TAMPER: Final = (2700.0, 60.0, 180.0)
# Each camera that streams, whatever the scale.
_MOTION: Final = (60.0, 5.0, 20.0)
_LAMP_EVENTS: Final = (
    "lampFailure",
    "lampFailure",
    "lampFailure",
    "dimmingFailure",
    "lampUnexpectedOn",
    "highTemperature",
)


class _Kind(enum.IntEnum):
    LAMP_FAILURE = 0
    DOOR = 1
    SUPPLY_LOSS = 2
    TAMPER = 3
    MOTION = 4


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    act: Callable[[], None] = field(compare=False)


class Behaviour:
    """Seeded. `advance` does what is due; nothing new begins while `is_calm`, but what was broken is still mended."""

    def __init__(
        self, lighting: LightingDevices, cameras: CameraDevices, *, seed: int, scale: float, is_calm: bool, now_s: float
    ) -> None:
        self._lighting = lighting
        self._cameras = cameras
        # Each kind of event has chances of its own: what one kind does never moves another.
        self._chances = {kind: np.random.default_rng([seed, 40, kind]) for kind in _Kind}
        self.is_calm = is_calm
        self.begun = 0
        self._due: list[_Due] = []
        self._order = 0
        self._now_s = now_s
        cameras_count = max(1, len(cameras.by_code))
        self._repeat(_Kind.LAMP_FAILURE, _LAMP_FAILURE[0] / scale, self._lamp_fails)
        self._repeat(_Kind.DOOR, _DOOR[0] / scale, self._door_opens)
        self._repeat(_Kind.SUPPLY_LOSS, _SUPPLY_LOSS[0] / scale, self._supply_fails)
        self._repeat(_Kind.TAMPER, _TAMPER[0], self._camera_is_tampered)
        self._repeat(_Kind.MOTION, _MOTION[0] / cameras_count, self._something_moves)

    def advance(self, now_s: float) -> None:
        """Everything due until now, in its order."""
        while self._due and self._due[0].at <= now_s:
            due = heapq.heappop(self._due)
            self._now_s = due.at
            due.act()
        self._now_s = now_s

    def _repeat(self, kind: _Kind, mean_s: float, begin: Callable[[np.random.Generator], None]) -> None:
        chances = self._chances[kind]

        def happen() -> None:
            if not self.is_calm:
                begin(chances)
                self.begun += 1
            self._after(float(chances.exponential(mean_s)), happen)

        self._after(float(chances.exponential(mean_s)), happen)

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(self._now_s + seconds, self._order, act))

    def _lamp_fails(self, chances: np.random.Generator) -> None:
        code = _one_of(self._lighting.lamp_codes, chances)
        event, lasts_s = _one_of(_LAMP_EVENTS, chances), _lasting(_LAMP_FAILURE, chances)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        gateway.fail_lamp(address, event)
        self._after(lasts_s, lambda: gateway.mend_lamp(address))

    def _door_opens(self, chances: np.random.Generator) -> None:
        code, lasts_s = _one_of(self._lighting.cabinet_codes, chances), _lasting(_DOOR, chances)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        gateway.open_cabinet_door(address)
        self._after(lasts_s, lambda: gateway.open_cabinet_door(address, is_open=False))

    def _supply_fails(self, chances: np.random.Generator) -> None:
        code, lasts_s = _one_of(self._lighting.cabinet_codes, chances), _lasting(_SUPPLY_LOSS, chances)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        log.info("cabinet %s loses its supply", code)
        gateway.lose_supply(address)
        self._after(lasts_s, lambda: gateway.restore_supply(address))

    def _camera_is_tampered(self, chances: np.random.Generator) -> None:
        self._trouble_camera("tamper", _TAMPER, chances)

    def _something_moves(self, chances: np.random.Generator) -> None:
        self._trouble_camera("motion", _MOTION, chances)

    def _trouble_camera(self, kind: str, times: tuple[float, float, float], chances: np.random.Generator) -> None:
        cameras = list(self._cameras.by_code.values())
        if not cameras:
            return
        camera, lasts_s = _one_of(cameras, chances), _lasting(times, chances)
        if camera.fault is not None:
            return
        camera.break_down(kind)

        def end() -> None:
            if camera.fault == kind:
                camera.mend()

        self._after(lasts_s, end)


def _one_of(choices: Sequence[T], chances: np.random.Generator) -> T:
    return choices[int(chances.integers(0, len(choices)))]


def _lasting(times: tuple[float, float, float], chances: np.random.Generator) -> float:
    return float(chances.uniform(times[1], times[2]))
