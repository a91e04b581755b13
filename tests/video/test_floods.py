"""A camera that sends as fast as the network lets it is left alone for a while; one with a full memory is not."""

import asyncio
import collections

import pytest

from tests.eventually import eventually
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.errors import ProtocolError
from video.rtsp.client import RtspSource
from video.rtsp.flood import FloodGate
from video.states import StreamState, StreamStatus

_SDP = (
    b"v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtkAoD2wFqDAwMgAAAMACAAAAwGUeLF1,aM48gA==\r\n"
    b"a=control:t\r\n"
)


class Watcher:
    """What came of it."""

    def __init__(self) -> None:
        self.pictures = 0
        self.states: list[tuple[StreamState, str]] = []

    def described(self, parameters: StreamParameters) -> None:
        assert parameters.codec is Codec.H264

    def received(self, unit: AccessUnit) -> None:
        self.pictures += 1

    def status_changed(self, status: StreamStatus) -> None:
        self.states.append((status.state, status.reason))


def picture(number: int) -> bytes:
    """A key picture of one packet, behind its frame."""
    packet = b"\x80\xe0" + (number & 0xFFFF).to_bytes(2, "big") + (number * 90).to_bytes(4, "big") + bytes(4) + b"\x65k"
    return b"$\0" + len(packet).to_bytes(2, "big") + packet


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pictures: int) -> None:
    """A camera that sends so many pictures at once."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        sequence = next(line for line in head.split(b"\r\n") if line.startswith(b"CSeq"))
        writer.write(b"RTSP/1.0 200 OK\r\n" + sequence + b"\r\n")
        if head.startswith(b"DESCRIBE"):
            writer.write(b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(_SDP) + _SDP)
        else:
            writer.write(b"Session: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n")
        if head.startswith(b"PLAY"):
            writer.write(b"".join(map(picture, range(pictures))))
            await writer.drain()


@pytest.mark.parametrize(("pictures", "is_flood"), [(1_000, False), (20_000, True)])
async def test_more_pictures_than_any_camera_sends(pictures: int, is_flood: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer, pictures)
        except (ConnectionError, EOFError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    watcher = Watcher()
    source = RtspSource(f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", watcher)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(source.run())
        if is_flood:
            await eventually(lambda: any(state is StreamState.DAMAGED for state, _ in watcher.states))
            assert "more pictures than any camera" in next(
                reason for state, reason in watcher.states if state is StreamState.DAMAGED
            )
            assert watcher.pictures < 5_000
        else:
            await eventually(lambda: watcher.pictures == pictures)
            assert watcher.states[-1][0] is StreamState.LIVE
        watching.cancel()
    server.close()
    await server.wait_closed()


def test_the_gate_lets_through_what_comes_in_time() -> None:
    gate = FloodGate("packets", 100, 2.0)
    for number in range(1_000):
        gate.pass_one(number * 0.021)
    flood = (30 + number * 0.001 for number in range(300))
    with pytest.raises(ProtocolError, match="more packets"):
        collections.deque(map(gate.pass_one, flood), maxlen=0)
