"""A camera that hums is heard at its pitch; what the sound does, pictures never feel."""

import asyncio
from collections.abc import Callable

import pytest

from tests.video.sound.ears import Ear
from video.access_unit import AccessUnit, StreamParameters
from video.back_off import BackOff
from video.rtsp.client import RtspSource
from video.sound.parameters import SoundCoding, SoundParameters
from video.states import StreamState, StreamStatus

Street = Callable[..., str]


class Wall:
    """Counts pictures, and sound packets."""

    def __init__(self) -> None:
        self.pictures = 0
        self.packets = 0
        self.sound: list[SoundParameters | None] = []
        self.states: list[StreamState] = []

    def described(self, parameters: StreamParameters) -> None:
        del parameters

    def received(self, unit: AccessUnit) -> None:
        del unit
        self.pictures += 1

    def status_changed(self, status: StreamStatus) -> None:
        self.states.append(status.state)

    def sound_described(self, parameters: SoundParameters | None) -> None:
        self.sound.append(parameters)

    def sound_received(self, packet: bytes) -> None:
        del packet
        self.packets += 1

    async def watch(self, url: str, until: Callable[[], bool]) -> None:
        source = RtspSource(url, self, back_off=BackOff(0.1, 0.2), step_seconds=0.6, sound_sink=self)
        task = asyncio.get_running_loop().create_task(source.run())
        try:
            async with asyncio.timeout(8):
                while not until():
                    await asyncio.sleep(0.02)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("coding", list(SoundCoding))
async def test_the_tone_of_a_camera_is_heard_at_its_pitch(street: Street, coding: SoundCoding) -> None:
    ear = Ear()
    await ear.listen(street(f"/cam/001?sound={coding}&hertz=875"), lambda: ear.has_heard(1.0))
    assert abs(ear.hertz - 875) < 5
    assert ear.states[-1][0] is StreamState.LIVE


async def test_a_camera_without_sound_says_so_and_is_not_asked_again(street: Street) -> None:
    ear = Ear()
    await ear.listen(street("/cam/001"), lambda: False)
    assert ear.states[-1] == (StreamState.NOT_FOUND, "no sound")
    assert ear.asked == 1


async def test_sound_is_pulled_beside_the_pictures_when_it_is_offered(street: Street) -> None:
    wall = Wall()
    await wall.watch(street("/cam/002?sound=aac"), lambda: wall.pictures >= 8 and wall.packets >= 8)
    assert wall.sound[0] is not None
    assert wall.sound[0].coding is SoundCoding.AAC
    silent = Wall()
    await silent.watch(street("/cam/002"), lambda: silent.pictures >= 3)
    assert silent.sound == [None]


class AwkwardCamera:
    """Offers pictures and sound, and does what it likes when it is asked for the second track."""

    SDP = (
        b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:v\r\n"
        b"m=audio 0 RTP/AVP 0\r\na=control:a\r\n"
    )
    SLICE = b"\x80\xe0\x00\x01\x00\x00\x00\x01\x00\x00\x00\x07\x65\x88\x84"

    def __init__(self, mood: str) -> None:
        self.mood = mood
        self.setups = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                method, url = request.decode().split()[:2]
                number = request.decode().partition("CSeq: ")[2].split("\r\n", 1)[0]
                status, more, body = "200 OK", "", b""
                if method == "DESCRIBE":
                    body, more = self.SDP, f"Content-Length: {len(self.SDP)}\r\n"
                elif method == "SETUP" and url.endswith("/a"):
                    self.setups += 1
                    if self.mood == "silent":
                        continue
                    if self.mood == "hangs up":
                        return
                    status = "461 Unsupported Transport" if self.mood == "refuses" else status
                    more = "Transport: RTP/AVP/TCP;interleaved=0-1\r\n" if self.mood == "mixes" else ""
                writer.write(f"RTSP/1.0 {status}\r\nCSeq: {number}\r\nSession: 1\r\n{more}\r\n".encode() + body)
                if method == "PLAY":
                    writer.write(b"$\x00" + len(self.SLICE).to_bytes(2, "big") + self.SLICE)
                    writer.write(b"$\x02\x00\x03abc" + b"$\x63\x00\x00")
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@pytest.mark.parametrize("mood", ["refuses", "silent", "hangs up", "mixes"])
async def test_a_camera_that_stumbles_over_its_sound_keeps_its_pictures(mood: str) -> None:
    camera = AwkwardCamera(mood)
    server = await asyncio.start_server(camera.serve, "127.0.0.1", 0)
    wall = Wall()
    await wall.watch(f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", lambda: wall.pictures >= 1)
    server.close()
    assert camera.setups == 1
    assert wall.sound[-1] is None
    assert StreamState.LIVE in wall.states
