"""Fault matrix, stream: consoles that vanish are found out, many come back at once, and no frame does harm."""

import asyncio
import base64
import os
import struct
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from backend.api.stream import endpoint
from backend.api.stream.subscriber import Subscriber
from contract.stream import PROTOCOL_VERSION, ClientHello, ServerMessage, Snapshot, Subscribe, TopicKind
from contract.wire import schema_hash
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes
from tests.eventually import eventually

HELLO = msgspec.msgpack.encode(ClientHello(PROTOCOL_VERSION, schema_hash()))
BINARY, TEXT, CONTINUED, PING, CLOSE = 0x2, 0x1, 0x0, 0x9, 0x8
FINAL, COMPRESSED = 0x80, 0x40


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    city = TwoCommunes()
    await city.start()
    await city.account("marie")
    async with serve(city) as listening:
        yield listening
    await city.close()


class Socket:
    """A WebSocket whose frames the test writes byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, first: int, payload: bytes, *, length: int | None = None) -> None:
        """`first`: flags and opcode; `length`: what the frame claims to hold, where that is not the truth."""
        size = len(payload) if length is None else length
        head = bytes([first, 0x80 | 127]) + struct.pack("!Q", size)
        self.writer.write(head + b"\0\0\0\0" + payload)  # a mask of zeros changes nothing

    async def closed_with(self) -> int:
        """The code of the close; 1006 when the connection just ended."""
        try:
            while True:
                first, second = await self.reader.readexactly(2)
                size = second & 0x7F
                if size == 126:
                    (size,) = struct.unpack("!H", await self.reader.readexactly(2))
                elif size == 127:
                    (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
                payload = await self.reader.readexactly(size)
                if first & 0x0F == CLOSE:
                    return int.from_bytes(payload[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 1006


@asynccontextmanager
async def raw_socket(served: ServedCity) -> AsyncGenerator[Socket]:
    """Open for marie; nothing said yet."""
    session = await served.login("marie")
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /api/v1/stream?ticket={await session.ticket()} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in answer
    assert b"deflate" not in answer, "nothing is agreed on that could unpack a bomb"
    try:
        yield Socket(reader, writer)
    finally:
        writer.close()


async def test_f10_a_console_whose_cable_was_pulled_is_let_go(
    served: ServedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "CLIENT_SILENCE_S", 3_600.0)
    async with raw_socket(served) as socket:
        socket.send(FINAL | BINARY, HELLO)
        audience = served.city.hub.audience
        await eventually(audience.members, "it is connected")
        await eventually(lambda: not audience.members(), "pings that nobody answers end it", within_s=30)


async def test_f32_fifty_consoles_that_come_at_once_get_one_encoding(served: ServedCity) -> None:
    city = served.city
    seats: list[Subscriber] = []
    user = await city.account("chief")
    for _ in range(50):
        seats.append(Subscriber(city.session(user), lambda: user))
        city.hub.audience.join(seats[-1])
    for seat in seats:
        city.hub.subscribe(seat, Subscribe(kinds=tuple(TopicKind)))
    frames: dict[object, set[int]] = {}
    kept: list[bytes] = []  # as long as it is kept, no other frame stands at its place in memory
    for seat in seats:
        while (frame := seat.take()) is not None:
            kept.append(frame)
            message = msgspec.msgpack.decode(frame, type=ServerMessage)
            if isinstance(message, Snapshot):
                frames.setdefault(message.topic, set()).add(id(frame))
    assert len(frames) >= len(TopicKind)
    assert {len(copies) for copies in frames.values()} == {1}


BOMB = zlib.compress(b"\0" * 50_000_000)
BAD_FRAMES: dict[str, tuple[list[tuple[int, bytes, int | None]], set[int]]] = {
    "a frame that says it is 4 GiB": ([(FINAL | BINARY, b"", 2**32)], {1009, 1006}),
    "a frame that says it is as long as can be": ([(FINAL | BINARY, b"", 2**63 - 1)], {1009, 1002, 1006}),
    "many pieces that are too much together": (
        [(BINARY, b"x" * 40_000, None), *[(CONTINUED, b"x" * 40_000, None)] * 3],
        {1009},
    ),
    "a compressed bomb": ([(FINAL | COMPRESSED | BINARY, BOMB, None)], {1002, 1009}),
    "a small compressed frame": ([(FINAL | COMPRESSED | BINARY, BOMB[:100], None)], {1002}),
    "text that is no UTF-8": ([(FINAL | TEXT, b"\xff\xfe\xfd", None)], {1007}),
    "a piece of nothing": ([(FINAL | CONTINUED, b"x", None)], {1002, 1006}),
    "a ping that is too long": ([(FINAL | PING, b"x" * 200, None)], {1002}),
    "an opcode that there is not": ([(FINAL | 0x7, b"x", None)], {1002, 1006}),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_f36_a_frame_that_means_harm_closes_its_own_stream_only(served: ServedCity, name: str) -> None:
    frames, codes = BAD_FRAMES[name]
    async with raw_socket(served) as good, raw_socket(served) as bad:
        good.send(FINAL | BINARY, HELLO)
        await eventually(served.city.hub.audience.members, "the other console is connected")
        for first, payload, length in frames:
            bad.send(first, payload, length=length)
        async with asyncio.timeout(10):
            assert await bad.closed_with() in codes
        assert len(served.city.hub.audience.members()) == 1
