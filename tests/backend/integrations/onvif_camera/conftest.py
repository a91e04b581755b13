"""A street of simulated cameras on loopback, and what the backend hears of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiohttp import web

from backend.devkit.adapter import IntegrationContext, Outcome
from backend.devkit.clock import SystemClock
from backend.integrations.onvif_camera.adapter import OnvifIntegration, create
from backend.integrations.onvif_camera.camera_link import CameraAdapter
from backend.integrations.onvif_camera.simulator import SimulatedOnvifCamera, simulated_camera_routes
from contract.claims import Claim
from contract.devices import Binding, Connection, LinkState
from contract.points import Reading

PASSWORD = "canary-7391-darcy"
PICTURE = b"\xff\xd8 a street at night \xff\xd9"


class Ears:
    """A Sink that remembers, and lets a test wait for what an operator would see."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.links: list[tuple[LinkState, str]] = []
        self._heard = asyncio.Event()

    def report(self, readings: Sequence[Reading]) -> None:
        self.readings.extend(readings)
        self._heard.set()

    def assets_unreachable(self, asset_ids: Sequence[int], reason: str) -> None:
        raise AssertionError("one device, one link: the link says it")

    def assets_reachable(self, asset_ids: Sequence[int]) -> None:
        raise AssertionError("one device, one link: the link says it")

    def link_changed(self, state: LinkState, reason: str = "") -> None:
        self.links.append((state, reason))
        self._heard.set()

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        raise AssertionError("cameras know no claims")

    def outcomes_known(self, command_id: str, outcomes: Sequence[Outcome]) -> None:
        raise AssertionError("one device: its command ends with its answer")

    def late_outcome(self, command_id: str, outcome: Outcome) -> None:
        raise AssertionError("cameras answer at once or never")

    async def kept(self) -> bool:
        return True

    def value(self, point: str, asset_id: int = 1) -> object:
        found = [one.value for one in self.readings if (one.asset_id, one.point) == (asset_id, point)]
        return found[-1] if found else "never heard"

    @property
    def link(self) -> LinkState | None:
        return self.links[-1][0] if self.links else None

    async def until(self, holds: Callable[[], bool], within_s: float = 30.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self._heard.clear()
                await self._heard.wait()


class Street:
    """Simulated cameras behind one port, and adapters to them."""

    def __init__(self, base_url: str, cameras: dict[str, SimulatedOnvifCamera], integration: OnvifIntegration) -> None:
        self.base_url = base_url
        self.cameras = cameras
        self.integration = integration
        self._running: list[asyncio.Task[None]] = []

    def camera(self, code: str = "C1", **wishes: object) -> SimulatedOnvifCamera:
        settings: dict[str, object] = {
            "code": code,
            "name": "Place Darcy",
            "rtsp_url_sub": f"rtsp://127.0.0.1:5554/{code}/sub",
            "rtsp_url_main": f"rtsp://127.0.0.1:5554/{code}/main",
            "user": "operator",
            "password": PASSWORD,
            "clock": SystemClock(),
            "snapshot": _picture,
        }
        camera = SimulatedOnvifCamera(**{**settings, **wishes})  # type: ignore[arg-type] # wishes of a test
        self.cameras[code] = camera
        return camera

    def adapter(self, ears: Ears, code: str = "C1", named: str = "camera", **settings: str) -> CameraAdapter:
        connection = Connection(
            id=f"camera {code}",
            integration="onvif_camera",
            url=f"{self.base_url}/cameras/{code}/onvif/device_service",
            settings={"poll_s": "0.3", **settings},
            secret_name=named,
        )
        adapter = self.integration.adapter(connection, [Binding(asset_id=1, address="")], ears)
        assert isinstance(adapter, CameraAdapter)
        return adapter

    def run(self, adapter: CameraAdapter) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(adapter.run())
        self._running.append(task)
        return task

    async def attach(self, ears: Ears, code: str = "C1", **settings: str) -> CameraAdapter:
        adapter = self.adapter(ears, code, **settings)
        self.run(adapter)
        await ears.until(lambda: ears.link is LinkState.UP, within_s=20)
        return adapter

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _picture() -> bytes:
    return PICTURE


def read_secret(secret_name: str) -> str:
    return {"camera": f"operator:{PASSWORD}", "ipycam": "admin:admin123", "open": ":"}[secret_name]


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    cameras: dict[str, SimulatedOnvifCamera] = {}
    application = web.Application()
    application.add_routes(simulated_camera_routes(cameras))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    integration = create(IntegrationContext(clock=SystemClock(), settings={}, read_secret=read_secret))
    await integration.start()
    place = Street(f"http://127.0.0.1:{port}", cameras, integration)
    yield place
    await place.close()
    await integration.close()
    await integration.close()
    for camera in cameras.values():
        camera.answer_again()
    await runner.cleanup()
    await asyncio.get_running_loop().shutdown_default_executor()  # the WSDL was read in a thread of the loop's pool


@pytest.fixture
async def ears() -> Ears:
    return Ears()
