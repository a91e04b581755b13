"""The wall's decoders: pictures arrive, a killed or frozen process costs its tiles seconds and the others nothing."""

import asyncio
import functools
import os
import resource
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable

import pytest

from tests.eventually import eventually
from video.decoding import pool
from video.decoding.frame_slots import Frame, FrameSlots, block_size
from video.decoding.pool import DecoderPool
from video.decoding.pool_tile import TileStatus
from video.decoding.shared_block import PREFIX, SharedBlock, block_names, new_block_name, sweep_blocks
from video.decoding.worker import DEFAULT_MEMORY_BYTES
from video.states import StreamFailure, StreamState
from video.test_camera.stamp import read_stamp, stamp_age_ms

Street = Callable[..., str]


class Wall:
    """A pool and what it told."""

    def __init__(self, workers: int) -> None:
        self.told: list[tuple[str, TileStatus]] = []
        self.pool = DecoderPool(workers=workers, on_status=lambda name, status: self.told.append((name, status)))

    async def until(self, done: Callable[[], bool], seconds: float = 10.0) -> None:
        await eventually(done, within_s=seconds)

    def age(self, tile: str) -> float:
        frame = self.pool.newest(tile)
        return 1e9 if frame is None else time.monotonic() - frame.decoded_at

    async def until_live(self, *tiles: str, seconds: float = 10.0) -> None:
        await self.until(lambda: all(self.age(tile) < 0.3 for tile in tiles), seconds)


@pytest.fixture
async def wall() -> AsyncIterator[Wall]:
    wall = Wall(workers=2)
    await wall.pool.start()
    yield wall
    await wall.pool.close()
    await wall.pool.close()
    assert [name for name in block_names() if name.startswith(f"{PREFIX}{os.getpid()}-")] == []


async def test_a_picture_is_on_its_tile_at_its_size_and_at_once(wall: Wall, street: Street) -> None:
    wall.pool.open("a", street("/cam/001?stamp=1"), 320, 200)
    await wall.until_live("a")
    frame = wall.pool.newest("a")
    assert isinstance(frame, Frame)
    assert frame.image.shape == (180, 320, 4)
    assert (frame.stream_width, frame.stream_height) == (640, 360)
    stamp = read_stamp(frame.image, 640)
    assert stamp is not None
    assert stamp_age_ms(stamp, frame.decoded_at) < 300
    await wall.until(lambda: wall.pool.states["a"].state is StreamState.LIVE, seconds=1.0)

    wall.pool.resize("a", 160, 90)
    assert wall.pool.newest("a") is not None
    await wall.until(lambda: (f := wall.pool.newest("a")) is not None and f.image.shape == (90, 160, 4))


async def test_a_tile_resized_twice_before_a_busy_decoder_came_to_it_shows_its_stream(
    wall: Wall, street: Street
) -> None:
    busy = [worker for worker in wall.pool.process_ids if worker is not None]
    for worker in busy:
        os.kill(worker, signal.SIGSTOP)
    wall.pool.open("a", street("/cam/001"), 100, 60)
    wall.pool.resize("a", 120, 80)
    wall.pool.resize("a", 160, 90)
    for worker in busy:
        os.kill(worker, signal.SIGCONT)
    await wall.until_live("a")
    await wall.until(lambda: (f := wall.pool.newest("a")) is not None and f.image.shape == (90, 160, 4))


async def test_a_killed_decoder_is_back_and_others_are_untouched(
    wall: Wall, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_ENOUGH_TILES", 1)  # A worker each.
    wall.pool.open("a", street("/cam/001"), 160, 90)
    wall.pool.open("b", street("/cam/002"), 160, 90)
    await wall.until_live("a", "b")
    victim = wall.pool.process_ids[0]
    assert victim is not None
    oldest = 0.0
    os.kill(victim, signal.SIGKILL)
    killed = time.monotonic()
    await wall.until(lambda: wall.pool.states["a"].state is StreamState.STALLED, seconds=20.0)
    lost = wall.pool.states["a"]
    assert lost.last_picture_at is not None
    assert lost.last_picture_at <= killed + 0.2
    while wall.age("a") > 0.2 or wall.pool.process_ids[0] in {None, victim}:
        oldest = max(oldest, wall.age("b"))
        await asyncio.sleep(0.01)
        assert time.monotonic() - killed < 30.0  # how soon, the bench asks: decoder_back_s
    assert oldest < 3.0
    assert "b" not in [name for name, status in wall.told if status.state is not StreamState.LIVE]


async def test_a_frozen_decoder_is_noticed_and_replaced(wall: Wall, street: Street) -> None:
    wall.pool.open("a", street("/cam/001"), 160, 90)
    await wall.until_live("a")
    frozen = wall.pool.process_ids[0]
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    # How soon is the bench's to say: decoder_back_s.
    await wall.until(lambda: wall.pool.process_ids[0] not in {None, frozen}, seconds=20.0)
    await wall.until_live("a", seconds=20.0)


async def test_a_hidden_tile_decodes_nothing_and_wakes_at_once(wall: Wall, street: Street) -> None:
    wall.pool.open("a", street("/cam/001"), 160, 90)
    await wall.until_live("a")
    wall.pool.show("a", False)
    await asyncio.sleep(0.5)
    decoded, shown = wall.pool.loads[0].decoded, wall.pool.newest("a")
    await asyncio.sleep(2.3)  # Longer than from one key picture to the next.
    assert wall.pool.loads[0].decoded == decoded
    later = wall.pool.newest("a")
    assert shown is not None
    assert later is not None
    assert later.sequence == shown.sequence
    assert wall.pool.states["a"].state is StreamState.LIVE
    wall.pool.show("a", True)
    await wall.until(lambda: wall.age("a") < 0.3, seconds=20.0)


async def test_a_part_of_a_live_picture_fills_the_tile(wall: Wall, street: Street) -> None:
    wall.pool.open("a", street("/cam/001?stamp=1"), 320, 180)
    await wall.until_live("a")
    wall.pool.zoom("a", 0.4, 0.0, 0.2, 0.1125)

    def enlarged_stamp() -> bool:
        frame = wall.pool.newest("a")
        # A fifth of the picture, from its middle: the stamp's cells are five times as large as in a whole one.
        return frame is not None and frame.image.shape == (100, 320, 4) and int(frame.image[:, :, 1].std()) > 20

    await wall.until(enlarged_stamp)
    wall.pool.zoom("a", 0, 0, 1, 1)
    await wall.until(lambda: (f := wall.pool.newest("a")) is not None and f.image.shape == (180, 320, 4))


async def test_a_refused_ticket_has_its_word_and_a_fresh_one_is_asked_later(wall: Wall, street: Street) -> None:
    asked: list[int] = []

    async def address() -> str:
        asked.append(1)
        if len(asked) == 1:
            raise StreamFailure(StreamState.REFUSED, "not your commune")
        return street("/cam/003")

    wall.pool.open("a", address, 160, 90)
    await wall.until(lambda: [s.reason for n, s in wall.told if n == "a"][:1] == ["not your commune"])
    await wall.until_live("a")


async def test_what_a_killed_console_left_in_memory_is_swept() -> None:
    name = f"{PREFIX}999999999-test"
    SharedBlock(name, 4096, is_new=True)
    mine = SharedBlock(new_block_name(), 4096, is_new=True)
    assert sweep_blocks() >= 1
    assert name not in block_names()
    assert mine.name in block_names()
    mine.unlink()


def test_the_newest_picture_survives_while_the_next_is_drawn() -> None:
    block = SharedBlock(new_block_name(), block_size(8, 4), is_new=True)
    slots = FrameSlots(block, 8, 4)
    assert slots.newest() is None
    for value in range(1, 8):
        slots.next_picture(8, 4)[:] = value
        slots.publish(8, 4, float(value), (16, 8), is_damaged=False)
        slots.next_picture(8, 4)[:] = 255
        frame = slots.newest()
        assert frame is not None
        assert (frame.sequence, int(frame.image.min()), int(frame.image.max())) == (value, value, value)
    block.unlink()


def test_a_late_tick_shows_both_pictures_that_came_since_and_skips_only_when_more_did() -> None:
    block = SharedBlock(new_block_name(), block_size(8, 4), is_new=True)
    slots = FrameSlots(block, 8, 4)

    def draw(value: int) -> None:
        slots.next_picture(8, 4)[:] = value
        slots.publish(8, 4, float(value), (16, 8), is_damaged=False)

    def shown_after(sequence: int) -> tuple[int, int]:
        frame = slots.following(sequence)
        assert frame is not None
        return frame.sequence, int(frame.image.max())

    assert slots.following(-1) is None
    draw(1)
    assert shown_after(-1) == (1, 1)
    draw(2)
    draw(3)
    assert shown_after(1) == (2, 2)
    slots.next_picture(8, 4)[:] = 255
    assert shown_after(1) == (2, 2)
    assert shown_after(2) == (3, 3)
    assert shown_after(3) == (3, 3)
    for value in (4, 5, 6):
        draw(value)
    assert shown_after(3) == (6, 6)
    block.unlink()


@pytest.mark.parametrize("size", [(0, 100), (100, 5000)])
async def test_an_absurd_tile_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="tile"):
        DecoderPool(workers=1).open("a", "rtsp://h/", *size)


async def test_a_stream_that_keeps_killing_its_decoder_is_put_aside_and_its_neighbour_lives(street: Street) -> None:
    wall = Wall(workers=1)

    def is_replaced(process: int) -> bool:
        return wall.pool.process_ids[0] not in {None, process}

    await wall.pool.start()
    wall.pool.open("poison", street("/cam/001"), 160, 90)
    (name,) = (name for name in block_names() if name.startswith(f"{PREFIX}{os.getpid()}-"))
    poisoned = FrameSlots(SharedBlock(name, block_size(160, 90), is_new=False), 160, 90)
    wall.pool.open("good", street("/cam/002"), 160, 90)
    for _ in range(2):
        await wall.until_live("good", "poison")
        process = wall.pool.process_ids[0]
        assert process is not None
        os.kill(process, signal.SIGSTOP)
        poisoned.is_decoding = True  # As a crash inside its decoder leaves it.
        os.kill(process, signal.SIGKILL)
        await wall.until(functools.partial(is_replaced, process))
    # A picture of the killed decoder may still be young: its neighbour lives when its state says so.
    await wall.until(lambda: wall.pool.states["good"].state is StreamState.LIVE)
    await wall.until_live("good")
    assert wall.pool.states["poison"].state is StreamState.DAMAGED
    assert wall.age("poison") > 0.3
    await wall.pool.close()


async def test_a_decoder_leaves_when_its_console_is_gone() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "video.decoding.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(10):
        assert b"alive" in await process.stdout.readline()
        process.stdin.close()
        assert await process.wait() == 0


async def test_the_memory_of_a_decoder_is_limited() -> None:
    """One that leaks ends itself, and its tiles alone are black until the next one runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "video.decoding.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(10):
        assert b"alive" in await process.stdout.readline()
        soft, hard = resource.prlimit(process.pid, resource.RLIMIT_AS)
        process.stdin.close()
        await process.wait()
    assert soft == hard == DEFAULT_MEMORY_BYTES
