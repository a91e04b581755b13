"""The reference city of floods: 34,000 lights, 40 to a cabinet, 20 cabinets to a switch, one core; and its desk."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.services.alarms.desk import AlarmDesk
from backend.services.feed_relay import FeedRelay
from backend.services.live_state import LiveState
from backend.services.register import Register
from backend.storage.opening import create_storage
from contract.alarms import Alarm
from contract.assets import Asset

LIGHTS = 34_000
A_CABINET, A_SWITCH = 40, 20
CABINET, SWITCH, CORE = 100_001, 200_001, 300_001  # lights are 1 to 34,000
CABINETS = LIGHTS // A_CABINET
SWITCHES = -(-CABINETS // A_SWITCH)
TRUE_ROOTS_10K = {*range(SWITCH, SWITCH + 12), *range(CABINET + 240, CABINET + 250)}
TRUE_ROOTS_34K = {CORE}


class LitCity:
    """A desk on SQLite whose lights are lost as the bench says; time is the bench's, seconds of work are real."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.storage = create_storage(None, folder / "data", folder / "secrets", self.clock, ballast_bytes=0)
        self._build()

    def _build(self) -> None:
        feed = FeedRelay()
        self.register = Register(self.storage, feed, self.clock, standard_asset_classes())
        self.desk = AlarmDesk(self.storage, feed, self.clock, self.register, LiveState(self.register, feed, self.clock))

    async def open(self) -> None:
        """The register is filled."""
        await self.storage.open()
        await self.register.apply(_assets(), "system", note="the reference city")
        await self.desk.load()

    async def close(self) -> None:
        """End what runs."""
        await self.desk.close()
        await self.storage.close()

    async def lose(self, lights: Sequence[int]) -> float:
        """Lost at random over ten seconds, then folded; seconds of work it took."""
        mixed = list(lights)
        random.Random(5).shuffle(mixed)
        started = time.perf_counter()
        for tick in range(40):
            self.desk.communication_changed(mixed[tick::40], is_lost=True)
            await self._pass_time(0.25)
        for _ in range(80):
            await self._pass_time(0.25)
        return time.perf_counter() - started

    async def restart(self) -> float:
        """Seconds until a new desk on the same storage knows all alarms."""
        await self.desk.close()
        started = time.perf_counter()
        self._build()
        await self.register.load()
        await self.desk.load()
        return time.perf_counter() - started

    def cards(self) -> Sequence[Alarm]:
        """What operators see."""
        return [alarm for alarm in self.desk.standing() if not alarm.is_suppressed]

    async def _pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)
        await self.desk.settle()


def _assets() -> list[Asset]:
    lights = [_asset(light + 1, "streetlight", CABINET + light // A_CABINET) for light in range(LIGHTS)]
    cabinets = [_asset(CABINET + c, "lighting_cabinet", SWITCH + c // A_SWITCH) for c in range(CABINETS)]
    switches = [_asset(SWITCH + s, "network_switch", CORE) for s in range(SWITCHES)]
    return [*lights, *cabinets, *switches, _asset(CORE, "network_switch", None)]


def _asset(asset_id: int, class_: str, feeder: int | None) -> Asset:
    return Asset(
        id=asset_id,
        code=f"B-{asset_id}",
        class_=class_,
        lon=5.04,
        lat=47.32,
        commune="21231",
        supply_parent=feeder,
    )
