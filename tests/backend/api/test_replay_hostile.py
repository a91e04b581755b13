"""Who replays to do harm: neither the journal, nor the memory, nor the others suffer, and rights end at once."""

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator

import aiohttp
import pytest

from backend.domain.map_history import Recorded, Stretch
from backend.services.replay import MOST_OF_ONE_LOGIN
from contract.api import JournalPage
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import QUETIGNY, TwoCommunes


class Held:
    """A recording whose readings stand still until they may go on."""

    def __init__(self, city: TwoCommunes, patch: pytest.MonkeyPatch) -> None:
        self.goes_on = threading.Event()
        self._read = city.recording.read
        patch.setattr(city.recording, "read", self._waiting)

    def _waiting(self, since_ms: int, until_ms: int) -> Iterator[Recorded | Stretch]:
        self.goes_on.wait(10)
        return self._read(since_ms, until_ms)


async def recorded(city: TwoCommunes) -> dict[str, str]:
    """Half a minute of the map; gives the question for it."""
    begin = city.clock.now()
    for _ in range(30):
        await city.recorder.record()
        city.clock.pass_time(1)
    return {"since": begin.isoformat(), "until": city.clock.now().isoformat()}


async def status(http: aiohttp.ClientSession, served: ServedCity, query: dict[str, str]) -> int:
    async with http.get(f"{served.url}/api/v1/replay/frames", params=query) as response:
        await response.read()
        return response.status


async def asker(served: ServedCity, name: str) -> aiohttp.ClientSession:
    session = await served.login(name)
    return aiohttp.ClientSession(headers={"Authorization": f"Bearer {session.access_token}"})


async def settled() -> None:
    """What was asked has come as far as it can."""
    for _ in range(50):
        await asyncio.sleep(0.002)


async def test_times_that_were_never_recorded_fill_neither_the_journal_nor_the_memory(
    served: ServedCity, city: TwoCommunes
) -> None:
    await recorded(city)
    await city.account("marie")
    async with await asker(served, "marie") as http:
        for year in range(1980, 2190, 10):
            since = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
            until = since + dt.timedelta(hours=15)
            query = {"since": since.isoformat(), "until": until.isoformat(), "step_s": "60"}
            assert await status(http, served, query) == 200
    page = await (await served.login("marie")).get("/journal", JournalPage, {"kinds": "viewing"})
    assert page.items == (), "nothing was shown: nothing is entered"


async def test_one_login_that_asks_without_end_leaves_room_for_the_others(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = await recorded(city)
    await city.account("greedy")
    await city.account("marie")
    held = Held(city, monkeypatch)
    async with (
        await asker(served, "greedy") as greedy,
        await asker(served, "marie") as marie,
        asyncio.TaskGroup() as group,
    ):
        many = [group.create_task(status(greedy, served, query)) for _ in range(40)]
        await settled()
        other = group.create_task(status(marie, served, query))
        await settled()
        held.goes_on.set()
        assert await other == 200
        assert sorted(await asyncio.gather(*many)) == [200] * MOST_OF_ONE_LOGIN + [503] * (40 - MOST_OF_ONE_LOGIN)


@pytest.mark.parametrize("is_shut_out", [True, False])
async def test_rights_that_end_while_the_past_is_read_end_before_it_is_shown(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch, *, is_shut_out: bool
) -> None:
    query = await recorded(city)
    await city.account("marie")
    held = Held(city, monkeypatch)
    async with await asker(served, "marie") as http, asyncio.TaskGroup() as group:
        asked = group.create_task(status(http, served, query))
        await settled()
        if is_shut_out:
            await city.identity.set_active("marie", is_active=False, by="system")
        else:
            narrower = Grant(level=Level.OPERATE, scope=Scope(communes=(QUETIGNY,)))
            await city.identity.set_grants("marie", [narrower], by="system")
        held.goes_on.set()
        assert await asked == (401 if is_shut_out else 409)
        monkeypatch.undo()
        assert await status(http, served, query) == (401 if is_shut_out else 200)
