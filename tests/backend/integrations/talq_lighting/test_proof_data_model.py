"""Every message in both directions is as the official TALQ 2.7.1 data model says."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from backend.devkit.adapter import DeviceCommand
from tests.backend.integrations.talq_lighting.bench_gateway import CABINETS, LAMPS, Bench
from tests.backend.integrations.talq_lighting.official import DataModel
from tests.eventually import eventually

pytestmark = pytest.mark.proof

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TO_GATEWAY = {
    "override-commands": ("OverrideCommand", False),
    "assign-commands": ("AssignCommand", False),
    "logger-configs": ("LoggerConfig", False),
    "calendars": ("Calendar", True),
    "control-programs": ("ControlProgram", True),
    "devices": ("Device", True),
    "device-classes": ("DeviceClass", True),
    "services": ("Service", True),
    "log-reports": ("LogReport", False),
}


class Wiretap:
    """Notes every body that goes over the wire, with what it should be."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes]] = []

    async def note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await request.read()
        if body:
            self.heard.append((f"{request.method} request", request.path, body))
        response = await handler(request)
        if isinstance(response, web.Response) and isinstance(response.body, bytes) and response.body:
            kind = f"{request.method} answer" if response.status < 400 else f"{request.method} refusal"
            self.heard.append((kind, request.path, response.body))
        return response

    def check(self, model: DataModel) -> int:
        for kind, path, body in self.heard:
            steps = path.removeprefix("/dijon").strip("/").split("/")
            schema, is_list = _TO_GATEWAY.get(steps[0], ("", False))
            if kind.endswith("refusal"):
                schema, is_list = "TALQErrorMessage", True
            elif steps[0] == "devices" and len(steps) > 2:
                schema, is_list = "Function", False
            elif len(steps) > 1 or isinstance(json.loads(body), dict):
                is_list = False
            assert schema, f"nothing is known of {kind} {path}"
            (model.check_all if is_list else model.check)(json.loads(body), schema)
        return len(self.heard)


@pytest.fixture
async def tapped() -> AsyncIterator[tuple[Bench, Wiretap]]:
    """The bench with both listeners tapped."""
    tap = Wiretap()

    @web.middleware
    async def listen(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await tap.note(request, handler)

    bench = Bench(middlewares=[listen])
    try:
        await bench.start()
        await bench.up()
        yield bench, tap
    finally:
        await bench.close()


async def test_every_message_of_a_lively_night_fits_the_data_model(tapped: tuple[Bench, Wiretap]) -> None:
    bench, tap = tapped
    assert bench.adapter is not None
    await bench.dim([1, 3], 40, expires_at=bench.clock.now() + dt.timedelta(minutes=5))
    await bench.dim([1], None)
    bench.gateway.lose_supply(CABINETS[0].address)
    await eventually(lambda: bench.lamp(0) in bench.sink.unreachable)
    await bench.dim([0], 100)
    bench.gateway.restore_supply(CABINETS[0].address)
    bench.gateway.fail_lamp(LAMPS[1].address, "lampFailure")
    bench.gateway.open_cabinet_door(CABINETS[1].address)
    await bench.adapter.read_back([1, 2, 3])
    bench.gateway.sample_now()
    program = {
        "type": "ControlProgramOne",
        "id": "late",
        "ownerCMS": "us",
        "activePeriods": [],
        "fixedTimeControls": [{"startTime": "01:00:00", "command": {"state": {"name": "LevelState", "value": 30}}}],
    }
    await bench.adapter.execute(
        DeviceCommand(id="p", asset_ids=(1,), action="write_programs", arguments={"programs": json.dumps([program])})
    )
    await bench.adapter.execute(
        DeviceCommand(id="c", asset_ids=(1,), action="assign_calendar", arguments={"calendar": "every-night"})
    )
    await eventually(lambda: any(path == "/log-reports" and b"activeEnergy" in body for _, path, body in tap.heard))
    await asyncio.sleep(0.3)
    checked = tap.check(DataModel())
    kinds = {(kind.split()[1], path.removeprefix("/dijon").strip("/").split("/")[0]) for kind, path, _ in tap.heard}
    print(f"{checked} messages of {len(kinds)} kinds fit the data model: {sorted(kinds)}")
    assert ("request", "log-reports") in kinds
    assert ("request", "override-commands") in kinds
    assert ("request", "services") in kinds
