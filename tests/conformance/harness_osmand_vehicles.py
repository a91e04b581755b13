"""Vehicles: one phone that reports over HTTP, as Traccar Client 9 does."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import aiohttp

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.device_token import device_token
from backend.devkit.free_port import free_port
from backend.devkit.tasks import Tasks
from backend.integrations.osmand_vehicles.adapter import create as create_integration
from backend.integrations.osmand_vehicles.protocol import Fix
from backend.integrations.osmand_vehicles.saying import traccar_json
from contract.devices import Binding, Connection
from tests.conformance.harness import Garble
from tests.conformance.recording_sink import RecordingSink

_SECRET = "the fleet's own secret 4410"
_BROKEN = {Garble.GARBAGE: b"\x00\xff{]", Garble.WRONG_SHAPE: b'{"device_id":"VEH-1","location":7}'}
_POINTS = 5  # lon, lat, speed, heading, accuracy
_AT_ONCE = 100


class VehiclesHarness:
    """A vehicle on its way, which says between its places that it is alive."""

    poll_s = 0.4

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._tasks = Tasks("phone")
        self._session: aiohttp.ClientSession | None = None
        self._is_silent = False
        self._delay_s = 0.0
        self._steps = 0
        self._stamp = self._clock.now()
        self._port = free_port()
        context = IntegrationContext(clock=self._clock, settings={}, read_secret=lambda _name: _SECRET)
        self._integration = create_integration(context)

    async def start(self, sink: RecordingSink) -> Adapter:
        await self._integration.start()
        await self.come_back()
        self._tasks.start(self._live(), name="alive")
        return self._integration.adapter(
            Connection(
                id="fleet",
                integration="osmand_vehicles",
                url=f"http://127.0.0.1:{self._port}",
                settings={"silence_s": str(self.poll_s), "rate_per_s": "100000", "rate_burst": "100000"},
                secret_name="fleet",
            ),
            [Binding(asset_id=1, address="VEH-1")],
            sink,
        )

    async def drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def come_back(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession()

    async def fall_silent(self) -> None:
        self._is_silent = True

    async def garble(self, how: Garble) -> None:
        if how is Garble.HALF_FRAME:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.close()
            return
        await self._post(_BROKEN[how])

    async def answer_late(self, seconds: float) -> None:
        self._delay_s = seconds

    async def report_from_the_future(self) -> int:
        return await self._tell([self._fix(self._clock.now() + dt.timedelta(days=4_000))])

    async def flood(self, readings: int) -> int:
        sent, wanted = 0, -(-readings // _POINTS)
        while wanted:
            count = min(wanted, _AT_ONCE)
            sent += await self._tell([self._fix() for _ in range(count)])
            wanted -= count
        return sent

    def commands(self) -> Mapping[str, DeviceCommand]:
        return {}

    async def close(self) -> None:
        await self._tasks.close()
        await self.drop()
        await self._integration.close()

    async def _live(self) -> None:
        while not await self._post(traccar_json("VEH-1", [self._fix()])):
            await asyncio.sleep(0.05)
        while True:
            await asyncio.sleep(self.poll_s / 4)
            if not self._is_silent:
                await self._post(b"id=VEH-1")

    async def _tell(self, fixes: list[Fix]) -> int:
        assert await self._post(traccar_json("VEH-1", fixes)), "it takes what a phone says"
        return len(fixes) * _POINTS

    async def _post(self, body: bytes) -> bool:
        if self._session is None:
            return False
        await asyncio.sleep(self._delay_s)
        token = device_token(_SECRET, "VEH-1")
        try:
            async with self._session.post(f"http://127.0.0.1:{self._port}/{token}", data=body) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, RuntimeError):
            return False

    def _fix(self, at: dt.datetime | None = None) -> Fix:
        """A little further on, a little later."""
        self._steps += 1
        self._stamp = max(self._clock.now() - dt.timedelta(seconds=1), self._stamp + dt.timedelta(milliseconds=10))
        lat = 47.32 + (self._steps % 1000) * 1e-7
        return Fix(lon=5.04, lat=lat, at=at or self._stamp, speed_kmh=30.0, heading_deg=0.0, accuracy_m=5.0)


def create() -> VehiclesHarness:
    """A fresh harness."""
    return VehiclesHarness()
