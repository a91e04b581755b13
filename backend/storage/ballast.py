"""A file that only takes up room, so that the journal can still be written when the disk is full."""

import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

BALLAST_BYTES = 64 * 1024 * 1024


class Ballast:
    """Thrown overboard once when the disk is full; taken on again at the next start with room for it."""

    def __init__(self, path: Path, size: int = BALLAST_BYTES) -> None:
        self._path = path
        self._size = size

    def take_on(self) -> None:
        """Make the file when there is room for it twice over. A disk without room is logged, not an error."""
        if self._size <= 0 or self._path.exists():
            return
        try:
            if shutil.disk_usage(self._path.parent).free < 2 * self._size:
                log.warning("the disk is nearly full: there is no room for the reserve of %s bytes", self._size)
                return
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError as error:
            log.warning("the disk reserve could not be made: %s", error.strerror)

    def drop(self) -> bool:
        """Free its room; False when there was none to free."""
        try:
            self._path.unlink()
        except OSError:
            return False
        log.error("the disk is full: the reserve was freed to go on writing; free space now")
        return True
