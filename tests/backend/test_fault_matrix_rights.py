"""Fault matrix, rights: whoever manages a part of the city gains nothing outside it, by any route."""

import asyncio
import functools
from collections.abc import AsyncIterator

import aiohttp
import pytest

from backend.api.stream.subscriber import Subscriber
from backend.ports import Unit
from backend.services.command_records import requested
from contract.api import AssetDetail, CommandRequest
from contract.journal import EntryKind, NewEntry
from contract.points import Reading
from contract.rights import Grant, Level, Scope, User
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

IN_DIJON = Scope(communes=(DIJON,))
CHIEF_OF_DIJON = (Grant(level=Level.CONFIGURE, scope=IN_DIJON),)
ALL_BUT_QUETIGNY = (
    Grant(level=Level.CONFIGURE),
    Grant(level=Level.OPERATE, scope=Scope(communes=(QUETIGNY,)), is_deny=True),
)
EVERYTHING = {"grants": [{"level": 4}]}
WHOLE_CITY_ACTS: list[tuple[str, str, object]] = [
    ("GET", "/users", None),
    ("PUT", "/users/chief/grants", EVERYTHING),
    ("PUT", "/users/marie/grants", {"grants": []}),
    ("PUT", "/users/marie/active", {"is_active": False}),
    ("GET", "/links", None),
    ("GET", "/approvals", None),
    ("POST", "/approvals/any/approve", None),
    ("POST", "/imports?class=streetlight&name=a.csv", "code,lon,lat\nX,5,47\n"),
]


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    city = TwoCommunes()
    await city.start()
    async with serve(city) as listening:
        yield listening
    await city.close()


@pytest.mark.parametrize("grants", [CHIEF_OF_DIJON, ALL_BUT_QUETIGNY], ids=["part", "all but a part"])
@pytest.mark.parametrize(("method", "path", "body"), WHOLE_CITY_ACTS, ids=[f"{m} {p}" for m, p, _ in WHOLE_CITY_ACTS])
async def test_f48_what_concerns_the_whole_city_takes_the_right_to_all_of_it(
    served: ServedCity, grants: tuple[Grant, ...], method: str, path: str, body: object
) -> None:
    await served.city.account("marie")
    await served.city.account("chief", grants)
    session = await served.login("chief")
    headers = {"Authorization": f"Bearer {session.access_token}"}
    sent = {"data": body} if isinstance(body, str) else {"json": body} if body is not None else {}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, f"{served.url}/api/v1{path}", **sent) as response,  # pyright: ignore[reportArgumentType] - either way of sending
    ):
        assert response.status == 403, await response.text()
    marie = served.city.identity.user("marie")
    assert marie is not None
    assert (marie.is_active, marie.grants) == (True, (Grant(level=Level.CONFIGURE),))


async def test_f48_a_card_counts_only_what_one_may_see(served: ServedCity) -> None:
    await served.city.account("cabinets", [Grant(level=Level.VIEW, scope=Scope(classes=("lighting_cabinet",)))])
    session = await served.login("cabinets")
    detail = await session.get(f"/assets/{served.city.cabinet().id}", AssetDetail)
    assert detail.supply_children_count == 0


@pytest.mark.parametrize(
    ("level", "is_told"), [(Level.VIEW, False), (Level.OPERATE, False), (Level.MANAGE, True)], ids=str
)
async def test_f48_the_register_of_viewings_is_for_those_who_answer_for_it(
    served: ServedCity, level: Level, is_told: bool
) -> None:
    """Who watched which camera and why is personal: not even the liaison seat that sees the camera reads it."""
    camera = served.city.register.of_topic(DIJON, "camera")[0]
    viewing = NewEntry(
        kind=EntryKind.VIEWING, actor="marie", asset_id=camera.id, payload={"act": "asked", "reason": "bagarre"}
    )
    await served.city.storage.commit(Unit(entries=[viewing]))
    await served.city.account("police", [Grant(level=level, scope=IN_DIJON)])
    session = await served.login("police")
    headers = {"Authorization": f"Bearer {session.access_token}"}
    paths = [f"/journal?asset_id={camera.id}", f"/journal?asset_id={camera.id}&kinds=viewing"]
    if level >= Level.OPERATE:
        paths.append("/journal")
    async with aiohttp.ClientSession(headers=headers) as http:
        for path in paths:
            async with http.get(f"{served.url}/api/v1{path}") as response:
                page = await response.json()
            assert ("bagarre" in str(page["items"])) == is_told, path
            assert len(page["items"]) == page["total"], path


async def test_f48_every_route_answers_for_a_foreign_commune_as_for_nothing(served: ServedCity) -> None:
    city = served.city
    await city.account("police", [Grant(level=Level.MANAGE, scope=IN_DIJON)])
    await city.say(Reading(city.cabinet(QUETIGNY).id, "supplyLoss", True))
    city.clock.pass_time(5)
    await city.alarms.settle()
    (alarm,) = city.alarms.standing()
    lamp, camera = city.lamps(QUETIGNY)[0].id, city.register.of_topic(QUETIGNY, "camera")[0].id
    claim = {"id": "c" * 32, "asset_ids": [lamp], "property": "level_percent", "value": 1, "reason": "x"}
    mixed = {**claim, "asset_ids": [city.lamps()[0].id, lamp]}
    command = {"id": "d" * 32, "asset_id": camera, "action": "ptz_stop"}
    tries: list[tuple[str, str, object]] = [
        ("GET", f"/assets/{lamp}", None),
        ("GET", f"/assets/{lamp}/supplied", None),
        ("GET", f"/assets/{lamp}/trend?point=level_percent", None),
        ("GET", f"/assets/{lamp}/explain?property=level_percent", None),
        ("GET", f"/claims?asset_id={lamp}", None),
        ("POST", "/claims", claim),
        ("POST", "/claims", mixed),
        ("GET", f"/commands?asset_id={lamp}", None),
        ("POST", "/commands", command),
        ("POST", f"/cameras/{camera}/view", {"stream": "sub"}),
        ("GET", f"/journal?asset_id={lamp}", None),
        ("GET", f"/alarms/{alarm.id}", None),
        ("POST", f"/alarms/{alarm.id}/acknowledge", {"occurrence": 1}),
        ("POST", f"/alarms/{alarm.id}/out-of-service", {"reason": "x"}),
    ]
    session = await served.login("police")
    headers = {"Authorization": f"Bearer {session.access_token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for method, path, body in tries:
            async with http.request(method, f"{served.url}/api/v1{path}", json=body) as response:
                assert response.status == 404, (path, await response.text())
        for path in ("/alarms", f"/assets?commune={QUETIGNY}", "/journal", "/assets?text=QUETIGNY"):
            async with http.get(f"{served.url}/api/v1{path}") as response:
                page = await response.json()
                assert (page["items"], page["total"]) == ([], 0), path
        async with http.get(f"{served.url}/api/v1/cameras/near?lon=5.11&lat=47.32&count=16") as response:
            assert {item["asset"]["commune"] for item in (await response.json())["items"]} == {DIJON}


async def test_f48_the_last_administrator_cannot_lock_the_city_out(served: ServedCity) -> None:
    await served.city.account("chief")
    session = await served.login("chief")
    headers = {"Authorization": f"Bearer {session.access_token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for path, body in (("grants", {"grants": [{"level": 3}]}), ("active", {"is_active": False})):
            async with http.put(f"{served.url}/api/v1/users/chief/{path}", json=body) as response:
                assert response.status == 409, path
                assert "administrator" in (await response.json())["detail"]
        await served.city.account("marie")
        async with http.put(f"{served.url}/api/v1/users/chief/active", json={"is_active": False}) as response:
            assert response.status == 200


async def test_f49_who_is_logged_out_while_sending_a_body_does_nothing_with_it(served: ServedCity) -> None:
    await served.city.account("chief")
    session = await served.login("chief")

    async def slowly() -> AsyncIterator[bytes]:
        yield b"code,lon,lat\n"
        await asyncio.sleep(0.05)
        await served.city.identity.logout(session.access_token)
        yield b"X-1,5.04,47.3\n"

    headers = {"Authorization": f"Bearer {session.access_token}"}
    url = f"{served.url}/api/v1/imports?class=streetlight&name=a.csv&commune={DIJON}"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, data=slowly()) as response:
        assert response.status == 401, await response.text()
    assert served.city.register.find("streetlight", "X-1") is None


async def test_f49_who_lost_the_right_is_not_told_how_his_command_ended(served: ServedCity) -> None:
    city = served.city
    told: dict[str, list[object]] = {}
    camera = city.register.of_topic(DIJON, "camera")[0]
    for commune in (DIJON, QUETIGNY):
        user = await city.account(commune, [Grant(level=Level.OPERATE, scope=Scope(communes=(commune,)))])
        subscriber = Subscriber(city.session(user), functools.partial(_same, user))
        city.hub.audience.join(subscriber)
        request = CommandRequest(id="d" * 32, asset_id=camera.id, action="ptz_stop")
        city.hub.command_changed(requested(request, by=user.name, at=city.clock.now()))
        told[commune] = [frame for frame in (subscriber.take(),) if frame is not None]
    assert [len(told[commune]) for commune in (DIJON, QUETIGNY)] == [1, 0]


def _same(user: User) -> User:
    return user
