"""Keeps one adapter running for each connection; a crash is a link that is down, never the backend's end."""

import asyncio
import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.adapter import Adapter, Integration, IntegrationContext, SecretReader
from backend.devkit.clock import Clock
from backend.devkit.kept_ports import KeptPorts
from backend.devkit.manifest import Manifest
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.devkit.refused_at_doors import RefusedAtDoors
from backend.devkit.tasks import Tasks
from backend.ports import Storage
from backend.services.devices import Devices
from backend.services.field_broker import SETTINGS, field_broker
from backend.services.intake import Intake
from backend.services.integration_catalogue import Catalogue, IntegrationBroken
from contract.devices import Binding, Connection, LinkState, LinkStatus

log = logging.getLogger(__name__)


_START_WITHIN_S: Final = 30.0
_CLOSE_WITHIN_S: Final = 10.0


class _StartFailed(IntegrationBroken):
    """It was loaded and does not start now; it may later."""


class RestartDelays(msgspec.Struct, frozen=True, kw_only=True):
    """How long a crashed adapter rests: doubled at each crash, `first_s` again after `proven_s` without one."""

    first_s: float = 1.0
    longest_s: float = 60.0
    proven_s: float = 60.0


class Supervisor:
    """Starts integrations and their adapters, restarts what crashes."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        devices: Devices,
        intake: Intake,
        catalogue: Catalogue,
        read_secret: SecretReader,
        settings: Mapping[str, Mapping[str, str]] | None = None,
        delays: RestartDelays | None = None,
        ports: KeptPorts | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._devices = devices
        self._intake = intake
        self._catalogue = catalogue
        self._read_secret = read_secret
        self._settings = settings or {}
        self._delays = delays or RestartDelays()
        self._ports = ports or KeptPorts()
        self._tasks = Tasks("devices")
        self._kept: dict[str, asyncio.Task[None]] = {}
        self._tried: dict[str, str] = {}  # credentials of trials under way, by secret name
        self._integrations: dict[str, Integration] = {}
        self._starting: dict[str, asyncio.Lock] = {}
        self._own_broker: OwnBroker | None = None
        self.refused_at_doors = RefusedAtDoors(clock)
        self.turn = asyncio.Lock()
        """Held by whoever changes connections or bindings, from what he checks until it runs."""

    async def start(self) -> None:
        """Start what the stored connections need; returns once all are on their way."""
        manifests = self._catalogue.manifests()
        connections = await self._storage.connections()
        bindings = await self._storage.bindings()
        self._devices.take(manifests, connections, bindings)
        wanted = {connection.integration for connection in connections if not connection.is_paused}
        for name in sorted(wanted):
            mine = [c for c in connections if c.integration == name and not c.is_paused]
            self._tasks.start(self._keep_integration(name, manifests.get(name), mine, bindings), name=name)

    def links(self) -> Sequence[LinkStatus]:
        """How every connection does."""
        return self._devices.links()

    def adapter_of(self, asset_id: int) -> Adapter | None:
        """The adapter that answers for an asset."""
        return self._devices.adapter_of(asset_id)

    async def integration(self, name: str) -> Integration:
        """An integration, started now if no connection needed it yet. Raises IntegrationBroken."""
        manifest = self._catalogue.manifests().get(name)
        if manifest is None:
            raise IntegrationBroken(f"the integration {name} is not installed")
        async with self._starting.setdefault(name, asyncio.Lock()):
            running = self._integrations.get(name)
            if running is None:
                running = await self._catalogue.create(name, self._context(name, manifest))
                await self._begin(name, running)
                self._integrations[name] = running
            return running

    async def add(self, connections: Sequence[Connection], bindings: Mapping[str, Sequence[Binding]]) -> None:
        """Keep these too, beside what runs. They are stored already. Raises IntegrationBroken."""
        stored = await self._storage.connections()
        self._devices.take(self._catalogue.manifests(), stored, await self._storage.bindings())
        for connection in connections:
            integration = await self.integration(connection.integration)
            self._keep(integration, connection, bindings.get(connection.id, ()))

    async def renew(self, connection_id: str) -> None:
        """Run a connection as it is stored by now: anew, paused, or no more. Raises IntegrationBroken."""
        task = self._kept.pop(connection_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        bindings = await self._storage.bindings()
        self._devices.take(self._catalogue.manifests(), await self._storage.connections(), bindings)
        connection = self._devices.connection(connection_id)
        if connection is None:
            return
        sink = self._intake.sink(connection_id)
        if connection.is_paused:
            sink.link_changed(LinkState.PAUSED)
            return
        sink.link_changed(LinkState.CONNECTING)
        try:
            integration = await self.integration(connection.integration)
        except IntegrationBroken as error:
            sink.link_changed(LinkState.DOWN, str(error))
            raise
        self._keep(integration, connection, bindings.get(connection_id, ()))

    def manifests(self) -> Mapping[str, Manifest]:
        """What can be connected."""
        return self._catalogue.manifests()

    def tries_with(self, secret_name: str, credentials: str | None) -> None:
        """The credentials of a trial, which are kept nowhere; None: it is over."""
        if credentials is None:
            self._tried.pop(secret_name, None)
        else:
            self._tried[secret_name] = credentials

    def own_broker(self) -> OwnBroker:
        """The backend's MQTT broker, which runs once a connection asks for it. Raises ValueError in words."""
        if self._own_broker is None:
            self._own_broker = field_broker(
                self._settings.get(SETTINGS, {}),
                self._read_secret,
                self._clock,
                functools.partial(self.refused_at_doors.note, SETTINGS),
            )
        return self._own_broker

    async def reload(self) -> None:
        """Stop everything and start what is stored now, when connections changed."""
        await self.close()
        self._tasks = Tasks("devices")
        await self.start()

    async def close(self) -> None:
        """Stop all adapters, then what they shared."""
        await self._tasks.close()
        for integration in self._integrations.values():
            try:
                async with asyncio.timeout(_CLOSE_WITHIN_S):
                    await integration.close()
            except (Exception, SystemExit):
                log.exception("an integration did not close")
        self._integrations.clear()
        if self._own_broker is not None:
            await self._own_broker.close()
        self._kept.clear()

    def _keep(self, integration: Integration, connection: Connection, bindings: Sequence[Binding]) -> None:
        work = self._keep_adapter(integration, connection, bindings)
        self._kept[connection.id] = self._tasks.start(work, name=f"connection {connection.id}")

    def _secret(self, name: str) -> str:
        return self._tried[name] if name in self._tried else self._read_secret(name)

    async def _keep_integration(
        self,
        name: str,
        manifest: Manifest | None,
        connections: Sequence[Connection],
        bindings: Mapping[str, Sequence[Binding]],
    ) -> None:
        integration = await self._started(name, manifest, connections)
        if integration is None:
            return
        for connection in connections:
            # It may have been changed or paused while its integration was being started.
            if connection.id not in self._kept and self._devices.connection(connection.id) == connection:
                self._keep(integration, connection, bindings.get(connection.id, ()))

    async def _started(
        self, name: str, manifest: Manifest | None, connections: Sequence[Connection]
    ) -> Integration | None:
        if manifest is None:
            self._all_down(connections, f"the integration {name} is not installed")
            return None
        delay_s = self._delays.first_s
        while True:
            try:
                return await self.integration(name)
            except _StartFailed as error:
                self._all_down(connections, str(error))
            except IntegrationBroken as error:
                log.error("%s", error)
                self._all_down(connections, str(error))
                return None
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._delays.longest_s)

    async def _begin(self, name: str, integration: Integration) -> None:
        try:
            async with asyncio.timeout(_START_WITHIN_S):
                await integration.start()
        except (Exception, SystemExit) as error:
            log.exception("integration %s does not start", name)
            reason = "it takes too long" if isinstance(error, TimeoutError) else str(error)
            raise _StartFailed(f"the integration {name} does not start: {reason}") from error

    def _context(self, name: str, manifest: Manifest) -> IntegrationContext:
        settings = {**manifest.settings, **self._settings.get(name, {})}
        return IntegrationContext(
            clock=self._clock,
            settings=settings,
            read_secret=self._secret,
            own_broker=self.own_broker(),
            ports=self._ports,
            refused=self.refused_at_doors.note,
        )

    async def _keep_adapter(
        self, integration: Integration, connection: Connection, bindings: Sequence[Binding]
    ) -> None:
        sink = self._intake.sink(connection.id)
        delay_s = self._delays.first_s
        while True:
            started_at = self._clock.monotonic()
            reason = "its adapter stopped by itself"
            try:
                await self._live(integration, connection, bindings)
            except (Exception, SystemExit) as error:  # a library of others may want to end the program
                log.exception("the adapter of %s crashed and is started again", connection.id)
                reason = f"its adapter crashed and is started again: {type(error).__name__}"
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise asyncio.CancelledError  # it failed at being ended, or paid no heed: it ends all the same
            sink.link_changed(LinkState.DOWN, reason)
            if self._clock.monotonic() - started_at >= self._delays.proven_s:
                delay_s = self._delays.first_s
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._delays.longest_s)

    async def _live(self, integration: Integration, connection: Connection, bindings: Sequence[Binding]) -> None:
        adapter = integration.adapter(connection, bindings, self._intake.sink(connection.id))
        self._devices.set_adapter(connection.id, adapter)
        try:
            await adapter.run()
        finally:
            self._devices.set_adapter(connection.id, None)
            await adapter.close()

    def _all_down(self, connections: Sequence[Connection], reason: str) -> None:
        for connection in connections:
            self._intake.sink(connection.id).link_changed(LinkState.DOWN, reason)
