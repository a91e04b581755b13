"""Who has a data directory open: one process at a time."""

import fcntl
import os
from pathlib import Path
from typing import Final, Self

from backend.ports import StorageError

RESTORE_MARK: Final = "restore-in-progress"


class DataBusy(StorageError):
    """Another process has the data directory open."""


class DataLock:
    """A lock on a data directory; the kernel frees it when its process dies, however it dies."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "lock"
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take it. Raises DataBusy when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise DataBusy(
                f"{self._path.parent} is in use by a running backend. "
                "Stop it first (import can go through it, with --server)."
            ) from error
        self._descriptor = descriptor

    def free(self) -> None:
        """Give it back; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Take it."""
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.free()


def refuse_half_restored(data_dir: Path) -> None:
    """A directory in which a restore was cut off is not run. Raises StorageError with what to do."""
    if (data_dir / RESTORE_MARK).exists():
        raise StorageError(
            f"a restore into {data_dir} was cut off: run `main.py restore` again with the same backup and --replace. "
            "What was there before lies in its folder before-restore-DATE."
        )
