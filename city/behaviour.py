"""What happens in a city by itself: lamps fail and are mended, doors open, cabinets lose their supply, people move."""

import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from city.addresses import talq_address
from city.camera_devices import CameraDevices
from city.lighting_devices import LightingDevices

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
        self._rng = np.random.default_rng([seed, 40])
        self.is_calm = is_calm
        self.begun = 0
        self._due: list[_Due] = []
        self._order = 0
        self._now_s = now_s
        cameras_count = max(1, len(cameras.by_code))
        self._repeat(_LAMP_FAILURE[0] / scale, self._lamp_fails)
        self._repeat(_DOOR[0] / scale, self._door_opens)
        self._repeat(_SUPPLY_LOSS[0] / scale, self._supply_fails)
        self._repeat(_TAMPER[0], self._camera_is_tampered)
        self._repeat(_MOTION[0] / cameras_count, self._something_moves)

    def advance(self, now_s: float) -> None:
        """Everything due until now, in its order."""
        while self._due and self._due[0].at <= now_s:
            due = heapq.heappop(self._due)
            self._now_s = due.at
            due.act()
        self._now_s = now_s

    def _repeat(self, mean_s: float, begin: Callable[[], None]) -> None:
        def happen() -> None:
            if not self.is_calm:
                begin()
                self.begun += 1
            self._after(float(self._rng.exponential(mean_s)), happen)

        self._after(float(self._rng.exponential(mean_s)), happen)

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(self._now_s + seconds, self._order, act))

    def _lasting(self, times: tuple[float, float, float]) -> float:
        return float(self._rng.uniform(times[1], times[2]))

    def _one_of(self, choices: list[str]) -> str:
        return choices[int(self._rng.integers(0, len(choices)))]

    def _lamp_fails(self) -> None:
        code = self._one_of(self._lighting.lamp_codes)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        gateway.fail_lamp(address, self._one_of(list(_LAMP_EVENTS)))
        self._after(self._lasting(_LAMP_FAILURE), lambda: gateway.mend_lamp(address))

    def _door_opens(self) -> None:
        code = self._one_of(self._lighting.cabinet_codes)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        gateway.open_cabinet_door(address)
        self._after(self._lasting(_DOOR), lambda: gateway.open_cabinet_door(address, is_open=False))

    def _supply_fails(self) -> None:
        code = self._one_of(self._lighting.cabinet_codes)
        gateway, address = self._lighting.gateway_of(code), talq_address(code)
        log.info("cabinet %s loses its supply", code)
        gateway.lose_supply(address)
        self._after(self._lasting(_SUPPLY_LOSS), lambda: gateway.restore_supply(address))

    def _camera_is_tampered(self) -> None:
        self._trouble_camera("tamper", self._lasting(_TAMPER))

    def _something_moves(self) -> None:
        self._trouble_camera("motion", self._lasting(_MOTION))

    def _trouble_camera(self, kind: str, seconds: float) -> None:
        free = [camera for camera in self._cameras.by_code.values() if camera.fault is None]
        if not free:
            return
        camera = free[int(self._rng.integers(0, len(free)))]
        camera.break_down(kind)

        def end() -> None:
            if camera.fault == kind:
                camera.mend()

        self._after(seconds, end)
