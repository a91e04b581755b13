"""The ONVIF integration: one connection is one device; a device with several video sources serves several cameras."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from backend.devkit.adapter import Adapter, IntegrationContext, Sink, TriedCamera
from backend.devkit.manifest import read_manifest
from backend.integrations.onvif_camera.camera_link import CameraAdapter, open_device
from backend.integrations.onvif_camera.details import ask_details
from backend.integrations.onvif_camera.discovery import discover
from backend.integrations.onvif_camera.profiles import choose_profile, profiles_of_source
from backend.integrations.onvif_camera.soap import Soap
from backend.integrations.onvif_camera.transport import Credentials
from contract.devices import Binding, Connection
from contract.onboarding import FoundCamera


class OnvifIntegration:
    """Shares one HTTP session and one parsed WSDL among all cameras."""

    def __init__(self, context: IntegrationContext, default_settings: Mapping[str, str]) -> None:
        self._context = context
        self._settings = {**default_settings, **context.settings}
        self._http: aiohttp.ClientSession | None = None
        self._soap: Soap | None = None
        self._loading = asyncio.Lock()

    async def start(self) -> None:
        """Open the HTTP session."""
        # Limits per host would starve cameras that share a gateway; each camera holds one long question.
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=5.0),
        )

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """An adapter for one device; `address` of a binding is its video source token, empty for the first."""
        if self._http is None:
            raise RuntimeError("the ONVIF integration was not started")
        settings = {**self._settings, **connection.settings}
        return CameraAdapter(self._context, self._http, self._load_soap, connection, settings, bindings, sink)

    async def discover(self, wait_s: float) -> Sequence[FoundCamera]:
        """Ask the network by multicast. Raises LinkDown."""
        found = await discover(wait_s)
        return [
            FoundCamera(
                identity=one.identity, url=one.addresses[0], name=one.name, hardware=one.hardware, place=one.place
            )
            for one in found
        ]

    async def try_out(self, connection: Connection, address: str, credentials: str) -> TriedCamera:
        """Ask who it is, its clock, its streams, its head and its picture. Raises DeviceError."""
        if self._http is None:
            raise RuntimeError("the ONVIF integration was not started")
        settings = {**self._settings, **connection.settings}
        known = Credentials.parse(credentials) if credentials else Credentials("", "")
        device = open_device(await self._load_soap(), self._http, connection.url, known, settings, self._context.clock)
        await device.measure_clock()
        await device.find_services()
        profiles = profiles_of_source(await device.profiles(), address)
        details = await ask_details(device, 0, profiles)
        sub = await device.stream_uri(choose_profile(profiles, "sub").token)
        main = await device.stream_uri(choose_profile(profiles, "main").token)
        return TriedCamera(details=details, stream_sub=sub, stream_main=main)

    async def close(self) -> None:
        """Close the HTTP session; may be called twice."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def _load_soap(self) -> Soap:
        """Parse the WSDL when the first camera needs it, so that a backend without cameras starts faster."""
        async with self._loading:
            if self._soap is None:
                self._soap = await Soap.load()
            return self._soap


def create(context: IntegrationContext) -> OnvifIntegration:
    """The door the backend opens by the manifest."""
    manifest = read_manifest(Path(__file__).with_name("manifest.toml"))
    return OnvifIntegration(context, manifest.settings)
