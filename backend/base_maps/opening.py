"""Files of the base maps' folder: plain files only, never what a link points to."""

import os
import stat
from pathlib import Path

from backend.base_maps.images import sniff
from backend.ports import BaseMapTrouble, Tile


def revision_of(path: Path) -> str:
    """Which content a file has, by its stamp and size; "" when it is gone."""
    try:
        found = path.lstat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ctime_ns:x}"


def open_plain(path: Path) -> int:
    """A descriptor to read a plain file by. Raises BaseMapTrouble that says why it cannot be read."""
    check_plain(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BaseMapTrouble("base_map_link", file=path.name)
    return descriptor


def check_plain(path: Path) -> None:
    """Raise BaseMapTrouble unless this is a plain file in its folder, with something in it."""
    try:
        found = path.lstat()
    except FileNotFoundError as error:
        raise BaseMapTrouble("base_map_missing", file=path.name) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise BaseMapTrouble("base_map_link", file=path.name)
    if found.st_size == 0:
        raise BaseMapTrouble("base_map_empty", file=path.name)


def tile_of_file(content: bytes, file: str, number: str) -> Tile:
    """What a file holds as one of its tiles. Raises BaseMapTrouble when it is no image."""
    image = sniff(content)
    if image is None:
        raise BaseMapTrouble("base_map_bad_tile", file=file, tile=number)
    return Tile(content, image.media_type)


def unreadable(path: Path, error: OSError) -> BaseMapTrouble:
    """The trouble for a file that the system does not give."""
    return BaseMapTrouble("base_map_unreadable", file=path.name, reason=error.strerror or type(error).__name__)
