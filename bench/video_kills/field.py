"""Cameras in this process: ONVIF in front, RTSP test cameras behind, and the city's plan that leads to them."""

from typing import Final

import numpy as np
from aiohttp import web

from backend.devkit.clock import SystemClock
from backend.integrations.onvif_camera.simulator import SimulatedOnvifCamera, simulated_camera_routes
from contract.assets import Asset
from contract.city_plan import CityPlan, PlannedBinding
from contract.devices import Connection
from video.rtsp.authentication import Credentials
from video.rtsp.server import RtspServer
from video.test_camera.camera import CameraStreet, TestCamera
from video.test_camera.film import FRAMES_PER_GROUP, Film, FilmEncoder, FilmSize

CAMERAS: Final = 3
_USER, _PASSWORD = "beffroi", "a-camera-of-the-bench"
_SMALL: Final = FilmSize(320, 192, 1)


class _Gradient:
    """A film of moving grey in which no two pictures and no two places are alike."""

    def __init__(self) -> None:
        self._film: Film | None = None

    async def film(self, scene_seed: int, size: FilmSize, *, is_night: bool) -> Film:  # noqa: ARG002 - as cameras ask
        """The same for every camera: its name and clock are drawn over it."""
        if self._film is None:
            encoder = FilmEncoder(_SMALL)
            rows, columns = np.indices((_SMALL.height, _SMALL.width))
            for number in range(2 * FRAMES_PER_GROUP):
                grey = ((rows + columns) * 2 + 5 * number).astype(np.uint8)
                encoder.add(np.dstack([grey] * 3))
            self._film = encoder.film()
        return self._film


class Field:
    """`start`, then `plan` says how a backend reaches its cameras; they outlive every backend."""

    def __init__(self, cameras: int = CAMERAS) -> None:
        gradient = _Gradient()
        self._assets = tuple(
            Asset(id=number, code=f"CAM-{number}", class_="camera", number=number, lon=5.04 + number / 1000, lat=47.32)
            for number in range(1, cameras + 1)
        )
        credentials = Credentials(_USER, _PASSWORD)
        self._pictures = {
            f"/cam/{asset.code}": TestCamera(asset.code, asset.id, gradient, credentials=credentials)
            for asset in self._assets
        }
        self._rtsp = RtspServer("127.0.0.1", 0, CameraStreet(self._pictures).resolve)
        self._onvif: dict[str, SimulatedOnvifCamera] = {}
        self._runner: web.AppRunner | None = None
        self.plan = CityPlan(name="", seed=0, scale=0, communes=(), assets=(), connections=(), bindings=())

    @property
    def camera_ids(self) -> tuple[int, ...]:
        """By which the backend knows them."""
        return tuple(asset.id for asset in self._assets)

    async def start(self) -> None:
        """Listen."""
        await self._rtsp.start()
        for asset in self._assets:
            url = f"rtsp://127.0.0.1:{self._rtsp.port}/cam/{asset.code}"
            self._onvif[asset.code] = SimulatedOnvifCamera(
                code=asset.code,
                name=asset.code,
                rtsp_url_sub=url,
                rtsp_url_main=f"{url}/main",
                user=_USER,
                password=_PASSWORD,
                clock=SystemClock(),
            )
        application = web.Application()
        application.add_routes(simulated_camera_routes(self._onvif, "/cam"))
        runner = self._runner = web.AppRunner(application, access_log=None, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/cam"
        self.plan = CityPlan(
            name="a street of cameras",
            seed=0,
            scale=0,
            communes=(),
            assets=self._assets,
            connections=tuple(
                Connection(
                    id=asset.code,
                    integration="onvif_camera",
                    url=f"{base}/{asset.code}/onvif/device_service",
                    secret_name=asset.code,
                )
                for asset in self._assets
            ),
            bindings=tuple(PlannedBinding(asset.code, "camera", asset.code, "") for asset in self._assets),
            secrets={asset.code: f"{_USER}:{_PASSWORD}" for asset in self._assets},
        )

    async def close(self) -> None:
        """Fall silent."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self._rtsp.close()
