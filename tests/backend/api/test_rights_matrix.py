"""Every route against every kind of person: what is not granted is not answered, and nothing leaks in counts."""

import re
from collections.abc import Sequence

import aiohttp
import pytest

from backend.api.route import Access
from backend.api.routes import ROUTES
from backend.ports import JournalQuery, Unit
from backend_client.session import Session
from contract.api import AlarmPage, AssetPage, JournalPage
from contract.journal import EntryKind, JournalEntry, NewEntry
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

ROUTE_IDS = [f"{route.method} {route.path}" for route in ROUTES]
GUARDED = [route for route in ROUTES if route.access is not Access.PUBLIC]
LEVELS = [route for route in ROUTES if isinstance(route.access, Level)]


def _path(path: str, asset_id: int) -> str:
    known = {"asset_id": str(asset_id), "camera_id": str(asset_id), "alarm_id": "1"}
    asked = f"?asset_id={asset_id}" if path == "/journal" else ""
    return "/api/v1" + re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], "x"), path) + asked


def test_every_public_route_is_meant_to_be() -> None:
    public = {route.path for route in ROUTES if route.access is Access.PUBLIC}
    assert public == {"/health", "/login", "/refresh"}


def test_no_two_routes_are_the_same() -> None:
    assert len(set(ROUTE_IDS)) == len(ROUTE_IDS)


async def test_without_a_login_nothing_is_answered(served: ServedCity) -> None:
    async with aiohttp.ClientSession() as http:
        for route in GUARDED:
            async with http.request(route.method, served.url + _path(route.path, 2)) as response:
                assert response.status == 401, route.path
                assert response.content_type == "application/problem+json"


async def test_below_its_level_no_route_opens(served: ServedCity, city: TwoCommunes) -> None:
    tokens: dict[Level, Session] = {}
    for level in Level:
        await city.account(f"level-{level.name.lower()}", [Grant(level=level)])
        tokens[level] = await served.login(f"level-{level.name.lower()}")
    async with aiohttp.ClientSession() as http:
        for route in LEVELS:
            assert isinstance(route.access, Level)
            for level in Level:
                headers = {"Authorization": f"Bearer {tokens[level].access_token}"}
                url = served.url + _path(route.path, city.cabinet().id)
                async with http.request(route.method, url, headers=headers) as response:
                    is_closed = response.status == 403
                    assert is_closed == (level < route.access), (route.path, level, response.status)


@pytest.mark.parametrize("path", ["/assets/{0}", "/assets/{0}/supplied", "/assets/{0}/trend?point=level_percent"])
async def test_what_lies_in_a_foreign_commune_does_not_exist(served: ServedCity, city: TwoCommunes, path: str) -> None:
    await city.account("dijon", [Grant(level=Level.CONFIGURE, scope=Scope(communes=(DIJON,)))])
    session = await served.login("dijon")
    foreign = city.lamps(QUETIGNY)[0].id
    headers = {"Authorization": f"Bearer {session.access_token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for asset_id in (foreign, 999_999):
            async with http.get(served.url + "/api/v1" + path.format(asset_id)) as response:
                assert response.status == 404
                assert (await response.json())["title"] == "No such asset."


async def test_who_operates_reads_the_journal_of_what_he_operates(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("dijon", [Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,)))])
    await city.account("chief", [Grant(level=Level.MANAGE)])
    await city.say(*(Reading(city.cabinet(commune).id, "supplyLoss", True) for commune in (DIJON, QUETIGNY)))
    mine = await (await served.login("dijon")).get("/journal", JournalPage)
    assert {entry.asset_id for entry in mine.items} == {city.cabinet().id}
    everything = await (await served.login("chief")).get("/journal", JournalPage, {"kinds": "alarm,login"})
    assert {entry.kind for entry in everything.items} == {EntryKind.ALARM, EntryKind.LOGIN}
    assert {entry.asset_id for entry in everything.items} >= {city.cabinet().id, city.cabinet(QUETIGNY).id}


async def test_counts_and_lists_hold_only_what_one_may_see(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("dijon", [Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,)))])
    await city.say(
        Reading(city.cabinet().id, "supplyLoss", True), Reading(city.cabinet(QUETIGNY).id, "supplyLoss", True)
    )
    session = await served.login("dijon")
    assets = await session.get("/assets", AssetPage, {"limit": 2})
    assert assets.total == 5
    assert {asset.commune for asset in assets.items} == {DIJON}
    alarms = await session.get("/alarms", AlarmPage)
    assert alarms.total == 1
    assert {alarm.commune for alarm in alarms.items} == {DIJON}


async def test_who_sees_little_of_a_long_journal_reads_it_piece_by_piece(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = NewEntry(kind=EntryKind.LINK, actor="olga", asset_id=city.lamps(DIJON)[0].id, payload={"event": "old"})
    foreign = NewEntry(kind=EntryKind.LINK, actor="paul", asset_id=city.lamps(QUETIGNY)[0].id, payload={})
    await city.storage.commit(Unit(entries=[old]))
    await city.storage.commit(Unit(entries=[foreign] * 12_000))
    asked_count = 0
    read = city.storage.journal

    async def counted(query: JournalQuery) -> Sequence[JournalEntry]:
        nonlocal asked_count
        asked_count += 1
        return await read(query)

    monkeypatch.setattr(city.storage, "journal", counted)
    await city.account("olga", (Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,))),))
    olga = await served.login("olga")
    first = await olga.get("/journal", JournalPage, {"kinds": "link"})
    assert (first.items, asked_count) == ((), 10), "no request reads all of it"
    assert first.next is not None
    rest = await olga.get("/journal", JournalPage, {"kinds": "link", "cursor": first.next})
    assert [entry.payload["event"] for entry in rest.items] == ["old"]
    assert rest.next is None
