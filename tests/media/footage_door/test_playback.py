"""What an operator sees of recordings: the picture of the moment, in step, and honest words where there is none."""

import asyncio
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.eventually import eventually
from tests.media.footage_door.conftest import Archive, Tiles
from tests.media.footage_door.stamped_footage import NOON, is_true, shows
from video.decoding.frame_slots import Frame
from video.states import StreamState

Watch = Callable[[str], None]
PICTURE = 1 / 15
BETWEEN = PICTURE / 2


def shown(tiles: Tiles, tile: str) -> Frame:
    frame = tiles.pool.newest(tile)
    assert frame is not None
    return frame


def shown_at(tiles: Tiles, tile: str) -> float:
    at = shown(tiles, tile).shown_at
    assert at is not None
    return at


async def test_every_seek_shows_the_picture_of_its_moment(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    chance = random.Random(4)
    for _ in range(70):
        at = NOON + chance.choice([chance.uniform(0, 39.9), chance.uniform(100, 119.9)])
        tiles.pool.seek("a", at)
        await tiles.until_shown("a", at)
    assert tiles.pool.states["a"].state is StreamState.RECORDED


async def test_steps_go_by_one_picture_both_ways(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    number = 59  # The last of its group.
    tiles.pool.seek("a", NOON + number * PICTURE + BETWEEN)
    await tiles.until_shown("a", NOON + number * PICTURE + BETWEEN)
    for step in (*[1] * 3, *[-1] * 40, *[1] * 37):
        tiles.pool.step("a", step)
        number += step
        await tiles.until_shown("a", NOON + number * PICTURE + BETWEEN)
    tiles.pool.step("a", 100)
    tiles.pool.step("a", -30)
    await tiles.until_shown("a", NOON + (number + 70) * PICTURE + BETWEEN)


async def test_a_step_leads_over_what_was_not_recorded_and_stops_at_the_ends(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    tiles.pool.seek("a", NOON + 100.0 + BETWEEN)
    await tiles.until_shown("a", NOON + 100.0 + BETWEEN)
    tiles.pool.step("a", -1)
    await tiles.until_shown("a", NOON + 40.0 - BETWEEN)
    tiles.pool.step("a", 1)
    await tiles.until_shown("a", NOON + 100.0 + BETWEEN)
    tiles.pool.seek("a", NOON + PICTURE + BETWEEN)
    await tiles.until_shown("a", NOON + PICTURE + BETWEEN)
    tiles.pool.step("a", -5)
    await tiles.until_shown("a", NOON + BETWEEN)
    tiles.pool.seek("a", NOON + 120.0 - BETWEEN)
    await tiles.until_shown("a", NOON + 120.0 - BETWEEN)
    tiles.pool.step("a", 3)
    await asyncio.sleep(0.2)
    assert shows(shown(tiles, "a"), NOON + 120.0 - BETWEEN)
    tiles.pool.step("a", -1)
    await tiles.until_shown("a", NOON + 120.0 - PICTURE - BETWEEN)


async def test_cameras_play_in_step_and_stay_so(tiles: Tiles, archive: Archive) -> None:
    for name in "abc":
        tiles.pool.open_footage(name, archive.access, 640, 360)
        tiles.pool.seek(name, NOON + 5.0)
    for name in "abc":
        await tiles.until_shown(name, NOON + 5.0, within_s=15.0)
    anchor = time.monotonic() + 0.3
    for name in "abc":
        tiles.pool.play(name, NOON + 5.0, 1.0, anchor)
        await asyncio.sleep(0.6)  # One is told later than the others.
    late: dict[str, list[float]] = {name: [] for name in "abc"}
    while time.monotonic() < anchor + 4.5:
        wished = NOON + 5.0 + time.monotonic() - anchor
        for name in "abc":
            frame = shown(tiles, name)
            assert is_true(frame)
            assert frame.shown_at is not None
            late[name].append(wished - frame.shown_at)
        await asyncio.sleep(0.02)
    for waits in late.values():
        assert min(waits) > -0.01
        assert statistics.median(waits) < 0.4
    tiles.pool.pause("a")
    await asyncio.sleep(0.1)
    paused = shown_at(tiles, "a")
    await asyncio.sleep(0.3)
    assert shown_at(tiles, "a") == paused
    await eventually(lambda: shown_at(tiles, "b") > paused + 0.2, "the others play on")


async def test_every_speed_keeps_the_clock(tiles: Tiles, archive: Archive) -> None:
    speeds = {0.125: 1, 0.5: 3, 2.0: 8, 4.0: 8, 8.0: 2, 16.0: 4, -2.0: 1}
    starts = {speed: NOON + (5.0 if speed > 0 else 30.0) for speed in speeds}
    for speed in speeds:
        tiles.pool.open_footage(str(speed), archive.access, 320, 180)
        tiles.pool.seek(str(speed), starts[speed])
    for speed in speeds:
        await tiles.until_said(str(speed), StreamState.RECORDED)
    anchor = time.monotonic()
    for speed, start in starts.items():
        tiles.pool.play(str(speed), start, speed, anchor)
    await asyncio.sleep(0.5)
    seen: dict[float, set[float]] = {speed: set() for speed in speeds}
    looks = off = 0
    while time.monotonic() < anchor + 1.8:
        for speed, start in starts.items():
            frame = shown(tiles, str(speed))
            assert frame.shown_at is not None
            wished = start + (time.monotonic() - anchor) * speed
            # Where only key pictures are shown the newest may be two seconds old.
            patience = (2.0 if speed >= 8 or speed < 0 else PICTURE) + 0.2 * abs(speed)
            assert is_true(frame)
            looks += 1
            off += not -0.01 - 0.05 * abs(speed) <= wished - frame.shown_at <= patience
            seen[speed].add(frame.shown_at)
        await asyncio.sleep(0.01)
    assert off <= looks // 10  # A machine that is busy elsewhere shows some pictures late.
    for speed, least in speeds.items():
        assert len(seen[speed]) >= least, speed


async def test_where_nothing_was_recorded_the_tile_says_from_when_to_when(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    tiles.pool.seek("a", NOON + 70.0)
    said = await tiles.until_said("a", StreamState.NO_RECORDING)
    assert (said.gap_since, said.gap_until) == pytest.approx((NOON + 40.0, NOON + 100.0), abs=0.01)
    tiles.pool.seek("a", NOON - 500.0)
    await eventually(lambda: tiles.pool.states["a"].gap_since is None)
    said = tiles.pool.states["a"]
    assert said.state is StreamState.NO_RECORDING
    assert said.gap_until == pytest.approx(NOON, abs=0.01)
    tiles.pool.seek("a", NOON + 500.0)
    said = await tiles.until_said("a", StreamState.ENDED)
    assert said.gap_since == pytest.approx(NOON + 120.0, abs=0.01)
    assert said.gap_until is None
    tiles.pool.seek("a", NOON + 10.0)
    await tiles.until_shown("a", NOON + 10.0)
    await tiles.until_said("a", StreamState.RECORDED)


async def test_play_crosses_a_gap_in_its_own_time(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    tiles.pool.seek("a", NOON + 36.0)
    await tiles.until_said("a", StreamState.RECORDED)
    anchor = time.monotonic()
    tiles.pool.play("a", NOON + 36.0, 16.0, anchor)
    await tiles.until_said("a", StreamState.NO_RECORDING)
    assert time.monotonic() - anchor > 4 / 16 - 0.35
    await tiles.until_said("a", StreamState.RECORDED)
    assert 64 / 16 - 0.35 < time.monotonic() - anchor < 64 / 4
    await tiles.until_said("a", StreamState.ENDED)


async def test_a_drag_over_the_timeline_shows_where_it_is_and_ends_where_it_ended(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    tiles.pool.seek("a", NOON)
    await tiles.until_shown("a", NOON)
    seen: set[float] = set()
    for number in range(100):
        tiles.pool.seek("a", NOON + 39.0 - number * 0.39)
        await asyncio.sleep(0.01)
        seen.add(shown_at(tiles, "a"))
        assert is_true(shown(tiles, "a"))
    await tiles.until_shown("a", NOON + 39.0 - 99 * 0.39)
    assert len(seen) > 10


async def test_thumbnails_are_key_pictures(tiles: Tiles, archive: Archive) -> None:
    tiles.pool.open_footage("thumb", archive.access, 320, 180, wants_keys_only=True)
    for at in (7.9, 30.1, 101.0, 5.0):
        tiles.pool.seek("thumb", NOON + at)
        await tiles.until_shown("thumb", NOON + at // 2 * 2 + BETWEEN)
    decoded = sum(load.decoded for load in tiles.pool.loads)
    assert decoded <= 8


async def test_a_hidden_tile_decodes_nothing_and_is_there_again_at_once(tiles: Tiles, watch: Watch) -> None:
    watch("a")
    anchor = time.monotonic()
    tiles.pool.play("a", NOON + 5.0, 1.0, anchor)
    await tiles.until_said("a", StreamState.RECORDED)
    tiles.pool.show("a", False)
    await asyncio.sleep(0.6)
    before = tiles.pool.loads[0].decoded
    await asyncio.sleep(0.8)
    assert tiles.pool.loads[0].decoded == before
    tiles.pool.show("a", True)
    await eventually(lambda: time.monotonic() - anchor + NOON + 5.0 - shown_at(tiles, "a") < 0.4)


async def test_a_part_of_the_picture_is_cut_from_the_whole_one(tiles: Tiles, archive: Archive) -> None:
    tiles.pool.open_footage("a", archive.access, 320, 180)
    tiles.pool.seek("a", NOON + 1.0)
    await tiles.until_shown("a", NOON + 1.0)
    whole = np.asarray(shown(tiles, "a").image, np.uint8).copy()
    tiles.pool.zoom("a", 0.25, 0.5, 0.25, 0.25)
    await eventually(lambda: not np.array_equal(shown(tiles, "a").image, whole))
    part = np.asarray(shown(tiles, "a").image, np.uint8)
    assert part.shape == (180, 320, 4)
    # The white bar of the film at that moment, at its place in the whole picture and sharp.
    across = part[90, :, 1].astype(int)
    edge = int(np.abs(np.diff(across)).argmax())
    wide = whole[112, :, 1].astype(int)[80:160]
    assert edge / 4 + 80 == pytest.approx(80 + int(np.abs(np.diff(wide)).argmax()), abs=2)
    tiles.pool.zoom("a", 0, 0, 1, 1)
    await eventually(lambda: np.array_equal(shown(tiles, "a").image, whole))


async def test_a_killed_decoder_comes_back_to_the_moment_it_stood_at(tiles: Tiles, watch: Watch) -> None:
    watch("still")
    watch("runs")
    tiles.pool.seek("still", NOON + 20.0)
    anchor = time.monotonic()
    tiles.pool.play("runs", NOON + 1.0, 1.0, anchor)
    await tiles.until_shown("still", NOON + 20.0)
    sequence = shown(tiles, "still").sequence
    process = tiles.pool.process_ids[0]
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await eventually(lambda: tiles.pool.states["still"].state is StreamState.STALLED)
    assert tiles.pool.states["still"].last_picture_at is not None
    await eventually(lambda: shown(tiles, "still").sequence > sequence)
    await eventually(lambda: time.monotonic() - anchor + NOON + 1.0 - shown_at(tiles, "runs") < 0.4)
    assert shows(shown(tiles, "still"), NOON + 20.0)
    await tiles.until_said("still", StreamState.RECORDED)


async def test_a_door_that_closes_costs_a_playing_tile_only_the_time_it_is_closed(
    tiles: Tiles, archive: Archive, watch: Watch
) -> None:
    watch("a")
    tiles.pool.seek("a", NOON + 3.0)
    await tiles.until_shown("a", NOON + 3.0)
    await archive.door.close()
    tiles.pool.seek("a", NOON + 33.0)
    await tiles.until_said("a", StreamState.STALLED)
    await archive.reopen()
    await tiles.until_shown("a", NOON + 33.0)
    await tiles.until_said("a", StreamState.RECORDED)


async def test_tiles_that_come_and_go_leave_no_memory_behind(tiles: Tiles, archive: Archive) -> None:
    tiles.pool.open_footage("first", archive.access, 640, 360)
    tiles.pool.seek("first", NOON + 5.9)
    await tiles.until_shown("first", NOON + 5.9)
    process = tiles.pool.process_ids[0]
    before = resident_mb(process)
    for number in range(40):
        name = f"tile {number}"
        tiles.pool.open_footage(name, archive.access, 640, 360)
        tiles.pool.seek(name, NOON + 7.9)
        await tiles.until_shown(name, NOON + 7.9)
        tiles.pool.close_tile(name)
    await eventually(lambda: resident_mb(process) - before < 60)
    await eventually(lambda: archive.door.viewing_count == 1)


def resident_mb(process: int | None) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
