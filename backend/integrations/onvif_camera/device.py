"""One camera asked in ONVIF: who it is, its clock, its streams, its head, its events."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from onvif.client import UsernameDigestTokenDtDiff

from backend.devkit.clock import Clock
from backend.devkit.errors import CommandRefused, LinkRefused, ProtocolError
from backend.integrations.onvif_camera.aim import Node, Position
from backend.integrations.onvif_camera.protocol import Event, Vector, parse_pull_reply
from backend.integrations.onvif_camera.readers import (
    Identity,
    Profile,
    PullPoint,
    ignore,
    place_argument,
    read_capabilities,
    read_clock,
    read_first_node,
    read_identity,
    read_imaging,
    read_node,
    read_position,
    read_preset_token,
    read_presets,
    read_profiles,
    read_pull_point,
    read_services,
    read_tours,
    read_uri,
    vector_argument,
)
from backend.integrations.onvif_camera.soap import Service, Soap
from backend.integrations.onvif_camera.transport import CameraTransport, Credentials
from contract.cameras import CameraTour, ImagingSettings

T = TypeVar("T")

EVENTS_PER_PULL: Final = 100
_STREAM_SETUP: Final = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}


class OnvifDevice:
    """Every method raises LinkDown, LinkRefused, CommandRefused (the camera's own fault) or ProtocolError."""

    def __init__(
        self, soap: Soap, transport: CameraTransport, url: str, credentials: Credentials, clock: Clock
    ) -> None:
        self._soap = soap
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._addresses = {Service.DEVICE.namespace: url}
        self._offset = dt.timedelta()
        self._hides_its_clock = False

    def has(self, service: Service) -> bool:
        """Whether the camera announced a service."""
        return service.namespace in self._addresses

    async def measure_clock(self) -> float:
        """Seconds by which the camera's clock is ahead of ours; later questions are stamped in its time."""
        sent = self._clock.now()
        try:
            its_time = await self._ask(
                Service.DEVICE, "GetSystemDateAndTime", read_clock, is_signed=self._hides_its_clock
            )
        except (LinkRefused, CommandRefused):
            if self._hides_its_clock:
                raise
            # ONVIF wants the time given to anyone; some cameras sign it all the same.
            self._hides_its_clock = True
            sent = self._clock.now()
            its_time = await self._ask(Service.DEVICE, "GetSystemDateAndTime", read_clock)
        came = self._clock.now()
        self._offset = its_time - (sent + (came - sent) / 2)
        return round(self._offset.total_seconds(), 1)

    async def find_services(self) -> None:
        """Learn where each service answers."""
        try:
            found = await self._ask(Service.DEVICE, "GetServices", read_services, IncludeCapability=False)
        except CommandRefused:
            # Cameras of before 2012 know only the older question.
            found = await self._ask(Service.DEVICE, "GetCapabilities", read_capabilities, Category=["All"])
        for namespace, address in found.items():
            if namespace != Service.DEVICE.namespace:
                self._addresses[namespace] = self._transport.reachable(address)

    async def identity(self) -> Identity:
        """Manufacturer, model, firmware, serial number."""
        return await self._ask(Service.DEVICE, "GetDeviceInformation", read_identity)

    async def profiles(self) -> tuple[Profile, ...]:
        """The media profiles that carry video."""
        return await self._ask(Service.MEDIA, "GetProfiles", read_profiles)

    async def stream_uri(self, profile: str) -> str:
        """The RTSP address of a profile, without credentials."""
        uri = await self._ask(Service.MEDIA, "GetStreamUri", read_uri, StreamSetup=_STREAM_SETUP, ProfileToken=profile)
        address = self._transport.reachable(uri)
        if not address.startswith(("rtsp://", "rtsps://")):
            raise ProtocolError("the camera's stream address is not RTSP")
        return address

    async def snapshot(self, profile: str) -> bytes:
        """A JPEG of what the camera sees."""
        uri = await self._ask(Service.MEDIA, "GetSnapshotUri", read_uri, ProfileToken=profile)
        return await self._transport.get_picture(uri)

    async def move(self, profile: str, speed: Vector, timeout_s: float) -> None:
        """Move until told otherwise; the camera itself stops after `timeout_s`."""
        timeout = dt.timedelta(seconds=timeout_s)
        velocity = vector_argument(speed)
        await self._ask(Service.PTZ, "ContinuousMove", ignore, ProfileToken=profile, Velocity=velocity, Timeout=timeout)

    async def stop(self, profile: str) -> None:
        """Stand still."""
        await self._ask(Service.PTZ, "Stop", ignore, ProfileToken=profile, PanTilt=True, Zoom=True)

    async def go_to_preset(self, profile: str, preset: str) -> None:
        """Look where a preset looks."""
        await self._ask(Service.PTZ, "GotoPreset", ignore, ProfileToken=profile, PresetToken=preset)

    async def go_to(self, profile: str, position: Position) -> None:
        """Look at a place in the camera's own coordinates."""
        await self._ask(Service.PTZ, "AbsoluteMove", ignore, ProfileToken=profile, Position=place_argument(position))

    async def head(self, token: str) -> Node:
        """What a PTZ head can do; without its name, the only one's."""
        if token:
            return await self._ask(Service.PTZ, "GetNode", read_node, NodeToken=token)
        return await self._ask(Service.PTZ, "GetNodes", read_first_node)

    async def presets(self, profile: str) -> dict[str, str]:
        """Names of the presets by token."""
        return await self._ask(Service.PTZ, "GetPresets", read_presets, ProfileToken=profile)

    async def save_preset(self, profile: str, name: str, preset: str | None) -> str:
        """Store where it looks now, as a new preset or in place of one; its token."""
        # None is left out of the question: the camera gives a new preset its token.
        return await self._ask(
            Service.PTZ, "SetPreset", read_preset_token, ProfileToken=profile, PresetName=name, PresetToken=preset
        )

    async def remove_preset(self, profile: str, preset: str) -> None:
        """Forget a preset."""
        await self._ask(Service.PTZ, "RemovePreset", ignore, ProfileToken=profile, PresetToken=preset)

    async def tours(self, profile: str) -> tuple[CameraTour, ...]:
        """The tours it can run by itself."""
        return await self._ask(Service.PTZ, "GetPresetTours", read_tours, ProfileToken=profile)

    async def run_tour(self, profile: str, tour: str, act: str) -> None:
        """Start, Stop or Pause a tour."""
        await self._ask(
            Service.PTZ, "OperatePresetTour", ignore, ProfileToken=profile, PresetTourToken=tour, Operation=act
        )

    async def imaging(self, source: str) -> ImagingSettings:
        """How the picture of a video source is made."""
        return await self._ask(Service.IMAGING, "GetImagingSettings", read_imaging, VideoSourceToken=source)

    async def position(self, profile: str) -> Vector | None:
        """Where the camera looks; None when it does not say."""
        return await self._ask(Service.PTZ, "GetStatus", read_position, ProfileToken=profile)

    async def subscribe(self, span_s: float) -> PullPoint:
        """A pull point that lives `span_s` unless renewed."""
        point = await self._ask(
            Service.EVENTS,
            "CreatePullPointSubscription",
            functools.partial(read_pull_point, asked_s=span_s),
            InitialTerminationTime=f"PT{round(span_s)}S",
        )
        return msgspec.structs.replace(point, address=self._transport.reachable(point.address))

    async def pull(self, point: PullPoint, timeout_s: float) -> tuple[Event, ...]:
        """The events since the last pull; waits for one up to `timeout_s`."""
        question = {
            "Timeout": dt.timedelta(seconds=timeout_s),
            "MessageLimit": EVENTS_PER_PULL,
            "_soapheaders": list(point.reference),
        }
        patient = self._transport.for_events(timeout_s)
        reply = await self._soap.call_raw(
            Service.PULL_POINT, "PullMessages", point.address, patient, self._token(), question
        )
        return parse_pull_reply(reply)

    async def synchronise(self, point: PullPoint) -> None:
        """Ask for the present value of every property, as events."""
        question = {"_soapheaders": list(point.reference)}
        await self._soap.call(
            Service.PULL_POINT,
            "SetSynchronizationPoint",
            point.address,
            self._transport,
            self._token(),
            question,
            ignore,
        )

    async def renew(self, point: PullPoint, span_s: float) -> None:
        """Keep a pull point for another span."""
        question = {"TerminationTime": f"PT{round(span_s)}S", "_soapheaders": list(point.reference)}
        await self._soap.call(
            Service.SUBSCRIPTION, "Renew", point.address, self._transport, self._token(), question, ignore
        )

    async def unsubscribe(self, point: PullPoint) -> None:
        """End a pull point."""
        question = {"_soapheaders": list(point.reference)}
        await self._soap.call(
            Service.SUBSCRIPTION, "Unsubscribe", point.address, self._transport, self._token(), question, ignore
        )

    async def _ask(
        self,
        service: Service,
        operation: str,
        read: Callable[[Any], T],
        *,
        is_signed: bool = True,
        **arguments: object,
    ) -> T:
        address = self._addresses.get(service.namespace)
        if address is None:
            raise CommandRefused(f"the camera has no {service} service")
        token = self._token() if is_signed else None
        return await self._soap.call(service, operation, address, self._transport, token, arguments, read)

    def _token(self) -> UsernameDigestTokenDtDiff | None:
        if not self._credentials.user:
            return None
        return UsernameDigestTokenDtDiff(
            self._credentials.user, self._credentials.password, dt_diff=self._offset, use_digest=True
        )
