"""Keeps one camera: attaches, listens to its events, obeys commands, gives its stream addresses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeVar

import aiohttp

from backend.devkit.adapter import DeviceCommand, IntegrationContext, Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import CommandRefused, LinkDown, LinkRefused, ProtocolError
from backend.devkit.head_fence import HeadFence
from backend.devkit.link import Link, LinkDelays
from backend.devkit.sanitise import Sanitiser
from backend.integrations.onvif_camera import commands
from backend.integrations.onvif_camera.aim import Node, parse_reach
from backend.integrations.onvif_camera.details import ask_details
from backend.integrations.onvif_camera.device import EVENTS_PER_PULL, OnvifDevice
from backend.integrations.onvif_camera.event_points import EventPoints
from backend.integrations.onvif_camera.profiles import choose_profile, profiles_of_source
from backend.integrations.onvif_camera.readers import Profile, PullPoint
from backend.integrations.onvif_camera.soap import Service, Soap
from backend.integrations.onvif_camera.transport import CameraTransport, Credentials, NoAnswer
from contract.cameras import CameraDetails
from contract.commands import CommandState
from contract.devices import Binding, Connection, UnknownDevice
from contract.points import Reading

T = TypeVar("T")
log = logging.getLogger(__name__)

_SUBSCRIPTION_S: Final = 120.0
_CLOCK_EVERY_S: Final = 300.0
_RELIABLE_CLOCK_S: Final = 5.0
_SHORTEST_PULL_S: Final = 0.1  # some cameras answer at once whatever time they were given


class Attached:
    """What is known of a camera while its link is up."""

    def __init__(self, device: OnvifDevice, profiles: Mapping[int, Sequence[Profile]], points: EventPoints) -> None:
        self.device = device
        self.profiles = profiles
        self.points = points
        self.heads: dict[int, Node] = {}  # of the cameras that can be sent to a direction
        self.pull_point: PullPoint | None = None
        self.has_reliable_clock = False
        self.unbound: Sequence[UnknownDevice] = ()


class CameraAdapter:
    """One ONVIF device. `stream_uri` and `snapshot` make it a StreamingAdapter."""

    def __init__(
        self,
        context: IntegrationContext,
        http: aiohttp.ClientSession,
        load_soap: Callable[[], Awaitable[Soap]],
        connection: Connection,
        settings: Mapping[str, str],
        bindings: Sequence[Binding],
        sink: Sink,
        delays: LinkDelays | None = None,
    ) -> None:
        self._context = context
        self._http = http
        self._load_soap = load_soap
        self._connection = connection
        self._settings = settings
        self._bindings = {binding.asset_id: binding.address for binding in bindings}
        self._sink = sink
        self._poll_s = poll_s_of(settings)
        self._ptz_timeout_s = min(max(float(settings["ptz_timeout_s"]), 1.0), 60.0)
        self._reach = parse_reach(settings["ptz_pan_deg"], settings["ptz_tilt_deg"], settings["ptz_zoom_times"])
        self._sanitiser = Sanitiser(context.clock)
        self._attached: Attached | None = None
        self._fence = HeadFence()
        self._link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=sink.link_changed,
            clock=context.clock,
            # A camera locks its account after a few wrong passwords: LinkDelays waits two minutes between tries.
            delays=delays,
        )

    async def run(self) -> None:
        """Keep the camera until cancelled."""
        await self._link.run()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Do a momentary act on each camera. Raises CommandRefused, LinkDown; no answer gives UNKNOWN."""
        self._fence.check(command)
        act = commands.parse(command, now=self._context.clock.now(), longest_s=self._ptz_timeout_s)
        return [await self._execute_on(asset_id, act) for asset_id in command.asset_ids]

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Ask for motion, tamper and the clock anew. Raises LinkDown."""
        attached = self._reached(asset_ids)
        try:
            await self._report_clock(attached)
            if attached.pull_point is not None:
                await attached.device.synchronise(attached.pull_point)
        except (LinkRefused, CommandRefused, ProtocolError) as error:
            raise LinkDown(str(error)) from error

    async def stream_uri(self, asset_id: int, stream: str) -> str:
        """The RTSP address of "sub" or "main", without credentials. Raises LinkDown, CommandRefused."""
        attached = self._reached([asset_id])
        profile = choose_profile(attached.profiles[asset_id], stream)
        return await _plainly(attached.device.stream_uri(profile.token))

    async def snapshot(self, asset_id: int) -> bytes:
        """A JPEG of what the camera sees; a viewing like any other. Raises LinkDown, CommandRefused."""
        attached = self._reached([asset_id])
        profile = choose_profile(attached.profiles[asset_id], "main")
        return await _plainly(attached.device.snapshot(profile.token))

    async def details(self, asset_id: int) -> CameraDetails:
        """Who made it, its streams, presets, tours and picture. Raises LinkDown, CommandRefused."""
        attached = self._reached([asset_id])
        return await _plainly(ask_details(attached.device, asset_id, attached.profiles[asset_id]))

    def unbound_devices(self) -> Sequence[UnknownDevice]:
        """Video sources of the device that no camera of the register is bound to."""
        return () if self._attached is None else self._attached.unbound

    async def close(self) -> None:
        """Nothing stays open between questions; may be called twice."""
        self._attached = None

    async def _attach(self) -> None:
        self._attached = None
        credentials = self._credentials()
        soap = await self._load_soap()
        device = open_device(soap, self._http, self._connection.url, credentials, self._settings, self._context.clock)
        try:
            await device.measure_clock()
            await device.find_services()
            identity = await device.identity()
            attached = self._describe(device, await device.profiles())
            await _learn_heads(attached)
            await self._report_clock(attached)
            if self._settings["events"] != "no" and device.has(Service.EVENTS):
                attached.pull_point = await device.subscribe(_SUBSCRIPTION_S)
        except CommandRefused as error:
            raise LinkDown(str(error)) from error
        model = f"{identity.manufacturer} {identity.model} ({identity.firmware})"
        self._sink.report([self._sanitiser.reading(asset_id, "model", model, None) for asset_id in self._bindings])
        self._sink.report(
            [
                self._sanitiser.reading(asset_id, "is_ptz", any(one.has_ptz for one in profiles), None)
                for asset_id, profiles in attached.profiles.items()
            ]
        )
        self._attached = attached

    async def _serve(self) -> None:
        attached = self._attached
        if attached is None:
            raise LinkDown("the camera is not attached")
        monotonic = self._context.clock.monotonic
        clock_at = monotonic() + _CLOCK_EVERY_S
        renew_at = monotonic() + _SUBSCRIPTION_S / 2
        try:
            while True:
                if attached.pull_point is None:
                    await asyncio.sleep(self._poll_s)
                    await attached.device.measure_clock()
                else:
                    attached.pull_point = await self._pull(attached, attached.pull_point)
                if attached.pull_point is not None and monotonic() >= renew_at:
                    await attached.device.renew(attached.pull_point, _SUBSCRIPTION_S)
                    renew_at = monotonic() + attached.pull_point.ends_in_s / 2
                if monotonic() >= clock_at:
                    await self._report_clock(attached)
                    clock_at = monotonic() + _CLOCK_EVERY_S
        except CommandRefused as error:
            raise LinkDown(str(error)) from error
        except asyncio.CancelledError:
            await _leave(attached)
            raise
        finally:
            self._attached = None

    async def _pull(self, attached: Attached, point: PullPoint) -> PullPoint:
        try:
            events = await attached.device.pull(point, self._poll_s)
        except CommandRefused:
            # The camera restarted and forgot us, or dropped the oldest subscription.
            return await attached.device.subscribe(_SUBSCRIPTION_S)
        except LinkRefused:
            # Its clock was set while we were connected and our questions look old. A changed password stays refused.
            await self._report_clock(attached)
            events = await attached.device.pull(point, self._poll_s)
        changes = attached.points.apply(events)
        readings = [
            self._sanitiser.reading(
                change.asset_id, change.point, change.value, change.event.at if attached.has_reliable_clock else None
            )
            for change in changes
        ]
        if readings:
            self._sink.report(readings)
        if len(events) < EVENTS_PER_PULL:
            await asyncio.sleep(_SHORTEST_PULL_S)
        return point

    def _credentials(self) -> Credentials:
        name = self._connection.secret_name
        if not name:
            return Credentials("", "")
        try:
            return Credentials.parse(self._context.read_secret(name))
        except KeyError as error:
            raise LinkRefused(f"no password is stored under {name!r}: enter it in the connection's settings") from error

    def _describe(self, device: OnvifDevice, profiles: Sequence[Profile]) -> Attached:
        """Which profiles and event sources belong to which asset."""
        by_asset = {asset_id: profiles_of_source(profiles, source) for asset_id, source in self._bindings.items()}
        sources = {
            name: asset_id
            for asset_id, own in by_asset.items()
            for profile in own
            for name in (profile.source, profile.source_configuration)
        }
        only_asset = next(iter(self._bindings)) if len(self._bindings) == 1 else None
        attached = Attached(device, by_asset, EventPoints(sources, only_asset))
        now = self._context.clock.now()
        free = {profile.source: profile for profile in profiles if profile.source not in sources}
        attached.unbound = [
            UnknownDevice(
                connection_id=self._connection.id,
                address=source,
                name=f"{profile.width}×{profile.height}" if profile.width else "",
                kind=profile.encoding,
                first_heard=now,
                last_heard=now,
            )
            for source, profile in free.items()
        ]
        return attached

    async def _report_clock(self, attached: Attached) -> None:
        offset_s = await attached.device.measure_clock()
        attached.has_reliable_clock = abs(offset_s) <= _RELIABLE_CLOCK_S
        readings: list[Reading] = [
            self._sanitiser.reading(asset_id, "clock_offset_s", offset_s, None) for asset_id in self._bindings
        ]
        self._sink.report(readings)

    def _reached(self, asset_ids: Sequence[int]) -> Attached:
        unknown = [asset_id for asset_id in asset_ids if asset_id not in self._bindings]
        if unknown:
            raise CommandRefused(f"asset {unknown[0]} is not behind this connection")
        if self._attached is None:
            raise LinkDown(self._link.reason or "the camera is not connected yet")
        return self._attached

    async def _execute_on(self, asset_id: int, act: commands.Act) -> Outcome:
        attached = self._reached([asset_id])
        try:
            head = attached.heads.get(asset_id)
            detail = await commands.perform(act, attached.device, attached.profiles[asset_id], head, self._reach)
        except NoAnswer as error:
            return Outcome(asset_id=asset_id, state=CommandState.UNKNOWN, detail=str(error))
        except ProtocolError as error:
            return Outcome(asset_id=asset_id, state=CommandState.UNKNOWN, detail=str(error))
        except CommandRefused as error:
            return Outcome(asset_id=asset_id, state=CommandState.REJECTED, detail=str(error))
        except (LinkDown, LinkRefused) as error:
            return Outcome(asset_id=asset_id, state=CommandState.FAILED, detail=str(error))
        return Outcome(asset_id=asset_id, state=CommandState.DEVICE_ACK, detail=detail)


def open_device(
    soap: Soap,
    http: aiohttp.ClientSession,
    url: str,
    credentials: Credentials,
    settings: Mapping[str, str],
    clock: Clock,
) -> OnvifDevice:
    """A device as the settings want it asked; nothing is sent yet."""
    transport = CameraTransport(
        http,
        url,
        credentials,
        timeout_s=min(poll_s_of(settings), 10.0),
        trusts_addresses=settings["addresses"] == "given",
        verifies_tls=settings["tls"] != "accept_any",
        gives_password=settings["basic"] == "yes",
    )
    return OnvifDevice(soap, transport, url, credentials, clock)


def poll_s_of(settings: Mapping[str, str]) -> float:
    """How long the camera may hold a question, within bounds."""
    return min(max(float(settings["poll_s"]), 0.2), 60.0)


async def _learn_heads(attached: Attached) -> None:
    """What each head can do; one that does not say is moved by speed and presets only."""
    if not attached.device.has(Service.PTZ):
        return
    known: dict[str, Node] = {}
    for asset_id, profiles in attached.profiles.items():
        token = next((profile.head for profile in profiles if profile.has_ptz), None)
        if token is None:
            continue
        try:
            if token not in known:
                known[token] = await attached.device.head(token)
        except (CommandRefused, ProtocolError) as error:
            log.info("a camera does not say what its head can do: %s", error)
            continue
        attached.heads[asset_id] = known[token]


async def _leave(attached: Attached) -> None:
    """End the subscription, as cameras keep only a few; not worth waiting for."""
    if attached.pull_point is None:
        return
    try:
        async with asyncio.timeout(1.0):
            await attached.device.unsubscribe(attached.pull_point)
    except (LinkDown, LinkRefused, CommandRefused, ProtocolError, TimeoutError) as error:
        log.debug("a camera's subscription ends by itself: %s", error)


async def _plainly(question: Awaitable[T]) -> T:
    """For callers that know only LinkDown and CommandRefused."""
    try:
        return await question
    except (LinkRefused, ProtocolError) as error:
        raise LinkDown(str(error)) from error
