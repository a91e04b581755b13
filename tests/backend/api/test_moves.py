"""Vehicles on the stream: where they are, told to who follows them, and to who comes later."""

import time

import msgspec
import numpy as np

from backend.api.stream.subscriber import Subscriber
from contract.assets import Asset
from contract.digests import TopicDigest
from contract.points import Quality, Reading
from contract.stream import Changes, ServerMessage, Snapshot, StatesBody, Subscribe, Topic, TopicKind, Visual
from tests.backend.api.two_communes import DIJON, TwoCommunes

VEHICLE, PARKED = 900, 901
FLEET = Topic(TopicKind.STATES, DIJON, "vehicle", "fleet")
_decoder = msgspec.msgpack.Decoder(ServerMessage)


async def follower(city: TwoCommunes) -> Subscriber:
    """A console that follows states, with two vehicles in the register."""
    vehicles = [
        Asset(id=number, code=f"VEH-{number}", class_="vehicle", lon=5.0, lat=47.3, commune=DIJON, service="fleet")
        for number in (VEHICLE, PARKED)
    ]
    await city.register.apply(vehicles, "system", note="a fleet")
    user = await city.account("marie")
    subscriber = Subscriber(city.session(user), lambda: user)
    city.hub.audience.join(subscriber)
    city.hub.subscribe(subscriber, Subscribe(kinds=(TopicKind.STATES,), classes=("vehicle",)))
    return subscriber


def told(subscriber: Subscriber) -> list[Snapshot | Changes]:
    """What waits for its socket of the vehicles' topic."""
    messages: list[Snapshot | Changes] = []
    while (frame := subscriber.take()) is not None:
        message = _decoder.decode(frame)
        if isinstance(message, Snapshot | Changes) and message.topic == FLEET:
            messages.append(message)
    return messages


def places(message: Snapshot | Changes) -> dict[int, tuple[float, float, float]]:
    """id -> lon, lat, heading."""
    body = message.body
    assert isinstance(body, StatesBody)
    ids = np.frombuffer(body.move_ids, "<u4").tolist()
    lon, lat = np.frombuffer(body.move_lon, "<f8").tolist(), np.frombuffer(body.move_lat, "<f8").tolist()
    return dict(zip(ids, zip(lon, lat, np.frombuffer(body.move_heading, "<f4").tolist(), strict=True), strict=True))


def at(asset_id: int, lon: float, lat: float, heading_deg: float) -> list[Reading]:
    return [
        Reading(asset_id, "lon", lon),
        Reading(asset_id, "lat", lat),
        Reading(asset_id, "heading_deg", heading_deg),
    ]


async def test_a_vehicle_that_drives_is_seen_to_drive(city: TwoCommunes) -> None:
    marie = await follower(city)
    told(marie)
    await city.say(*at(VEHICLE, 5.04, 47.32, 90.0))
    await city.say(*at(VEHICLE, 5.05, 47.33, 45.0))
    city.hub.flush_window()
    [change] = told(marie)
    assert places(change) == {VEHICLE: (5.05, 47.33, 45.0)}, "the last of a window"
    await city.say(Reading(VEHICLE, "speed_kmh", 12.0))
    await city.say(*at(VEHICLE, 5.05, 47.33, 45.0))
    city.hub.flush_window()
    assert told(marie) == [], "it stands: nothing is said again"


async def test_who_comes_later_sees_where_they_stand_and_agrees_on_the_digest(city: TwoCommunes) -> None:
    marie = await follower(city)
    first = next(message for message in told(marie) if isinstance(message, Snapshot))
    digest = TopicDigest()
    digest.apply(first.body)
    await city.say(*at(VEHICLE, 5.04, 47.32, 90.0))
    city.hub.flush_window()
    await city.say(*at(VEHICLE, 5.06, 47.32, 90.0))
    city.hub.flush_window()
    changes = told(marie)
    assert [change.seq for change in changes] == [first.seq + 1, first.seq + 2]
    for change in changes:
        digest.apply(change.body)
        assert digest.digest == change.digest
    city.hub.resync(marie, [FLEET])
    [again] = told(marie)
    assert (again.seq, again.digest) == (changes[-1].seq, digest.digest)
    assert places(again) == {VEHICLE: (5.06, 47.32, 90.0)}, "one that never said where it is has no place"


async def test_nothing_but_a_good_place_moves_a_vehicle(city: TwoCommunes) -> None:
    marie = await follower(city)
    await city.say(*at(VEHICLE, 5.04, 47.32, 90.0))
    city.hub.flush_window()
    told(marie)
    for lon, lat in ((float("nan"), 47.0), (5.0, 91.0), (1e308, 47.0), (0.0, 0.0)):
        await city.say(Reading(VEHICLE, "lon", lon), Reading(VEHICLE, "lat", lat))
    await city.say(
        Reading(VEHICLE, "lon", 6.0, quality=Quality.FAILED), Reading(VEHICLE, "lat", 47.0, quality=Quality.FAILED)
    )
    city.hub.flush_window()
    assert all(not places(message) for message in told(marie))
    assert city.live.places.of(VEHICLE) == (5.04, 47.32, 90.0)
    assert city.live.visual(VEHICLE) == Visual.FAULT


async def test_a_silent_vehicle_stays_where_it_was_last_and_greys(city: TwoCommunes) -> None:
    await follower(city)
    await city.say(*at(VEHICLE, 5.04, 47.32, 90.0))
    city.clock.pass_time(601)
    city.live.age()
    assert city.live.visual(VEHICLE) == Visual.STALE
    assert city.live.places.of(VEHICLE) == (5.04, 47.32, 90.0)


async def test_a_fleet_of_four_hundred_costs_the_loop_little(city: TwoCommunes) -> None:
    await follower(city)
    fleet = [Asset(id=n, code=f"V-{n}", class_="vehicle", lon=5, lat=47, commune=DIJON) for n in range(1000, 1405)]
    await city.register.apply(fleet, "system", note="a large fleet")
    city.hub.flush_window()
    began = time.process_time()
    for turn in range(10):
        city.hub.assets_moved([asset.id for asset in fleet])
        city.live.apply([r for asset in fleet for r in at(asset.id, 5 + turn / 1000, 47.3, 10.0)])
        city.hub.flush_window()
    assert time.process_time() - began < 1.0, "ten seconds of a moving fleet, a tenth of a core at most"
