"""Zip archives from others: measured before anything is unpacked, so that bombs and slips never go off."""

import enum
import re
import stat
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

MOST_BYTES: Final = 512 * 2**20
HIGHEST_RATIO: Final = 100
MOST_ENTRIES: Final = 1_000
_CHUNK: Final = 1 << 20
_SMALL: Final = 16 * 2**20  # tables of blanks pack very well
_PLAIN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What reading an archive of others may raise because of what it holds; OSError is of the disk."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")


class ZipFault(enum.Enum):
    """Why an archive is not unpacked."""

    DAMAGED = "damaged"
    BOMB = "bomb"
    SLIP = "slip"  # it would write outside, or holds a link
    LOCKED = "locked"  # with a password


class Unzippable(Exception):
    """This archive is not unpacked; `fault` says why."""

    def __init__(self, fault: ZipFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether it may be read at all: other ways of packing unpack a whole piece at once, before anybody can count."""
    return entry.compress_type in _PLAIN


class Archive:
    """An archive whose entries were checked."""

    def __init__(self, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
        self._archive = archive
        self._entries = dict(zip(names, entries, strict=True))

    @property
    def names(self) -> Sequence[str]:
        """The files in it, with forward slashes."""
        return tuple(self._entries)

    def unpack(self, name: str, to: Path) -> None:
        """One file. What an archive says of its sizes may be false: what comes out is counted. Raises Unzippable."""
        entry = self._entries[name]
        rest = entry.file_size
        with self._archive.open(entry) as packed, to.open("xb") as unpacked:
            while chunk := packed.read(_CHUNK):
                rest -= len(chunk)
                if rest < 0:
                    raise Unzippable(ZipFault.BOMB, "it unpacks to more than it says")
                unpacked.write(chunk)


@contextmanager
def checked_archive(path: Path) -> Generator[Archive]:
    """An archive that may be unpacked. Raises Unzippable, before anything is written."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = _check(entries)
            kept = [
                (entry, name)
                for entry, name in zip(entries, names, strict=True)
                if not entry.is_dir() and names.count(name) == 1
            ]
            yield Archive(archive, [entry for entry, _ in kept], [name for _, name in kept])
    except UNREADABLE as error:
        raise Unzippable(ZipFault.DAMAGED, str(error)[:200] or "not a zip file") from error


def _check(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    if len(entries) > MOST_ENTRIES:
        raise Unzippable(ZipFault.BOMB, "it holds too many files")
    total = 0
    names: list[str] = []
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        is_outside = name.is_absolute() or ".." in name.parts or _DRIVE.match(entry.filename) is not None
        if is_outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise Unzippable(ZipFault.SLIP, "it would write outside its folder")
        if entry.flag_bits & 1:
            raise Unzippable(ZipFault.LOCKED, "it is locked with a password")
        if not is_plain(entry):
            raise Unzippable(ZipFault.DAMAGED, "it is not packed as ZIP files are: pack it anew, with deflate")
        total += entry.file_size
        if total > MOST_BYTES or entry.file_size > max(entry.compress_size * HIGHEST_RATIO, _SMALL):
            raise Unzippable(ZipFault.BOMB, "it unpacks to far more than its size")
        names.append(str(name))
    return names
