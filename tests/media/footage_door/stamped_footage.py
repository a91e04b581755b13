"""Recordings in which every picture bears the wall time it was taken at: a wrong picture is known by its stamp."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.video.conftest import BarFilms
from video.access_unit import AccessUnit
from video.decoding.frame_slots import Frame
from video.footage.footage_writer import FootageWriter, SegmentLimits
from video.footage.pictures import PictureGroup, TimedUnit
from video.test_camera.film import FRAMES_PER_GROUP, FRAMES_PER_SECOND, SUB_STREAM, FilmSize
from video.test_camera.stamp import put_stamp, read_stamp
from video.test_camera.strip import Strip, blank_strip

NOON = 1_790_000_000.0
STAMP_MS = 1 << 24


def stamped_groups(
    films: BarFilms, begins_at: float, seconds: float, size: FilmSize = SUB_STREAM
) -> Iterator[PictureGroup]:
    """A white bar on grey; fifteen pictures a second, a key picture every two seconds."""
    film = films.prepare(size)
    strip = Strip(size.columns, size.strip_rows)
    blank = blank_strip(size.columns, size.strip_rows)
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


def record_stamped(
    folder: Path, films: BarFilms, *, camera_id: int = 7, begins_at: float = NOON, seconds: float = 20.0
) -> None:
    """Have the recorder's writer keep it, in files of twenty seconds."""
    writer = FootageWriter(folder, camera_id, SegmentLimits(seconds=20.0))
    for group in stamped_groups(films, begins_at, seconds):
        assert writer.write(group) > 0
    writer.finish()


def stamp_of(frame: Frame) -> int | None:
    """The milliseconds that stand in a picture on a tile."""
    image = np.asarray(frame.image, np.uint8)
    return read_stamp(image[:, :, :3], SUB_STREAM.width) if image.shape[1] >= 320 else None


def is_true(frame: Frame) -> bool:
    """Whether the picture is the one that it is said to be."""
    if frame.shown_at is None:
        return False
    off = (stamp_of(frame) or -10_000) - int(frame.shown_at * 1000) % STAMP_MS
    return -2 <= off <= 2


def shows(frame: Frame | None, at: float) -> bool:
    """Whether it is the picture that stood at that time, said and seen."""
    return (
        frame is not None and frame.shown_at is not None and is_true(frame) and -0.002 <= at - frame.shown_at < 0.0675
    )
