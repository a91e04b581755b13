"""The server: tickets, refusals, viewers that do not keep up, clients that break the rules."""

import asyncio
import itertools
from collections.abc import Callable, Mapping

import pytest

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.packetising import PacketBurst
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal, RtspServer
from video.rtsp.viewing import ConnectionViewer
from video.states import StreamFailure, StreamState
from video.stream_source import ServedStream, StreamSource

Street = Callable[..., str]
PARAMETERS = StreamParameters(Codec.H264, (b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80"))
KEY = AccessUnit((*PARAMETERS.parameter_sets, b"\x65" + b"k" * 50), True, 0, 0.0)
DELTA = AccessUnit((b"\x41" + b"d" * 50,), False, 6000, 0.0)


class Screen:
    """A viewer that keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[PacketBurst] = []
        self.is_hung_up = False

    def show(self, burst: PacketBurst) -> None:
        self.shown.append(burst)

    def hang_up(self, *, abruptly: bool = False) -> None:
        self.is_hung_up = True


async def ask(port: int, text: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode())
    async with asyncio.timeout(30):
        data = await reader.read(4096)
    writer.close()
    return data.decode(errors="replace")


async def test_a_late_viewer_starts_with_the_last_key_picture() -> None:
    source, late = StreamSource(PARAMETERS), Screen()
    for unit in (KEY, DELTA, KEY, DELTA, DELTA):
        source.publish(unit)
    source.subscribe(late)
    source.publish(DELTA)
    assert [burst.is_key for burst in late.shown] == [True, False, False, False]
    numbers = [burst.first_sequence for burst in late.shown]
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)] == [1, 1, 1]


async def test_a_camera_that_was_away_is_not_shown_from_before() -> None:
    source, late = StreamSource(PARAMETERS), Screen()
    source.publish(KEY)
    source.interrupt()
    source.subscribe(late)
    assert late.shown == []


async def test_the_end_of_a_stream_hangs_up() -> None:
    source, screen = StreamSource(PARAMETERS), Screen()
    source.subscribe(screen)
    source.end()
    assert screen.is_hung_up
    assert source.viewer_count == 0


async def test_a_ticket_is_asked_for_once_a_connection() -> None:
    source, tickets = StreamSource(PARAMETERS), ["good"]

    async def resolve(
        path: str, query: Mapping[str, str], credentials: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        if query.get("ticket") not in tickets:
            return Refusal(403)
        tickets.remove(query["ticket"])
        return source

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    url = f"rtsp://127.0.0.1:{server.port}/cam/1"
    steps = (
        f"DESCRIBE {url}?ticket=good RTSP/1.0\r\nCSeq: 1\r\n\r\n"
        f"SETUP {url}/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP;unicast;client_port=5-6,RTP/AVP/TCP\r\n\r\n"
        f"PLAY {url}/ RTSP/1.0\r\nCSeq: 3\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(steps.encode())
    async with asyncio.timeout(30):
        answers = (await reader.readuntil(b"RTP-Info")).decode()
        assert answers.count("200 OK") == 3
        assert "ticket" not in answers
        while source.viewer_count == 0:
            await asyncio.sleep(0.01)
    assert "403" in await ask(server.port, f"DESCRIBE {url}?ticket=good RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    writer.close()
    await server.close()
    assert source.viewer_count == 0


@pytest.mark.parametrize("status", [401, 403, 404, 453])
async def test_a_refusal_reaches_the_player(status: int) -> None:
    async def resolve(*_: object) -> ServedStream | Refusal:
        return Refusal(status)

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    answer = await ask(server.port, "DESCRIBE rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    assert answer.startswith(f"RTSP/1.0 {status} ")
    assert ("Digest" in answer and "Basic" in answer) == (status == 401)
    await server.close()


async def test_a_stream_that_has_not_begun_is_waited_for() -> None:
    source = StreamSource()

    async def resolve(*_: object) -> ServedStream | Refusal:
        return source

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    asking = asyncio.get_running_loop().create_task(ask(server.port, "DESCRIBE rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n"))
    await asyncio.sleep(0.05)
    assert not asking.done()
    source.set_parameters(PARAMETERS)
    assert "sprop-parameter-sets=Z0LAHg==" in await asking
    await server.close()


async def test_a_stream_that_cannot_begin_is_unavailable_and_the_server_lives() -> None:
    class Broken(StreamSource):
        async def described(self) -> StreamParameters:
            raise StreamFailure(StreamState.DAMAGED, "no film")

    source = Broken()

    async def resolve(*_: object) -> ServedStream | Refusal:
        return source

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    for _ in range(2):
        assert "503" in await ask(server.port, "DESCRIBE rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    await server.close()


async def test_a_client_that_only_connects_or_babbles_is_hung_up_on() -> None:
    async def resolve(*_: object) -> ServedStream | Refusal:
        return Refusal(404)

    server = RtspServer("127.0.0.1", 0, resolve, idle_seconds=0.2)
    await server.start()
    assert await ask(server.port, "") == ""
    assert await ask(server.port, "\x00\x01garbage") == ""
    assert "501" in await ask(server.port, "RECORD rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    assert "455" in await ask(server.port, "PLAY rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    await server.close()


async def test_a_viewer_that_does_not_read_harms_nobody_and_skips_to_a_key_picture() -> None:
    source, other = StreamSource(PARAMETERS), Screen()

    async def resolve(*_: object) -> ServedStream | Refusal:
        return source

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    url = "rtsp://h/x"
    for method, more in (("DESCRIBE", ""), ("SETUP", "Transport: RTP/AVP/TCP\r\n"), ("PLAY", "")):
        writer.write(f"{method} {url} RTSP/1.0\r\nCSeq: 1\r\n{more}\r\n".encode())
    async with asyncio.timeout(30):
        while source.viewer_count == 0:
            await asyncio.sleep(0.01)
    source.subscribe(other)
    source.publish(KEY)
    big = AccessUnit((b"\x41" + b"d" * 200_000,), False, 1, 0.0)
    for _ in range(100):
        source.publish(big)
        await asyncio.sleep(0)
    assert len(other.shown) == 101
    (viewer,) = [viewer for viewer in source.viewers if isinstance(viewer, ConnectionViewer)]
    assert viewer.pictures_shown >= 2
    assert viewer.pictures_skipped > 50
    writer.transport.abort()
    await server.close()


async def test_connections_have_a_ceiling() -> None:
    async def resolve(*_: object) -> ServedStream | Refusal:
        return Refusal(404)

    server = RtspServer("127.0.0.1", 0, resolve, max_connections=1)
    await server.start()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await asyncio.sleep(0.02)
    with pytest.raises((ConnectionError, AssertionError)):
        assert "404" in await ask(server.port, "DESCRIBE rtsp://h/x RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    writer.close()
    await server.close()
