"""A named block of memory that two processes see.

Not `multiprocessing.shared_memory`: in Python 3.11 its resource tracker unlinks a block when *any* process that
attached to it ends, and starts a further process in each worker.
"""

import contextlib
import mmap
import os
import secrets
import sys
import tempfile
from pathlib import Path

PREFIX = "beffroi-frames-"
_FOLDER = Path("/dev/shm") if sys.platform == "linux" else Path(tempfile.gettempdir())  # noqa: S108 - POSIX shared memory lives there


class SharedBlock:
    """Memory under a name; its maker removes the name, the memory goes when both have let go."""

    def __init__(self, name: str, size: int, *, is_new: bool) -> None:
        if not name.startswith(PREFIX) or "/" in name or "\\" in name:
            raise ValueError(f"not the name of a block of ours: {name!r}")
        self.name = name
        self.size = size
        self._path = _FOLDER / name
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if is_new else 0)
        descriptor = os.open(self._path, flags, 0o600)
        try:
            if is_new:
                os.ftruncate(descriptor, size)
            elif os.fstat(descriptor).st_size < size:
                raise ValueError(f"the block {name} is smaller than {size} bytes")
            self.memory = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)

    def unlink(self) -> None:
        """Remove the name; a second call does nothing."""
        with contextlib.suppress(OSError):
            self._path.unlink()


def new_block_name() -> str:
    """A name that says whose block it is, so that a later start can sweep it."""
    return f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"


def block_names() -> list[str]:
    """Every block of this kind on the machine, whoever made it."""
    return sorted(path.name for path in _FOLDER.glob(PREFIX + "*"))


def sweep_blocks() -> int:
    """Remove the blocks of processes that are gone; how many there were."""
    swept = 0
    for name in block_names():
        owner = name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            with contextlib.suppress(OSError):
                (_FOLDER / name).unlink()
                swept += 1
    return swept


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
