"""How long an operator waits for a recorded picture: random seeks over an hour of many cameras.

`python -m bench.video.seek_time [CAMERAS] [MINUTES] [SEEKS]` prints it. Each picture bears the time it was taken at:
a wrong one is known by it.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import platformdirs

from bench.report import FOLDER
from bench.video.media_child import MediaChild
from bench.video.street import CameraFilms
from contract.footage import FootageTicket
from contract.media import IssueFootageTicket
from video.access_unit import AccessUnit
from video.clocks import monotonic, wall
from video.decoding.frame_slots import Frame
from video.decoding.pool import DecoderPool
from video.footage.footage_writer import FootageWriter
from video.footage.pictures import PictureGroup, TimedUnit
from video.footage.places import utc
from video.test_camera.film import FRAMES_PER_GROUP, FRAMES_PER_SECOND, SUB_STREAM, Film
from video.test_camera.loops import StreetLoops
from video.test_camera.stamp import put_stamp, read_stamp
from video.test_camera.strip import Strip, blank_strip

_PATIENCE_S: Final = 5.0
_STAMP_TURNS_MS: Final = 1 << 24


class SeekTimes(msgspec.Struct, frozen=True):
    """From the wish to the picture in its slot, in ms. `wrong`: pictures that were not the one of the moment."""

    cameras: int
    minutes: float
    seeks: int
    p50_ms: float
    p95_ms: float
    longest_ms: float
    wrong: int


async def seek_times(cameras: int = 16, minutes: float = 60.0, seeks: int = 200) -> SeekTimes:
    """Record an hour by the recorder's own writer, then seek in it through the media process."""
    streets = StreetLoops(Path(platformdirs.user_cache_dir("beffroi")) / "street-scenes")
    film = await CameraFilms(FOLDER / "video", streets).film(0, SUB_STREAM, is_night=False)
    await streets.close()
    with tempfile.TemporaryDirectory() as folder:
        begins_at = float(int(wall() - minutes * 60.0 - 120.0))
        await asyncio.to_thread(_record, Path(folder), film, cameras, begins_at, minutes * 60.0)
        media = MediaChild("--footage", folder)
        pool = DecoderPool()
        try:
            ready = await media.start()
            await pool.start()
            for camera in range(1, cameras + 1):
                pool.open_footage(str(camera), _Access(media, ready.footage_port, camera).ticket, 640, 360)
                pool.seek(str(camera), begins_at)
            for camera in range(1, cameras + 1):
                await _until_shown(pool, str(camera), begins_at)
            times: list[float] = []
            wrong = 0
            chance = random.Random(1)
            for _ in range(seeks):
                at = begins_at + chance.uniform(0.0, minutes * 60.0 - 1.0)
                tile = str(chance.randint(1, cameras))
                began = monotonic()
                pool.seek(tile, at)
                frame = await _until_shown(pool, tile, at)
                times.append((monotonic() - began) * 1000)
                wrong += not _is_of(frame, at)
                await asyncio.sleep(0.01)
            times.sort()
            p50, p95 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 95 // 100)]
            return SeekTimes(cameras, minutes, seeks, p50, p95, times[-1], wrong)
        finally:
            await pool.close()
            await media.close()


class _Access:
    def __init__(self, media: MediaChild, port: int, camera: int) -> None:
        self._media = media
        self._port = port
        self._camera = camera

    async def ticket(self, at: float) -> FootageTicket:
        secret = secrets.token_urlsafe(16)
        answer = self._media.expect(secret)
        since, until = utc(at - 7200.0), utc(at + 7200.0)
        self._media.tell(
            IssueFootageTicket(
                ticket=secret,
                camera_id=self._camera,
                user="bench",
                expires_in=30.0,
                since=since,
                until=until,
                masks=(),
            )
        )
        await answer
        return FootageTicket(
            host="127.0.0.1",
            port=self._port,
            is_encrypted=False,
            ticket=secret,
            expires_in=30,
            is_masked=False,
            server_time=utc(wall()),
        )


async def _until_shown(pool: DecoderPool, tile: str, at: float) -> Frame:
    """The first picture that says to be of that moment."""
    ends = monotonic() + _PATIENCE_S
    while monotonic() < ends:
        frame = pool.newest(tile)
        if frame is not None and frame.shown_at is not None and 0 <= at - frame.shown_at + 0.001 < 0.068:
            return frame
        await asyncio.sleep(0.001)
    raise TimeoutError(f"no picture of {at} within {_PATIENCE_S:g} s: {pool.states[tile]}")


def _is_of(frame: Frame, at: float) -> bool:
    stamp = read_stamp(np.asarray(frame.image, np.uint8)[:, :, :3], SUB_STREAM.width)
    return stamp is not None and -2 <= int(at * 1000) % _STAMP_TURNS_MS - stamp < 70


def _record(folder: Path, film: Film, cameras: int, begins_at: float, seconds: float) -> None:
    writers = [FootageWriter(folder, camera) for camera in range(1, cameras + 1)]
    for group in _groups(film, begins_at, seconds):
        for writer in writers:
            writer.write(group)
    for writer in writers:
        writer.finish()


def _groups(film: Film, begins_at: float, seconds: float) -> Iterator[PictureGroup]:
    strip = Strip(film.size.columns, film.size.strip_rows)
    blank = blank_strip(film.size.columns, film.size.strip_rows)
    units: list[TimedUnit] = []
    for number in range(round(seconds * FRAMES_PER_SECOND)):
        at = begins_at + number / FRAMES_PER_SECOND
        picture = film.pictures[number % len(film.pictures)]
        strip.draw(put_stamp(blank, at))
        slices = (strip.code(picture.strip), *picture.slices)
        nal_units = (*film.parameters.parameter_sets, *slices) if picture.is_key else slices
        units.append(TimedUnit(AccessUnit(nal_units, picture.is_key, number * 6000, 0.0), at))
        if len(units) == FRAMES_PER_GROUP:
            yield PictureGroup(film.parameters, tuple(units), at + 1 / FRAMES_PER_SECOND)
            units = []


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    print(asyncio.run(seek_times(*[int(given[0])] if given else [], *given[1:2], *[int(word) for word in given[2:3]])))
