"""Clients that want the server's places, its memory or its log, and none of its pictures."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import monotonic, wall
from video.rtsp.server import Refusal, RtspServer
from video.rtsp.viewing import ConnectionViewer
from video.stream_source import ServedStream, StreamSource

PARAMETERS = StreamParameters(Codec.H264, (b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80"))
KEY = AccessUnit((*PARAMETERS.parameter_sets, b"\x65" + b"k" * 50), True, 0, 0.0)
URL = "rtsp://h/x"
WATCH = "".join(
    f"{method} {URL} RTSP/1.0\r\nCSeq: 1\r\n{more}\r\n"
    for method, more in (("DESCRIBE", ""), ("SETUP", "Transport: RTP/AVP/TCP\r\n"), ("PLAY", ""))
).encode()
OPTIONS = f"OPTIONS {URL} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode()


class Door:
    """A server with one stream, impatient enough for a test."""

    def __init__(self) -> None:
        self.source = StreamSource(PARAMETERS)
        self.server = RtspServer(
            "127.0.0.1", 0, self._resolve, idle_seconds=0.4, begin_seconds=1.0, most_waiting_of_one_address=3
        )

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.server.port, limit=1024)

    async def watch(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        count = self.source.viewer_count
        reader, writer = await self.connect()
        writer.write(WATCH)
        async with asyncio.timeout(30):
            while self.source.viewer_count == count:
                await asyncio.sleep(0.01)
        return reader, writer

    async def _resolve(self, *_: object) -> ServedStream | Refusal:
        return self.source


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    made = Door()
    await made.server.start()
    yield made
    await made.server.close()


async def is_gone(writer: asyncio.StreamWriter, within_s: float) -> bool:
    """Whether the server gives this connection up; it is fed a word now and then, and nothing of it is read."""
    try:
        async with asyncio.timeout(within_s):
            while True:
                writer.write(OPTIONS)
                await asyncio.sleep(0.05)
                if writer.transport.is_closing():
                    return True
    except TimeoutError:
        return False


async def test_who_talks_on_and_never_watches_holds_no_place(door: Door) -> None:
    _, writer = await door.connect()
    assert await is_gone(writer, within_s=30)


async def test_who_asks_and_does_not_read_the_answers_holds_no_place(door: Door) -> None:
    _, writer = await door.connect()
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    flood = OPTIONS * 1000
    for _ in range(400):
        writer.write(flood)
    async with asyncio.timeout(30):
        with contextlib.suppress(ConnectionError):
            while not writer.transport.is_closing():
                await asyncio.sleep(0.05)
                writer.write(OPTIONS)


async def test_a_viewer_who_asks_and_does_not_read_costs_no_memory(door: Door) -> None:
    _, writer = await door.watch()
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    flood = OPTIONS * 1000
    for _ in range(1000):
        writer.write(flood)
        await asyncio.sleep(0)
        if door.source.viewer_count == 0:
            break
    async with asyncio.timeout(30):
        while door.source.viewer_count:
            await asyncio.sleep(0.02)


async def test_one_address_does_not_take_all_places_of_those_who_wait(door: Door) -> None:
    watching = [await door.watch() for _ in range(4)]
    waiting = [await door.connect() for _ in range(3)]
    await asyncio.sleep(0.05)
    reader, one_more = await door.connect()
    one_more.write(OPTIONS)
    async with asyncio.timeout(30):
        with contextlib.suppress(ConnectionError):
            assert await reader.read(100) == b""
    assert door.source.viewer_count == 4  # who watches is not counted, and not disturbed
    for _, writer in (*watching, *waiting):
        writer.transport.abort()


class FullPipe(asyncio.WriteTransport):
    """A client that reads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.is_aborted = False

    def write(self, data: object) -> None:
        del data

    def is_closing(self) -> bool:
        return self.is_aborted

    def get_write_buffer_size(self) -> int:
        return 1

    def close(self) -> None:
        pass  # it ends when all has been read, which is never

    def abort(self) -> None:
        self.is_aborted = True


async def test_what_waits_for_a_viewer_does_not_reach_him_after_his_right_has_ended() -> None:
    source, pipe = StreamSource(PARAMETERS), FullPipe()
    source.subscribe(ConnectionViewer(pipe, source, 0, monotonic, wall))
    source.publish(KEY)
    source.end()
    assert pipe.is_aborted


async def test_an_address_with_too_many_questions_is_refused_and_not_logged(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    reader, writer = await door.connect()
    query = "&".join(f"a{number}=1" for number in range(100))
    writer.write(f"DESCRIBE {URL}?{query} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
    async with asyncio.timeout(30):
        assert b"400" in await reader.read(200)
    assert not caplog.records
    writer.close()
