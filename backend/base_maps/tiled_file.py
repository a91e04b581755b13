"""What a file of image tiles is to the shelf, whatever its format: read in threads, one at a time."""

import abc
import asyncio
import threading
from pathlib import Path

from backend.base_maps.opening import revision_of, tile_of_file
from backend.devkit.threads import Threads
from backend.ports import NoSuchBaseMap, Tile
from contract.base_maps import BaseMap


class TiledFile(abc.ABC):
    """A Source. What a format adds runs in a thread; it takes `_lock` while it reads."""

    def __init__(self, path: Path, map_id: str, threads: Threads) -> None:
        self._path = path
        self._id = map_id
        self._threads = threads
        self._lock = threading.Lock()
        self._turn = asyncio.Lock()  # one thread a file: one that hangs leaves the others theirs
        self._known: BaseMap | None = None
        self._is_closed = False
        self.revision = revision_of(path)

    async def describe(self) -> BaseMap:
        """What the file says of itself, checked against a tile of it."""
        async with self._turn:
            if self._known is None:
                self._known = await self._threads.run(self._read_description)
            return self._known

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """A tile by its number from the north."""
        await self.describe()
        async with self._turn:
            content = await self._threads.run(lambda: self._read_tile(z, x, y))
        return None if content is None else tile_of_file(content, self._path.name, f"{z}/{x}/{y}")

    async def features(self) -> bytes:
        """A file of images has none."""
        raise NoSuchBaseMap(self._id)

    async def close(self) -> None:
        """Close the file."""
        await self._threads.run(self._close)

    # --- in a thread

    @abc.abstractmethod
    def _read_description(self) -> BaseMap: ...

    @abc.abstractmethod
    def _read_tile(self, z: int, x: int, y: int) -> bytes | None: ...

    @abc.abstractmethod
    def _drop(self) -> None:
        """Let go of the open file, if it is open."""

    def _close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._drop()
