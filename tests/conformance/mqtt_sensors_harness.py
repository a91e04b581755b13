"""What the conformance suite asks of sensors told by a message table: a broker, a sensor, a door between them."""

import asyncio
import datetime as dt
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import aiomqtt

from backend.devkit.adapter import Adapter, DeviceCommand, Integration, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.manifest import read_manifest
from backend.devkit.mqtt.message_table import read_message_table
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.devkit.tasks import Tasks
from contract.devices import Binding, Connection, LinkState
from tests.conformance.harness import Garble
from tests.conformance.mqtt_door import MqttDoor
from tests.conformance.recording_sink import RecordingSink

_ADDRESS: Final = "p-1"
_BROKEN: Final = {Garble.GARBAGE: b"\x00\xff{]", Garble.HALF_FRAME: b'{"', Garble.WRONG_SHAPE: b'{"nothing": [1]}'}


class MqttSensorsHarness:
    """One sensor that says the examples of `messages.toml` in the integration's folder."""

    poll_s = 0.4

    def __init__(self, folder: Path, create: Callable[[IntegrationContext], Integration]) -> None:
        self._table = read_message_table(folder / "messages.toml")
        self._name = read_manifest(folder / "manifest.toml").name
        self._clock = SystemClock()
        self._broker = OwnBroker(self._clock, passwords={"sensors": "secret"}, trusted=("sensors",))
        self._tasks = Tasks("harness")
        self._door: MqttDoor | None = None
        self._sensor: aiomqtt.Client | None = None
        secrets = {"broker": "sensors:secret"}
        self._integration = create(IntegrationContext(clock=self._clock, settings={}, read_secret=secrets.__getitem__))

    async def start(self, sink: RecordingSink) -> Adapter:
        """Broker, door and sensor are there; the adapter is made and does not run yet."""
        await self._broker.listening()
        self._door = MqttDoor(self._broker.port)
        await self._door.open()
        self._sensor = aiomqtt.Client("127.0.0.1", self._broker.port, username="sensors", password="secret")
        await self._sensor.__aenter__()
        self._tasks.start(self._greet(sink), name="greet")
        connection = Connection(
            id="trial",
            integration=self._name,
            url=f"mqtt://127.0.0.1:{self._door.port}",
            settings={"poll_s": str(self.poll_s)},
            secret_name="broker",
        )
        return self._integration.adapter(connection, [Binding(asset_id=1, address=_ADDRESS)], sink)

    async def drop(self) -> None:
        """The broker goes away for the adapter."""
        await self._before().shut()

    async def come_back(self) -> None:
        """It is there again."""
        await self._before().open()

    async def fall_silent(self) -> None:
        """It keeps the connection and says nothing."""
        self._before().is_silent = True

    async def garble(self, how: Garble) -> None:
        """The sensor says what is no message of its kind."""
        topic, _ = self._table.example(_ADDRESS, self._clock.now())
        await self._there().publish(topic, _BROKEN[how])

    async def answer_late(self, seconds: float) -> None:
        """All that goes through the door takes so long."""
        self._before().delay_s = seconds

    async def report_from_the_future(self) -> int:
        """A message stamped years ahead."""
        await self._say(self._clock.now() + dt.timedelta(days=4_000))
        return len(self._table.points)

    async def flood(self, readings: int) -> int:
        """So many readings, as fast as the broker takes them."""
        messages = math.ceil(readings / len(self._table.points))
        for _ in range(messages):
            await self._say(self._clock.now())
        return messages * len(self._table.points)

    def commands(self) -> Mapping[str, DeviceCommand]:
        """Sensors take none."""
        return {}

    async def close(self) -> None:
        """All that was started is ended."""
        await self._tasks.close()
        await self._integration.close()
        sensor, self._sensor = self._sensor, None
        if sensor is not None:
            await sensor.__aexit__(None, None, None)
        if self._door is not None:
            self._door.is_silent = False
            await self._door.shut()
        await self._broker.close()
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _greet(self, sink: RecordingSink) -> None:
        while sink.state is not LinkState.UP:
            await asyncio.sleep(0.01)
        await self._say(self._clock.now())

    async def _say(self, at: dt.datetime) -> None:
        topic, payload = self._table.example(_ADDRESS, at)
        await self._there().publish(topic, payload)

    def _before(self) -> MqttDoor:
        assert self._door is not None
        return self._door

    def _there(self) -> aiomqtt.Client:
        assert self._sensor is not None
        return self._sensor
