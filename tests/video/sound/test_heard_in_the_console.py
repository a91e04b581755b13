"""From the camera to the console's loudspeaker: decoded in the child process, never far behind, one at a time."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from tests.eventually import eventually
from tests.video.sound.ears import loudest_hertz
from video.decoding.pool import DecoderPool
from video.decoding.shared_block import SharedBlock, block_names, new_block_name
from video.sound.ring import RING_BYTES, RingReader, SoundRing
from video.states import StreamFailure, StreamState

Street = Callable[..., str]


@pytest.fixture
async def pool() -> AsyncIterator[DecoderPool]:
    made = DecoderPool(workers=1)
    await made.start()
    yield made
    await made.close()


class Loudspeaker:
    """Plays a ring."""

    def __init__(self) -> None:
        self.samples = b""
        self.states: list[StreamState] = []

    def fares(self, state: StreamState, reason: str) -> None:
        del reason
        self.states.append(state)

    async def play(self, ring: SoundRing, seconds: float) -> None:
        reader = RingReader(ring)
        self.samples = b""
        async with asyncio.timeout(8 + seconds):
            while len(self.samples) < seconds * 96_000:
                self.samples += reader.read(4_800)
                await asyncio.sleep(0.02)


async def test_one_camera_is_heard_at_a_time_and_a_killed_decoder_is_heard_again(
    street: Street, pool: DecoderPool
) -> None:
    speaker = Loudspeaker()

    async def first() -> str:
        return street("/cam/001?sound=pcm_alaw&hertz=400")

    async def second() -> str:
        return street("/cam/002?sound=aac&hertz=1000")

    before = set(block_names())
    await speaker.play(pool.listen(first, speaker.fares), 0.8)
    assert abs(loudest_hertz(speaker.samples) - 400) < 5
    ring = pool.listen(second, speaker.fares)
    await speaker.play(ring, 0.8)
    assert abs(loudest_hertz(speaker.samples) - 1000) < 5
    (process_id,) = pool.process_ids
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    await eventually(lambda: speaker.states[-1] is StreamState.STALLED)
    await speaker.play(ring, 0.8)
    assert abs(loudest_hertz(speaker.samples) - 1000) < 5
    assert speaker.states[-1] is StreamState.LIVE
    pool.mute()
    heard = ring.written
    await asyncio.sleep(0.4)
    assert ring.written - heard < 4_800, "it is not listened to any more"
    assert set(block_names()) <= before


async def test_why_nothing_is_heard_is_told(pool: DecoderPool) -> None:
    speaker = Loudspeaker()

    async def refused() -> str:
        raise StreamFailure(StreamState.REFUSED, "the camera is masked")

    pool.listen(refused, speaker.fares)
    await eventually(lambda: StreamState.REFUSED in speaker.states, within_s=8)


def test_who_falls_behind_goes_on_near_to_now() -> None:
    ring = SoundRing(SharedBlock(new_block_name(), RING_BYTES, is_new=True))
    reader = RingReader(ring)
    ring.write(b"\x01\x00" * 9_600)
    assert len(reader.read(4_800)) == 9_600, "0.2 s behind is played on"
    for _ in range(30):
        ring.write(b"\x02\x00" * 4_800)
    assert reader.read(48_000) == b"\x02\x00" * 2_880, "three seconds behind: 60 ms of the newest"
    assert reader.waiting == 0
    assert reader.dropped > 0
    assert reader.read(100) == b""
    ring.block.unlink()
