"""Recordings that are still being made: what is written is there, and what is not yet is said."""

import time
from pathlib import Path

import msgspec

from tests.eventually import eventually
from tests.media.footage_door.conftest import Archive, Tiles
from tests.media.footage_door.stamped_footage import NOON, is_true, shows, stamped_groups
from tests.video.conftest import BarFilms
from video.footage.footage_writer import FootageWriter
from video.states import StreamState


async def test_a_tile_at_the_end_goes_on_as_the_recording_grows(
    tmp_path: Path, bar_films: BarFilms, tiles: Tiles
) -> None:
    groups = list(stamped_groups(bar_films, NOON, 6.0))
    writer = FootageWriter(tmp_path, 7)
    writer.write(groups[0])
    # Half of the second group: the recorder writes a long one in parts.
    first, rest = groups[1].units[:15], groups[1].units[15:]
    writer.write(msgspec.structs.replace(groups[1], units=first, ends_at=rest[0].at))
    archive = Archive(tmp_path)
    await archive.door.start("127.0.0.1")
    tiles.pool.open_footage("a", archive.access, 640, 360)
    tiles.pool.seek("a", NOON + 2.9)
    await tiles.until_shown("a", NOON + 2.9)
    tiles.pool.seek("a", NOON + 3.5)
    said = await tiles.until_said("a", StreamState.ENDED)
    assert said.gap_since is not None
    writer.write(msgspec.structs.replace(groups[1], units=rest))
    await tiles.until_shown("a", NOON + 3.5)
    tiles.pool.play("a", NOON + 3.5, 1.0, time.monotonic())
    writer.write(groups[2])
    await eventually(lambda: (frame := tiles.pool.newest("a")) is not None and (frame.shown_at or 0.0) > NOON + 4.5)
    frame = tiles.pool.newest("a")
    assert frame is not None
    assert is_true(frame)
    await tiles.until_said("a", StreamState.ENDED)
    tiles.pool.seek("a", NOON + 5.95)
    await eventually(lambda: shows(tiles.pool.newest("a"), NOON + 5.95))
    writer.finish()
    await archive.door.close()
