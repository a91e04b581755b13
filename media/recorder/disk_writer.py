"""The one thread that writes recordings: a bounded queue in front, so that a slow disk costs pictures and no memory."""

import errno
import logging
import queue
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from contract.footage import FootageGap
from video.clocks import Clock, monotonic
from video.errors import ProtocolError
from video.footage.facts import Fact, note
from video.footage.footage_writer import FootageWriter
from video.footage.pictures import PictureGroup
from video.footage.recovery import Recovery, recover

log = logging.getLogger(__name__)

QUEUE_BYTES: Final = 64 * 2**20
FLOOR_BYTES: Final = 512 * 2**20
_MOST_GROUPS: Final = 4096  # that wait, however small they are: groups of nothing cost memory too
_SHARE_OF_ONE: Final = 0.5  # of the queue: a camera that floods it leaves room for the others
_SYNC_S: Final = 10.0
_LOOK_S: Final = 1.0
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class CameraWriter(Protocol):
    """What a camera's groups are written by: FootageWriter."""

    @property
    def path(self) -> Path | None:
        """The file being written."""
        ...

    def write(self, group: PictureGroup) -> int:
        """Keep a group."""
        ...

    def sync(self) -> None:
        """Have the disk hold it."""
        ...

    def close(self) -> None:
        """End the file; more is due."""
        ...

    def finish(self) -> None:
        """End the file; no more is due."""
        ...


class Written(msgspec.Struct, frozen=True):
    """A group is on disk and in the index, and the gap in front of it noted."""

    camera_id: int
    begins_at: float
    ends_at: float
    size: int
    gap: FootageGap | None = None


class NotWritten(msgspec.Struct, frozen=True):
    """A group was given up, and why: disk_full, disk_failed, disk_slow, damaged."""

    camera_id: int
    reason: str
    begins_at: float
    ends_at: float


class Recovered(msgspec.Struct, frozen=True):
    """What a camera's recordings were found to be at the start."""

    camera_id: int
    recovery: Recovery


class DiskRoom(msgspec.Struct, frozen=True):
    """Free bytes, and those that ever could be; `is_stopped`: nothing is written until there is more."""

    free: int
    total: int
    is_stopped: bool


DiskNews = Written | NotWritten | Recovered | DiskRoom
_Job = Callable[[], None]


class DiskWriter:
    """`tell` is called in the thread: pass on to where you belong."""

    def __init__(
        self,
        folder: Path,
        tell: Callable[[DiskNews], None],
        *,
        floor_bytes: int = FLOOR_BYTES,
        queue_bytes: int = QUEUE_BYTES,
        clock: Clock = monotonic,
        open_writer: Callable[[int], CameraWriter] | None = None,
        free_bytes: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        self._folder = folder
        self._tell = tell
        self._floor = floor_bytes
        self._queue_bytes = queue_bytes
        self._clock = clock
        self._open_writer: Callable[[int], CameraWriter] = open_writer or self._footage_writer
        self._free_bytes = free_bytes or self._disk_room
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting = 0
        self._waiting_of: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._writers: dict[int, CameraWriter] = {}
        self._failing: set[int] = set()
        self._room = DiskRoom(0, 0, is_stopped=False)
        self._synced_at = self._looked_at = clock()
        self._thread = threading.Thread(target=self._work, name="recordings", daemon=True)

    @property
    def waiting_bytes(self) -> int:
        """Bytes offered and not yet written."""
        return self._waiting

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def recover(self, camera_id: int) -> None:
        """Make what a kill left whole, before the first group of this camera. Answered by Recovered."""
        self._jobs.put(lambda: self._recover(camera_id))

    def offer(self, camera_id: int, group: PictureGroup, gap: FootageGap | None = None) -> bool:
        """Queue a group; False when it is given up: the disk is too far behind, or this camera sends too much.

        `gap` is what it ends: noted with it, for a kill right after it would leave a hole that nobody told.
        """
        size = max(group.size, self._queue_bytes // _MOST_GROUPS)
        with self._lock:
            own = self._waiting_of[camera_id] + size
            if self._waiting + size > self._queue_bytes or own > self._queue_bytes * _SHARE_OF_ONE:
                return False
            self._waiting += size
            self._waiting_of[camera_id] = own
        self._jobs.put(lambda: self._write(camera_id, group, size, gap))
        return True

    def note(self, camera_id: int, fact: Fact) -> None:
        """Queue a fact."""
        self._jobs.put(lambda: self._note(camera_id, fact))

    def finish(self, camera_id: int) -> None:
        """No more of this camera is due."""
        self._jobs.put(lambda: self._finish(camera_id))

    def open_paths(self) -> frozenset[Path]:
        """The files being written: no purge takes them."""
        return frozenset(path for one in list(self._writers.values()) if (path := one.path) is not None)

    def close(self) -> None:
        """Write what waits, end the files, end the thread; a second call does nothing."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=_LOOK_S)
            except queue.Empty:
                pass
            else:
                if job is None:
                    break
                self._do(job)
            self._do(self._look_after)
        for writer in self._writers.values():
            writer.close()

    def _do(self, job: _Job) -> None:
        try:
            job()
        except Exception:
            # One camera's oddity must not end the recording of all others.
            log.exception("a recording could not be written")

    def _look_after(self) -> None:
        now = self._clock()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            self._look_at_room()
        if now - self._synced_at >= _SYNC_S:
            self._synced_at = now
            for camera_id, writer in self._writers.items():
                try:
                    writer.sync()
                except OSError as error:
                    self._failed(camera_id, error)

    def _look_at_room(self) -> None:
        try:
            free, total = self._free_bytes()
        except OSError:
            return
        # A quarter more than the floor before it goes on: recordings do not flap about the line.
        limit = self._floor * 5 // 4 if self._room.is_stopped else self._floor
        self._tell_room(DiskRoom(free, total, is_stopped=free < limit))

    def _tell_room(self, room: DiskRoom) -> None:
        changed = room.is_stopped is not self._room.is_stopped
        self._room = room
        if changed and room.is_stopped:
            log.warning("recording stops: %d MB are left on the disk", room.free >> 20)
            for writer in self._writers.values():
                writer.close()
        elif changed:
            log.warning("recording goes on: %d MB are free", room.free >> 20)
        self._tell(room)

    def _write(self, camera_id: int, group: PictureGroup, size: int, gap: FootageGap | None) -> None:
        try:
            if self._room.is_stopped:
                self._give_up(camera_id, "disk_full", group)
                return
            writer = self._writers.get(camera_id)
            if writer is None:
                writer = self._writers[camera_id] = self._open_writer(camera_id)
            written = writer.write(group)
            self._failing.discard(camera_id)
            if written:
                if gap is not None:
                    self._note(camera_id, Fact(gap=gap))
                self._tell(Written(camera_id, group.begins_at, group.ends_at, written, gap))
        except OSError as error:
            self._failed(camera_id, error)
            self._give_up(camera_id, "disk_full" if error.errno in _FULL else "disk_failed", group)
        except ProtocolError as error:
            log.debug("camera %d: %s", camera_id, error)
            self._give_up(camera_id, "damaged", group)
        finally:
            with self._lock:
                self._waiting -= size
                self._waiting_of[camera_id] -= size

    def _failed(self, camera_id: int, error: OSError) -> None:
        if error.errno not in _FULL:
            if camera_id not in self._failing:
                self._failing.add(camera_id)
                log.error("camera %d cannot be recorded: %s", camera_id, error.strerror)
        elif not self._room.is_stopped:
            self._tell_room(msgspec.structs.replace(self._room, is_stopped=True))

    def _give_up(self, camera_id: int, reason: str, group: PictureGroup) -> None:
        self._tell(NotWritten(camera_id, reason, group.begins_at, group.ends_at))

    def _recover(self, camera_id: int) -> None:
        try:
            self._tell(Recovered(camera_id, recover(self._folder, camera_id)))
        except OSError as error:
            log.error("recordings of camera %d cannot be read: %s", camera_id, error.strerror)
            self._tell(Recovered(camera_id, Recovery(was_recording=False, ends_at=None)))

    def _note(self, camera_id: int, fact: Fact) -> None:
        try:
            note(self._folder, camera_id, fact)
        except OSError as error:
            log.warning("a fact of camera %d is not noted: %s", camera_id, error.strerror)

    def _finish(self, camera_id: int) -> None:
        writer = self._writers.pop(camera_id, None)
        if writer is None:
            writer = self._open_writer(camera_id)
        try:
            writer.finish()
        except OSError as error:
            self._failed(camera_id, error)

    def _footage_writer(self, camera_id: int) -> CameraWriter:
        return FootageWriter(self._folder, camera_id)

    def _disk_room(self) -> tuple[int, int]:
        usage = shutil.disk_usage(self._folder)
        return usage.free, usage.used + usage.free  # what others keep of the disk for themselves is no room of ours
