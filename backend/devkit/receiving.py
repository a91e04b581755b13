"""What is sent to us goes to disk as it comes: within limits, in large pieces, readable by us alone."""

import errno
import functools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from backend.devkit.threads import Threads

LEFT_FREE: Final = 2**30  # for the journal, which matters more
_BUFFER: Final = 2**20


class TooLarge(Exception):
    """More came than may come."""


async def receive(path: Path, content: AsyncIterator[bytes], threads: Threads, most_bytes: int) -> None:
    """A new file at `path`; what it holds so far stays where this fails.

    Raises TooLarge, OSError when there is no room, and what `content` raises.
    """
    await threads.run(lambda: _begin(path))
    size = 0
    waiting = bytearray()
    async for piece in content:
        size += len(piece)
        if size > most_bytes:
            raise TooLarge
        waiting += piece
        if len(waiting) >= _BUFFER:
            full, waiting = bytes(waiting), bytearray()
            await threads.run(functools.partial(_append, path, full))
    rest = bytes(waiting)
    await threads.run(lambda: _append(path, rest))


def _begin(path: Path) -> None:
    with path.open("xb"):
        path.chmod(0o600)


def _append(path: Path, piece: bytes) -> None:
    if shutil.disk_usage(path.parent).free < LEFT_FREE + len(piece):
        raise OSError(errno.ENOSPC, "the disk is nearly full")
    with path.open("ab") as file:
        file.write(piece)
