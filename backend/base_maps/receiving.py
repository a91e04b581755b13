"""A file that is sent to us: to disk as it comes, within limits, under no name that it could choose."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble

MOST_BYTES: Final = 8 * 2**30
LEFT_FREE: Final = 2**30  # for the journal, which matters more
_BUFFER: Final = 2**20


class Receiver:
    """Writes uploads into folders of their own below `folder`; the last step is to move the file to its place."""

    def __init__(self, folder: Path, threads: Threads) -> None:
        self._folder = folder
        self._threads = threads

    async def receive(self, name: str, content: AsyncIterator[bytes]) -> Path:
        """The file on disk, named `name`. Raises BaseMapTrouble, and what `content` raises; then nothing is left."""
        own = self._folder / secrets.token_hex(8)
        try:
            path = await self._threads.run(lambda: self._begin(own, name))
            size = 0
            waiting = bytearray()
            async for chunk in content:
                size += len(chunk)
                self._check_size(name, size)
                waiting += chunk
                if len(waiting) >= _BUFFER:
                    await self._append(path, waiting)
                    waiting = bytearray()
            await self._append(path, waiting)
            await self._threads.run(lambda: _sync(path))
            return path
        except OSError as error:
            await self.discard(own)
            raise BaseMapTrouble("base_map_no_room", reason=error.strerror or type(error).__name__) from error
        except BaseException:
            await self.discard(own)
            raise

    async def forget_all(self) -> None:
        """Delete everything that was received and not put in its place."""
        await self.discard(self._folder)

    async def discard(self, folder: Path) -> None:
        """Delete what was received."""
        await self._threads.run(lambda: shutil.rmtree(folder, ignore_errors=True))

    async def _append(self, path: Path, content: bytearray) -> None:
        piece = bytes(content)
        await self._threads.run(lambda: self._write(path, piece))

    def _check_size(self, name: str, size: int) -> None:
        if size > MOST_BYTES:
            raise BaseMapTrouble("base_map_upload_size", file=name, count=MOST_BYTES >> 20)

    def _begin(self, own: Path, name: str) -> Path:
        own.mkdir(parents=True, mode=0o700)
        path = own / name
        with path.open("xb"):
            path.chmod(0o600)
        return path

    def _write(self, path: Path, piece: bytes) -> None:
        if shutil.disk_usage(path.parent).free < LEFT_FREE + len(piece):
            raise BaseMapTrouble("base_map_no_room", reason="the disk is nearly full")
        with path.open("ab") as file:
            file.write(piece)


def put_in_place(path: Path, place: Path) -> None:
    """Move a received file to its place, over what was there; durable."""
    path.replace(place)
    descriptor = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
