"""Orders to sensors: one confirmed downlink each, sent once; a sensor only hears after it has spoken."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from backend.devkit.adapter import DeviceCommand, Outcome, Sink
from backend.devkit.errors import CommandRefused, LinkDown
from backend.integrations.chirpstack_mqtt.decoders import Decoder, Order
from backend.integrations.chirpstack_mqtt.protocol import Ack, Event, TxAck, downlink, downlink_topic
from backend.integrations.chirpstack_mqtt.sensors import Sensor, Sensors
from contract.commands import CommandState

ORDERS: Final = ("calibrate",)
_ITEMS: Final = uuid.UUID("b8a5e2c0-2f0b-5ad1-8d57-5f8b5a8f3d10")
_MOST_LATE: Final = 500
_WAITS: Final = "the network server keeps the order until the sensor speaks again; nothing confirms it yet"

Publish = Callable[[str, bytes], Awaitable[None]]


class _Waiting:
    """One downlink on its way."""

    def __init__(self, command_id: str, asset_id: int) -> None:
        self.command_id = command_id
        self.asset_id = asset_id
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.was_sent = False


class Downlinks:
    """Sends orders and follows what becomes of them by the id that ChirpStack gives back."""

    def __init__(
        self, sensors: Sensors, decoder_of: Callable[[Sensor], Decoder | None], sink: Sink, answer_s: float, prefix: str
    ) -> None:
        self._sensors = sensors
        self._decoder_of = decoder_of
        self._sink = sink
        self._answer_s = answer_s
        self._prefix = prefix
        self._waiting: dict[str, _Waiting] = {}
        self._late: dict[str, tuple[str, int]] = {}

    def orders(self, command: DeviceCommand) -> Sequence[tuple[Sensor, Order]]:
        """What each sensor is sent. Raises CommandRefused when one of them cannot be sent it."""
        if command.action not in ORDERS:
            raise CommandRefused(f"sensors do not know {command.action!r}")
        return [self._order(asset_id, command.action) for asset_id in command.asset_ids]

    async def send(
        self, command_id: str, orders: Sequence[tuple[Sensor, Order]], publish: Publish
    ) -> Sequence[Outcome]:
        """Send each once and wait for what becomes of it."""
        return await asyncio.gather(*(self._send(command_id, *order, publish) for order in orders))

    def take(self, event: Event) -> None:
        """What a device or a gateway says of an order. An answer to another id proves nothing."""
        if not isinstance(event, (Ack, TxAck)):
            return
        waiting = self._waiting.get(event.queue_item_id)
        if waiting is not None and not waiting.outcome.done():
            self._now(waiting, event)
        elif event.queue_item_id in self._late and isinstance(event, Ack):
            command_id, asset_id = self._late.pop(event.queue_item_id)
            self._sink.late_outcome(command_id, _of_ack(asset_id, event))

    def _now(self, waiting: _Waiting, event: Ack | TxAck) -> None:
        if isinstance(event, Ack):
            waiting.outcome.set_result(_of_ack(waiting.asset_id, event))
            return
        waiting.was_sent = True
        sent = Outcome(asset_id=waiting.asset_id, state=CommandState.DEVICE_ACK, detail="a gateway has sent it")
        self._sink.outcomes_known(waiting.command_id, [sent])

    def _order(self, asset_id: int, action: str) -> tuple[Sensor, Order]:
        sensor = self._sensors.by_asset.get(asset_id)
        if sensor is None:
            raise CommandRefused("no sensor is bound to this asset")
        if not sensor.application:
            raise CommandRefused("this sensor was not heard yet: its network's application is not known")
        decoder = self._decoder_of(sensor)
        order = None if decoder is None else decoder.orders.get(action)
        if order is None:
            name = "this sensor" if decoder is None else decoder.title or decoder.name
            raise CommandRefused(f"{name} knows no order {action!r}: its decoder names none")
        return sensor, order

    async def _send(self, command_id: str, sensor: Sensor, order: Order, publish: Publish) -> Outcome:
        item_id = str(uuid.uuid5(_ITEMS, f"{command_id} {sensor.asset_id}"))
        waiting = self._waiting[item_id] = _Waiting(command_id, sensor.asset_id)
        topic = downlink_topic(self._prefix, sensor.application, sensor.eui)
        try:
            try:
                await publish(topic, downlink(sensor.eui, item_id, order.port, bytes.fromhex(order.frame)))
                async with asyncio.timeout(self._answer_s):
                    return await waiting.outcome
            except LinkDown as down:
                reason = f"it may be on its way: {down}"
            except TimeoutError:
                reason = _WAITS
        finally:
            del self._waiting[item_id]
        self._late[item_id] = (command_id, sensor.asset_id)
        while len(self._late) > _MOST_LATE:
            del self._late[next(iter(self._late))]
        state = CommandState.DEVICE_ACK if waiting.was_sent else CommandState.UNKNOWN
        return Outcome(asset_id=sensor.asset_id, state=state, detail=reason)


def _of_ack(asset_id: int, ack: Ack) -> Outcome:
    if ack.acknowledged:
        return Outcome(asset_id=asset_id, state=CommandState.VERIFIED, detail="the sensor confirmed it")
    return Outcome(asset_id=asset_id, state=CommandState.FAILED, detail="the sensor did not confirm it")
