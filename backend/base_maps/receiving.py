"""A file that is sent to us: to disk as it comes, within limits, under no name that it could choose."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from backend.devkit.receiving import TooLarge, receive
from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble

MOST_BYTES: Final = 8 * 2**30


class Receiver:
    """Writes uploads into folders of their own below `folder`; the last step is to move the file to its place."""

    def __init__(self, folder: Path, threads: Threads) -> None:
        self._folder = folder
        self._threads = threads

    async def receive(self, name: str, content: AsyncIterator[bytes]) -> Path:
        """The file on disk, named `name`. Raises BaseMapTrouble, and what `content` raises; then nothing is left."""
        own = self._folder / secrets.token_hex(8)
        try:
            await self._threads.run(lambda: own.mkdir(parents=True, mode=0o700))
            path = own / name
            await receive(path, content, self._threads, MOST_BYTES)
            await self._threads.run(lambda: _sync(path))
            return path
        except TooLarge as error:
            await self.discard(own)
            raise BaseMapTrouble("base_map_upload_size", file=name, count=MOST_BYTES >> 20) from error
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
