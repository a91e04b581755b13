"""ONVIF: one simulated camera, with a door before it that can garble and delay."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.integrations.onvif_camera.adapter import create as create_integration
from backend.integrations.onvif_camera.simulator import SimulatedOnvifCamera, simulated_camera_routes
from contract.devices import Binding, Connection
from tests.conformance.harness import Garble
from tests.conformance.recording_sink import RecordingSink

_BROKEN = {
    Garble.GARBAGE: b"\x00\xff{]",
    Garble.HALF_FRAME: b'<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Bo',
    Garble.WRONG_SHAPE: b'<?xml version="1.0"?><lamp><level>7</level></lamp>',
}
_TEN_YEARS_S = 3.2e8


class OnvifHarness:
    """A camera that moves, sees motion, and gives pictures."""

    poll_s = 0.8

    def __init__(self) -> None:
        self._delay_s = 0.0
        self._broken: bytes | None = None
        self._is_moving = False
        self._port = 0
        self._runner: web.AppRunner | None = None
        clock = SystemClock()
        self._camera = SimulatedOnvifCamera(
            code="C1",
            name="Place Darcy",
            rtsp_url_sub="rtsp://127.0.0.1/sub",
            rtsp_url_main="rtsp://127.0.0.1/main",
            user="operator",
            password="canary-4410",
            clock=clock,
            snapshot=_picture,
        )
        self._integration = create_integration(IntegrationContext(clock=clock, settings={}, read_secret=_read_secret))

    async def start(self, sink: RecordingSink) -> Adapter:
        await self.come_back()
        await self._integration.start()
        connection = Connection(
            id="camera C1",
            integration="onvif_camera",
            url=f"http://127.0.0.1:{self._port}/cameras/C1/onvif/device_service",
            settings={"poll_s": str(self.poll_s)},
            secret_name="camera",
        )
        return self._integration.adapter(connection, [Binding(asset_id=1, address="")], sink)

    async def drop(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def come_back(self) -> None:
        application = web.Application(middlewares=[self._door()])
        application.add_routes(simulated_camera_routes({"C1": self._camera}))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = int(self._runner.addresses[0][1])

    async def fall_silent(self) -> None:
        self._camera.fall_silent()

    async def garble(self, how: Garble) -> None:
        self._broken = _BROKEN[how]
        await asyncio.sleep(self.poll_s * 1.5)
        self._broken = None

    async def answer_late(self, seconds: float) -> None:
        self._delay_s = seconds

    async def report_from_the_future(self) -> int:
        self._camera.clock_offset_s = _TEN_YEARS_S
        sent = await self.flood(1)
        self._camera.clock_offset_s = 0.0
        return sent

    async def flood(self, readings: int) -> int:
        for _ in range(readings):
            self._is_moving = not self._is_moving
            self._camera.set_motion(self._is_moving)
        return readings

    def commands(self) -> Mapping[str, DeviceCommand]:
        return {
            "ptz_move": _command("ptz_move", pan=0.5),
            "ptz_stop": _command("ptz_stop"),
            "ptz_absolute": _command("ptz_absolute", pan_deg=30.0, tilt_deg=-10.0),
            "ptz_preset": _command("ptz_preset", preset="2"),
            "ptz_preset_set": _command("ptz_preset_set", name="Fontaine"),
            "ptz_preset_remove": _command("ptz_preset_remove", preset="3"),
            "ptz_tour": _command("ptz_tour", tour="ronde", act="start"),
            "snapshot": _command("snapshot"),
        }

    async def close(self) -> None:
        self._camera.answer_again()
        await self._integration.close()
        await self.drop()
        await asyncio.get_running_loop().shutdown_default_executor()  # the WSDL was read in a thread of the pool

    def _door(self) -> Middleware:
        @web.middleware
        async def door(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            answer = await handler(request)
            if self._broken is not None:
                return web.Response(body=self._broken, content_type="application/soap+xml")
            return answer

        return door


async def _picture() -> bytes:
    return b"\xff\xd8 a street \xff\xd9"


def _read_secret(secret_name: str) -> str:
    return {"camera": "operator:canary-4410"}[secret_name]


def _command(action: str, **arguments: str | float) -> DeviceCommand:
    return DeviceCommand(id=action, asset_ids=(1,), action=action, arguments=arguments)


def create() -> OnvifHarness:
    """A fresh harness."""
    return OnvifHarness()
