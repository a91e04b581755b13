"""A backup's file: a ZIP of tables, files, a manifest of their digests, and the keys sealed under a passphrase."""

import contextlib
import datetime as dt
import hashlib
import os
import stat
import struct
import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Self

import msgspec

from backend.devkit.unzip import is_plain
from backend.ports import StorageError

FORMAT: Final = 1
SUFFIX: Final = ".beffroi-backup"
MANIFEST: Final = "manifest.json"
SEALED: Final = "secrets.sealed"
_LENGTH: Final = struct.Struct(">I")
_LARGEST_BATCH: Final = 256 * 1024 * 1024
_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_LARGEST_SEALED: Final = 4 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_COMPRESSION: Final = 1  # level 6 takes four times as long for a tenth less

Rows = Sequence[Sequence[Any]]


class TablePart(msgspec.Struct, frozen=True, kw_only=True):
    """One table: its rows as they stood at one moment, batch by batch."""

    name: str
    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str

    @property
    def entry(self) -> str:
        """Its name in the file."""
        return f"tables/{self.name}"


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the data directory, by its path in there."""

    name: str
    size: int
    sha256: str

    @property
    def entry(self) -> str:
        """Its name in the file."""
        return f"files/{self.name}"


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `schema` is the database's revision: an older one is brought to ours after it was loaded."""

    format: int
    made_at: dt.datetime
    version: str
    schema: str
    database: str
    journal_rows: int
    journal_hash: str
    tables: tuple[TablePart, ...]
    files: tuple[FilePart, ...]
    has_secrets: bool

    @property
    def size(self) -> int:
        """Bytes of all parts, unpacked."""
        return sum(part.size for part in self.tables) + sum(part.size for part in self.files)


class BackupDamaged(StorageError):
    """The file is no backup, or not as it was made; the text says where."""


class _Digest:
    """What passes is counted and hashed."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0

    def take(self, piece: bytes) -> None:
        self._hash.update(piece)
        self.size += len(piece)

    def hex(self) -> str:
        return self._hash.hexdigest()


class PackageWriter:
    """Writes beside the final name; the file gets it once all is on disk. Left early: nothing remains."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(path.name + ".partial")
        self._tables: list[TablePart] = []
        self._files: list[FilePart] = []
        self._is_finished = False

    def __enter__(self) -> Self:
        """Begin the file, readable by us only."""
        descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)
        return self

    def __exit__(self, *_: object) -> None:
        """Without `finish`, take everything back."""
        if not self._is_finished:
            with contextlib.suppress(OSError, ValueError):  # a full disk refuses the end of the file too
                self._zip.close()
            with contextlib.suppress(OSError):
                self._file.close()
            self._partial.unlink(missing_ok=True)

    def table(self, name: str, columns: Sequence[str]) -> "TableWriter":
        """Where the rows of a table go, in a `with`."""
        return TableWriter(self._zip, name, tuple(columns), self._tables)

    def file(self, name: str, source: Path, most_bytes: int | None = None) -> Generator[int]:
        """Copy a file as it is; tells the bytes copied so far. What grows meanwhile is cut at its size now."""
        most = source.stat().st_size if most_bytes is None else most_bytes
        digest = _Digest()
        with source.open("rb") as content, self._zip.open(f"files/{name}", "w", force_zip64=True) as entry:
            while digest.size < most and (piece := content.read(min(_PIECE, most - digest.size))):
                digest.take(piece)
                entry.write(piece)
                yield digest.size
        self._files.append(FilePart(name=name, size=digest.size, sha256=digest.hex()))

    def text(self, name: str, content: bytes) -> None:
        """A small file whose content we made."""
        digest = _Digest()
        digest.take(content)
        self._zip.writestr(f"files/{name}", content)
        self._files.append(FilePart(name=name, size=digest.size, sha256=digest.hex()))

    def parts(self) -> tuple[tuple[TablePart, ...], tuple[FilePart, ...]]:
        """What was written so far."""
        return tuple(self._tables), tuple(self._files)

    def finish(self, manifest: bytes, sealed: bytes | None) -> None:
        """Write what vouches for the rest; it is on disk under its name when this returns."""
        self._zip.writestr(MANIFEST, manifest)
        if sealed is not None:
            self._zip.writestr(SEALED, sealed, zipfile.ZIP_STORED)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self._path)
        self._is_finished = True
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class TableWriter:
    """Takes batches of rows."""

    def __init__(self, archive: zipfile.ZipFile, name: str, columns: tuple[str, ...], written: list[TablePart]) -> None:
        self._archive, self._name, self._columns, self._written = archive, name, columns, written
        self._digest = _Digest()
        self._encoder = msgspec.msgpack.Encoder()
        self._rows = 0

    def __enter__(self) -> Self:
        """Begin the entry."""
        self._entry: IO[bytes] = self._archive.open(f"tables/{self._name}", "w", force_zip64=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End it."""
        self._entry.close()
        if kind is None:
            part = TablePart(
                name=self._name,
                columns=self._columns,
                rows=self._rows,
                size=self._digest.size,
                sha256=self._digest.hex(),
            )
            self._written.append(part)

    def add(self, rows: Rows) -> None:
        """A batch."""
        body = self._encoder.encode(rows)
        framed = _LENGTH.pack(len(body)) + body
        self._digest.take(framed)
        self._entry.write(framed)
        self._rows += len(rows)


class PackageReader:
    """Reads a backup; each part is checked against its digest as it is read. Raises BackupDamaged."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, struct.error) as error:
            raise BackupDamaged(f"{path.name} is not a whole backup: {error}") from error
        try:
            self._entries = {entry.filename: entry for entry in self._zip.infolist()}
            self.manifest_bytes = self._small(MANIFEST, _LARGEST_MANIFEST)
            self.manifest = _manifest(self.manifest_bytes)
            self.sealed = self._small(SEALED, _LARGEST_SEALED) if self.manifest.has_secrets else b""
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def batches(self, part: TablePart) -> Iterator[list[list[Any]]]:
        """The rows of a table; the last batch is given only after the whole table proved itself."""
        decoder = msgspec.msgpack.Decoder(list[list[Any]])
        digest = _Digest()
        waiting: list[list[Any]] | None = None
        rows = 0
        with self._open(part.entry) as entry:
            while head := self._read(entry, _LENGTH.size, part.entry):
                length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _LARGEST_BATCH + 1
                if length > _LARGEST_BATCH or digest.size + length > part.size:
                    raise BackupDamaged(f"{part.entry} in the backup is damaged: it is longer than was noted")
                body = self._read(entry, length, part.entry)
                digest.take(head)
                digest.take(body)
                if waiting is not None:
                    yield waiting
                try:
                    waiting = decoder.decode(body)
                except (msgspec.MsgspecError, RecursionError) as error:
                    raise BackupDamaged(f"{part.entry} in the backup is damaged: {error}") from error
                rows += len(waiting)
        _check(part.entry, digest, part.size, part.sha256)
        if rows != part.rows:
            raise BackupDamaged(f"{part.entry} in the backup holds {rows} rows instead of {part.rows}")
        if waiting is not None:
            yield waiting

    def pieces(self, part: FilePart) -> Iterator[bytes]:
        """The content of a file."""
        digest = _Digest()
        with self._open(part.entry) as entry:
            while piece := self._read(entry, _PIECE, part.entry):
                digest.take(piece)
                if digest.size > part.size:
                    raise BackupDamaged(f"{part.entry} in the backup is longer than was noted")
                yield piece
        _check(part.entry, digest, part.size, part.sha256)

    def _open(self, name: str) -> IO[bytes]:
        entry = self._entries.get(name)
        if entry is None:
            raise BackupDamaged(f"{name} is missing in the backup")
        if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
            raise BackupDamaged(f"{name} in the backup is not a plain file")
        if not is_plain(entry):
            raise BackupDamaged(f"{name} in the backup is not packed as ours are")
        try:
            return self._zip.open(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise BackupDamaged(f"{name} in the backup is damaged: {error}") from error

    def _small(self, name: str, largest: int) -> bytes:
        with self._open(name) as entry:
            content = self._read(entry, largest + 1, name)
        if len(content) > largest:
            raise BackupDamaged(f"{name} in the backup is too large")
        return content

    def _read(self, entry: IO[bytes], length: int, name: str) -> bytes:
        try:
            return entry.read(length)
        except Exception as error:  # zlib.error, BadZipFile, EOFError: whatever a damaged stream makes of it
            raise BackupDamaged(f"{name} in the backup is damaged: {error}") from error


def _manifest(content: bytes) -> BackupManifest:
    try:
        head = msgspec.json.decode(content, type=dict[str, Any])
        if head.get("format") != FORMAT:
            raise BackupDamaged(f"this backup has the format {head.get('format')!r}; this version reads {FORMAT}")
        manifest = msgspec.json.decode(content, type=BackupManifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BackupDamaged(f"the manifest of the backup cannot be read: {error}") from error
    for part in manifest.files:
        _check_name(part.name)
    for table in manifest.tables:
        if not all(word.replace("_", "").isalnum() and word.isascii() for word in (table.name, *table.columns)):
            raise BackupDamaged("the backup names a table or a column that cannot be one")
    return manifest


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in name or "\x00" in name:
        raise BackupDamaged("the backup holds a file that would lie outside the data directory")


def _check(name: str, digest: _Digest, size: int, sha256: str) -> None:
    if digest.size != size or digest.hex() != sha256:
        raise BackupDamaged(f"{name} in the backup is not what was written: it was damaged or changed")
