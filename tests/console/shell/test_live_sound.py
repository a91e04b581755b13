"""What a camera sounds like reaches the loudspeaker at its pitch; a desk without one is told so, in words."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from PySide6.QtWidgets import QApplication

from console.kit.hearing import SoundState
from console.kit.video import NoAddress
from console.shell.live_sound import LiveSound
from console.shell.loudspeaker import Loudspeaker
from tests.eventually import eventually
from tests.video.sound.ears import loudest_hertz
from video.access_unit import Codec, StreamParameters
from video.decoding.pool import DecoderPool
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import RtspServer
from video.sound.parameters import SoundCoding
from video.stream_source import ServedStream, StreamSource
from video.test_camera.tone import HummingStream, ToneStream


class Speaker:
    """Keeps what is played."""

    def __init__(self, *, is_there: bool = True) -> None:
        self.is_there = is_there
        self.is_open = False
        self.played = b""

    def open(self) -> bool:
        self.is_open = self.is_there
        return self.is_there

    def room(self) -> int:
        return 4_800

    def write(self, samples: bytes) -> None:
        self.played += samples

    def close(self) -> None:
        self.is_open = False


class Told:
    """What the panel hears."""

    def __init__(self) -> None:
        self.states: list[tuple[SoundState, str]] = []

    def __call__(self, state: SoundState, reason: str) -> None:
        self.states.append((state, reason))

    def has(self, state: SoundState) -> bool:
        return any(state is said for said, _ in self.states)


@pytest.fixture
async def pool() -> AsyncIterator[DecoderPool]:
    made = DecoderPool(workers=1)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def camera() -> AsyncIterator[RtspServer]:
    source = StreamSource(StreamParameters(Codec.H264, (b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80")))
    humming = HummingStream(source, ToneStream(SoundCoding.PCMU, 700))

    async def resolve(path: str, query: Mapping[str, str], presented: PresentedCredentials | None) -> ServedStream:
        del query, presented
        return humming if "hum" in path else source

    server = RtspServer("127.0.0.1", 0, resolve)
    await server.start()
    yield server
    await server.close()


async def test_the_tone_of_a_camera_comes_out_of_the_loudspeaker(pool: DecoderPool, camera: RtspServer) -> None:
    speaker, told = Speaker(), Told()
    sound = LiveSound(pool, speaker)

    async def address() -> str:
        return f"rtsp://127.0.0.1:{camera.port}/hum"

    sound.listen(address, told)
    async with asyncio.timeout(10):
        while len(speaker.played) < 60_000:
            sound.play()
            await asyncio.sleep(0.03)
    assert abs(loudest_hertz(speaker.played) - 700) < 5
    assert told.states[-1] == (SoundState.HEARD, "")
    speaker.is_open = False
    sound.play()
    assert told.states[-1] == (SoundState.NO_LOUDSPEAKER, ""), "it was pulled out"
    other = Told()
    sound.listen(address, other)
    sound.mute()
    assert other.states[-1] == (SoundState.MUTED, "")
    assert not speaker.is_open


async def test_why_there_is_no_sound_is_told(pool: DecoderPool, camera: RtspServer) -> None:
    refused, silent, deaf = Told(), Told(), Told()
    sound = LiveSound(pool, Speaker())

    async def no() -> str:
        raise NoAddress("camera 7 is masked")

    async def without() -> str:
        return f"rtsp://127.0.0.1:{camera.port}/still"

    sound.listen(no, refused)
    await eventually(lambda: refused.has(SoundState.ENDED), within_s=8)
    assert refused.states[-1] == (SoundState.ENDED, "camera 7 is masked")
    sound.listen(without, silent)
    await eventually(lambda: silent.has(SoundState.ENDED), within_s=8)
    LiveSound(pool, Speaker(is_there=False)).listen(without, deaf)
    assert deaf.states == [(SoundState.NO_LOUDSPEAKER, "")]


def test_a_desk_with_or_without_a_loudspeaker_says_nothing_to_the_terminal(
    qapp: QApplication, capfd: pytest.CaptureFixture[str]
) -> None:
    assert qapp is not None
    speaker = Loudspeaker()
    was_opened = speaker.open()
    assert speaker.is_open == was_opened
    assert (speaker.room() > 0) == was_opened
    speaker.write(b"\x00\x00")
    speaker.close()
    assert not speaker.is_open
    assert capfd.readouterr().err == ""
