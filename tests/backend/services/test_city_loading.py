"""The demo city starts again: its devices listen elsewhere, and what an administrator changed stays as he left it."""

import pytest

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import Unit
from backend.services.city_loading import CityLoading
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.assets import Asset
from contract.city_plan import CityPlan, PlannedBinding
from contract.devices import Binding, Connection
from tests.backend.feeds import RecordingFeed
from tests.backend.services.administration.watched_room import Vault

NETWORK, CAMERA = "lorawan", "camera 1"


class City:
    """A register in memory, and what the city announces at each of its starts."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.storage = MemoryStorage(clock)
        self.register = Register(self.storage, RecordingFeed(), clock, standard_asset_classes())
        self.loading = CityLoading(self.storage, self.register, Vault())

    async def starts(self, port: int, *connections: str) -> None:
        bays = tuple(
            Asset(id=number, code=f"PL-{number}", class_="parking_bay", lon=5.0, lat=47.3, commune="21231")
            for number in (1, 2)
        )
        plan = CityPlan(
            name="small",
            seed=1,
            scale=0.1,
            communes=(),
            assets=bays,
            connections=tuple(
                Connection(id=id_, integration="x", url=f"mqtt://127.0.0.1:{port}") for id_ in connections
            ),
            bindings=tuple(
                PlannedBinding(connection_id=NETWORK, class_="parking_bay", code=f"PL-{number}", address=f"a{number}")
                for number in (1, 2)
            ),
        )
        await self.loading.take(plan)

    async def bound(self) -> dict[int, str]:
        return {one.asset_id: one.address for one in (await self.storage.bindings())[NETWORK]}

    async def urls(self) -> dict[str, str]:
        return {connection.id: connection.url for connection in await self.storage.connections()}


@pytest.fixture
async def city() -> City:
    made = City()
    await made.register.load()
    await made.starts(1, NETWORK, CAMERA)
    return made


async def test_what_was_bound_by_hand_is_bound_after_a_restart(city: City) -> None:
    assert await city.bound() == {1: "a1", 2: "a2"}
    moved = [Binding(asset_id=1, address="new")]
    await city.storage.commit(Unit(bindings={NETWORK: moved}))
    await city.starts(2, NETWORK, CAMERA)
    assert await city.bound() == {1: "new"}
    assert (await city.urls())[NETWORK] == "mqtt://127.0.0.1:2"


async def test_connections_of_the_city_go_with_it_and_those_by_hand_stay(city: City) -> None:
    await city.storage.commit(Unit(connections=[Connection(id="by hand", integration="x", url="test:")]))
    await city.starts(2, NETWORK)
    assert set(await city.urls()) == {NETWORK, "by hand"}
