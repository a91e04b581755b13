"""The file that is being written."""

import contextlib
import os
from pathlib import Path
from typing import Final

from backend.domain.map_history import MapChange
from backend.storage.recording.payload import packed
from backend.storage.recording.segment import Entry, Kind, header, record

ALIVE_EVERY_MS: Final = 5_000
_DURABLE_EVERY_MS: Final = 10_000  # a power cut loses at most this; kill -9 loses nothing that was written


class Pen:
    """Appends records and remembers where they lie. Every write may raise OSError and leaves whole records only."""

    def __init__(self, path: Path, number: int, start_ms: int, *, continues: bool) -> None:
        self.path = path
        self.number = number
        self.start_ms = start_ms
        self.end_ms = start_ms
        self.whole_ms = start_ms
        self.continues = continues
        self.index: list[Entry] = []
        self._durable_ms = start_ms
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._size = 0
        self._put(header(start_ms, continues=continues))

    def write(self, at_ms: int, change: MapChange, *, is_last: bool) -> None:
        """A change; where there is none, a sign of life now and then, and as the last."""
        if not change.is_empty:
            self._record(at_ms, Kind.CHANGE, packed(change))
        elif is_last or at_ms - self.end_ms >= ALIVE_EVERY_MS:
            self._record(at_ms, Kind.ALIVE, b"")

    def write_whole(self, at_ms: int, state: MapChange) -> None:
        """Everything that is known: where a reader may begin."""
        self._record(at_ms, Kind.WHOLE, packed(state))
        self.whole_ms = at_ms

    def finish(self) -> None:
        """Make it durable and close it."""
        with contextlib.suppress(OSError):  # it can still be read
            os.fdatasync(self._descriptor)
        os.close(self._descriptor)

    def abandon(self) -> None:
        """Leave nothing behind."""
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)

    def _record(self, at_ms: int, kind: Kind, payload: bytes) -> None:
        content = record(at_ms, kind, payload)
        offset = self._size + len(content) - len(payload)
        self._put(content)
        self.index.append(Entry(at_ms, kind, offset, len(payload), int.from_bytes(content[4:8], "little")))
        self.end_ms = at_ms
        if at_ms - self._durable_ms >= _DURABLE_EVERY_MS:
            self._durable_ms = at_ms
            os.fdatasync(self._descriptor)

    def _put(self, content: bytes) -> None:
        written = 0
        try:
            while written < len(content):
                written += os.write(self._descriptor, content[written:])
        except OSError:
            os.ftruncate(self._descriptor, self._size)  # a full disk may have taken a part
            raise
        self._size += len(content)
