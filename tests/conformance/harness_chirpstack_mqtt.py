"""ChirpStack: our own broker, a simulated network server on it, and a door before the broker."""

import asyncio
import math
import tempfile
from collections.abc import Mapping
from pathlib import Path

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.devkit.tasks import Tasks
from backend.integrations.chirpstack_mqtt.adapter import create as create_integration
from backend.integrations.chirpstack_mqtt.simulator.events import SimulatedSensor
from backend.integrations.chirpstack_mqtt.simulator.frames import (
    AIR_PORT,
    BOSCH_PROFILE,
    MILESIGHT_PROFILE,
    STATUS_PORT,
    air_frame,
    bay_frame,
)
from backend.integrations.chirpstack_mqtt.simulator.network_server import SimulatedChirpStack
from contract.devices import Binding, Connection, LinkState
from tests.conformance.harness import Garble
from tests.conformance.mqtt_door import MqttDoor
from tests.conformance.recording_sink import RecordingSink

BAY, AIR = "70b3d57ed0000001", "24e124126b150001"
_READINGS_OF_AIR = 7  # battery, temperature, humidity, CO2, pressure, rssi, snr
_TEN_YEARS_S = 3.2e8
_DECODERS = """
[[decoder]]
name = "bay_with_orders"
fields = [{ at = 0, mask = 1, point = "occupied", values = { 0 = false, 1 = true } }]
orders = { calibrate = { port = 51, frame = "02" } }
"""
# A publication whose remaining length is longer than MQTT can say.
_NO_PACKET = b"\x30\xff\xff\xff\xff\x7f\x00\x01"


class ChirpStackHarness:
    """One bay and one air sensor."""

    poll_s = 0.4

    def __init__(self) -> None:
        clock = SystemClock()
        self._folder = tempfile.TemporaryDirectory()
        self._decoders = Path(self._folder.name) / "decoders.toml"
        self._decoders.write_text(_DECODERS)
        self._broker = OwnBroker(clock, passwords={"chirpstack": "canary-7731"}, trusted=("chirpstack",))
        self._door: MqttDoor | None = None
        self._tasks = Tasks("ChirpStack harness")
        self._network = SimulatedChirpStack(
            clock,
            [SimulatedSensor(BAY, "Place 12", BOSCH_PROFILE), SimulatedSensor(AIR, "Air Darcy", MILESIGHT_PROFILE)],
            user="chirpstack",
            password="canary-7731",
        )
        self._integration = create_integration(
            IntegrationContext(clock=clock, settings={}, read_secret={"lora": "chirpstack:canary-7731"}.__getitem__)
        )

    async def start(self, sink: RecordingSink) -> Adapter:
        await self._broker.listening()
        self._network.port = self._broker.port
        self._door = MqttDoor(self._broker.port)
        await self._door.open()
        self._tasks.start(self._network.run(), name="network server")
        self._tasks.start(self._greet(sink), name="greet")
        connection = Connection(
            id="LoRa",
            integration="chirpstack_mqtt",
            url=f"mqtt://127.0.0.1:{self._door.port}",
            settings={"poll_s": str(self.poll_s), "answer_s": "2", "decoders_file": str(self._decoders)},
            secret_name="lora",
        )
        bindings = [
            Binding(asset_id=1, address=f"{BAY};decoder=bay_with_orders"),
            Binding(asset_id=2, address=AIR.upper()),
        ]
        return self._integration.adapter(connection, bindings, sink)

    async def drop(self) -> None:
        await self._before().shut()

    async def come_back(self) -> None:
        await self._before().open()

    async def fall_silent(self) -> None:
        self._before().is_silent = True

    async def garble(self, how: Garble) -> None:
        if how is Garble.GARBAGE:
            self._network.send_raw(BAY, "up", b"\x00\xff{]")
            await self._network.sent()
            self._before().garble(_NO_PACKET)
        elif how is Garble.HALF_FRAME:
            self._network.send_raw(BAY, "up", b'{"deduplicationId":"x","deviceInfo":{"devEui":"70b3')
        else:
            self._network.send_raw(BAY, "up", b'{"deviceInfo":[1,2],"data":7,"rxInfo":{"a":1}}')
            self._network.send_raw("no-eui", "up", b"{}")
        await self._network.sent()
        await asyncio.sleep(self.poll_s * 2)

    async def answer_late(self, seconds: float) -> None:
        self._before().delay_s = seconds

    async def report_from_the_future(self) -> int:
        self._network.clock_offset_s = _TEN_YEARS_S
        self._network.speaks(BAY, STATUS_PORT, bay_frame(is_occupied=True))
        self._network.clock_offset_s = 0.0
        return 3  # occupied, rssi, snr

    async def flood(self, readings: int) -> int:
        frame = air_frame(battery_percent=92, temperature_c=21.5, humidity_percent=40, co2_ppm=455, pressure_hpa=1013.2)
        uplinks = math.ceil(readings / _READINGS_OF_AIR)
        for _ in range(uplinks):
            self._network.speaks(AIR, AIR_PORT, frame)
        return uplinks * _READINGS_OF_AIR

    def commands(self) -> Mapping[str, DeviceCommand]:
        return {"calibrate": DeviceCommand(id="calibrate", asset_ids=(1,), action="calibrate")}

    async def close(self) -> None:
        await self._tasks.close()
        await self._integration.close()
        if self._door is not None:
            self._door.is_silent = False
            await self._door.shut()
        await self._broker.close()
        self._folder.cleanup()
        await asyncio.get_running_loop().shutdown_default_executor()  # aiomqtt connects in a thread of the pool

    def _before(self) -> MqttDoor:
        assert self._door is not None
        return self._door

    async def _greet(self, sink: RecordingSink) -> None:
        """Sensors are not asked; they speak. Here they do once the adapter listens."""
        while sink.state is not LinkState.UP:
            await asyncio.sleep(0.01)
        self._network.speaks(BAY, STATUS_PORT, bay_frame(is_occupied=False))


def create() -> ChirpStackHarness:
    """A fresh harness."""
    return ChirpStackHarness()
