"""Joins a lighting gateway to the backend: bootstrap, subscriptions, heartbeat, commands."""

import asyncio
import datetime as dt
import itertools
import ssl
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp
from aiohttp.typedefs import Middleware

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext, Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import CommandRefused, DeviceError, LinkDown, LinkRefused, ProtocolError
from backend.devkit.link import Link, delays_of
from backend.devkit.sanitise import Sanitiser
from backend.integrations.talq_lighting.client import GatewayClient, GatewayRefusal
from backend.integrations.talq_lighting.cms_server import NAME, CmsServer
from backend.integrations.talq_lighting.field_programs import ASSIGN_CALENDAR, WRITE_PROGRAMS, FieldPrograms
from backend.integrations.talq_lighting.gateway_ear import GatewayEar
from backend.integrations.talq_lighting.known_devices import KnownDevices
from backend.integrations.talq_lighting.overrides import Overrides
from backend.integrations.talq_lighting.protocol.values import Attribute, Device, Function, Service
from backend.integrations.talq_lighting.reports import Reports
from backend.integrations.talq_lighting.subscriptions import subscriptions
from contract.devices import Binding, Connection, LinkState, UnknownDevice

_PAGE: Final = 100
_GATEWAYS_READ_AT_ONCE: Final = 4
_READ_ONE_BY_ONE: Final = 50
_READS_AT_ONCE: Final = 8
_MOST_UNBOUND: Final = 20_000
_LONGEST_NAME: Final = 80
_DEFAULT_CMS_ADDRESS: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "beffroi:talq-cms"))


class TalqIntegration:
    """All TALQ gateways: one listener for what they report, one adapter each."""

    def __init__(self, context: IntegrationContext, *, middlewares: Sequence[Middleware] = ()) -> None:
        self._clock = context.clock
        settings = context.settings
        self._ports = context.ports
        port = _port(settings.get("cms_port", "0")) or context.ports.port(NAME)
        self._server = CmsServer(
            settings.get("cms_host", "127.0.0.1"),
            port,
            _tls(settings),
            middlewares=middlewares,
            refused=context.refused,
        )
        self._may_move = settings.get("cms_port", "0") == "0"
        # A city's gateways come up together: reading a few at a time keeps the loop free for alarms.
        self.reading_gate = asyncio.Semaphore(_GATEWAYS_READ_AT_ONCE)
        self._public_uri = settings.get("cms_uri", "")

    @property
    def cms_uri(self) -> str:
        """Where gateways reach us."""
        return self._public_uri or self._server.uri

    async def start(self) -> None:
        """Listen for the gateways, where they found us before if that is possible."""
        await self._server.start(may_move=self._may_move)
        self._ports.keep(NAME, self._server.port)

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """An adapter for one gateway; it does nothing until `run`."""
        return TalqAdapter(connection, bindings, sink, clock=self._clock, server=self._server, integration=self)

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        await self._server.close()


def create(context: IntegrationContext, *, middlewares: Sequence[Middleware] = ()) -> TalqIntegration:
    """The integration; raises ValueError when its settings would let gateways reach us without TLS.

    `middlewares` see what gateways send (a recorder, a wiretap).
    """
    return TalqIntegration(context, middlewares=middlewares)


class TalqAdapter:
    """One gateway, kept alive until cancelled."""

    def __init__(
        self,
        connection: Connection,
        bindings: Sequence[Binding],
        sink: Sink,
        *,
        clock: Clock,
        server: CmsServer,
        integration: TalqIntegration,
    ) -> None:
        settings = connection.settings
        self._gateway_address = _address(settings, "gateway_address")
        self._client_address = settings.get("client_address", _DEFAULT_CMS_ADDRESS)
        self._url = connection.url
        self._name = connection.id
        self._answer_s = float(settings.get("answer_s", "10"))
        self._poll_s = float(settings.get("poll_s", "5"))
        self._report_s = int(settings.get("report_s", "900"))
        self._sink = sink
        self._clock = clock
        self._server = server
        self._integration = integration
        self._asset_at = {binding.address: binding.asset_id for binding in bindings}
        self._known = KnownDevices()
        self.sanitiser = Sanitiser(clock)
        self._overrides = Overrides(
            self._asset_at, self._known, sink, clock, verify_s=float(settings.get("verify_s", "3"))
        )
        self._reports = Reports(self._asset_at, self._known, sink, clock, self.sanitiser, self._overrides)
        self._programs = FieldPrograms(connection.id, self._asset_at, self._known, sink, clock)
        self._connection_id = connection.id
        self._read_at: dt.datetime | None = None
        self._gateway_function = ""
        self._session: aiohttp.ClientSession | None = None
        self._link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=sink.link_changed,
            clock=clock,
            delays=delays_of(settings),
        )
        self.ear = GatewayEar(self._known, self._reports, self._link, clock, sink)

    async def run(self) -> None:
        """Keep the link; returns only when cancelled."""
        self._server.register(self._gateway_address, self.ear, self._name)
        try:
            await self._link.run()
        finally:
            self._server.forget(self._gateway_address)
            await self.close()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Drive lamps, write programs or assign a calendar: once."""
        if command.action not in {"set", WRITE_PROGRAMS, ASSIGN_CALENDAR}:
            raise CommandRefused(f"a lighting gateway does not know the act {command.action!r}")
        client = self._up()
        if command.action == WRITE_PROGRAMS:
            return await self._programs.write(command, client)
        if command.action == ASSIGN_CALENDAR:
            return await self._programs.assign(command, client)
        return await self._overrides.execute(command, client, self._read_devices)

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Ask for present values; unknown assets are passed over."""
        wanted = set(asset_ids)
        await self._read_devices([address for address, asset in self._asset_at.items() if asset in wanted])

    def unbound_devices(self) -> Sequence[UnknownDevice]:
        """Devices of the gateway that no asset is bound to."""
        read_at = self._read_at
        if read_at is None:
            return ()
        strangers = (device for device in self._known.all() if device.address not in self._asset_at)
        return [
            UnknownDevice(
                connection_id=self._connection_id,
                address=device.address,
                name=device.name[:_LONGEST_NAME],
                kind=device.class_[:_LONGEST_NAME],
                first_heard=read_at,
                last_heard=read_at,
            )
            for device in itertools.islice(strangers, _MOST_UNBOUND)
        ]

    async def close(self) -> None:
        """Close our connection to the gateway; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _client(self) -> GatewayClient:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_READS_AT_ONCE + 2), cookie_jar=aiohttp.DummyCookieJar()
            )
        return GatewayClient(self._session, self._url, self._client_address, timeout_s=self._answer_s)

    def _up(self) -> GatewayClient:
        if self._link.state is not LinkState.UP:
            raise LinkDown(self._link.reason or "the gateway is not connected")
        return self._client()

    async def _attach(self) -> None:
        """Give the gateway our address, read what it is, subscribe, read its programs."""
        self.ear.tried()
        client = self._client()
        async with self._integration.reading_gate:
            await self._introduce(client)

    async def _introduce(self, client: GatewayClient) -> None:
        try:
            await self._bootstrap(client)
            services = await client.services()
            self.ear.is_introduced = False
            self._known.forget_all()
            self.ear.announced_classes(await client.device_classes())
            await self._read_all(client, services)
            self.ear.is_introduced = True
            configs = subscriptions(
                self._client_address, self._gateway_address, services, self._clock.now(), self._report_s
            )
            for config in configs:
                await client.subscribe(config)
                self.ear.subscribed(config)
            await self._programs.read(client)
        except GatewayRefusal as refusal:
            raise LinkRefused(str(refusal)) from refusal
        itself = self._asset_at.get(self._gateway_address)
        if itself is not None:
            # It has no points of its own: that it answers is all that is heard of it, and what its silence explains.
            self._sink.assets_reachable([itself])

    async def _bootstrap(self, client: GatewayClient) -> None:
        try:
            gateway = await client.device(self._gateway_address)
        except GatewayRefusal as refusal:
            raise LinkRefused(f"the gateway does not know itself as {self._gateway_address}: {refusal}") from refusal
        function = gateway.function("GatewayFunction")
        if function is None:
            raise LinkRefused(f"{self._gateway_address} is no gateway: it has no gateway function")
        self._gateway_function = function.id
        attributes = {
            "cmsUri": Attribute(type="AttributeUri", value=self._integration.cms_uri),
            "cmsAddress": Attribute(type="AttributeString", value=self._client_address),
            "gatewayUri": Attribute(type="AttributeUri", value=self._url),
            "gatewayAddress": Attribute(type="AttributeString", value=self._gateway_address),
        }
        await client.change_function(
            self._gateway_address, Function(id=function.id, type=function.type, attributes=attributes)
        )

    async def _read_all(self, client: GatewayClient, services: Sequence[Service]) -> None:
        """All devices, a page at a time where the gateway can, so that the loop is never held long."""
        has_pages = any(service.devices_pagination_supported for service in services)
        seen: set[str] = set()
        offset = 0
        while True:
            with self._reports.asking() as told:
                devices = await (client.devices_page(offset, _PAGE) if has_pages else client.devices())
                self._known.learn(devices)
                self._reports.devices(devices, told)
            fresh = {device.address for device in devices} - seen
            seen |= fresh
            offset += len(devices)
            if not has_pages or len(devices) < _PAGE or not fresh:
                break
            await asyncio.sleep(0)
        self._read_at = self._clock.now()
        missing = [asset for address, asset in self._asset_at.items() if address not in seen]
        if missing:
            self._sink.assets_unreachable(missing, "the gateway does not know this device")

    async def _serve(self) -> None:
        """Ask the gateway how it is, every poll; two silences in a row are a lost link."""
        client = self._client()
        has_missed = False
        while True:
            await asyncio.sleep(self._poll_s)
            self._programs.show()
            await self._read_returned()
            try:
                gateway = await client.function(
                    self._gateway_address, self._gateway_function, timeout_s=self._poll_s / 2
                )
            except (LinkDown, ProtocolError):
                if has_missed:
                    raise
                has_missed = True
                continue
            except GatewayRefusal as refusal:
                raise LinkDown(f"the gateway no longer answers as one: {refusal}") from refusal
            has_missed = False
            told = gateway.attributes.get("cmsUri")
            if told is not None and told.value != self._integration.cms_uri:
                raise LinkDown("the gateway was given another CMS or lost its configuration")

    async def _read_returned(self) -> None:
        """A device that answers again tells only what changes: the rest of what it says is read once."""
        returned = sorted(self._known.returned)
        self._known.returned.clear()
        if returned:
            await self._read_devices(returned)

    async def _read_devices(self, addresses: Sequence[str]) -> None:
        client = self._up()
        if len(addresses) > _READ_ONE_BY_ONE:
            await self._read_all(client, await _services(client))
            return
        gate = asyncio.Semaphore(_READS_AT_ONCE)

        async def read(address: str) -> Device | None:
            async with gate:
                try:
                    return await client.device(address)
                except (GatewayRefusal, ProtocolError):
                    return None

        with self._reports.asking() as told:
            answers = await asyncio.gather(*(read(address) for address in addresses), return_exceptions=True)
            self._reports.devices([answer for answer in answers if isinstance(answer, Device)], told)
        for answer in answers:
            if isinstance(answer, DeviceError):
                raise LinkDown(str(answer)) from answer
            if isinstance(answer, BaseException):
                raise answer


async def _services(client: GatewayClient) -> Sequence[Service]:
    try:
        return await client.services()
    except GatewayRefusal as refusal:
        raise LinkDown(str(refusal)) from refusal


def _address(settings: Mapping[str, str], name: str) -> str:
    try:
        return str(uuid.UUID(settings[name]))
    except (KeyError, ValueError) as error:
        raise ValueError(f"the connection needs a {name}: the gateway's TALQ address, a uuid") from error


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise ValueError(f"cms_port is {text!r}: it must be a number from 0 to 65535")
    return int(text)


def _tls(settings: Mapping[str, str]) -> ssl.SSLContext | None:
    certificate, key = settings.get("cms_certificate", ""), settings.get("cms_key", "")
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context
