"""Where contents lie: files named by their SHA-256, each written whole or not at all."""

import contextlib
import hashlib
import os
import shutil
import uuid
from pathlib import Path
from typing import Final

from contract.asset_documents import PictureSize

LEAST_FREE_BYTES: Final = 2 * 2**30


class ContentLost(Exception):
    """What was kept is not there, or is not what was kept."""


class ContentStore:
    """Blocking: called in a thread."""

    def __init__(self, folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
        self._folder = folder
        self._least_free_bytes = least_free_bytes

    def has_room(self, size_bytes: int) -> bool:
        """Whether the disk keeps enough for everything else."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return shutil.disk_usage(self._folder).free - size_bytes >= self._least_free_bytes

    def keep(self, content: bytes) -> str:
        """Durable when it returns; the name is its SHA-256. Raises OSError."""
        name = hashlib.sha256(content).hexdigest()
        path = self.path(name)
        with contextlib.suppress(ContentLost):
            self.read(name)
            return name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = path.with_name(f"{name}.{uuid.uuid4().hex}.part")
        try:
            with written.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            written.chmod(0o600)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
        _sync(path.parent)
        return name

    def read(self, name: str) -> bytes:
        """A content, proven to be what was kept. Raises ContentLost."""
        try:
            content = self.path(name).read_bytes()
        except OSError as error:
            raise ContentLost(str(error)) from error
        if hashlib.sha256(content).hexdigest() != name:
            raise ContentLost(f"{name} was changed on the disk")
        return content

    def read_picture(self, name: str, size: PictureSize) -> bytes:
        """One of ours. Raises ContentLost."""
        try:
            return self.picture_path(name, size).read_bytes()
        except OSError as error:
            raise ContentLost(str(error)) from error

    def forget(self, name: str) -> None:
        """A content and its pictures; no error when they are gone already."""
        self.path(name).unlink(missing_ok=True)
        for size in PictureSize:
            self.picture_path(name, size).unlink(missing_ok=True)

    def sweep(self) -> None:
        """What a killed backend left half written."""
        if self._folder.is_dir():
            for path in self._folder.glob("*/*.part"):
                path.unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        """Where a content lies."""
        return self._folder / name[:2] / name

    def picture_path(self, name: str, size: PictureSize) -> Path:
        """Where a picture of it lies."""
        return self._folder / name[:2] / f"{name}.{size.value}.jpg"


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
