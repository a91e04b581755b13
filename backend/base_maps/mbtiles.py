"""MBTiles: a base map in an SQLite file, rows counted from the south."""

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Final

from backend.base_maps.images import MOST_BYTES, sniff
from backend.base_maps.naming import plain_text, without_tags
from backend.base_maps.opening import check_plain, unreadable
from backend.base_maps.tile_numbers import MOST_ZOOM, checked_bounds
from backend.base_maps.tiled_file import TiledFile
from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble
from contract.base_maps import BaseMap, BaseMapKind, Bounds

_MAGIC: Final = b"SQLite format 3\0"
_LONGEST_QUERY_S: Final = 3.0  # a file may hold views that never end
_STEPS_BETWEEN_LOOKS: Final = 50_000
_LOCKED_S: Final = 0.5
_MOST_METADATA: Final = 200


class MbtilesFile(TiledFile):
    """One .mbtiles file, read only. Queries run in threads and are cut off after 3 s."""

    def __init__(self, path: Path, map_id: str, clock: Clock, threads: Threads) -> None:
        super().__init__(path, map_id, threads)
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._ends = 0.0

    def _read_description(self) -> BaseMap:
        with self._reading() as connection:
            rows = connection.execute("SELECT name, value FROM metadata LIMIT ?", (_MOST_METADATA,)).fetchall()
            facts = {str(name): str(value) for name, value in rows if value is not None}
            given = facts.get("format", "").lower()
            if given in {"pbf", "mvt"}:
                raise BaseMapTrouble("base_map_vector_tiles", file=self._path.name)
            low, high = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
            if not isinstance(low, int) or not isinstance(high, int) or not 0 <= low <= high:
                raise BaseMapTrouble("base_map_no_tiles", file=self._path.name)
            sample = connection.execute("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", (high,)).fetchone()
        content = sample[0] if sample is not None else None
        image = sniff(content) if isinstance(content, bytes) else None
        if image is None:
            is_packed = isinstance(content, bytes) and content[:2] == b"\x1f\x8b"
            raise BaseMapTrouble("base_map_vector_tiles" if is_packed else "base_map_not_images", file=self._path.name)
        return BaseMap(
            id=self._id,
            name=plain_text(facts.get("name", "")),
            kind=BaseMapKind.RASTER,
            attribution=plain_text(without_tags(facts.get("attribution", "")), 300),
            min_zoom=min(low, MOST_ZOOM),
            max_zoom=min(high, MOST_ZOOM),
            bounds=_bounds(facts.get("bounds", "")),
            tile_px=image.width,
            revision=self.revision,
        )

    def _read_tile(self, z: int, x: int, y: int) -> bytes | None:
        with self._reading() as connection:
            row = connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, (1 << z) - 1 - y),
            ).fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) and row[0] else None

    @contextlib.contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        """The open file, for one reader at a time. What SQLite says against it becomes a trouble."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                self._ends = self._clock.monotonic() + _LONGEST_QUERY_S
                yield self._connection
            except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeDecodeError, ValueError) as error:
                self._drop()
                raise self._told(error) from error

    def _open(self) -> sqlite3.Connection:
        if self._is_closed:
            raise BaseMapTrouble("base_map_missing", file=self._path.name)
        check_plain(self._path)
        try:
            with self._path.open("rb") as file:
                is_database = file.read(len(_MAGIC)) == _MAGIC
        except OSError as error:
            raise unreadable(self._path, error) from error
        if not is_database:
            raise BaseMapTrouble("base_map_not_that", file=self._path.name, format="MBTiles")
        connection = sqlite3.connect(
            f"{self._path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=_LOCKED_S
        )
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_progress_handler(self._is_too_long, _STEPS_BETWEEN_LOOKS)
        self._ends = self._clock.monotonic() + _LONGEST_QUERY_S
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _is_too_long(self) -> bool:
        return self._clock.monotonic() > self._ends

    def _told(self, error: Exception) -> BaseMapTrouble:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return BaseMapTrouble("base_map_locked", file=self._path.name)
        if code == sqlite3.SQLITE_INTERRUPT:
            return BaseMapTrouble("base_map_too_slow", file=self._path.name, seconds=f"{_LONGEST_QUERY_S:g}")
        return BaseMapTrouble("base_map_damaged", file=self._path.name, reason=plain_text(str(error)))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _bounds(text: str) -> Bounds | None:
    parts = text.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        return None
    return checked_bounds(west, south, east, north)
