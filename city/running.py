"""Runs a city: devices listen, the plan is written, then everything lives until it is stopped."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from aiohttp import web

from backend.devkit.clock import Clock
from city.behaviour import Behaviour
from city.camera_devices import CameraDevices
from city.control import Control
from city.fleet_devices import FleetDevices
from city.lighting_devices import LightingDevices
from city.parking_devices import ParkingDevices
from city.plan import NAME, City
from contract.city_plan import CityPlan, CityReady
from video.rtsp.server import RtspServer
from video.test_camera.film import MAIN_STREAM, SUB_STREAM
from video.test_camera.loops import StreetLoops

_STEP_S = 0.5
_LIGHT_STEP_S = 30.0
_MAX_REQUEST_BYTES = 16 * 2**20  # an override of all of Dijon's lamps at scale 10
_MAX_CONTROL_BYTES = 64 * 1024


class CityOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where a city listens and writes, and whether anything happens by itself. `port` 0 takes a free one."""

    out: Path
    films: Path
    host: str = "127.0.0.1"
    port: int = 0
    is_calm: bool = False


class RunningCity:
    """A city's devices on the wire: `start`, then `run` until cancelled, then `close` (twice does no harm)."""

    def __init__(self, city: City, options: CityOptions, clock: Clock) -> None:
        self._city = city
        self._options = options
        self._clock = clock
        self.lighting = LightingDevices(city.lighting, clock)
        self._films = StreetLoops(options.films)
        self.cameras = CameraDevices(
            city.streaming_cameras, city.seed, self._films, self.lighting.is_dark_outside, clock
        )
        vehicles = [asset for asset in city.assets if asset.class_ == "vehicle"]
        self.parking = ParkingDevices(city.assets, city.seed, clock)
        self.fleet = FleetDevices(vehicles, city.geography, city.seed, clock, self.parking.broker)
        self.behaviour = Behaviour(
            self.lighting,
            self.cameras,
            seed=city.seed,
            scale=city.scale,
            is_calm=options.is_calm,
            now_s=clock.monotonic(),
        )
        self._rtsp = RtspServer(options.host, 0, self.cameras.resolve, realm="Beffroi demo city")
        self._runners: list[web.AppRunner] = []

    async def start(self) -> CityReady:
        """Listen, write the plan, say where everything is. Raises OSError when a port or the folder is refused."""
        await self._rtsp.start()
        await self.parking.start()
        self.cameras.open(f"rtsp://{_host(self._options.host)}:{self._rtsp.port}")
        devices = [*self.lighting.routes(), *self.cameras.routes()]
        base_url = await self._serve(devices, self._options.port, _MAX_REQUEST_BYTES)
        self.lighting.tell_own_uris(base_url)
        control = Control(self.lighting, self.cameras, self.fleet, self.parking, self.behaviour).routes()
        control_url = await self._serve(control, 0, _MAX_CONTROL_BYTES)
        path = write_plan(self._plan(base_url), self._options.out)
        return CityReady(plan_path=str(path), control_url=control_url)

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as group:
            for gateway in self.lighting.gateways.values():
                group.create_task(gateway.run(), name=gateway.name)
            group.create_task(self._behave(), name="behaviour of the city")
            group.create_task(self.fleet.run(), name="vehicles of the city")
            group.create_task(self.parking.run(), name="car parks of the city")
            group.create_task(self._follow_light(), name="light of the city")

    async def close(self) -> None:
        """Stop listening."""
        for gateway in self.lighting.gateways.values():
            await gateway.close()
        await self.parking.close()
        await self._rtsp.close()
        await self._films.close()
        runners, self._runners = self._runners, []
        for runner in runners:
            await runner.cleanup()
        await self.cameras.close()

    def _plan(self, base_url: str) -> CityPlan:
        return CityPlan(
            name=NAME,
            seed=self._city.seed,
            scale=self._city.scale,
            communes=self._city.communes,
            assets=self._city.assets,
            connections=(
                *self.lighting.connections(base_url),
                *self.cameras.connections(base_url),
                *self.fleet.connections(),
                *self.parking.connections(),
            ),
            bindings=(
                *self.lighting.bindings(),
                *self.cameras.bindings(),
                *self.fleet.bindings(),
                *self.parking.bindings(),
            ),
            addresses=self._city.houses,
            secrets={**self.cameras.secrets(), **self.fleet.secrets(), **self.parking.secrets()},
        )

    async def _serve(self, routes: list[web.RouteDef], port: int, max_bytes: int) -> str:
        application = web.Application(client_max_size=max_bytes)
        application.add_routes(routes)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        self._runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, self._options.host, port)
        await site.start()
        taken = int(runner.addresses[0][1])
        return f"http://{_host(self._options.host)}:{taken}"

    async def _behave(self) -> None:
        while True:
            self.fleet.is_calm = self.parking.is_calm = self.behaviour.is_calm
            self.behaviour.advance(self._clock.monotonic())
            await asyncio.sleep(_STEP_S)

    async def _follow_light(self) -> None:
        while True:
            await self.cameras.prepare(SUB_STREAM)
            await self.cameras.follow_light()
            await asyncio.sleep(_LIGHT_STEP_S)
            # Large pictures take a minute or two of spare time once; a calm city leaves that to whoever asks for one.
            if not self._options.is_calm:
                await self.cameras.prepare(MAIN_STREAM)


async def run_until(stop: asyncio.Event, city: RunningCity, announce: Callable[[CityReady], None]) -> None:
    """Start, announce, live until `stop`, close."""
    try:
        announce(await city.start())
        async with asyncio.TaskGroup() as group:
            living = group.create_task(city.run(), name="the city")
            await stop.wait()
            living.cancel()
    finally:
        await city.close()


def write_plan(plan: CityPlan, folder: Path) -> Path:
    """DIR/plan.msgpack, whole or not at all, readable by its owner only: it holds the simulated passwords."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="plan-", suffix=".part", dir=folder)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(plan))
        path = folder / "plan.msgpack"
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path.resolve()


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
