"""Where stills wait for the backend: a folder nobody else reads, emptied of what a dead process left."""

import contextlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Final

from video.clocks import Clock, wall

KEPT_S: Final = 60.0
_PREFIX: Final = "beffroi-stills-"


class Outbox:
    """`put` belongs in a thread. Without a folder of its own it makes one, and takes it away on close."""

    def __init__(self, folder: Path | None = None, *, clock: Clock = wall) -> None:
        self._clock = clock
        self._is_given = folder is not None
        self._folder = folder
        if folder is None:
            _sweep_dead(Path(tempfile.gettempdir()))
        else:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._sweep(older_than_s=-1.0)

    def put(self, jpeg: bytes) -> Path:
        """Keep it for a minute at most. Raises OSError."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._sweep(older_than_s=KEPT_S)
        path = self._folder / f"{secrets.token_hex(16)}.jpg"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(jpeg)
        return path

    def take_back(self, path: Path) -> None:
        """Nobody fetched it."""
        path.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave nothing behind; a second call does nothing."""
        if self._folder is None:
            return
        self._sweep(older_than_s=-1.0)
        if not self._is_given:
            folder, self._folder = self._folder, None
            shutil.rmtree(folder, ignore_errors=True)

    def _sweep(self, *, older_than_s: float) -> None:
        if self._folder is None:
            return
        for path in self._folder.glob("*.jpg"):
            with contextlib.suppress(OSError):
                if self._clock() - path.stat().st_mtime > older_than_s:
                    path.unlink()


def _sweep_dead(place: Path) -> None:
    """Folders of processes that were killed; those of other users and of living ones are left alone."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not pid.isdigit() or folder.is_symlink():
            continue
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid() and not _lives(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
