"""Backups on request of the console: a child process makes them, so that the backend's own loop stays free."""

import asyncio
import contextlib
import datetime as dt
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import Storage, StorageError, Unit
from backend.services.administration.refusal import AdministrationRefused
from contract.administration import BackupFile, BackupRun, Backups
from contract.journal import EntryKind, NewEntry
from video.child_process import end_child

log = logging.getLogger(__name__)

SHORTEST_PASSPHRASE: Final = 12
_SUFFIX: Final = ".beffroi-backup"
_LONGEST_LINE: Final = 64 * 1024
_CANCELLED: Final = 4
_STOP_WITHIN_S: Final = 5.0


class _Step(msgspec.Struct, frozen=True):
    what: str
    done: int
    total: int


class BackupDesk:
    """One backup at a time; `command` starts it, and gets the file to make and "--passphrase-stdin"."""

    def __init__(self, storage: Storage, clock: Clock, folder: Path, command: Sequence[str]) -> None:
        self._storage = storage
        self._clock = clock
        self._folder = folder
        self._command = command
        self._tasks = Tasks("backups")
        self._threads = Threads("backups")
        self._process: asyncio.subprocess.Process | None = None
        self._run = BackupRun()
        self._is_cancelled = False

    async def close(self) -> None:
        """A backup under way is given up, and nothing of it remains."""
        await self._stop()
        await self._tasks.close()
        self._threads.close()

    async def all(self) -> Backups:
        """Those in the folder, newest first, and what is being done."""
        items = await self._threads.run(lambda: _listed(self._folder))
        return Backups(items=tuple(items), next=None, total=len(items), run=self._run, folder=str(self._folder))

    async def begin(self, passphrase: str, *, by: str) -> BackupRun:
        """Start one. Raises AdministrationRefused."""
        if self._run.state == "running":
            raise AdministrationRefused("backup_runs")
        if len(passphrase) < SHORTEST_PASSPHRASE or not passphrase.isprintable():
            raise AdministrationRefused("backup_passphrase", count=SHORTEST_PASSPHRASE)
        now = self._clock.now()
        name = f"beffroi-{now:%Y%m%d-%H%M%S}{_SUFFIX}"
        self._is_cancelled = False
        self._run = BackupRun(state="running", name=name, begun_at=now, by=by)
        try:
            await self._threads.run(lambda: self._folder.mkdir(parents=True, exist_ok=True, mode=0o700))
        except OSError as error:
            self._run = BackupRun(state="failed", name=name, detail=str(error.strerror), begun_at=now, by=by)
            raise AdministrationRefused("backup_folder", reason=error.strerror) from error
        self._tasks.start(self._make(self._folder / name, passphrase, by), name=name)
        return self._run

    async def cancel(self) -> BackupRun:
        """Give up the one under way; no error when there is none."""
        self._is_cancelled = self._run.state == "running"
        await self._stop()
        await self._tasks.settle()
        return self._run

    async def remove(self, name: str, *, by: str) -> None:
        """Delete a backup. Raises AdministrationRefused."""
        known = {item.name for item in await self._threads.run(lambda: _listed(self._folder))}
        if name not in known:
            raise AdministrationRefused("backup_unknown")
        try:
            await self._threads.run((self._folder / name).unlink)
        except OSError as error:
            raise AdministrationRefused("backup_folder", reason=error.strerror) from error
        await self._note("backup_removed", by, {"file": name})

    async def _make(self, path: Path, passphrase: str, by: str) -> None:
        try:
            code, said = await self._child(path, passphrase)
        except OSError as error:
            code, said = 1, f"the backup could not be started: {error.strerror}"
        if code == 0:
            size = (await self._threads.run(path.stat)).st_size
            self._run = msgspec.structs.replace(self._run, state="done", percent=100, what="", detail=said)
            await self._note("backup_made", by, {"file": path.name, "bytes": size})
            return
        is_cancelled = self._is_cancelled or code == _CANCELLED
        state = "cancelled" if is_cancelled else "failed"
        self._run = msgspec.structs.replace(self._run, state=state, what="", detail="" if is_cancelled else said)
        await self._note(f"backup_{state}", by, {"file": path.name, "reason": "" if is_cancelled else said})

    async def _child(self, path: Path, passphrase: str) -> tuple[int, str]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command, str(path), "--passphrase-stdin", "--progress", stdin=pipe, stdout=pipe, stderr=pipe,
            limit=_LONGEST_LINE,
        )  # fmt: skip
        self._process = process
        try:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, process.pid, 10)
            stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
            if stdin is None or stdout is None or stderr is None:
                raise RuntimeError("the pipes that were asked for are not there")
            with contextlib.suppress(ConnectionError):
                stdin.write(passphrase.encode() + b"\n")
                await stdin.drain()
            stdin.close()
            said = ""
            async for line in stdout:
                said = self._hear(line) or said
            error = (await stderr.read()).decode(errors="replace").strip()
            return await process.wait(), said if process.returncode == 0 else error[-500:]
        finally:
            self._process = None
            await end_child(process)

    def _hear(self, line: bytes) -> str:
        try:
            step = msgspec.json.decode(line, type=_Step)
        except msgspec.MsgspecError:
            return line.decode(errors="replace").strip()
        percent = 100 * step.done // max(1, step.total)
        self._run = msgspec.structs.replace(self._run, percent=min(99, percent), what=step.what)
        return ""

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()

    async def _note(self, event: str, by: str, details: dict[str, object]) -> None:
        payload: dict[str, object] = {"event": event, **details}
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor=by, payload=payload)]))
        except StorageError as error:
            log.error("what became of a backup could not be entered in the journal: %s", error)


def _listed(folder: Path) -> list[BackupFile]:
    found: list[BackupFile] = []
    for path in folder.glob(f"*{_SUFFIX}") if folder.is_dir() else ():
        try:
            stat = path.stat()
        except OSError:
            continue
        made_at = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        found.append(BackupFile(name=path.name, size=stat.st_size, made_at=made_at))
    return sorted(found, key=lambda item: item.made_at, reverse=True)
