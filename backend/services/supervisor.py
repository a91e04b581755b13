"""Keeps one adapter running for each connection; a crash is a link that is down, never the backend's end."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

import msgspec

from backend.devkit.adapter import Adapter, Integration, IntegrationContext, SecretReader
from backend.devkit.clock import Clock
from backend.devkit.manifest import Manifest
from backend.devkit.tasks import Tasks
from backend.ports import Storage
from backend.services.devices import Devices
from backend.services.intake import Intake
from backend.services.integration_catalogue import Catalogue, IntegrationBroken
from contract.devices import Binding, Connection, LinkState, LinkStatus

log = logging.getLogger(__name__)


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
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._devices = devices
        self._intake = intake
        self._catalogue = catalogue
        self._read_secret = read_secret
        self._settings = settings or {}
        self._delays = delays or RestartDelays()
        self._tasks = Tasks("devices")
        self._integrations: dict[str, Integration] = {}
        self._starting = asyncio.Lock()

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
        async with self._starting:
            running = self._integrations.get(name)
            if running is None:
                running = await self._catalogue.create(name, self._context(name, manifest))
                await running.start()
                self._integrations[name] = running
            return running

    async def add(self, connections: Sequence[Connection], bindings: Mapping[str, Sequence[Binding]]) -> None:
        """Keep these too, beside what runs. They are stored already. Raises IntegrationBroken."""
        stored = await self._storage.connections()
        self._devices.take(self._catalogue.manifests(), stored, await self._storage.bindings())
        for connection in connections:
            integration = await self.integration(connection.integration)
            own = bindings.get(connection.id, ())
            self._tasks.start(self._keep_adapter(integration, connection, own), name=f"connection {connection.id}")

    async def reload(self) -> None:
        """Stop everything and start what is stored now, when connections changed."""
        await self.close()
        self._tasks = Tasks("devices")
        await self.start()

    async def close(self) -> None:
        """Stop all adapters, then what they shared."""
        await self._tasks.close()
        for integration in self._integrations.values():
            await integration.close()
        self._integrations.clear()

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
            own = bindings.get(connection.id, ())
            self._tasks.start(self._keep_adapter(integration, connection, own), name=f"connection {connection.id}")

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
            except IntegrationBroken as error:
                log.error("%s", error)
                self._all_down(connections, str(error))
                return None
            except Exception as error:
                log.exception("integration %s does not start", name)
                self._all_down(connections, f"the integration {name} does not start: {error}")
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._delays.longest_s)

    def _context(self, name: str, manifest: Manifest) -> IntegrationContext:
        settings = {**manifest.settings, **self._settings.get(name, {})}
        return IntegrationContext(clock=self._clock, settings=settings, read_secret=self._read_secret)

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
            except Exception as error:
                log.exception("the adapter of %s crashed and is started again", connection.id)
                reason = f"its adapter crashed and is started again: {type(error).__name__}"
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
