"""Orders to sensors: sent once, proven by their own id, unknown when nobody answers, told late when they do."""

import asyncio

import msgspec
import pytest

from backend.devkit.adapter import DeviceCommand
from backend.devkit.clock import ManualClock
from backend.devkit.errors import CommandRefused, LinkDown
from backend.integrations.chirpstack_mqtt.decoders import parse_decoders
from backend.integrations.chirpstack_mqtt.downlinks import Downlinks
from backend.integrations.chirpstack_mqtt.protocol import Ack, TxAck
from backend.integrations.chirpstack_mqtt.sensors import Sensors
from contract.commands import CommandState
from contract.devices import Binding
from tests.conformance.recording_sink import RecordingSink

BAY = "70b3d57ed0000001"
DECODER = parse_decoders('[[decoder]]\nname = "bay"\norders = { calibrate = { port = 51, frame = "02" } }', "t")["bay"]
CALIBRATE = DeviceCommand(id="c1", asset_ids=(7,), action="calibrate")


class Yard:
    """One bay and the orders that went out."""

    def __init__(self, *, knows_order: bool = True, was_heard: bool = True) -> None:
        self.sink = RecordingSink()
        self.sent: list[tuple[str, dict[str, object]]] = []
        self.is_down = False
        sensors = Sensors("LoRa", [Binding(asset_id=7, address=BAY)], ManualClock())
        if was_heard:
            sensors.by_eui[BAY].application = "app"
        self.downlinks = Downlinks(sensors, lambda _: DECODER if knows_order else None, self.sink, 0.1, "")

    async def publish(self, topic: str, payload: bytes) -> None:
        if self.is_down:
            raise LinkDown("the broker does not answer")
        self.sent.append((topic, msgspec.json.decode(payload)))

    async def calibrate(self) -> CommandState:
        (outcome,) = await self.downlinks.send("c1", self.downlinks.orders(CALIBRATE), self.publish)
        return outcome.state

    @property
    def item_id(self) -> str:
        return str(self.sent[0][1]["id"])


async def _answered(yard: Yard, *answers: Ack | TxAck) -> CommandState:
    waiting = asyncio.gather(yard.calibrate())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for answer in answers:
        yard.downlinks.take(msgspec.structs.replace(answer, queue_item_id=answer.queue_item_id or yard.item_id))
    return (await waiting)[0]


async def test_a_confirmed_order_is_verified() -> None:
    yard = Yard()
    assert await _answered(yard, TxAck(), Ack(acknowledged=True)) is CommandState.VERIFIED
    topic, order = yard.sent[0]
    assert topic == f"application/app/device/{BAY}/command/down"
    assert (order["fPort"], order["data"], order["confirmed"]) == (51, "Ag==", True)
    assert [outcome.state for _, outcome in yard.sink.told] == [CommandState.DEVICE_ACK]


async def test_an_order_that_the_sensor_let_pass_has_failed() -> None:
    assert await _answered(Yard(), Ack(acknowledged=False)) is CommandState.FAILED


async def test_an_answer_to_another_order_proves_nothing() -> None:
    assert await _answered(Yard(), Ack(acknowledged=True, queue_item_id="another")) is CommandState.UNKNOWN


async def test_a_sensor_that_answers_hours_later_is_told_late() -> None:
    yard = Yard()
    assert await yard.calibrate() is CommandState.UNKNOWN
    yard.downlinks.take(Ack(queue_item_id=yard.item_id, acknowledged=True))
    yard.downlinks.take(Ack(queue_item_id=yard.item_id, acknowledged=True))
    assert [(command, outcome.state) for command, outcome in yard.sink.late] == [("c1", CommandState.VERIFIED)]
    assert len(yard.sent) == 1, "never sent again by itself"


async def test_an_order_whose_sending_broke_off_is_unknown() -> None:
    yard = Yard()
    yard.is_down = True
    assert await yard.calibrate() is CommandState.UNKNOWN


@pytest.mark.parametrize(
    ("yard", "action", "words"),
    [
        (Yard(), "open", "do not know"),
        (Yard(knows_order=False), "calibrate", "names none"),
        (Yard(was_heard=False), "calibrate", "not heard yet"),
    ],
)
def test_what_cannot_be_ordered_is_refused_in_words(yard: Yard, action: str, words: str) -> None:
    with pytest.raises(CommandRefused, match=words):
        yard.downlinks.orders(msgspec.structs.replace(CALIBRATE, action=action))
