"""Adapters that crash, hang up or are not there: links go down, the backend stays."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from backend.devkit.adapter import Adapter, Integration, IntegrationContext, Sink
from backend.devkit.clock import SystemClock
from backend.devkit.manifest import Manifest
from backend.ports import Unit
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.supervisor import RestartDelays, Supervisor
from contract.devices import Binding, Connection, LinkState
from contract.journal import EntryKind
from contract.points import Reading
from tests.backend.services.rig import LAMP_MANIFEST, LAMPS, ScriptedGateway, SmallCity


class CrashingGateway(ScriptedGateway):
    """Reports a lamp, then fails as often as it is told to."""

    def __init__(self, sink: Sink, crashes: list[Exception]) -> None:
        super().__init__()
        self.sink = sink
        self.crashes = crashes
        self.is_closed = False

    async def run(self) -> None:
        assert self.sink is not None
        self.sink.link_changed(LinkState.UP)
        self.sink.report([Reading(LAMPS[0], "level_percent", 30.0)])
        await asyncio.sleep(0.01)
        if self.crashes:
            raise self.crashes.pop()
        await asyncio.Event().wait()

    async def close(self) -> None:
        self.is_closed = True


class ScriptedIntegration:
    """Makes crashing gateways; remembers them."""

    def __init__(self) -> None:
        self.made: list[CrashingGateway] = []
        self.crashes: list[Exception] = []
        self.refuses_to_start = 0
        self.is_closed = False

    async def start(self) -> None:
        if self.refuses_to_start:
            self.refuses_to_start -= 1
            raise OSError("the port is taken")

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        self.made.append(CrashingGateway(sink, self.crashes))
        return self.made[-1]

    async def close(self) -> None:
        self.is_closed = True


class OneIntegration:
    """A catalogue that knows one integration."""

    def __init__(self, integration: ScriptedIntegration) -> None:
        self.integration = integration
        self.is_broken = False

    def manifests(self) -> Mapping[str, Manifest]:
        return {"scripted": LAMP_MANIFEST}

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        if self.is_broken:
            raise IntegrationBroken("the integration scripted cannot be loaded: no module named zeep")
        return self.integration


class Watched:
    """A city whose connection is kept by a real supervisor."""

    def __init__(self, city: SmallCity) -> None:
        self.city = city
        self.integration = ScriptedIntegration()
        self.catalogue = OneIntegration(self.integration)
        delays = RestartDelays(first_s=0.01, longest_s=0.02)
        self.supervisor = Supervisor(
            city.storage, SystemClock(), city.devices, city.intake, self.catalogue, lambda name: name, delays=delays
        )

    async def start(self, integration: str = "scripted") -> None:
        connection = Connection(id="talq-1", integration=integration, url="test:")
        bindings = {"talq-1": [Binding(asset_id=LAMPS[0], address="0")]}
        await self.city.storage.commit(Unit(connections=[connection], bindings=bindings))
        await self.supervisor.start()

    async def until_link(self, state: LinkState) -> str:
        for _ in range(200):
            await asyncio.sleep(0.01)
            await self.city.intake.take_all()
            if (status := self.supervisor.links()[0]).state is state:
                return status.reason
        raise AssertionError(f"the link never was {state}")


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    city = SmallCity()
    await city.register.load()
    await city.start()
    kept = Watched(city)
    yield kept
    await kept.supervisor.close()
    await city.stop()


async def test_a_crashed_adapter_is_started_again_and_nobody_else_notices(watched: Watched) -> None:
    watched.integration.crashes = [RuntimeError("a bug"), RuntimeError("a bug")]
    await watched.start()
    await watched.until_link(LinkState.UP)
    await asyncio.sleep(0.15)
    await watched.until_link(LinkState.UP)
    assert len(watched.integration.made) == 3
    assert all(adapter.is_closed for adapter in watched.integration.made[:2])
    downs = [e.payload for e in await watched.city.journal(EntryKind.LINK) if e.payload["state"] == "down"]
    assert len(downs) == 2
    assert "crashed" in str(downs[0]["reason"])
    assert watched.supervisor.adapter_of(LAMPS[0]) is watched.integration.made[2]


async def test_an_integration_that_does_not_start_is_tried_again(watched: Watched) -> None:
    watched.integration.refuses_to_start = 2
    await watched.start()
    assert "port is taken" in await watched.until_link(LinkState.DOWN)
    await watched.until_link(LinkState.UP)


async def test_an_integration_that_is_not_there_says_so(watched: Watched) -> None:
    await watched.start("submarine")
    assert "not installed" in await watched.until_link(LinkState.DOWN)


async def test_an_integration_that_cannot_be_loaded_says_so(watched: Watched) -> None:
    watched.catalogue.is_broken = True
    await watched.start()
    assert "zeep" in await watched.until_link(LinkState.DOWN)


async def test_new_connections_replace_the_old(watched: Watched) -> None:
    await watched.start()
    await watched.until_link(LinkState.UP)
    await watched.supervisor.reload()
    await watched.until_link(LinkState.UP)
    assert watched.integration.made[0].is_closed
    assert watched.supervisor.adapter_of(LAMPS[0]) is watched.integration.made[1]
