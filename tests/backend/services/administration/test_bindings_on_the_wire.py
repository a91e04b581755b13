"""A lamp is bound behind a real TALQ gateway: its adapter alone hears of it, and the lamp's level is there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock, SystemClock
from backend.ports import Unit
from backend.services.administration.binding_list import BindingList
from backend.services.administration.bindings import BindingDesk
from backend.services.integration_catalogue import FolderCatalogue
from backend.services.supervisor import Supervisor
from backend.storage.memory import MemoryStorage
from contract.bindings import BindingPage, BindingWish, DeviceStanding
from contract.devices import Connection, LinkState
from contract.points import Quality
from tests.backend.integrations.talq_lighting.bench_gateway import GATEWAY, Bench
from tests.backend.integrations.talq_lighting.bench_gateway import LAMPS as LAMP_SITES
from tests.backend.services.rig import LAMPS, SmallCity
from tests.eventually import eventually

_INTEGRATIONS = Path(__file__).parents[4] / "backend" / "integrations"
NORTH = "talq north"


class Street:
    """A gateway with eight lamps that nobody has bound."""

    def __init__(self) -> None:
        self.field = Bench()
        self.city = city = SmallCity(MemoryStorage(ManualClock()))
        self.supervisor = Supervisor(
            city.storage,
            SystemClock(),
            city.devices,
            city.intake,
            FolderCatalogue(_INTEGRATIONS),
            lambda name: name,
        )
        self.desk = BindingDesk(
            city.storage,
            city.register,
            city.devices,
            self.supervisor,
            city.intake,
            asyncio.Lock(),
            is_masked=lambda _: False,
        )
        self.list = BindingList(city.register, city.live, city.devices)

    async def start(self) -> None:
        await self.city.register.load()
        await self.city.start()
        await self.field.start(run_adapter=False)
        settings = {"gateway_address": GATEWAY, "poll_s": "0.2", "retry_first_s": "0.1", "retry_longest_s": "0.2"}
        connection = Connection(id=NORTH, integration="talq_lighting", url=self.field.url, settings=settings)
        await self.city.storage.commit(Unit(connections=[connection]))
        await self.supervisor.start()
        await self.up()

    async def up(self) -> None:
        async def is_up() -> bool:
            await self.city.settle()
            return self.city.devices.link(NORTH).state is LinkState.UP

        await eventually(is_up, "the gateway is up", 20)

    async def page(self) -> BindingPage:
        return await self.list.page(
            NORTH, search="", standing="", start=0, limit=50, sees=lambda _: True, may_bind=True
        )

    async def change(self, before: str | None, after: str | None) -> None:
        wish = BindingWish(asset_id=LAMPS[0], before=before, after=after)
        await self.desk.change(NORTH, [wish], sees=lambda _: True, by="admin")


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    made = Street()
    await made.start()
    yield made
    await made.supervisor.close()
    await made.field.close()
    await made.city.stop()
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_lamp_that_its_gateway_lists_is_bound_and_its_level_is_read(street: Street) -> None:
    page = await street.page()
    assert {one.standing for one in page.items} == {DeviceStanding.SEEN}
    assert {site.address for site in LAMP_SITES} <= {one.address for one in page.items}
    address = LAMP_SITES[0].address
    adapter = street.city.devices.adapter(NORTH)
    await street.change(None, address)

    async def is_read() -> bool:
        await street.city.settle()
        value = street.city.live.point(LAMPS[0], "level_percent")
        return value is not None and value.quality is Quality.GOOD and value.value is not None

    await eventually(is_read, "the lamp tells its level", 20)
    assert street.city.devices.adapter(NORTH) is not adapter
    await street.up()
    bound = next(one for one in (await street.page()).items if one.address == address)
    assert (bound.standing, bound.asset_id) == (DeviceStanding.ANSWERS, LAMPS[0])

    await street.change(address, None)
    await street.up()
    value = street.city.live.point(LAMPS[0], "level_percent")
    assert value is not None
    assert value.quality is Quality.STALE
    assert address in {one.address for one in (await street.page()).items if one.asset_id is None}
