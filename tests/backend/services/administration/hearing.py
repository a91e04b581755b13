"""A network whose sensors the test lets speak: bound ones are read, the others are listed as seen."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from backend.devkit.adapter import Adapter, DeviceCommand, Integration, IntegrationContext, Outcome, Sink
from backend.devkit.clock import Clock
from backend.devkit.manifest import AddressForm, Manifest
from backend.services.integration_catalogue import IntegrationBroken
from contract.devices import Binding, Connection, LinkState, UnknownDevice
from contract.points import Reading
from tests.backend.services.rig import LAMP_MANIFEST

NETWORK = "hearing"
MANIFEST = msgspec.structs.replace(
    LAMP_MANIFEST,
    name=NETWORK,
    address=AddressForm(
        pattern="[0-9a-f]{4}", until=";", without="-", is_lower=True, hint_fr="quatre chiffres", hint_en="four digits"
    ),
)


class Ear:
    """One connection's adapter."""

    def __init__(self, connection: Connection, bindings: Sequence[Binding], sink: Sink, clock: Clock) -> None:
        self._id = connection.id
        self._asset_at = {binding.address.partition(";")[0]: binding.asset_id for binding in bindings}
        self._sink = sink
        self._clock = clock
        self._strangers: dict[str, UnknownDevice] = {}
        self.is_closed = False

    def hear(self, address: str, level: float) -> None:
        """A sensor speaks."""
        asset_id = self._asset_at.get(address)
        if asset_id is not None:
            self._sink.report([Reading(asset_id, "level_percent", level)])
            return
        now = self._clock.now()
        self._strangers[address] = UnknownDevice(
            connection_id=self._id, address=address, name=f"sensor {address}", first_heard=now, last_heard=now
        )

    def loses(self, address: str) -> None:
        """A sensor is silent."""
        self._sink.assets_unreachable([self._asset_at[address]], "nothing heard")

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        return list(self._strangers.values())

    async def run(self) -> None:
        self._sink.link_changed(LinkState.UP)
        await asyncio.Event().wait()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        return ()

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """They sleep."""

    async def close(self) -> None:
        self.is_closed = True


class Network:
    """Catalogue and integration in one: remembers the adapters it made, by connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.made: dict[str, list[Ear]] = {}

    def manifests(self) -> Mapping[str, Manifest]:
        return {NETWORK: MANIFEST}

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        if name != NETWORK:
            raise IntegrationBroken(name)
        return self

    async def start(self) -> None:
        """Nothing is shared."""

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        self.made.setdefault(connection.id, []).append(Ear(connection, bindings, sink, self._clock))
        return self.made[connection.id][-1]

    def ear(self, connection_id: str = "north") -> Ear:
        """The one that runs."""
        return self.made[connection_id][-1]

    async def close(self) -> None:
        """Nothing is shared."""
