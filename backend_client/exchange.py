"""Files of assets sent and fetched piece by piece: of any size, with how far they are."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from backend_client.errors import NotUnderstood
from backend_client.session import Session

T = TypeVar("T")
Progress = Callable[[int, int], None]
_PIECE = 1 << 18


async def send(session: Session, path: str, file: Path, answer: type[T], progress: Progress) -> T:
    """POST a file as it is on disk. Raises ClientError, OSError."""
    total = _size(file)

    async def pieces() -> AsyncIterator[bytes]:
        done = 0
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                yield piece
                done += len(piece)
                progress(done, total)

    return await session.post_pieces(path, pieces(), answer)


async def fetch(session: Session, path: str, size: int, target: Path, progress: Progress) -> None:
    """Write a file to `target`, whole or not at all. Raises ClientError, OSError."""
    part = target.with_name(target.name + ".part")
    done = 0
    try:
        with part.open("wb") as file:
            async with session.open_bytes(path, {}) as (_is_partial, pieces):
                async for piece in pieces:
                    file.write(piece)
                    done += len(piece)
                    progress(done, size)
            file.flush()
            os.fsync(file.fileno())
        if done != size:
            raise NotUnderstood("The file did not arrive as it was sent. Export it again.")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size
