"""Fault matrix F48, service: an asset of another service than its class's is shown to the same people on every way."""

import asyncio
import datetime as dt
from collections.abc import Sequence

import aiohttp
import msgspec
import pytest

from backend.api.stream.subscriber import Subscriber
from contract.alarms import Alarm
from contract.api import AlarmPage, AssetPage
from contract.digests import TopicDigest
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from contract.stream import (
    AlarmsBody,
    AssetsBody,
    Body,
    Changes,
    ClaimsBody,
    PointsBody,
    Snapshot,
    StatesBody,
    Subscribe,
    Topic,
    TopicKind,
)
from tests.backend.api.serving import ServedCity
from tests.backend.api.test_hub import console, told, window
from tests.backend.api.test_replay import asked, ids, seconds
from tests.backend.api.two_communes import DIJON, TwoCommunes

LIGHTING = [Grant(level=Level.OPERATE, scope=Scope(services=("lighting",)))]
STADIUM = [Grant(level=Level.OPERATE, scope=Scope(services=("stadium",)))]
ALL_KINDS = tuple(TopicKind)


async def give_to_the_stadium(city: TwoCommunes) -> int:
    """One of three lamps in Dijon is the stadium's. Its number."""
    lamp = msgspec.structs.replace(city.lamps()[0], service="stadium")
    await city.register.apply([lamp], "system", note="the stadium's own")
    return lamp.id


def of_body(body: Body) -> set[int]:
    """The assets of which a body speaks."""
    match body:
        case AssetsBody():
            return {asset.id for asset in body.assets}
        case StatesBody():
            return set(memoryview(body.ids).cast("I"))
        case PointsBody():
            return {row.asset_id for row in body.rows}
        case AlarmsBody():
            return {alarm.asset_id for alarm in body.alarms}
        case ClaimsBody():
            return {claim.asset_id for claim in body.claims}


def heard(subscriber: Subscriber) -> dict[TopicKind, set[int]]:
    """The assets that were told of, by kind of topic."""
    found: dict[TopicKind, set[int]] = {kind: set() for kind in TopicKind}
    for message in told(subscriber):
        if isinstance(message, Snapshot | Changes):
            found[message.topic.kind] |= of_body(message.body)
    return found


def mirrored(messages: Sequence[object]) -> dict[Topic, set[int]]:
    """What a console holds of each topic of assets after these messages."""
    held: dict[Topic, set[int]] = {}
    for message in messages:
        if isinstance(message, Snapshot) and isinstance(message.body, AssetsBody):
            held[message.topic] = of_body(message.body)
        elif isinstance(message, Changes) and isinstance(message.body, AssetsBody):
            held[message.topic] = (held.get(message.topic, set()) | of_body(message.body)) - set(message.body.removed)
    return held


@pytest.mark.parametrize("is_theirs", [False, True])
async def test_stream_and_requests_show_the_same_assets(served: ServedCity, city: TwoCommunes, is_theirs: bool) -> None:
    lamp = await give_to_the_stadium(city)
    grants = STADIUM if is_theirs else LIGHTING
    seat = await console(city, grants, name="ines")
    page = await (await served.login("ines")).get("/assets", AssetPage, {"limit": 100})
    shown = {asset.id for asset in page.items}
    assert (lamp in shown) == is_theirs
    city.hub.subscribe(seat, Subscribe(kinds=ALL_KINDS))
    first = heard(seat)
    assert first[TopicKind.ASSETS] == first[TopicKind.STATES] == shown
    await city.say(*(Reading(one.id, "level_percent", 40) for one in city.lamps()))
    await window()
    lamps = {one.id for one in city.lamps()}
    assert heard(seat)[TopicKind.POINTS] == shown & lamps


async def test_an_alarm_of_it_rings_where_it_belongs(city: TwoCommunes) -> None:
    cabinet = msgspec.structs.replace(city.cabinet(), service="stadium")
    await city.register.apply([cabinet], "system", note="the stadium's own")
    theirs, ours = await console(city, STADIUM, name="ines"), await console(city, LIGHTING, name="paul")
    for seat in (theirs, ours):
        city.hub.subscribe(seat, Subscribe(kinds=(TopicKind.ALARMS,)))
        told(seat)
    await city.say(Reading(cabinet.id, "supplyLoss", True))
    await asyncio.sleep(0)

    def alarms(seat: Subscriber) -> list[Alarm]:
        bodies = [message.body for message in told(seat) if isinstance(message, Changes)]
        return [alarm for body in bodies if isinstance(body, AlarmsBody) for alarm in body.alarms]

    assert {alarm.asset_id for alarm in alarms(theirs)} == {cabinet.id}
    assert not alarms(ours)


@pytest.mark.parametrize("change", [{"service": "stadium"}, {"commune": "21515"}])
async def test_an_asset_that_passes_to_others_leaves_the_old_topic(city: TwoCommunes, change: dict[str, str]) -> None:
    grants = LIGHTING if "service" in change else [Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,)))]
    before, all_of_it = await console(city, grants, name="ines"), await console(city, name="paul")
    for seat in (before, all_of_it):
        city.hub.subscribe(seat, Subscribe(kinds=ALL_KINDS))
    messages, everything = list(told(before)), list(told(all_of_it))
    lamp = msgspec.structs.replace(city.lamps()[0], **change)
    await city.register.apply([lamp], "system", note="passes on")
    await window()
    messages += told(before)
    everything += told(all_of_it)
    assert lamp.id not in set().union(*mirrored(messages).values())
    assert [lamp.id in held for held in mirrored(everything).values()].count(True) == 1
    await city.say(Reading(lamp.id, "level_percent", 80))
    await window()
    assert lamp.id not in heard(before)[TopicKind.POINTS]
    assert lamp.id in heard(all_of_it)[TopicKind.POINTS]


@pytest.mark.parametrize("change", [{"service": "stadium"}, {"commune": "21515"}])
async def test_who_follows_anew_reckons_the_digest_of_a_topic_that_was_left(
    city: TwoCommunes, change: dict[str, str]
) -> None:
    paul = await console(city, name="paul")
    city.hub.subscribe(paul, Subscribe(kinds=ALL_KINDS))
    lamp = msgspec.structs.replace(city.lamps()[0], **change)
    await city.register.apply([lamp], "system", note="passes on")
    await window()
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=ALL_KINDS))
    for message in told(marie):
        if isinstance(message, Snapshot):
            digest = TopicDigest()
            digest.apply(message.body)
            assert digest.digest == message.digest, message.topic


async def test_the_past_is_shown_to_those_who_see_it_live(served: ServedCity, city: TwoCommunes) -> None:
    lamp = await give_to_the_stadium(city)
    for name, grants in (("ines", STADIUM), ("paul", LIGHTING)):
        await city.account(name, grants)
    begin = city.clock.now()
    await city.say(*(Reading(one.id, "level_percent", 40) for one in city.lamps()))
    await seconds(city, 5)
    until = begin + dt.timedelta(seconds=4)
    theirs, ours = await asked(served, "ines", begin, until), await asked(served, "paul", begin, until)
    assert {one for batch in theirs.batches for one in ids(batch)} == {lamp}
    assert lamp not in {one for batch in ours.batches for one in ids(batch)}


async def test_conditions_of_a_class_are_told_to_who_sees_one_of_it(served: ServedCity, city: TwoCommunes) -> None:
    await give_to_the_stadium(city)
    await city.account("ines", STADIUM)
    session = await served.login("ines")
    headers = {"Authorization": f"Bearer {session.access_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{served.url}/api/v1/alarm-rules") as response,
    ):
        assert {one["class"] for one in (await response.json())["items"]} == {"streetlight"}


@pytest.mark.parametrize("change", [{"service": "stadium"}, {"commune": "21515"}])
async def test_a_standing_alarm_goes_with_its_asset(
    served: ServedCity, city: TwoCommunes, change: dict[str, str]
) -> None:
    scope = Scope(services=("lighting",)) if "service" in change else Scope(communes=(DIJON,))
    seat = await console(city, [Grant(level=Level.OPERATE, scope=scope)], name="ines")
    session = await served.login("ines")
    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    assert (await session.get("/alarms", AlarmPage)).total == 1
    cabinet = msgspec.structs.replace(city.cabinet(), **change)
    await city.register.apply([cabinet], "system", note="passes on")
    assert (await session.get("/alarms", AlarmPage)).total == 0
    city.hub.subscribe(seat, Subscribe(kinds=(TopicKind.ALARMS,)))
    assert cabinet.id not in heard(seat)[TopicKind.ALARMS]
