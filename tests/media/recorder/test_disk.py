"""A disk that is full, slow or gone: pictures are missed and said to be, nothing else suffers, and it mends itself."""

import errno
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from contract.media import FootagePart, SealFootage
from media.recorder.disk_writer import DiskNews, DiskRoom, DiskWriter, NotWritten, Written
from media.recorder.seals import seal
from tests.video.footage.films import NOON, groups, pictures_in, record
from video.footage.archive import FootageArchive
from video.footage.footage_writer import FootageWriter
from video.footage.pictures import PictureGroup
from video.footage.places import camera_folder, sealed_folder, utc
from video.footage.segment_index import parse_index

GROUPS = groups(NOON, 30)
_GB = 2**30


class Ear:
    """Hears the writing thread."""

    def __init__(self) -> None:
        self.news: list[DiskNews] = []


Kind = TypeVar("Kind")


def told(ear: Ear, kind: type[Kind]) -> list[Kind]:
    return [one for one in list(ear.news) if isinstance(one, kind)]


def until(condition: Callable[[], bool], within_s: float = 10) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class Disk:
    """A writer whose disk can be filled and blocked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_full = False
        self.flows = threading.Event()
        self.flows.set()
        self._writer = FootageWriter(folder, 7)

    @property
    def path(self) -> Path | None:
        return self._writer.path

    def write(self, group: PictureGroup) -> int:
        self.flows.wait(10)
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._writer.write(group)

    def sync(self) -> None:
        self._writer.sync()

    def close(self) -> None:
        self._writer.close()

    def finish(self) -> None:
        self._writer.finish()


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_a_full_disk_stops_recording_and_room_lets_it_go_on(tmp_path: Path, disk: Disk) -> None:
    """F18 for recordings."""
    ear = Ear()
    free = [2 * _GB]
    writer = DiskWriter(tmp_path, ear.news.append, open_writer=lambda _: disk, free_bytes=lambda: (free[0], 9 * _GB))
    writer.start()
    writer.offer(7, GROUPS[0])
    until(lambda: len(told(ear, Written)) == 1)
    disk.is_full = True
    writer.offer(7, GROUPS[1])
    until(lambda: bool(told(ear, NotWritten)))
    assert told(ear, NotWritten)[0] == NotWritten(7, "disk_full", GROUPS[1].begins_at, GROUPS[1].ends_at)
    assert told(ear, DiskRoom)[-1].is_stopped
    disk.is_full = False
    until(lambda: not told(ear, DiskRoom)[-1].is_stopped)
    writer.offer(7, GROUPS[5])
    until(lambda: len(told(ear, Written)) == 2)
    writer.close()
    passages = list(FootageArchive(tmp_path).passages(7, 0, NOON + 99))
    assert [one.begins_at for one in passages] == pytest.approx([NOON, NOON + 5])


def test_recording_stops_before_the_disk_is_full(tmp_path: Path) -> None:
    ear = Ear()
    free = [_GB // 4]
    writer = DiskWriter(tmp_path, ear.news.append, free_bytes=lambda: (free[0], 9 * _GB), floor_bytes=_GB // 2)
    writer.start()
    until(lambda: bool(told(ear, DiskRoom)))
    writer.offer(7, GROUPS[0])
    until(lambda: bool(told(ear, NotWritten)))
    free[0] = _GB // 2 + 1
    seen = len(told(ear, DiskRoom))
    until(lambda: len(told(ear, DiskRoom)) > seen + 1)
    assert told(ear, DiskRoom)[-1].is_stopped, "a little room is not enough: no flapping"
    free[0] = _GB
    until(lambda: not told(ear, DiskRoom)[-1].is_stopped)
    writer.close()


def test_a_slow_disk_costs_whole_groups_and_no_memory(tmp_path: Path, disk: Disk) -> None:
    ear = Ear()
    limit = 6 * max(one.size for one in GROUPS)  # half of it for one camera
    writer = DiskWriter(
        tmp_path, ear.news.append, open_writer=lambda _: disk, queue_bytes=limit, free_bytes=lambda: (9 * _GB, 9 * _GB)
    )
    writer.start()
    disk.flows.clear()
    taken = [writer.offer(7, group) for group in GROUPS]
    assert writer.waiting_bytes <= limit
    assert 3 <= sum(taken) < 10
    disk.flows.set()
    until(lambda: writer.waiting_bytes == 0)
    assert writer.offer(7, GROUPS[-1])
    writer.close()
    passages = list(FootageArchive(tmp_path).passages(7, 0, NOON + 99))
    assert len(passages) == sum(taken) + 1
    assert all(pictures_in(one.parameters.codec, one.read()) == one.pictures for one in passages)


def test_a_write_that_fails_half_way_leaves_whole_fragments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = FootageWriter(tmp_path, 7)
    writer.write(GROUPS[0])
    real = os.write
    room = [100]

    def short_write(file: int, data: bytes) -> int:
        if room[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = real(file, bytes(data)[: room[0]])
        room[0] -= done
        return done

    monkeypatch.setattr(os, "write", short_write)
    with pytest.raises(OSError, match="No space"):
        writer.write(GROUPS[1])
    monkeypatch.undo()
    writer.write(GROUPS[2])
    writer.close()
    for film in sorted((camera_folder(tmp_path, 7)).glob("*/*.mp4")):
        head, records = parse_index(film.with_suffix(".index").read_bytes())
        assert records[-1].end == film.stat().st_size > head.init_length
    assert len(list(FootageArchive(tmp_path).passages(7, 0, NOON + 99))) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """4 MB of tmpfs."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "beffroi-test", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk needs the right to mount a tmpfs")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_really_is_full(small_disk: Path) -> None:
    """F18: recordings stop, the seal stays whole, and when room is made recording goes on."""
    record(small_disk, 7, NOON)
    part = FootagePart(camera_id=7, since=utc(NOON), until=utc(NOON + 3), masks=())
    sealed = seal(small_disk, SealFootage(id="1", lock_id="lock", parts=(part,)), threading.Event())
    assert sealed.files == 2
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        _fill(ballast)
    ear = Ear()
    writer = DiskWriter(small_disk, ear.news.append, floor_bytes=0)
    writer.start()
    for group in GROUPS:
        writer.offer(7, group)
    until(lambda: len(told(ear, NotWritten)) + len(told(ear, Written)) == len(GROUPS))
    assert told(ear, NotWritten)[-1].reason == "disk_full"
    ballast.unlink()
    until(lambda: not told(ear, DiskRoom)[-1].is_stopped)
    writer.offer(8, GROUPS[0])
    until(lambda: any(one.camera_id == 8 for one in told(ear, Written)))
    writer.close()
    archive = FootageArchive(small_disk)
    passages = list(archive.passages(7, 0, NOON + 99)) + list(archive.passages(8, 0, NOON + 99))
    assert all(pictures_in(one.parameters.codec, one.read()) == one.pictures for one in passages)
    kept = list(FootageArchive(sealed_folder(small_disk, "lock")).passages(7, 0, NOON + 99))
    assert [pictures_in(one.parameters.codec, one.read()) for one in kept] == [10, 10, 10]


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
