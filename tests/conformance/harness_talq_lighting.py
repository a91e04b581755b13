"""TALQ: the simulated gateway, with a door before it that can garble and delay."""

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.devkit.adapter import Adapter, DeviceCommand
from tests.backend.integrations.talq_lighting.bench_gateway import GATEWAY, LAMPS, Bench
from tests.conformance.harness import Garble
from tests.conformance.recording_sink import RecordingSink

_BROKEN = {
    Garble.GARBAGE: b"\x00\xff{]",
    Garble.HALF_FRAME: b'{"address":"x","entries":[{"data":{"type":"Attr',
    Garble.WRONG_SHAPE: b'{"entries":{"data":[1,2,3]},"id":7}',
}


class TalqHarness:
    """A gateway with eight lamps."""

    poll_s = 0.3

    def __init__(self) -> None:
        self._delay_s = 0.0
        self._broken: bytes | None = None
        self._bench = Bench(middlewares=[self._door()])

    async def start(self, sink: RecordingSink) -> Adapter:
        self._bench.sink = sink
        await self._bench.start(run_adapter=False, poll_s=str(self.poll_s))
        assert self._bench.adapter is not None
        return self._bench.adapter

    async def drop(self) -> None:
        await self._bench.shut_gateway()

    async def come_back(self) -> None:
        await self._bench.open_gateway()

    async def fall_silent(self) -> None:
        self._bench.gateway.fall_silent()

    async def garble(self, how: Garble) -> None:
        self._broken = _BROKEN[how]
        self._bench.gateway.outbox.send_raw("log-reports", _BROKEN[how])
        self._bench.gateway.outbox.send_raw("devices", _BROKEN[how])
        await asyncio.sleep(self.poll_s * 1.5)
        self._broken = None

    async def answer_late(self, seconds: float) -> None:
        self._delay_s = seconds

    async def report_from_the_future(self) -> int:
        ahead = self._bench.clock.now() + dt.timedelta(days=4_000)
        self._bench.gateway.lie(LAMPS[0].address, "activePower", 42.0, ahead)
        return 1

    async def flood(self, readings: int) -> int:
        self._bench.gateway.flap(LAMPS[0].address, "highTemperature", readings // 2)
        return readings // 2 * 2

    def commands(self) -> Mapping[str, DeviceCommand]:
        program = {
            "type": "ControlProgramOne",
            "id": "night",
            "ownerCMS": GATEWAY,
            "activePeriods": [],
            "fixedTimeControls": [{"startTime": "00:00:00", "command": {"state": {"name": "LevelState", "value": 30}}}],
        }
        return {
            "level_percent": DeviceCommand(
                id="dim", asset_ids=(1, 2), action="set", property="level_percent", value=55
            ),
            "write_programs": DeviceCommand(
                id="write", asset_ids=(11,), action="write_programs", arguments={"programs": json.dumps([program])}
            ),
            "assign_calendar": DeviceCommand(
                id="assign", asset_ids=(1,), action="assign_calendar", arguments={"calendar": "every-night"}
            ),
        }

    async def close(self) -> None:
        await self._bench.close()

    def _door(self) -> Middleware:
        @web.middleware
        async def door(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            if self._broken is not None and request.path.startswith("/dijon"):
                return web.Response(body=self._broken, content_type="application/json")
            return await handler(request)

        return door


def create() -> TalqHarness:
    """A fresh harness."""
    return TalqHarness()
