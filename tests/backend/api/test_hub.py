"""What consoles are told, in which order, and what they are never told."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from backend.api.stream import subscriber as subscriber_module
from backend.api.stream.subscriber import Subscriber
from contract.alarms import ShownState
from contract.digests import TopicDigest
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from contract.stream import (
    UNACKNOWLEDGED_FLAG,
    AlarmsBody,
    Changes,
    PointsBody,
    RightsChanged,
    ServerMessage,
    Snapshot,
    SnapshotsDone,
    StatesBody,
    Subscribe,
    Topic,
    TopicKind,
    Visual,
    WatchedPoints,
)
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes
from tests.eventually import eventually

ALL_KINDS = tuple(TopicKind)
_decoder = msgspec.msgpack.Decoder(ServerMessage)


async def console(city: TwoCommunes, grants: Sequence[Grant] = EVERYTHING, name: str = "marie") -> Subscriber:
    """A console on the stream, that follows all its rights grant."""
    user = await city.account(name, grants)
    subscriber = Subscriber(city.session(user), lambda: city.identity.user(name) or user)
    city.hub.audience.join(subscriber)
    return subscriber


def told(subscriber: Subscriber) -> list[ServerMessage]:
    """Everything that waits for its socket."""
    messages: list[ServerMessage] = []
    while (frame := subscriber.take()) is not None:
        messages.append(_decoder.decode(frame))
    return messages


async def window() -> None:
    """One window passes."""
    await asyncio.sleep(0.08)


async def test_a_console_first_gets_everything_it_may_see(city: TwoCommunes) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=ALL_KINDS))
    messages = told(marie)
    assert isinstance(messages[-1], SnapshotsDone)
    topics = {message.topic for message in messages if isinstance(message, Snapshot)}
    assert topics == {
        Topic(kind, commune, class_, service)
        for kind in ALL_KINDS
        for commune in (DIJON, QUETIGNY)
        for class_, service in (
            ("streetlight", "lighting"),
            ("lighting_cabinet", "lighting"),
            ("camera", "video_protection"),
        )
    }


async def test_an_alarm_goes_out_at_once_and_raises_the_flag_on_the_map(city: TwoCommunes) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=(TopicKind.ALARMS, TopicKind.STATES), communes=(DIJON,)))
    told(marie)
    bodies: list[object] = []

    def heard(kind: type) -> bool:
        bodies.extend(message.body for message in told(marie) if isinstance(message, Changes))
        return any(isinstance(body, kind) for body in bodies)

    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    await eventually(lambda: heard(AlarmsBody), "the alarm is told")
    [alarms] = [body for body in bodies if isinstance(body, AlarmsBody)]
    assert [(alarm.kind, alarm.shown) for alarm in alarms.alarms] == [("supplyLoss", ShownState.B_UNACK)]
    await eventually(lambda: heard(StatesBody), "the map is told")
    kinds = [type(body) for body in bodies]
    assert kinds.index(AlarmsBody) < kinds.index(StatesBody), "it waits for no window"
    visuals = {
        asset_id: visual
        for body in bodies
        if isinstance(body, StatesBody)
        for asset_id, visual in zip(memoryview(body.ids).cast("I"), body.visuals, strict=True)
    }
    assert visuals[city.cabinet().id] == Visual.ALARM_P2 | UNACKNOWLEDGED_FLAG


async def test_in_one_window_the_latest_value_wins(city: TwoCommunes) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=(TopicKind.POINTS,), communes=(DIJON,)))
    told(marie)
    lamp = city.lamps()[0].id
    for level in range(50):
        await city.say(Reading(lamp, "level_percent", level))
    await window()
    changes = [m for m in told(marie) if isinstance(m, Changes)]
    assert [row.value for m in changes if isinstance(m.body, PointsBody) for row in m.body.rows] == [49]


async def test_a_digest_follows_from_what_was_told(city: TwoCommunes) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=ALL_KINDS))
    await city.say(*(Reading(lamp.id, "level_percent", 40) for lamp in city.lamps()))
    await city.say(Reading(city.cabinet(QUETIGNY).id, "cabinetDoorOpen", True))
    await window()
    held: dict[Topic, TopicDigest] = {}
    last: dict[Topic, int] = {}
    for message in told(marie):
        if isinstance(message, Snapshot):
            held[message.topic] = TopicDigest()
        if isinstance(message, (Snapshot, Changes)):
            held[message.topic].apply(message.body)
            last[message.topic] = message.digest
    assert {topic: digest.digest for topic, digest in held.items()} == last


async def test_rights_grant_whole_topics_and_nothing_else(city: TwoCommunes) -> None:
    police = await console(
        city, [Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,), classes=("camera",)))], "police"
    )
    city.hub.subscribe(police, Subscribe(kinds=ALL_KINDS))
    city.hub.watch(police, [lamp.id for lamp in city.lamps()])
    await city.say(Reading(city.lamps()[0].id, "level_percent", 40), Reading(city.cabinet().id, "supplyLoss", True))
    await window()
    messages = told(police)
    assert {m.topic for m in messages if isinstance(m, (Snapshot, Changes))} == {
        Topic(kind, DIJON, "camera", "video_protection") for kind in ALL_KINDS
    }
    assert not [m for m in messages if isinstance(m, WatchedPoints)]


async def test_who_may_act_no_more_is_told_though_he_sees_the_same(city: TwoCommunes) -> None:
    await city.account("chief")
    marie = await console(city, (Grant(level=Level.MANAGE),))
    city.hub.subscribe(marie, Subscribe(kinds=ALL_KINDS))
    told(marie)
    city.hub.rights_changed("marie")
    assert not [m for m in told(marie) if isinstance(m, RightsChanged)], "nothing is other than it was"
    await city.identity.set_grants("marie", (Grant(level=Level.VIEW),), by="chief")
    assert [m for m in told(marie) if isinstance(m, RightsChanged)] == [RightsChanged(())]


async def test_a_right_taken_away_ends_the_stream_of_it(city: TwoCommunes) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=(TopicKind.STATES,)))
    city.hub.watch(marie, [city.lamps(QUETIGNY)[0].id])
    told(marie)
    await city.identity.set_grants("marie", [Grant(level=Level.VIEW, scope=Scope(communes=(DIJON,)))], by="system")
    await city.say(Reading(city.lamps(QUETIGNY)[0].id, "level_percent", 10))
    await window()
    messages = told(marie)
    [revoked] = [m for m in messages if isinstance(m, RightsChanged)]
    assert {topic.commune for topic in revoked.revoked} == {QUETIGNY}
    assert not [m for m in messages if isinstance(m, (Changes, WatchedPoints))]


async def test_a_watched_asset_is_told_at_once_and_as_it_changes(city: TwoCommunes) -> None:
    marie = await console(city)
    lamp = city.lamps()[0].id
    city.hub.watch(marie, [lamp])
    [first] = [m for m in told(marie) if isinstance(m, WatchedPoints)]
    assert first.points["level_percent"].value is None
    await city.say(Reading(lamp, "level_percent", 70))
    await window()
    [then] = [m for m in told(marie) if isinstance(m, WatchedPoints)]
    assert then.points["level_percent"].value == 70


async def test_values_that_pile_up_give_way_to_a_snapshot_and_alarms_stay(
    city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = await console(city)
    city.hub.subscribe(slow, Subscribe(kinds=(TopicKind.ALARMS, TopicKind.POINTS), communes=(DIJON,)))
    told(slow)
    monkeypatch.setattr(subscriber_module, "MOST_WAITING_BYTES", 2_000)
    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    for level in range(40):
        await city.say(*(Reading(lamp.id, "level_percent", level) for lamp in city.lamps()))
        city.hub.flush_window()
    messages = told(slow)
    assert [m for m in messages if isinstance(m, Changes) and m.topic.kind is TopicKind.ALARMS]
    assert slow.owed
    city.hub.pay_snapshots(slow)
    [snapshot] = [m for m in told(slow) if isinstance(m, Snapshot) and m.topic.class_ == "streetlight"]
    assert isinstance(snapshot.body, PointsBody)
    assert {row.value for row in snapshot.body.rows if row.point == "level_percent"} == {39}


async def test_a_snapshot_larger_than_all_that_may_wait_is_still_sent(
    city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber_module, "MOST_WAITING_BYTES", 100)
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=(TopicKind.ASSETS,)))
    messages = told(marie)
    for _ in range(20):
        city.hub.pay_snapshots(marie)
        messages += told(marie)
    assert len([m for m in messages if isinstance(m, Snapshot)]) == 6
    assert isinstance(messages[-1], SnapshotsDone)
