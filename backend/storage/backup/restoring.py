"""Restoring a backup: made ready and proven beside what is there, then put in its place."""

import contextlib
import datetime as dt
import errno
import os
import shutil
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.kept_key import RECORD_KIND, KeptKey, revoked
from backend.ports import JournalFault, KeptRecord, StorageError, Unit
from backend.storage.backup.making import NOT_COPIED, OLD_STATE, PASSWORD_FILE, STAGING, Progress, Tell, is_copied
from backend.storage.backup.package import BackupDamaged, BackupManifest, PackageReader, TablePart
from backend.storage.backup.sealing import PassphraseRefused, unseal
from backend.storage.backup.sources import LEFT_OUT
from backend.storage.backup.targets import load_postgresql, load_sqlite
from backend.storage.chain import ChainWalk, Row
from backend.storage.checkpoint_copy import NAME as CHECKPOINTS
from backend.storage.engine import knows_revision, postgresql_engine
from backend.storage.lock import RESTORE_MARK, DataLock
from backend.storage.opening import DATABASE_FILE, create_storage, database_password
from backend.storage.sql import SqlStorage
from backend.storage.vault import EncryptedVault
from contract.journal import EntryKind, NewEntry

UNSIGNED: Final = "journal-checkpoints.before-restore.jsonl"
_ROOM: Final = 1.6  # of the unpacked size: the indexes, and what is written besides
_BYTES_A_ROW: Final = 500
_ACTOR: Final = "command line"


class RestoreWish(msgspec.Struct, frozen=True, kw_only=True):
    """Where to restore to. `passphrase` None: without the keys; devices' passwords are entered anew then."""

    source: Path
    data_dir: Path
    secrets_dir: Path
    database_url: str | None
    passphrase: str | None
    replaces: bool = False
    keeps_api_keys: bool = False  # else they are revoked: which were revoked since the backup, it cannot know


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `previous` says where the state before lies; empty when there was none."""

    manifest: BackupManifest
    previous: str
    journal_rows: int
    revoked_keys: int = 0


def check_backup(source: Path, passphrase: str | None, tell: Tell) -> BackupManifest:
    """Read all of it: every digest, the journal's chain, and with the passphrase the keys. Raises StorageError."""
    with _opened(source) as package:
        if passphrase is not None and package.manifest.has_secrets:
            unseal(package.sealed, passphrase, package.manifest_bytes)
        step = _stepper(package.manifest, tell)
        for part in package.manifest.tables:
            walk = ChainWalk({}) if part.name == "journal" else None
            for batch in package.batches(part):
                if walk is not None and (fault := walk.check((_journal_row(part, row), None) for row in batch)):
                    raise BackupDamaged(f"the journal in the backup is not whole. Row {fault.seq}: {fault.reason}")
                step(part.name, len(batch))
            if walk is not None and walk.head.hash != package.manifest.journal_hash:
                raise BackupDamaged("the journal in the backup does not end where its manifest says")
        for file in package.manifest.files:
            for piece in package.pieces(file):
                step(file.name, len(piece) // _BYTES_A_ROW)
        return package.manifest


async def restore_backup(wish: RestoreWish, version: str, clock: Clock, tell: Tell) -> Restored:
    """Restore it, whole or not at all. Raises StorageError, Cancelled: then everything is as it was."""
    with _opened(wish.source) as package, _locked(wish.data_dir):
        keys = _keys(package, wish.passphrase)
        if not knows_revision(package.manifest.schema):
            raise StorageError(
                f"this backup was made by a newer version ({package.manifest.version}): install that one first"
            )
        _check_place(wish, package, keys)
        stage = wish.data_dir / STAGING
        shutil.rmtree(stage, ignore_errors=True)
        try:
            stage.mkdir(mode=0o700)
            return await _Restoring(wish, package, keys, stage, clock, tell).run(version)
        except OSError as error:
            raise StorageError(_told(error, wish.data_dir)) from error
        finally:
            shutil.rmtree(stage, ignore_errors=True)


class _Restoring:
    """One restore under way; nothing outside the staging folder is touched before all of it is proven."""

    def __init__(
        self,
        wish: RestoreWish,
        package: PackageReader,
        keys: Mapping[str, bytes],
        stage: Path,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self._wish, self._package, self._keys, self._stage, self._clock = wish, package, keys, stage, clock
        self._step = _stepper(package.manifest, tell)
        self._secrets = stage / "secrets"

    async def run(self, version: str) -> Restored:
        self._files()
        previous_schema = ""
        if self._wish.database_url is None:
            await load_sqlite(self._stage / DATABASE_FILE, self._package, self._step)
        else:
            # Once it is committed there is no way back but by hand: the journal is walked before.
            check_backup(self._wish.source, None, lambda _: None)
            engine = postgresql_engine(self._wish.database_url, database_password(self._wish.secrets_dir))
            previous_schema = await load_postgresql(
                engine, self._package, self._step, replaces=self._wish.replaces, now=self._clock.now()
            )
            await engine.dispose()
        rows, revoked_keys = await self._prove(version)
        previous = self._put_in_place()
        return Restored(
            manifest=self._package.manifest,
            previous=" and ".join(word for word in (previous, previous_schema) if word),
            journal_rows=rows,
            revoked_keys=revoked_keys,
        )

    def _files(self) -> None:
        for part in self._package.manifest.files:
            name = part.name if self._keys or part.name != CHECKPOINTS else UNSIGNED
            path = self._stage / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("xb") as file:
                for piece in self._package.pieces(part):
                    file.write(piece)
                    self._step(part.name, len(piece) // _BYTES_A_ROW)
                file.flush()
                os.fsync(file.fileno())
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        for name, content in self._keys.items():
            write_private(self._secrets / Path(name).name, content)
        password = self._wish.secrets_dir / PASSWORD_FILE
        if password.exists():
            write_private(self._secrets / PASSWORD_FILE, password.read_bytes())

    async def _prove(self, version: str) -> tuple[int, int]:
        """Open it as a backend would, walk the journal, read the keys, and note the restore. Raises StorageError.

        How many rows the journal has then, and how many keys of machines were revoked.
        """
        storage = create_storage(self._wish.database_url, self._stage, self._secrets, self._clock, ballast_bytes=0)
        try:
            await storage.open()
            if (fault := await storage.verify_journal()) is not None:
                raise _journal_broken(fault)
            if self._keys:
                await EncryptedVault(storage, self._secrets).load()
            else:
                await storage.forget_secrets()
            return await self._note(storage, version)
        finally:
            await storage.close()

    async def _note(self, storage: SqlStorage, version: str) -> tuple[int, int]:
        manifest = self._package.manifest
        revoked_keys = [] if self._wish.keeps_api_keys else await _revoked_keys(storage, self._clock.now())
        payload: dict[str, object] = {
            "event": "restored",
            "file": self._wish.source.name,
            "made_at": manifest.made_at.isoformat(),
            "made_by_version": manifest.version,
            "restored_by_version": version,
            "journal_rows": manifest.journal_rows,
            "with_keys": bool(self._keys),
            "revoked_api_keys": len(revoked_keys),
        }
        entry = NewEntry(kind=EntryKind.SYSTEM, actor=_ACTOR, payload=payload)
        kept = await storage.commit(Unit(entries=[entry], records=revoked_keys))
        return kept[0].seq, len(revoked_keys)

    def _put_in_place(self) -> str:
        """Move what was there aside and what is proven in; cut in between, no backend starts until it is done again."""
        data_dir = self._wish.data_dir
        mark = data_dir / RESTORE_MARK
        mark.write_text("A restore was cut off here. Run `main.py restore` again.\n", encoding="utf-8")
        aside = data_dir / f"{OLD_STATE}{self._clock.now():%Y%m%d-%H%M%S}"
        moved = [path for path in sorted(data_dir.iterdir()) if _is_of_the_city(path)]
        if moved:
            aside.mkdir(mode=0o700)
        for path in moved:
            path.rename(aside / path.name)
        self._put_keys_in_place(aside)
        for path in sorted(self._stage.iterdir()):
            if path.name not in {"lock", "reserve", "secrets"}:
                path.rename(data_dir / path.name)
        descriptor = os.open(data_dir, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        mark.unlink()
        return str(aside) if aside.exists() else ""

    def _put_keys_in_place(self, aside: Path) -> None:
        secrets_dir = self._wish.secrets_dir
        secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(self._secrets.iterdir()):
            if path.name == PASSWORD_FILE:
                continue
            old = secrets_dir / path.name
            if old.exists() and old.read_bytes() != path.read_bytes():
                (aside / "secrets").mkdir(parents=True, exist_ok=True, mode=0o700)
                write_private(aside / "secrets" / path.name, old.read_bytes())
            write_private(old, path.read_bytes())


async def _revoked_keys(storage: SqlStorage, at: dt.datetime) -> list[KeptRecord]:
    """Keys of machines that would open the city, as they are to be kept: revoked."""
    kept = await storage.records(RECORD_KIND)
    keys = (msgspec.json.decode(body, type=KeptKey) for body in kept.values())
    standing = (one for one in keys if one.key.revoked_at is None and at < one.key.expires_at)
    return [
        KeptRecord(RECORD_KIND, one.key.id, msgspec.json.encode(revoked(one, by=_ACTOR, at=at))) for one in standing
    ]


def write_private(path: Path, content: bytes) -> None:
    """A file that only we may read, on disk when this returns."""
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@contextlib.contextmanager
def _locked(data_dir: Path) -> Generator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"{data_dir} cannot be made: {error.strerror}") from error
    with DataLock(data_dir):
        yield


def _opened(source: Path) -> PackageReader:
    try:
        package = PackageReader(source)
    except OSError as error:
        raise StorageError(f"{source} cannot be read: {error.strerror}") from error
    for part in package.manifest.files:
        if not is_copied(Path(part.name).parts[0]) and part.name != CHECKPOINTS:
            package.close()
            raise BackupDamaged(f"the backup holds {part.name!r}, which no backup of ours does")
    for table in package.manifest.tables:
        if table.name in LEFT_OUT:  # a planted refresh token would be a login
            package.close()
            raise BackupDamaged(f"the backup holds the table {table.name}, which no backup of ours does")
    return package


def _keys(package: PackageReader, passphrase: str | None) -> Mapping[str, bytes]:
    if not package.manifest.has_secrets or passphrase is None:
        return {}
    keys = unseal(package.sealed, passphrase, package.manifest_bytes)
    if any("/" in name or name.startswith(".") for name in keys):
        raise PassphraseRefused("the backup holds a key with an impossible name")
    return keys


def _check_place(wish: RestoreWish, package: PackageReader, keys: Mapping[str, bytes]) -> None:
    is_used = any(_is_of_the_city(path) for path in wish.data_dir.iterdir())
    other_keys = [
        name for name, content in keys.items()
        if (wish.secrets_dir / name).exists() and (wish.secrets_dir / name).read_bytes() != content
    ]  # fmt: skip
    if not wish.replaces and (is_used or other_keys):
        raise StorageError(
            f"there is a city in {wish.data_dir} already: give another directory, or --replace, "
            f"which keeps what is there in {OLD_STATE}DATE beside it"
        )
    needed = int(package.manifest.size * _ROOM)
    free = shutil.disk_usage(wish.data_dir).free
    if free < needed:
        raise StorageError(
            f"{needed // 1_000_000 + 1} MB are needed in {wish.data_dir} and {free // 1_000_000} MB are free"
        )


def _is_of_the_city(path: Path) -> bool:
    """Whether a restore replaces it: recordings, the keys, and what an earlier restore put aside stay."""
    kept = NOT_COPIED - {CHECKPOINTS, "checkpoint-copy"}
    return path.name not in kept | {RESTORE_MARK, STAGING} and not path.name.startswith(OLD_STATE)


def _stepper(manifest: BackupManifest, tell: Tell) -> Callable[[str, int], None]:
    total = sum(part.rows for part in manifest.tables) + sum(part.size for part in manifest.files) // _BYTES_A_ROW
    done = 0

    def step(what: str, count: int) -> None:
        nonlocal done
        done += count
        tell(Progress(what, min(done, total), total))

    return step


def _journal_row(part: TablePart, row: list[object]) -> Row:
    return msgspec.convert(dict(zip(part.columns, row, strict=True)), Row)


def _journal_broken(fault: JournalFault) -> StorageError:
    return StorageError(f"the journal in the backup is not whole, nothing was changed. Row {fault.seq}: {fault.reason}")


def _told(error: OSError, data_dir: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk of {data_dir} is full: everything is as it was"
    return f"{error.filename or data_dir} cannot be used: {error.strerror}"
