"""The simulated network server: publishes what its sensors say, takes downlinks, survives a broker that goes."""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterable
from typing import Final

import aiomqtt
import msgspec

from backend.devkit.clock import Clock
from backend.devkit.mqtt.client import MqttClient
from backend.integrations.chirpstack_mqtt.simulator.events import (
    SimulatedSensor,
    ack,
    join,
    status,
    tx_ack,
    uplink,
)

log = logging.getLogger(__name__)

APPLICATION: Final = "48e4b9ce-1a5e-4b43-a5c8-6b5e7e1f7a10"
_LISTENERS: Final = "beffroi/+/status"
_RETRY_S: Final = 0.5
_MOST_WAITING: Final = 5_000  # events kept while the broker is away; then the oldest are lost


class SimulatedChirpStack:
    """`run` until cancelled. What sensors say waits while there is no broker."""

    def __init__(
        self, clock: Clock, sensors: Iterable[SimulatedSensor], *, user: str = "", password: str = "", prefix: str = ""
    ) -> None:
        self._clock = clock
        self._user = user
        self._password = password
        self._prefix = prefix
        self._outbox: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self.host, self.port = "127.0.0.1", 0
        self.sensors = {sensor.dev_eui: sensor for sensor in sensors}
        self.obeys = True  # sensors confirm what they are sent
        self.is_silent = False
        self.clock_offset_s = 0.0
        self.orders: list[tuple[str, bytes]] = []
        self.new_listener = asyncio.Event()  # somebody said on the broker that he listens from now on

    async def run(self) -> None:
        """Stay with the broker at host and port."""
        while True:
            try:
                await self._one_session()
            except* aiomqtt.MqttError:
                log.debug("the broker went; the simulated network server tries again")
            await asyncio.sleep(_RETRY_S)

    def speaks(self, dev_eui: str, port: int, frame: bytes) -> None:
        """A sensor sends a frame."""
        sensor = self.sensors[dev_eui]
        self._send(sensor, "up", uplink(sensor, APPLICATION, self._now(), port, frame))

    def joins(self, dev_eui: str) -> None:
        """A sensor was switched on."""
        sensor = self.sensors[dev_eui]
        self._send(sensor, "join", join(sensor, APPLICATION, self._now()))

    def tells_battery(self, dev_eui: str, percent: float) -> None:
        """A sensor answers how its battery does."""
        sensor = self.sensors[dev_eui]
        self._send(sensor, "status", status(sensor, APPLICATION, self._now(), percent))

    def send_raw(self, dev_eui: str, event: str, payload: bytes) -> None:
        """Something that may be no event at all."""
        self._put(f"{self._prefix}application/{APPLICATION}/device/{dev_eui}/event/{event}", payload)

    async def sent(self) -> None:
        """Return once the broker has all that was said."""
        await self._outbox.join()

    def _now(self) -> dt.datetime:
        return self._clock.now() + dt.timedelta(seconds=self.clock_offset_s)

    def _send(self, sensor: SimulatedSensor, event: str, body: bytes) -> None:
        if not self.is_silent:
            self.send_raw(sensor.dev_eui, event, body)

    def _put(self, topic: str, payload: bytes) -> None:
        if self._outbox.qsize() >= _MOST_WAITING:
            self._outbox.get_nowait()
            self._outbox.task_done()
        self._outbox.put_nowait((topic, payload))

    async def _one_session(self) -> None:
        client = MqttClient(
            self.host, self.port, username=self._user or None, password=self._password or None, keepalive=15
        )
        async with client:
            await client.subscribe(f"{self._prefix}application/+/device/+/command/down", qos=1)
            await client.subscribe(_LISTENERS, qos=1)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._publish(client), name="publish events")
                group.create_task(self._take_downlinks(client), name="take downlinks")

    async def _publish(self, client: aiomqtt.Client) -> None:
        while True:
            topic, payload = await self._outbox.get()
            try:
                await client.publish(topic, payload, qos=1)
            except BaseException:
                self._outbox.put_nowait((topic, payload))
                raise
            finally:
                self._outbox.task_done()

    async def _take_downlinks(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if message.topic.matches(_LISTENERS):
                if message.payload == b"online":
                    self.new_listener.set()
                continue
            try:
                order = msgspec.json.decode(message.payload, type=_Order)
            except msgspec.MsgspecError:
                log.warning("a downlink that is none came for the simulated network server")
                continue
            sensor = self.sensors.get(order.dev_eui)
            if sensor is None:
                continue
            self.orders.append((order.dev_eui, message.payload))
            if self.obeys:
                self._send(sensor, "txack", tx_ack(sensor, APPLICATION, self._now(), order.id))
                self._send(sensor, "ack", ack(sensor, APPLICATION, self._now(), order.id, is_confirmed=True))


class _Order(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    dev_eui: str
    f_port: int
    data: str
