"""Car parks of the demo city: where bays are, how they fill by the hour, how their sensors speak."""

import asyncio

import aiomqtt
import numpy as np
import pytest

from backend.devkit.clock import ManualClock
from backend.devkit.tasks import Tasks
from backend.integrations.chirpstack_mqtt.decoders import read_decoders
from backend.integrations.chirpstack_mqtt.protocol import Uplink, parse_event, parse_topic
from city.parking_devices import ParkingDevices
from city.parking_hours import changes, share_taken
from city.plan import City
from tests.eventually import eventually


def test_each_bay_belongs_to_a_car_park_and_stands_in_it(dijon: City) -> None:
    parks = {asset.id: asset for asset in dijon.assets if asset.class_ == "car_park"}
    bays = [asset for asset in dijon.assets if asset.class_ == "parking_bay"]
    assert len(parks) == 20
    assert {bay.parent for bay in bays} == {park.id for park in list(parks.values())[:6]}
    for bay in bays:
        park = parks[bay.parent or 0]
        assert abs(bay.lon - park.lon) < 0.002
        assert abs(bay.lat - park.lat) < 0.002
        assert bay.supply_parent is None
    for park in list(parks.values())[:6]:
        assert int(park.extra["bays"]) == sum(bay.parent == park.id for bay in bays)


def test_the_same_city_has_the_same_sensors(small_city: City) -> None:
    first, second = (ParkingDevices(small_city.assets, 1, ManualClock()) for _ in range(2))
    assert first.bindings() == second.bindings()
    assert len({binding.address for binding in first.bindings()}) == len(first.bindings())


def test_offices_are_full_in_the_morning_and_homes_at_night() -> None:
    assert share_taken(1, 10.0) > 0.9
    assert share_taken(1, 3.0) < 0.1
    assert share_taken(2, 3.0) > 0.9
    assert share_taken(0, 23.5) == pytest.approx((0.08 + 0.05) / 2)


@pytest.mark.parametrize(("wanted", "begins_full"), [(0.9, False), (0.1, True)])
def test_a_car_park_goes_where_the_hour_wants_it_and_not_at_once(wanted: float, *, begins_full: bool) -> None:
    chances = np.random.default_rng(5)
    taken = [begins_full] * 60
    first = changes(taken, wanted, 2.0, chances)
    assert len(first) < 10
    for _ in range(900):  # half an hour
        for index, is_taken in changes(taken, wanted, 2.0, chances):
            assert taken[index] is not is_taken
            taken[index] = is_taken
    assert abs(sum(taken) / 60 - wanted) < 0.2


async def test_sensors_speak_when_somebody_begins_to_listen_and_obey_the_levers(small_city: City) -> None:
    parking = ParkingDevices(small_city.assets, 1, ManualClock())
    tasks = Tasks("parking")
    await parking.start()
    (connection,) = parking.connections()
    user, password = parking.secrets()[connection.secret_name].split(":")
    told: dict[str, object] = {}
    decoder = read_decoders()["bosch_tps110"]

    async def listen() -> None:
        port = int(connection.url.rpartition(":")[2])
        async with aiomqtt.Client("127.0.0.1", port, username=user, password=password) as client:
            await client.subscribe("application/#", qos=1)
            await client.publish("beffroi/x/status", b"online", qos=1, retain=True)
            async for message in client.messages:
                topic = parse_topic(message.topic.value)
                event = parse_event(topic, bytes(message.payload))
                if isinstance(event, Uplink) and event.f_port in {1, 2}:
                    told[topic.dev_eui] = decoder.points(event)["occupied"]

    try:
        tasks.start(parking.run(), name="run")
        tasks.start(listen(), name="listen")
        living = {bay.eui for bay in parking.bays.values() if not bay.is_dead}
        await eventually(lambda: living <= set(told), "all sensors spoke")
        assert not {bay.eui for bay in parking.bays.values() if bay.is_dead} & set(told)
        bay = next(bay for bay in parking.bays.values() if not bay.is_dead)
        parking.set_bay(bay.asset.code, is_taken=True)
        await eventually(lambda: told[bay.eui] is True)
        parking.set_bay(bay.asset.code, is_taken=False)
        await eventually(lambda: told[bay.eui] is False)
    finally:
        await tasks.close()
        await parking.close()
        await asyncio.get_running_loop().shutdown_default_executor()
