"""How a connection comes up: on the backend's own broker, with wrong settings, without its secret."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.devkit.adapter import DeviceCommand, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.errors import CommandRefused
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.devkit.tasks import Tasks
from backend.integrations.chirpstack_mqtt.adapter import create
from backend.integrations.chirpstack_mqtt.simulator.events import SimulatedSensor
from backend.integrations.chirpstack_mqtt.simulator.frames import BOSCH_PROFILE, bay_frame
from backend.integrations.chirpstack_mqtt.simulator.network_server import SimulatedChirpStack
from contract.devices import Binding, Connection, LinkState
from tests.conformance.recording_sink import RecordingSink
from tests.eventually import eventually

BAY = "70b3d57ed0000001"
FIELD, CANARY = "chirpstack", "canary-9"


class Yard:
    """A connection that comes up as its settings say."""

    def __init__(self, broker: OwnBroker | None = None) -> None:
        self.sink = RecordingSink()
        self.tasks = Tasks("yard")
        self._broker = broker

    def join(self, url: str = "", secret_name: str = "", **settings: str) -> None:
        secrets: dict[str, str] = {}
        context = IntegrationContext(
            clock=SystemClock(), settings={}, read_secret=secrets.__getitem__, own_broker=self._broker
        )
        connection = Connection(
            id="LoRa",
            integration="chirpstack_mqtt",
            url=url,
            settings={"poll_s": "0.5", **settings},
            secret_name=secret_name,
        )
        self.adapter = create(context).adapter(connection, [Binding(asset_id=1, address=BAY)], self.sink)
        self.tasks.start(self.adapter.run(), name="adapter")

    async def refused(self) -> str:
        await eventually(lambda: self.sink.state is LinkState.REFUSED)
        return self.sink.states[-1][1]


@pytest.fixture
async def yard() -> AsyncIterator[Yard]:
    yard = Yard()
    yield yard
    await yard.tasks.close()


async def test_without_an_address_the_backends_own_broker_is_used() -> None:
    clock = SystemClock()
    broker = OwnBroker(clock, passwords={FIELD: CANARY})
    yard = Yard(broker)
    network = SimulatedChirpStack(clock, [SimulatedSensor(BAY, "Place 1", BOSCH_PROFILE)], user=FIELD, password=CANARY)
    try:
        yard.join()
        await eventually(lambda: yard.sink.state is LinkState.UP)
        network.port = broker.port
        yard.tasks.start(network.run(), name="network")
        network.speaks(BAY, 1, bay_frame(is_occupied=True))
        await eventually(lambda: yard.sink.value(1, "occupied") is True)
    finally:
        await yard.tasks.close()
        await broker.close()
        await asyncio.get_running_loop().shutdown_default_executor()


@pytest.mark.parametrize(
    ("url", "settings", "words"),
    [
        ("mqtt://127.0.0.1:1", {"silent_after_s": "soon"}, "silent_after_s is 'soon'"),
        ("mqtt://127.0.0.1:1", {"poll_s": "0"}, "between"),
        ("mqtt://127.0.0.1:1", {"decoders_file": "/no/such.toml"}, "cannot be read"),
        ("http://127.0.0.1", {}, "no broker's address"),
        ("", {}, "no broker of its own"),
    ],
)
async def test_what_can_only_be_wrong_is_said_and_not_tried_for_ever(
    yard: Yard, url: str, settings: dict[str, str], words: str
) -> None:
    yard.join(url, **settings)
    assert words in await yard.refused()
    with pytest.raises(CommandRefused):
        await yard.adapter.execute(DeviceCommand(id="c", asset_ids=(1,), action="calibrate"))


async def test_a_secret_that_is_not_kept_is_named(yard: Yard) -> None:
    yard.join("mqtt://127.0.0.1:1", "lora")
    assert "the secret lora is not kept here" in await yard.refused()


async def test_a_broker_that_is_not_there_is_down_and_tried_again() -> None:
    yard = Yard()
    yard.join("mqtt://127.0.0.1:1")
    await eventually(lambda: yard.sink.state is LinkState.DOWN)
    assert "127.0.0.1:1" in yard.sink.states[-1][1]
    await yard.tasks.close()
    await asyncio.get_running_loop().shutdown_default_executor()
