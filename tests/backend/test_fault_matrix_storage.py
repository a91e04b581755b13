"""Fault matrix, storage: while nothing can be kept what stands is shown; what is asked is no part of a query."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery, StorageError, StoredUser, Unit
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from contract.points import Reading
from contract.rights import Grant, Level, Scope, User
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import DIJON, TwoCommunes

INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE journal; --",
    '" OR ""="',
    "anne' UNION SELECT name, password_hash FROM users --",
    "%",
    "_nne",
    "anne\\",
    "anne' --",
    "?",
    ":actor_1",
    "ａｎｎｅ＇",
)
NOTE = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={"text": "kept"})


async def test_f16_while_the_database_takes_nothing_the_alarms_that_stand_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = TwoCommunes()
    await city.start()
    await city.account("marie")
    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    city.clock.pass_time(5)
    await city.alarms.settle()
    (alarm,) = city.alarms.standing()

    async def hangs(*_: object) -> None:
        raise StorageError("the database does not answer")

    trouble = "the database does not answer: what is done now is not kept"
    async with serve(city, troubles=lambda: (trouble,)) as served:
        session = await served.login("marie")
        headers = {"Authorization": f"Bearer {session.access_token}"}
        monkeypatch.setattr(city.storage, "commit", hangs)
        async with aiohttp.ClientSession(headers=headers) as http:
            async with http.get(f"{served.url}/api/v1/alarms") as response:
                assert [item["id"] for item in (await response.json())["items"]] == [alarm.id]
            url = f"{served.url}/api/v1/alarms/{alarm.id}/acknowledge"
            async with http.post(url, json={"occurrence": alarm.occurrence}) as response:
                assert response.status == 503, "nothing is confirmed that is not kept"
                assert "could not be kept" in (await response.json())["title"]
            async with http.get(f"{served.url}/api/v1/health") as response:
                answer = await response.json()
                assert (answer["status"], trouble in answer["detail"]) == ("degraded", True)
        monkeypatch.undo()
        shown = city.alarms.get(alarm.id)
        assert shown is not None
        assert not shown.acknowledged_by
    await city.close()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[SqlStorage]:
    """Real SQL, with somebody in it."""
    made = create_storage(None, tmp_path, tmp_path / "secrets", SystemClock(), ballast_bytes=0)
    await made.open()
    user = User(name="anne", person="Anne", display_name="Anne", role="operator", grants=())
    await made.save_user(StoredUser(user=user, password_hash="h"), NOTE)
    await made.commit(Unit(entries=[NOTE], replaced_assets=[Asset(id=1, code="L1", class_="x", lon=5, lat=47)]))
    yield made
    await made.close()


@pytest.mark.parametrize("said", INJECTIONS)
async def test_f43_what_is_asked_for_is_a_value_and_never_a_part_of_the_query(storage: SqlStorage, said: str) -> None:
    assert await storage.journal_count(JournalQuery(actor="anne")) == 2
    assert list(await storage.journal(JournalQuery(actor=said))) == []
    evil = NewEntry(kind=EntryKind.NOTE, actor=said, payload={"text": said})
    await storage.commit(Unit(entries=[evil], replaced_assets=[Asset(id=1, code=said, class_="x", lon=5, lat=47)]))
    assert [entry.payload["text"] for entry in await storage.journal(JournalQuery(actor=said))] == [said]
    assert [asset.code for asset in await storage.assets()] == [said]
    assert await storage.journal_count(JournalQuery(actor="anne")) == 2
    assert await storage.verify_journal() is None


@pytest.mark.parametrize("said", INJECTIONS)
async def test_f43_no_filter_shows_what_one_may_not_see(said: str) -> None:
    city = TwoCommunes()
    await city.start()
    await city.account("police", [Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,)))])
    async with serve(city) as served:
        session = await served.login("police")
        headers = {"Authorization": f"Bearer {session.access_token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            for path, name in (("assets", "commune"), ("assets", "text"), ("assets", "class"), ("journal", "actor")):
                async with http.get(f"{served.url}/api/v1/{path}", params={name: said}) as response:
                    assert response.status in {200, 400}, await response.text()
                    items = (await response.json()).get("items", [])
                    assert {item.get("commune", DIJON) for item in items} <= {DIJON}
    await city.close()
