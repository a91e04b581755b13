"""Fault matrix, gateways: one that falls silent is one alarm, and explains everything behind it."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from backend.devkit.tasks import Tasks
from contract.alarms import Priority
from contract.devices import Binding, Connection, LinkState
from tests.backend.integrations.talq_lighting import bench_gateway as bench_of
from tests.backend.services.rig import BRIGHT_CABINET, DARK_CABINET, GATEWAY, LAMPS, LIGHTING, NEIGHBOURS, SmallCity


class LitCity:
    """The services of a backend, and a simulated gateway behind a real TALQ adapter."""

    def __init__(self) -> None:
        self.city = SmallCity()
        self.bench = bench_of.Bench()
        self._tasks = Tasks("lit city")

    async def start(self) -> None:
        await self.city.start()
        await self.bench.start(run_adapter=False)
        lamps = [
            Binding(asset_id=(LAMPS, NEIGHBOURS)[number % 2][number // 2], address=lamp.address)
            for number, lamp in enumerate(self.bench.lamps)
        ]
        cabinets = [
            Binding(asset_id=asset_id, address=site.address)
            for asset_id, site in zip((DARK_CABINET, BRIGHT_CABINET), bench_of.CABINETS, strict=True)
        ]
        settings = {"gateway_address": bench_of.GATEWAY, "poll_s": "0.2", "retry_first_s": "0.1", "answer_s": "0.5"}
        settings["retry_longest_s"] = "0.2"
        adapter = self.bench.integration.adapter(
            Connection(id=LIGHTING, integration="talq_lighting", url=self.bench.url, settings=settings),
            [*lamps, *cabinets, Binding(asset_id=GATEWAY, address=bench_of.GATEWAY)],
            self.city.sink,
        )
        self._tasks.start(adapter.run(), name="adapter")

    async def link_is(self, state: LinkState) -> None:
        """The services know it."""
        async with asyncio.timeout(5):
            while self.city.devices.link(LIGHTING).state is not state:
                await self.city.settle()
        await self.city.settle()

    async def close(self) -> None:
        await self._tasks.close()
        await self.bench.close()
        await self.city.stop()


@pytest.fixture
async def lit() -> AsyncIterator[LitCity]:
    """Up, and every lamp heard."""
    lit = LitCity()
    await lit.start()
    try:
        async with asyncio.timeout(5):
            while not lit.city.live.is_heard(LAMPS[0]):
                await lit.city.settle()
        await lit.link_is(LinkState.UP)
        yield lit
    finally:
        await lit.close()


async def test_f1_a_silent_gateway_is_one_alarm_that_explains_cabinets_and_lamps(lit: LitCity) -> None:
    lit.bench.gateway.fall_silent()
    await lit.link_is(LinkState.DOWN)
    await lit.city.pass_time(4)
    (alarm,) = lit.city.shown()
    assert (alarm.asset_code, alarm.kind, alarm.priority) == ("GW-21231", "communication_lost", Priority.P2)
    explained = [alarm for alarm in lit.city.alarms.standing() if alarm.is_suppressed]
    assert len(explained) == len(bench_of.LAMPS) + len(bench_of.CABINETS), "nothing is hidden, all is explained"
    assert {alarm.suppressed_by for alarm in explained if alarm.class_ == "lighting_cabinet"} == {
        "supply: lighting_gateway GW-21231"
    }


async def test_f1_once_it_speaks_again_nothing_stays_in_alarm(lit: LitCity) -> None:
    lit.bench.gateway.fall_silent()
    await lit.link_is(LinkState.DOWN)
    await lit.city.pass_time(4)
    lit.bench.gateway.speak_again()
    await lit.link_is(LinkState.UP)
    await lit.city.pass_time(20)
    assert [alarm for alarm in lit.city.alarms.standing() if alarm.is_active] == []
    assert len(lit.city.shown()) == 1, "it waits for its acknowledgement, as what was seen by nobody does"


async def test_f5_a_body_in_a_broken_wrapping_does_not_fill_the_log(
    lit: LitCity, caplog: pytest.LogCaptureFixture
) -> None:
    uri = f"{lit.bench.integration.cms_uri}/devices"
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    for _ in range(3):
        async with aiohttp.ClientSession() as http, http.post(uri, data=b"no gzip", headers=headers) as response:
            assert 400 <= response.status < 500
    await asyncio.sleep(0.05)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
