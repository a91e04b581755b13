"""Making a backup, also while a backend runs on the same data."""

import contextlib
import datetime as dt
import errno
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from backend.ports import StorageError
from backend.storage.backup.package import FORMAT, BackupManifest, PackageWriter, Rows
from backend.storage.backup.sealing import SHORTEST_PASSPHRASE, PassphraseRefused, seal
from backend.storage.backup.sources import LEFT_OUT, PostgresqlSource, Source, SqliteSource
from backend.storage.chain import ChainWalk
from backend.storage.chain import Row as JournalRow
from backend.storage.checkpoint_copy import NAME as CHECKPOINTS
from backend.storage.checkpoints import Checkpoint
from backend.storage.engine import postgresql_engine
from backend.storage.opening import DATABASE_FILE, database_password

# Recordings end with their authorised delay, wherever they lie; the map's past is kept for hours only.
NOT_COPIED: Final = frozenset(
    {"lock", "reserve", "secrets", "footage", "recording", "city", "backups", "checkpoint-copy", CHECKPOINTS}
)
OLD_STATE: Final = "before-restore-"
STAGING: Final = ".restoring"
READINGS: Final = "readings"
PASSWORD_FILE: Final = "database.password"  # noqa: S105 - the name of a file; it belongs to the server, not to the city
_LARGEST_KEY: Final = 64 * 1024
_JOURNAL: Final = "journal"


class Cancelled(Exception):
    """Somebody did not want it any more; nothing of it remains."""


class BackupWish(msgspec.Struct, frozen=True, kw_only=True):
    """What to back up. `passphrase` None: without the keys, and so without the passwords of devices."""

    data_dir: Path
    secrets_dir: Path
    database_url: str | None
    target: Path
    passphrase: str | None
    with_readings: bool = True


class Progress(msgspec.Struct, frozen=True):
    """How far it is; `total` counts rows and files' bytes alike, it is a measure and no figure to show."""

    what: str
    done: int
    total: int


Tell = Callable[[Progress], None]
"""Told after each batch; may raise Cancelled."""


async def make_backup(wish: BackupWish, version: str, now: dt.datetime, tell: Tell) -> BackupManifest:
    """Write the backup, whole or not at all. Raises StorageError, Cancelled."""
    if wish.passphrase is not None and len(wish.passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseRefused(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
    source = await _source(wish)
    try:
        with PackageWriter(wish.target) as package:
            return await _Making(wish, source, package, tell).run(version, now)
    except OSError as error:
        raise StorageError(_told(error, wish.target)) from error
    finally:
        await source.close()


class _Making:
    """One backup under way."""

    def __init__(self, wish: BackupWish, source: Source, package: PackageWriter, tell: Tell) -> None:
        self._wish, self._source, self._package, self._tell = wish, source, package, tell
        self._walk = ChainWalk({})
        self._done = 0
        self._total = 0

    async def run(self, version: str, now: dt.datetime) -> BackupManifest:
        schema = await self._source.revision()
        tables = [(name, columns) for name, columns in await self._source.tables() if name not in LEFT_OUT]
        files = list(_files(self._wish.data_dir))
        readings = sorted((self._wish.data_dir / READINGS).glob("*.sqlite")) if self._wish.with_readings else []
        self._total = sum([await self._source.count(name) for name, _ in tables])
        self._total += sum(path.stat().st_size for path in (*files, *readings)) // _BYTES_A_ROW
        for name, columns in tables:
            await self._table(name, columns)
        self._package.text(CHECKPOINTS, self._checkpoints())
        for path in files:
            self._file(path, path.relative_to(self._wish.data_dir).as_posix())
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=self._wish.target.parent) as folder:
            for path in readings:
                copy = _sqlite_copy(path, Path(folder))
                self._file(copy, f"{READINGS}/{path.name}")
                copy.unlink()
        return self._finish(schema, version, now)

    async def _table(self, name: str, columns: Sequence[str]) -> None:
        async with contextlib.aclosing(self._source.rows(name, columns)) as rows:
            await self._copy(name, columns, rows)

    async def _copy(self, name: str, columns: Sequence[str], rows: AsyncIterator[Rows]) -> None:
        with self._package.table(name, columns) as part:
            async for batch in rows:
                if name == _JOURNAL:
                    self._check(columns, batch)
                part.add(batch)
                self._step(name, len(batch))

    def _check(self, columns: Sequence[str], batch: Rows) -> None:
        """A journal that is not whole is not backed up as if it were."""
        places = [columns.index(field) for field in JournalRow.__struct_fields__]
        fault = self._walk.check((JournalRow(*(row[place] for place in places)), None) for row in batch)
        if fault is not None:
            raise StorageError(
                f"The journal is not whole, so no backup was made. Row {fault.seq}: {fault.reason}. "
                "Look at it with `main.py audit verify`, and keep the last backup."
            )

    def _checkpoints(self) -> bytes:
        """Those up to the moment of the backup: a later one would vouch for rows that are not in it."""
        path = self._wish.data_dir / CHECKPOINTS
        kept: list[bytes] = []
        for line in path.read_bytes().splitlines(keepends=True) if path.exists() else []:
            with contextlib.suppress(msgspec.MsgspecError):
                if line.endswith(b"\n") and msgspec.json.decode(line, type=Checkpoint).seq <= self._walk.head.seq:
                    kept.append(line)
        return b"".join(kept)

    def _file(self, path: Path, name: str) -> None:
        before = 0
        try:
            with contextlib.closing(self._package.file(name, path)) as pieces:
                for copied in pieces:
                    self._step(name, (copied - before) // _BYTES_A_ROW)
                    before = copied
        except FileNotFoundError:
            return  # deleted since it was listed

    def _finish(self, schema: str, version: str, now: dt.datetime) -> BackupManifest:
        table_parts, file_parts = self._package.parts()
        manifest = BackupManifest(
            format=FORMAT,
            made_at=now,
            version=version,
            schema=schema,
            database=self._source.kind,
            journal_rows=self._walk.head.seq,
            journal_hash=self._walk.head.hash,
            tables=table_parts,
            files=file_parts,
            has_secrets=self._wish.passphrase is not None,
        )
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        sealed = None
        if self._wish.passphrase is not None:
            sealed = seal(_keys(self._wish.secrets_dir), self._wish.passphrase, content)
        self._package.finish(content, sealed)
        self._tell(Progress("", self._total, self._total))
        return manifest

    def _step(self, what: str, count: int) -> None:
        self._done += count
        self._tell(Progress(what, min(self._done, self._total), self._total))


_BYTES_A_ROW: Final = 500


async def _source(wish: BackupWish) -> Source:
    if wish.database_url is None:
        return SqliteSource(wish.data_dir / DATABASE_FILE)
    engine = postgresql_engine(wish.database_url, database_password(wish.secrets_dir))
    return await PostgresqlSource.connected(engine)


def is_copied(top: str) -> bool:
    """Whether what lies at this name in the data directory goes into a backup as it is; nothing else comes out."""
    return top not in NOT_COPIED and not top.startswith((DATABASE_FILE, OLD_STATE, "."))


def _files(data_dir: Path) -> Iterator[Path]:
    """The plain files of the data directory that belong to the city and are in no database."""
    for top in sorted(data_dir.iterdir()):
        if top.name == READINGS or not is_copied(top.name):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() and not top.is_symlink() else [top]:
            if path.is_file() and not path.is_symlink() and not path.name.endswith((".partial", "-wal", "-shm")):
                yield path


def _sqlite_copy(path: Path, folder: Path) -> Path:
    """A day of readings as it stands at one moment, though it is being written."""
    copy = folder / path.name
    try:
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise StorageError(f"the readings in {path.name} cannot be copied: {error}") from error
    return copy


def _keys(secrets_dir: Path) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(secrets_dir.iterdir()) if secrets_dir.is_dir() else []:
        if path.is_file() and path.name != PASSWORD_FILE and path.stat().st_size <= _LARGEST_KEY:
            found[path.name] = path.read_bytes()
    return found


def _told(error: OSError, target: Path) -> str:
    if error.errno == errno.ENOSPC:
        free = shutil.disk_usage(target.parent).free // 1_000_000
        return f"the disk of {target.parent} is full ({free} MB are left): no backup was made, nothing remains of it"
    return f"{error.filename or target} cannot be used: {error.strerror}"


def describe(manifest: BackupManifest) -> str:
    """One line: what a backup holds."""
    counts: dict[str, Any] = {part.name: part.rows for part in manifest.tables}
    keys = "with the keys" if manifest.has_secrets else "WITHOUT the keys"
    return (
        f"{counts.get('assets', 0)} assets, {manifest.journal_rows} journal rows, {counts.get('users', 0)} accounts, "
        f"{len(manifest.files)} files, {keys}; made {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC by {manifest.version}"
    )
