"""A camera that sends what no camera sends: its own recording suffers, and that of no other."""

import collections
import threading
from pathlib import Path

import msgspec
import pytest

from media.recorder.disk_writer import DiskNews, DiskWriter
from tests.video.footage.films import NOON, groups, pictures_in
from video.access_unit import Codec
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.footage.footage_writer import FootageWriter
from video.footage.pictures import PictureGroup
from video.footage.places import camera_folder


class StuckDisk:
    """Writes nothing until it is let go."""

    path = None

    def __init__(self) -> None:
        self.flows = threading.Event()

    def write(self, group: PictureGroup) -> int:
        self.flows.wait(10)
        return group.size

    def sync(self) -> None:
        pass

    def close(self) -> None:
        pass

    def finish(self) -> None:
        pass


def at(group: PictureGroup, begins_at: float) -> PictureGroup:
    """The same pictures at another time."""
    by = begins_at - group.begins_at
    units = tuple(msgspec.structs.replace(one, at=one.at + by) for one in group.units)
    return msgspec.structs.replace(group, units=units, ends_at=group.ends_at + by)


def test_a_million_tiny_groups_are_not_kept_in_memory(tmp_path: Path) -> None:
    disk = StuckDisk()
    news: list[DiskNews] = []
    writer = DiskWriter(tmp_path, news.append, open_writer=lambda _: disk, free_bytes=lambda: (2**40, 2**41))
    writer.start()
    tiny = msgspec.structs.replace(groups(NOON, 1)[0], size=40)
    taken = [camera for camera in (7, 8, 9) for _ in range(20_000) if writer.offer(camera, tiny)]
    disk.flows.set()
    writer.close()
    assert 100 < len(taken) < 5_000
    assert writer.waiting_bytes == 0


def test_a_camera_that_floods_the_disk_leaves_room_for_others(tmp_path: Path) -> None:
    disk = StuckDisk()
    writer = DiskWriter(tmp_path, lambda _: None, open_writer=lambda _: disk, free_bytes=lambda: (2**40, 2**41))
    writer.start()
    large = msgspec.structs.replace(groups(NOON, 1)[0], size=4 * 2**20)
    flood = [writer.offer(7, large) for _ in range(100)]
    assert flood[0]
    assert not flood[-1]
    assert writer.offer(8, large)
    disk.flows.set()
    writer.close()


def test_a_camera_whose_clock_jumps_without_end_does_not_fill_the_disk_with_files(tmp_path: Path) -> None:
    writer = FootageWriter(tmp_path, 7)
    made = groups(NOON, 1)[0]
    restless = (at(made, NOON + (number % 2) * 5 - number * 0.01) for number in range(1000))
    with pytest.raises(ProtocolError, match="without end"):
        collections.deque(map(writer.write, restless), maxlen=0)
    assert len(list(camera_folder(tmp_path, 7).rglob("*.mp4"))) <= 120
    later = at(made, NOON + 3600)
    assert writer.write(later) > 0  # it is recorded again as soon as it behaves
    writer.close()
    found = FootageArchive(tmp_path).passage_at(7, NOON + 3600)
    assert found is not None
    assert pictures_in(Codec.H264, found.read()) == len(made.units)
