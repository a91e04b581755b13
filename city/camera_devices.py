"""The city's streaming cameras: ONVIF in front, RTSP street scenes behind, and a lever for each fault."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aiohttp import web

from backend.devkit.clock import Clock
from backend.integrations.onvif_camera.simulator import (
    CameraIdentity,
    SimulatedOnvifCamera,
    simulated_camera_routes,
)
from city.addresses import camera_password
from city.camera_lever import LeveredStream
from city.equipment import has_ptz
from contract.assets import Asset
from contract.city_plan import PlannedBinding
from contract.devices import Connection
from video.rtsp.authentication import Credentials, PresentedCredentials
from video.rtsp.server import Refusal
from video.stream_source import ServedStream
from video.test_camera.camera import TestCamera
from video.test_camera.faults import Fault, FaultyStream
from video.test_camera.film import MAIN_STREAM, ODD_STREAM, SUB_STREAM, FilmSize
from video.test_camera.loops import FilmNotMade, StreetLoops

INTEGRATION: Final = "onvif_camera"
USER: Final = "beffroi"
# Scenes are drawn once each, which takes a while; cameras share them, each with its own name and clock in the picture.
SCENES: Final = 6
_CAPTION_S: Final = 8.0
SILENCE: Final = "silence"
_AT_THE_DOOR: Final = frozenset({Fault.WRONG_PASSWORD, Fault.NOT_FOUND, Fault.BLACK_HOLE, Fault.NEVER_PLAYS})
FAULT_KINDS: Final = (*(fault.value for fault in Fault), SILENCE, "motion", "tamper")


class CityCamera:
    """One camera that streams."""

    def __init__(self, asset: Asset, seed: int, loops: StreetLoops, is_dark: Callable[[], bool], clock: Clock) -> None:
        self.asset = asset
        self.number = f"{asset.number or 0:03d}"
        self.path = f"/cam/{self.number}"
        self.scene = (asset.number or 0) % SCENES
        self.password = camera_password(seed, asset.code)
        self.picture = TestCamera(
            f"{asset.code} {asset.name}",
            self.scene,
            loops,
            is_night=is_dark,
            credentials=Credentials(USER, self.password),
            caption=self.caption,
        )
        self.fault: str | None = None
        self._streams = {size: LeveredStream(self.picture.stream(size)) for size in (SUB_STREAM, MAIN_STREAM)}
        self._clock = clock
        self.onvif: SimulatedOnvifCamera | None = None
        self._looked = (0.0, 0.0, 0.0)  # pan, tilt, zoom; every head begins there
        self._looked_at = -_CAPTION_S

    def open(self, rtsp_base: str) -> SimulatedOnvifCamera:
        """Put its ONVIF service in front, once the RTSP port is known."""
        self.onvif = SimulatedOnvifCamera(
            code=self.asset.code,
            name=self.asset.name,
            rtsp_url_sub=f"{rtsp_base}{self.path}",
            rtsp_url_main=f"{rtsp_base}{self.path}/main",
            user=USER,
            password=self.password,
            clock=self._clock,
            snapshot=self.picture.snapshot_jpeg,
            has_ptz=has_ptz(self.asset.number or 0),
            has_degrees=(self.asset.number or 0) % 2 == 0,
            identity=CameraIdentity(serial=self.asset.serial),
        )
        return self.onvif

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        """What a viewer gets: the levered stream, or what its camera refuses."""
        if self.fault is not None and self.fault in {fault.value for fault in _AT_THE_DOOR}:
            query = {**query, "fault": self.fault}
        answer = await self.picture.resolve(path, query, presented)
        if isinstance(answer, Refusal) or "fault" in query or "stamp" in query:
            return answer
        return self._streams[MAIN_STREAM if path.endswith("/main") else SUB_STREAM]

    def break_down(self, kind: str) -> None:
        """One of FAULT_KINDS, until `mend`. Raises ValueError for another."""
        if kind not in FAULT_KINDS:
            raise ValueError(f"no camera fault is called {kind!r}; there are {', '.join(FAULT_KINDS)}")
        self.mend()
        self.fault = kind
        onvif = self._running()
        if kind == "motion":
            onvif.set_motion(True)
        elif kind == "tamper":
            onvif.set_tamper(True)
        elif kind == SILENCE:
            onvif.fall_silent()
        elif (fault := Fault(kind)) in _AT_THE_DOOR:
            if fault is Fault.WRONG_PASSWORD:
                onvif.wrong_password()
            for stream in self._streams.values():
                stream.hang_up()
        else:
            odd = self.picture.stream(ODD_STREAM)
            for stream in self._streams.values():
                stream.break_with(lambda healthy: FaultyStream(healthy, fault, odd))

    def mend(self) -> None:
        """Whatever was wrong is right again."""
        kind, self.fault = self.fault, None
        onvif = self._running()
        if kind == "motion":
            onvif.set_motion(False)
        elif kind == "tamper":
            onvif.set_tamper(False)
        elif kind == SILENCE:
            onvif.answer_again()
        elif kind == Fault.WRONG_PASSWORD.value:
            onvif.wrong_password(becomes=self.password)
        elif kind is not None:
            for stream in self._streams.values():
                stream.mend()

    def caption(self) -> str:
        """Where the head looks, as domes write it into their picture while they move and a little longer."""
        if self.onvif is None or self.onvif.head is None:
            return ""
        head, now = self.onvif.head.position, self._clock.monotonic()
        looks = (head.pan, head.tilt, head.zoom)
        if looks != self._looked:
            self._looked, self._looked_at = looks, now
        if now - self._looked_at > _CAPTION_S:
            return ""
        said = self.looks()
        return (
            f"{self.asset.code}  AZ {said['azimuth_deg']:03.0f}  TILT {said['tilt_deg']:+03.0f}  "
            f"ZOOM {said['zoom'] * 100:.0f}%"
        )

    def looks(self) -> dict[str, float]:
        """Where the camera itself looks; empty for one that does not turn."""
        head = self._running().head
        if head is None:
            return {}
        at = head.position
        azimuth = ((self.asset.azimuth_deg or 0.0) + at.pan * 180.0) % 360.0
        return {"azimuth_deg": azimuth, "tilt_deg": at.tilt * 90.0, "zoom": at.zoom, "is_moving": head.is_moving}

    def _running(self) -> SimulatedOnvifCamera:
        if self.onvif is None:
            raise RuntimeError("the camera is not open yet")
        return self.onvif


class CameraDevices:
    """All streaming cameras by their codes."""

    def __init__(
        self, assets: Sequence[Asset], seed: int, loops: StreetLoops, is_dark: Callable[[], bool], clock: Clock
    ) -> None:
        cameras = [CityCamera(asset, seed, loops, is_dark, clock) for asset in assets]
        self.by_code = {camera.asset.code: camera for camera in cameras}
        self._by_path = {camera.path: camera for camera in cameras}
        self._loops = loops
        self._is_dark = is_dark
        self._onvif: dict[str, SimulatedOnvifCamera] = {}

    def open(self, rtsp_base: str) -> None:
        """Once the RTSP port is known."""
        for camera in self.by_code.values():
            self._onvif[camera.number] = camera.open(rtsp_base)

    def routes(self) -> list[web.RouteDef]:
        """HTTP routes: camera 12 is at /cam/012/onvif/device_service."""
        return simulated_camera_routes(self._onvif, "/cam")

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        """What the RTSP server asks."""
        camera = self._by_path.get(path.rstrip("/").removesuffix("/main").removesuffix("/trackID=0"))
        return Refusal(404) if camera is None else await camera.resolve(path, query, presented)

    def connections(self, base_url: str) -> list[Connection]:
        """One connection a camera."""
        return [
            Connection(
                id=f"cam-{camera.number}",
                integration=INTEGRATION,
                url=f"{base_url}{camera.path}/onvif/device_service",
                secret_name=f"cam-{camera.number}",
            )
            for camera in self.by_code.values()
        ]

    def bindings(self) -> list[PlannedBinding]:
        """Each camera behind its own connection."""
        return [
            PlannedBinding(f"cam-{camera.number}", camera.asset.class_, camera.asset.code, "")
            for camera in self.by_code.values()
        ]

    def secrets(self) -> dict[str, str]:
        """Credentials of the simulated cameras."""
        return {f"cam-{camera.number}": f"{USER}:{camera.password}" for camera in self.by_code.values()}

    async def follow_light(self) -> None:
        """Day and night films change with the lamps."""
        for camera in self.by_code.values():
            await camera.picture.follow_light()

    async def prepare(self, size: FilmSize) -> None:
        """Draw the scenes for the present light, one after the other, so that the first viewer need not wait."""
        for scene in sorted({camera.scene for camera in self.by_code.values()}):
            try:
                await self._loops.film(scene, size, is_night=self._is_dark())
            except (FilmNotMade, OSError):
                return  # said in the log where it was drawn; a viewer's request tries again

    async def close(self) -> None:
        """Stop drawing."""
        await self._loops.close()
