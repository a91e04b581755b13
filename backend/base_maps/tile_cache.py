"""Tiles of servers kept on disk: one SQLite file with a size cap. It may be deleted at any time; it heals itself."""

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads

log = logging.getLogger(__name__)
T = TypeVar("T")

CACHE_FILE: Final = "tiles.sqlite"
_USE_TOLD_EVERY_S: Final = 3_600.0  # a tile that is looked at all the time is not written to each time
_EVICT_TO: Final = 0.9
_EVICTED_AT_ONCE: Final = 500
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tiles (
  source TEXT NOT NULL, z INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL,
  content BLOB NOT NULL, media_type TEXT NOT NULL, etag TEXT NOT NULL,
  size INTEGER NOT NULL, fresh_until REAL NOT NULL, used_at REAL NOT NULL,
  PRIMARY KEY (source, z, x, y)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tiles_used ON tiles (used_at);
"""


class KeptTile(msgspec.Struct, frozen=True, kw_only=True):
    """A tile as it was fetched; empty content says that the server has none there."""

    content: bytes
    media_type: str
    etag: str
    fresh_until: float


class TileCache:
    """Calls never raise: what cannot be kept or read is fetched again."""

    def __init__(self, folder: Path, clock: Clock, most_bytes: int) -> None:
        self._path = folder / CACHE_FILE
        self._clock = clock
        self.most_bytes = most_bytes
        self._threads = Threads("tile cache")
        self._connection: sqlite3.Connection | None = None
        self._size = 0
        self._is_told = False

    async def get(self, source: str, z: int, x: int, y: int) -> KeptTile | None:
        """A kept tile, fresh or not."""
        return await self._threads.run(lambda: self._tried(lambda: self._get(source, z, x, y)))

    async def put(self, source: str, z: int, x: int, y: int, tile: KeptTile) -> None:
        """Keep a tile; the longest unused ones make room."""
        await self._threads.run(lambda: self._tried(lambda: self._put(source, z, x, y, tile)))

    async def forget(self, source: str) -> None:
        """Drop all tiles of a source."""
        await self._threads.run(lambda: self._tried(lambda: self._forget(source)))

    async def close(self) -> None:
        """Close the file and end the thread; may be called twice."""
        self._threads.close()
        self._drop()

    # --- in the thread

    def _tried(self, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except sqlite3.DatabaseError as error:
            self._drop()
            code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
            if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                log.warning("the cache of tiles was damaged: it is begun anew")
                for end in ("", "-wal", "-shm"):
                    Path(f"{self._path}{end}").unlink(missing_ok=True)
            else:
                self._tell(error)
        except OSError as error:
            self._drop()
            self._tell(error)
        return None

    def _tell(self, error: Exception) -> None:
        if not self._is_told:
            log.warning("tiles cannot be kept on disk (%s): they are fetched each time", error)
            self._is_told = True

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=2.0)
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            self._size = connection.execute("SELECT coalesce(sum(size), 0) FROM tiles").fetchone()[0]
        return self._connection

    def _get(self, source: str, z: int, x: int, y: int) -> KeptTile | None:
        connection = self._open()
        key = (source, z, x, y)
        row = connection.execute(
            "SELECT content, media_type, etag, fresh_until, used_at FROM tiles"
            " WHERE source = ? AND z = ? AND x = ? AND y = ?",
            key,
        ).fetchone()
        if row is None:
            return None
        now = self._clock.now().timestamp()
        if now - row[4] > _USE_TOLD_EVERY_S:
            connection.execute(
                "UPDATE tiles SET used_at = ? WHERE source = ? AND z = ? AND x = ? AND y = ?", (now, *key)
            )
        return KeptTile(content=row[0], media_type=row[1], etag=row[2], fresh_until=row[3])

    def _put(self, source: str, z: int, x: int, y: int, tile: KeptTile) -> None:
        connection = self._open()
        key = (source, z, x, y)
        size = len(tile.content) + 200  # its row and index
        before = connection.execute(
            "SELECT size FROM tiles WHERE source = ? AND z = ? AND x = ? AND y = ?", key
        ).fetchone()
        connection.execute(
            "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, tile.content, tile.media_type, tile.etag, size, tile.fresh_until, self._clock.now().timestamp()),
        )
        self._size += size - (0 if before is None else before[0])
        self._make_room(connection)

    def _make_room(self, connection: sqlite3.Connection) -> None:
        if self._size <= self.most_bytes:
            return
        while self._size > self.most_bytes * _EVICT_TO:
            oldest = connection.execute(
                "SELECT source, z, x, y, size FROM tiles ORDER BY used_at LIMIT ?", (_EVICTED_AT_ONCE,)
            ).fetchall()
            if not oldest:
                break
            excess = self._size - self.most_bytes * _EVICT_TO
            with connection:
                connection.execute("BEGIN")
                for source, z, x, y, size in oldest:
                    if excess <= 0:
                        break
                    connection.execute(
                        "DELETE FROM tiles WHERE source = ? AND z = ? AND x = ? AND y = ?", (source, z, x, y)
                    )
                    self._size -= size
                    excess -= size

    def _forget(self, source: str) -> None:
        connection = self._open()
        connection.execute("DELETE FROM tiles WHERE source = ?", (source,))
        self._size = connection.execute("SELECT coalesce(sum(size), 0) FROM tiles").fetchone()[0]

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
