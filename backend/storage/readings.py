"""Readings: one SQLite file a day, so that a day is forgotten by unlinking its file."""

import asyncio
import contextlib
import datetime as dt
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import StorageError
from backend.storage.thinning import thin
from contract.api import PointSample
from contract.points import PointValue, Value

log = logging.getLogger(__name__)
FLUSH_AFTER_S = 1.0
MOST_WAITING = 200_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS readings "
    "(asset_id INTEGER NOT NULL, point TEXT NOT NULL, at_us INTEGER NOT NULL, value, is_bool INTEGER NOT NULL, "
    "quality INTEGER NOT NULL, PRIMARY KEY (asset_id, point, at_us)) WITHOUT ROWID"
)
Row = tuple[int, str, int, float | str | None, int, int]


class ReadingFiles:
    """Appends in batches, about once a second: kill -9 may lose the last one, never more."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._waiting: list[tuple[dt.date, Row]] = []
        self._open: dict[dt.date, sqlite3.Connection] = {}
        self._lock = threading.Lock()
        self._tasks = Tasks("readings")
        self._threads = Threads("readings", 2)
        self._is_closed = False
        self._is_flushing = False
        self._is_failing = False

    def open(self) -> None:
        """Make the folder. Raises StorageError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"the readings folder cannot be made: {error.strerror}") from error

    async def close(self) -> None:
        """Write what waits; may be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        await self._tasks.close()
        await self._threads.run(self._write_waiting)
        self._threads.close()
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()

    def keep(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Queue readings; written within a second. Past a bound the oldest waiting ones are dropped."""
        now = self._clock.now()
        for asset_id, point, value in readings:
            at = value.received_time or now
            row = (asset_id, point, _micros(at), value.value, int(isinstance(value.value, bool)), int(value.quality))
            self._waiting.append((at.date(), row))
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[: len(self._waiting) - MOST_WAITING]
        if not self._is_flushing and not self._is_closed and self._waiting:
            self._is_flushing = True
            self._tasks.start(self._flush_soon(), name="flush")

    async def read(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        """Kept readings of [since, until), oldest first, thinned evenly. Raises StorageError."""
        await self._threads.run(self._write_waiting)
        return await self._threads.run(lambda: self._read(asset_id, point, since, until, limit))

    def forget_before(self, day: dt.date) -> int:
        """Unlink the files of earlier days; says how many."""
        count = 0
        for path in sorted(self._folder.glob("*.sqlite")):
            with contextlib.suppress(ValueError):
                file_day = dt.date.fromisoformat(path.stem)
                if file_day < day:
                    self._forget(file_day, path)
                    count += 1
        return count

    async def _flush_soon(self) -> None:
        await asyncio.sleep(FLUSH_AFTER_S)
        self._is_flushing = False
        try:
            await self._threads.run(self._write_waiting)
        except StorageError as error:
            if not self._is_failing:
                log.error("%s; they wait and are tried again", error)
            self._is_failing = True
            self.keep(())
        else:
            self._is_failing = False

    def _write_waiting(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            by_day: dict[dt.date, list[Row]] = {}
            for day, row in waiting:
                by_day.setdefault(day, []).append(row)
            for day in sorted(by_day):
                rows = by_day[day]
                try:
                    connection = self._connection(day)
                    with connection:
                        connection.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)", rows)
                except sqlite3.Error as error:
                    # In place: what was kept meanwhile stands behind them. A row written twice is one row.
                    self._waiting[:0] = waiting
                    raise StorageError(f"readings of {day} could not be kept: {error}") from error

    def _connection(self, day: dt.date) -> sqlite3.Connection:
        """The file of a day; only the last two days stay open."""
        if day not in self._open:
            for old in sorted(self._open)[:-1]:
                self._open.pop(old).close()
            connection = sqlite3.connect(self._path(day), check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(_SCHEMA)
            self._open[day] = connection
        return self._open[day]

    def _read(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        found: list[PointSample] = []
        for path in self._days(since, until):
            try:
                with contextlib.closing(sqlite3.connect(path)) as connection:
                    cursor = connection.execute(
                        "SELECT at_us, value, is_bool, quality FROM readings "
                        "WHERE asset_id = ? AND point = ? AND at_us >= ? AND at_us < ? ORDER BY at_us",
                        (asset_id, point, _micros(since), _micros(until)),
                    )
                    found.extend(_sample(*row) for row in cursor)
            except sqlite3.Error as error:
                raise StorageError(f"the readings in {path.name} cannot be read: {error}") from error
        return thin(found, limit)

    def _days(self, since: dt.datetime, until: dt.datetime) -> Iterator[Path]:
        """The files between two times; only those that exist are looked at, however long the span."""
        first, last = since.astimezone(dt.UTC).date().isoformat(), until.astimezone(dt.UTC).date().isoformat()
        return (path for path in sorted(self._folder.glob("*.sqlite")) if first <= path.stem <= last)

    def _forget(self, day: dt.date, path: Path) -> None:
        with self._lock:
            if (connection := self._open.pop(day, None)) is not None:
                connection.close()
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)

    def _path(self, day: dt.date) -> Path:
        return self._folder / f"{day.isoformat()}.sqlite"


def _micros(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _sample(at_us: int, value: Value, is_bool: int, quality: int) -> PointSample:
    at = _EPOCH + dt.timedelta(microseconds=at_us)
    return PointSample(at, bool(value) if is_bool and value is not None else value, quality)
