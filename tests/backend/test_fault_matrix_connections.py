"""Fault matrix, connections: slow, broken and greedy clients are let go, and nobody else notices."""

import asyncio
import contextlib
import gzip
import logging
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from backend.api import server
from backend.api.stream import endpoint
from backend_client.mirror import Mirror, MirrorState
from contract.points import Reading
from contract.rights import Grant, Level
from contract.stream import PROTOCOL_VERSION, Changes, ClientHello, Heartbeat, ServerMessage, Subscribe, TopicKind
from contract.wire import schema_hash
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes
from tests.eventually import eventually

HEALTH = b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def city() -> AsyncIterator[TwoCommunes]:
    small = TwoCommunes()
    await small.start()
    yield small
    await small.close()


@pytest.fixture
async def served(city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ServedCity]:
    """Listening, with patience for half a second."""
    monkeypatch.setattr(server, "KEEPALIVE_S", 0.5)
    async with serve(city) as listening:
        yield listening


async def connect(served: ServedCity) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = served.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def answer_to(served: ServedCity, request: bytes) -> bytes:
    """The first bytes of the answer; empty when the connection is just closed."""
    reader, writer = await connect(served)
    try:
        writer.write(request)
        async with asyncio.timeout(5):
            return await reader.read(300)
    finally:
        writer.close()


@pytest.mark.parametrize(
    "start", [b"", b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: "], ids=["silent", "half a header"]
)
async def test_f33_a_client_that_takes_its_time_is_let_go(served: ServedCity, start: bytes) -> None:
    reader, writer = await connect(served)
    writer.write(start)
    async with asyncio.timeout(30):
        assert await reader.read(10) == b""
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"X-Long: " + b"a" * 20_000 + b"\r\n",
        b"X-Nul: a\0b\r\n",
    ],
)
async def test_f37_what_proxies_and_we_could_read_in_two_ways_is_refused(served: ServedCity, head: bytes) -> None:
    request = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\n"
    assert b" 400 " in await answer_to(served, request)


@pytest.mark.parametrize(
    "request_",
    [
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
        % (len(gzip.compress(b" " * 10_000_000)), gzip.compress(b" " * 10_000_000)),
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}garbage",
    ],
    ids=["no gzip", "gzip bomb", "no chunk", "chunk too long"],
)
async def test_f38_a_body_in_a_broken_wrapping_is_the_clients_fault(served: ServedCity, request_: bytes) -> None:
    answer = await answer_to(served, b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\n" + request_)
    assert answer.split(b" ")[1] in {b"400", b"415"}, answer


async def test_f34_clients_that_hang_up_in_the_middle_do_not_fill_the_log(
    served: ServedCity, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(5):
        _, writer = await connect(served)
        writer.write(b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()
    await asyncio.sleep(0.1)
    assert caplog.records == []


async def test_f67_one_machine_cannot_take_all_connections(city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_OF_ONE_ADDRESS", 5)
    async with serve(city) as served:
        greedy = [await connect(served) for _ in range(10)]
        await eventually(lambda: all(reader.at_eof() for reader, _ in greedy[5:]), "the others are shut out")
        assert not any(reader.at_eof() for reader, _ in greedy[:5])
        for _, writer in greedy:
            writer.close()

        async def is_answered() -> bool:
            with contextlib.suppress(OSError):
                return b" 200 " in await answer_to(served, HEALTH)
            return False

        await eventually(is_answered, "there is room again")


async def test_f35_a_console_that_does_not_read_is_dropped_and_the_others_are_quick(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "SEND_DEADLINE_S", 3.0)
    arrived: list[float] = []

    class Console:
        def message(self, message: ServerMessage) -> None:
            if isinstance(message, Changes):
                arrived.append(time.monotonic())

        def link_changed(self, state: MirrorState, detail: str) -> None: ...

    await city.account("marie", [Grant(level=Level.VIEW)])
    session = await served.login("marie")
    running = asyncio.get_running_loop().create_task(
        Mirror(session, Console(), Subscribe(kinds=(TopicKind.POINTS,))).run(), name="mirror"
    )
    asleep = await _sleeping_console(served, await session.ticket())
    try:
        await asyncio.sleep(0.2)
        lamp = city.lamps()[0].id
        slowest = 0.0
        for level in range(60):
            said, count = time.monotonic(), len(arrived)
            for subscriber in city.hub.audience.members():
                if subscriber.wanted is None:
                    subscriber.offer(None, b"x" * 200_000)
                    city.hub.audience.send(subscriber, Heartbeat(city.clock.now(), ()))
            await city.say(Reading(lamp, "level_percent", float(level)))
            async with asyncio.timeout(30):
                while len(arrived) == count:
                    await asyncio.sleep(0.002)
            slowest = max(slowest, time.monotonic() - said)
            if len(city.hub.audience.members()) == 1:
                break
        assert slowest < 3.0, "nobody waits for the one who sleeps"
        async with asyncio.timeout(30):
            while len(city.hub.audience.members()) > 1:
                await asyncio.sleep(0.01)
    finally:
        asleep.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _sleeping_console(served: ServedCity, ticket: str) -> asyncio.StreamWriter:
    """Opens a stream, greets, and never reads again."""
    reader, writer = await connect(served)
    writer.write(
        f"GET /api/v1/stream?ticket={ticket} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    hello = msgspec.msgpack.encode(ClientHello(PROTOCOL_VERSION, schema_hash()))
    writer.write(bytes((0x82, 0x80 | len(hello), 0, 0, 0, 0)) + hello)
    await writer.drain()
    transport = writer.transport
    assert isinstance(transport, asyncio.Transport)
    transport.pause_reading()
    return writer
