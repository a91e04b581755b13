"""OwnTracks over MQTT, through a broker that others wrote."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt
import pytest
from amqtt.broker import Broker

from backend.devkit.adapter import ListeningAdapter
from backend.devkit.clock import SystemClock
from backend.devkit.free_port import free_port
from contract.devices import LinkState
from tests.backend.integrations.osmand_vehicles.rig import ListeningFleet, token
from tests.eventually import eventually

RETRY = {"retry_first_s": "0.1", "retry_longest_s": "0.2"}
# As the app's booklet describes a message: whole numbers, what is zero left out.
MESSAGE = '{"_type":"location","acc":15,"alt":440,"batt":46,"lat":%s,"lon":%s,"t":"u","tid":"e1","tst":%d,"vel":30}'


@asynccontextmanager
async def amqtt_broker(port: int) -> AsyncGenerator[None]:
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    try:
        yield
    finally:
        await broker.shutdown()


async def publish(port: int, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as phone:
        await phone.publish(topic, payload, qos=1, retain=retain)


@pytest.fixture(autouse=True)
async def no_name_is_looked_up_any_more() -> AsyncIterator[None]:
    yield
    await asyncio.get_running_loop().shutdown_default_executor()


def here(lat: float, lon: float) -> str:
    return MESSAGE % (lat, lon, int(SystemClock().now().timestamp()))


async def test_a_phone_that_publishes_moves_its_vehicle() -> None:
    port = free_port()
    async with amqtt_broker(port), ListeningFleet(f"mqtt://127.0.0.1:{port}", RETRY) as fleet:
        await eventually(lambda: fleet.sink.state is LinkState.UP)
        await publish(port, f"owntracks/VEH-1/{token('VEH-1')}", here(47.3216, 5.0415))
        await eventually(lambda: fleet.sink.value(1, "lon") == 5.0415)
        assert fleet.sink.value(1, "speed_kmh") == 30
        assert fleet.sink.value(1, "battery_percent") == 46


async def test_who_does_not_know_the_token_moves_nobody() -> None:
    port = free_port()
    async with amqtt_broker(port), ListeningFleet(f"mqtt://127.0.0.1:{port}", RETRY) as fleet:
        await eventually(lambda: fleet.sink.state is LinkState.UP)
        for topic in ("owntracks/VEH-1/phone", f"owntracks/123456/{token('VEH-1')}", "owntracks/VEH-1/x/event"):
            await publish(port, topic, here(47.3, 5.0))
        for nonsense in (b"", b"\xff\x00", b"[1]", b'{"_type":"location","lat":"x","lon":[1],"tst":"y"}', b"{" * 5000):
            await publish(port, f"owntracks/VEH-1/{token('VEH-1')}", nonsense)
        await publish(port, f"owntracks/VEH-1/{token('VEH-1')}", here(47.33, 5.05))
        await eventually(lambda: fleet.sink.value(1, "lon") == 5.05)
        assert fleet.sink.value(2, "lon") is None
        await publish(port, "owntracks/VEH-77/phone", here(47.33, 5.05))
        heard: object = fleet.adapter
        assert isinstance(heard, ListeningAdapter)
        await eventually(
            lambda: [(one.address, one.kind) for one in heard.unknown_devices()] == [("VEH-77", "OwnTracks")]
        )


async def test_the_broker_goes_and_comes_back() -> None:
    port = free_port()
    async with ListeningFleet(f"mqtt://127.0.0.1:{port}", {**RETRY, "owntracks_device": "any"}) as fleet:
        await eventually(lambda: fleet.sink.state is LinkState.DOWN)
        assert f"the broker at 127.0.0.1:{port} cannot be reached" in fleet.sink.states[-1][1]
        async with amqtt_broker(port):
            await eventually(lambda: fleet.sink.state is LinkState.UP)
            await publish(port, "owntracks/VEH-1/phone", here(47.33, 5.05))
            await eventually(lambda: fleet.sink.value(1, "lon") == 5.05)
        await eventually(lambda: fleet.sink.state is LinkState.DOWN)
        async with amqtt_broker(port):
            await eventually(lambda: fleet.sink.state is LinkState.UP)
