"""The broker of our own and a session with it: who gets in, what is kept, what others learn of us, what is refused."""

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from backend.devkit.clock import SystemClock
from backend.devkit.errors import LinkDown, LinkRefused
from backend.devkit.mqtt.address import BrokerAddress, broker_address
from backend.devkit.mqtt.own_broker import OUR_USER, OwnBroker
from backend.devkit.mqtt.session import Heard, MqttSession, SessionTerms
from backend.devkit.tasks import Tasks
from tests.certificates import own_certificate
from tests.eventually import eventually

FIELD, CANARY = "network-server", "canary-1"


class Site:
    """A broker, and a session of ours with it."""

    def __init__(self, broker: OwnBroker) -> None:
        self.broker = broker
        self.heard: list[Heard] = []
        self.terms = SessionTerms(
            client_id="beffroi-test",
            status_topic="beffroi/test/status",
            user=OUR_USER,
            password=broker.password,
            poll_s=0.3,
            answer_s=1.0,
        )
        self.address = BrokerAddress(host=broker.host, port=broker.port)
        self.session = MqttSession(self.address, self.terms)
        self.tasks = Tasks("site")

    async def listen(self) -> asyncio.Task[None]:
        await self.session.open(["bays/#"])
        return self.tasks.start(self.session.serve(self.heard.append), name="serve")

    def field(self, password: str | None = None) -> aiomqtt.Client:
        word = CANARY if password is None else password
        return aiomqtt.Client(self.broker.host, self.broker.port, username=FIELD, password=word)

    async def close(self) -> None:
        await self.tasks.close()
        await self.session.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    broker = OwnBroker(SystemClock(), passwords={FIELD: CANARY})
    await broker.listening()
    site = Site(broker)
    try:
        yield site
    finally:
        await site.close()
        await broker.close()
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_what_the_field_publishes_arrives(site: Site) -> None:
    await site.listen()
    async with site.field() as field:
        await field.publish("bays/12", b"full", qos=1)
    await eventually(lambda: site.heard == [Heard("bays/12", b"full", False)])


@pytest.mark.parametrize("password", ["canary-2", ""])
async def test_nobody_enters_with_a_wrong_password(site: Site, password: str) -> None:
    with pytest.raises(aiomqtt.MqttError):
        await site.field(password).__aenter__()
    stranger = MqttSession(site.address, SessionTerms(client_id="x", status_topic="x", user="", answer_s=1.0))
    with pytest.raises(LinkRefused, match=r"enter (it|them) as user:password"):
        await stranger.open(["#"])


async def test_what_came_while_we_were_away_is_kept_for_us(site: Site) -> None:
    task = await site.listen()
    assert not _was_kept(site)
    task.cancel()
    await asyncio.wait([task])
    await site.session.close()
    async with site.field() as field:
        await field.publish("bays/12", b"full", qos=1)
    await site.listen()
    assert _was_kept(site)
    await eventually(lambda: [heard.payload for heard in site.heard] == [b"full"])


@pytest.mark.parametrize("wanted", ["#", "bays/#", "bays/+", "+/12", "bays/12"])
async def test_who_has_the_fields_password_does_not_hear_what_others_in_the_field_report(
    site: Site, wanted: str
) -> None:
    """One password for all phones: none of them follows the others' places, nor reads their tokens."""
    await site.listen()
    async with site.field() as phone, site.field() as other:
        granted = await phone.subscribe(wanted, qos=1)
        assert [int(str(code)) if isinstance(code, int) else code.value for code in granted] == [128]
        await other.publish("bays/12", b"canary", qos=1)
        await eventually(lambda: len(site.heard) == 1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await anext(aiter(phone.messages))


async def test_who_listened_before_us_hears_nothing_once_we_listen(site: Site) -> None:
    async with site.field() as phone, site.field() as other:
        await phone.subscribe("#", qos=1)
        await site.listen()
        await other.publish("bays/12", b"canary", qos=1)
        await eventually(lambda: len(site.heard) == 1)
        await site.session.publish("commands/12", b"open")
        async with asyncio.timeout(5):
            heard = [await anext(aiter(phone.messages)) for _ in range(2)]
        assert "bays/12" not in {message.topic.value for message in heard}


async def test_nobody_in_the_field_speaks_as_us(site: Site) -> None:
    async with site.field() as field, site.field() as liar:
        await field.subscribe("beffroi/test/status", qos=1)
        await liar.publish("beffroi/test/status", b"offline", qos=0, retain=True)
        await site.listen()
        async with asyncio.timeout(5):
            first = await anext(aiter(field.messages))
    assert first.payload == b"online"


async def test_others_learn_whether_we_listen(site: Site) -> None:
    said: list[bytes] = []

    def take(message: aiomqtt.Message) -> None:
        said.append(bytes(message.payload))

    async def follow() -> None:
        async with site.field() as field:
            await field.subscribe("beffroi/test/status", qos=1)
            async for message in field.messages:
                take(message)

    site.tasks.start(follow(), name="follow")
    await asyncio.sleep(0.1)
    await site.listen()
    await eventually(lambda: said[-1:] == [b"online"])
    await site.session.close()
    await eventually(lambda: said[-1:] == [b"offline"])


async def test_a_broker_that_stops_answering_is_found_out(site: Site) -> None:
    task = await site.listen()
    assert site.broker.pid is not None
    os.kill(site.broker.pid, signal.SIGSTOP)
    try:
        await asyncio.wait([task], timeout=5)
        assert task.done()
        with pytest.raises(LinkDown, match="does not answer"):
            task.result()
    finally:
        os.kill(site.broker.pid, signal.SIGCONT)


async def test_a_killed_broker_is_back_at_the_same_place(site: Site) -> None:
    task, port = await site.listen(), site.broker.port
    assert site.broker.pid is not None
    os.kill(site.broker.pid, signal.SIGKILL)
    await asyncio.wait([task], timeout=5)
    with pytest.raises(LinkDown):
        task.result()
    await asyncio.sleep(0.1)
    await site.broker.listening()
    assert site.broker.port == port
    await site.listen()


async def test_a_packet_that_says_it_is_huge_is_refused_before_room_is_made(site: Site) -> None:
    reader, writer = await asyncio.open_connection(site.broker.host, site.broker.port)
    writer.write(_packet(0x10, _text("MQTT") + b"\x04\xc2\x00\x3c" + _text("big") + _text(FIELD) + _text(CANARY)))
    assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
    writer.write(b"\x30\xff\xff\xff\x7f" + _text("bays/1"))  # a publication of 256 MB
    await writer.drain()
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    async with site.field() as field:
        await field.publish("bays/1", b"still there", qos=1)


async def test_a_session_over_tls_believes_only_whom_it_was_told_to(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path)
    broker = OwnBroker(SystemClock(), passwords={}, certificate_file=str(certificate), key_file=str(key))
    await broker.listening()
    trusted = broker_address(f"mqtts://127.0.0.1:{broker.port}", {"ca_file": str(certificate)}, has_password=True)
    unknown = broker_address(f"mqtts://127.0.0.1:{broker.port}", {}, has_password=True)
    terms = Site(broker).terms
    try:
        session = MqttSession(trusted, terms)
        await session.open(["#"])
        await session.close()
        with pytest.raises(LinkRefused, match="certificate"):
            await MqttSession(unknown, terms).open(["#"])
    finally:
        await broker.close()
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_port_that_is_taken_is_said(site: Site) -> None:
    second = OwnBroker(SystemClock(), port=site.broker.port)
    with pytest.raises(LinkDown, match="cannot listen"):
        await second.listening()
    await second.close()


def _was_kept(site: Site) -> bool:
    return site.session.was_kept


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def _packet(kind: int, body: bytes) -> bytes:
    return bytes([kind, len(body)]) + body


def test_a_broker_for_others_needs_a_certificate() -> None:
    with pytest.raises(ValueError, match="without encryption"):
        OwnBroker(SystemClock(), host="0.0.0.0")  # noqa: S104 - that is what is refused


@pytest.mark.parametrize(
    ("url", "settings", "words"),
    [
        ("http://broker", {}, "no broker's address"),
        ("mqtt://", {}, "no broker's address"),
        ("mqtt://me:secret@broker", {}, "connection's secret"),
        ("mqtt://10.1.2.3", {}, "in clear"),
    ],
)
def test_an_address_that_can_only_be_wrong_is_refused(url: str, settings: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        broker_address(url, settings, has_password=True)


def test_a_password_goes_in_clear_on_this_machine_or_where_somebody_says_so() -> None:
    assert broker_address("mqtt://127.0.0.1", {}, has_password=True).port == 1883
    assert broker_address("mqtts://broker", {}, has_password=True).port == 8883
    assert not broker_address("mqtt://10.1.2.3", {"clear_text": "yes"}, has_password=True).is_encrypted


async def test_who_comes_with_a_wrong_password_is_counted_with_his_address() -> None:
    refused: list[tuple[str, int]] = []
    broker = OwnBroker(
        SystemClock(), passwords={FIELD: CANARY}, refused=lambda address, times: refused.append((address, times))
    )
    await broker.listening()
    try:
        for _ in range(2):
            with pytest.raises(aiomqtt.MqttError):
                async with aiomqtt.Client(broker.host, broker.port, username=FIELD, password="guess"):
                    pass
        await eventually(lambda: sum(times for _, times in refused) == 2)
        assert {address for address, _ in refused} == {"127.0.0.1"}
    finally:
        await broker.close()
        await asyncio.get_running_loop().shutdown_default_executor()
