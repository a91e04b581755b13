"""Files that were ordered: gathered in turns, written by a child, fetched, then forgotten."""

import asyncio
import datetime as dt
import logging
import secrets
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import ENVIRONMENT
from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import Storage, Unit
from backend.services.exchange.words import recognised
from backend.services.export_files.gathering import chosen_fields, gather, order_json
from backend.services.export_files.rows import MOST_SECONDS, NotWritten
from backend.services.refusals import ExchangeRefused
from backend.services.register import Register
from backend.services.said import NOTHING, Said, say
from contract.assets import Asset
from contract.exports import ExportFormat, ExportJob, ExportRequest, ExportState
from contract.journal import EntryKind, NewEntry
from video.child_process import end_child

log = logging.getLogger(__name__)

MOST_JOBS: Final = 6
MOST_OF_ONE: Final = 2
ENDINGS: Final = {
    ExportFormat.CSV: ".csv",
    ExportFormat.GEOJSON: ".geojson",
    ExportFormat.GEOPACKAGE: ".gpkg",
    ExportFormat.SHAPEFILE: ".zip",
    ExportFormat.XLSX: ".xlsx",
}
_ROOT: Final = Path(__file__).resolve().parents[3]
_WRITER: Final = (sys.executable, "-m", "backend.services.export_files.child")
_ENDED: Final = "the writer ended over these assets: export fewer, or in another format"
_KEPT_S: Final = 3600.0
_LOOK_EVERY_S: Final = 60.0
_ASSETS_A_TURN: Final = 20_000
MaySee = Callable[[Asset], bool]


class _Work:
    def __init__(self, id_: str, by: str, request: ExportRequest, folder: Path, at: dt.datetime) -> None:
        self.id = id_
        self.by = by
        self.request = request
        self.folder = folder
        self.begun_at = at
        self.name = f"assets-{at:%Y%m%d-%H%M%S}{ENDINGS[request.format]}"
        self.path = folder / f"out{ENDINGS[request.format]}"
        self.state = ExportState.WRITING
        self.done = 0
        self.total = 0
        self.bytes = 0
        self.said: Said = NOTHING
        self.touched = 0.0
        self.task: asyncio.Task[None] | None = None
        self.kinds: Sequence[Asset] = ()  # one asset of each commune, class and service that is in it


class ExportJobs:
    """Each belongs to the person who ordered it, and is forgotten an hour after it was last asked for."""

    def __init__(self, register: Register, storage: Storage, clock: Clock, folder: Path) -> None:
        self._register = register
        self._storage = storage
        self._clock = clock
        self._folder = folder
        self._works: dict[str, _Work] = {}
        self._threads = Threads("export files")
        self._tasks = Tasks("exports")

    def start(self) -> None:
        """Delete what an earlier run left, and forget what nobody asks for any more."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._tasks.start(self._forget_old(), name="forgetting")

    async def close(self) -> None:
        """Stop everything; the files are deleted."""
        await self._tasks.close()
        self._threads.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def begin(self, request: ExportRequest, *, by: str, may_see: MaySee) -> ExportJob:
        """Order a file of what one may see. Raises ExchangeRefused."""
        try:
            chosen_fields(request)
        except NotWritten as error:
            raise ExchangeRefused(recognised(str(error))) from error
        mine = [work for work in self._works.values() if work.by == by]
        for old in [one for one in mine if one.state is not ExportState.WRITING][: max(0, len(mine) - MOST_OF_ONE + 1)]:
            await self._forget(old)
        if len(self._works) >= MOST_JOBS or sum(work.by == by for work in self._works.values()) >= MOST_OF_ONE:
            raise ExchangeRefused(say("export_busy", count=len(self._works)))
        id_ = secrets.token_hex(16)
        work = _Work(id_, by, request, self._folder / id_, self._clock.now())
        work.touched = self._clock.monotonic()
        self._works[id_] = work
        try:
            assets = await self._chosen(request, may_see)
            work.kinds = await self._threads.run(lambda: _kinds(assets))
        except BaseException:
            self._works.pop(id_, None)
            raise
        work.total = len(assets)
        work.task = self._tasks.start(self._run(work, assets, may_see), name=f"export {id_}")
        return self._shown(work)

    def job(self, job_id: str, by: str) -> ExportJob:
        """How far it is. Raises ExchangeRefused."""
        return self._shown(self._find(job_id, by))

    async def forget(self, job_id: str, by: str) -> None:
        """Stop it, or delete what was made. Raises ExchangeRefused."""
        await self._forget(self._find(job_id, by))

    def ready(self, job_id: str, by: str, may_see: MaySee) -> ExportJob:
        """One whose file is there, for who still may see what is in it. Raises ExchangeRefused."""
        work = self._find(job_id, by)
        if not all(map(may_see, work.kinds)):
            raise ExchangeRefused(say("export_gone"))
        if work.state is not ExportState.READY:
            raise ExchangeRefused(say("export_not_ready") if work.state is ExportState.WRITING else work.said)
        return self._shown(work)

    async def read(self, job_id: str, by: str, at: int, length: int) -> bytes:
        """Some of the file. Raises ExchangeRefused, OSError."""
        path = self._find(job_id, by).path
        return await self._threads.run(lambda: _piece(path, at, length))

    async def _chosen(self, request: ExportRequest, may_see: MaySee) -> list[Asset]:
        """What is wanted and may be seen, by class and code."""
        register = self._register
        found = register.all() if request.ids is None else map(register.get, dict.fromkeys(request.ids))
        words = request.text.casefold().split()
        chosen: list[Asset] = []
        # Rights depend on commune, class and service: the asker remembers them for the length of one request.
        for number, asset in enumerate(list(found)):
            if number % _ASSETS_A_TURN == 0:
                await asyncio.sleep(0)
            if asset is not None and _is_wanted(asset, request, words) and may_see(asset):
                chosen.append(asset)
        if not chosen:
            raise ExchangeRefused(say("export_nothing"))
        return await self._threads.run(lambda: sorted(chosen, key=lambda asset: (asset.class_, asset.code)))

    async def _run(self, work: _Work, assets: list[Asset], may_see: MaySee) -> None:
        try:
            await self._threads.run(lambda: work.folder.mkdir(parents=True, exist_ok=True, mode=0o700))
            rows = work.folder / "rows"
            order = await gather(assets, work.request, self._register, may_see, rows, work.path, self._threads)
            await self._write(work, order_json(order))
            await self._threads.run(lambda: rows.unlink(missing_ok=True))
            work.bytes = (await self._threads.run(work.path.stat)).st_size
            await self._tell(work)
            work.done, work.state = work.total, ExportState.READY
        except NotWritten as error:
            work.state, work.said = ExportState.FAILED, recognised(str(error))
        except Exception:
            log.exception("an export ended")
            work.state, work.said = ExportState.FAILED, say("export_ended")

    async def _write(self, work: _Work, order: bytes) -> None:
        """Run the child. Raises NotWritten, in its words."""
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *_WRITER, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, cwd=_ROOT, env=ENVIRONMENT
        )
        try:
            async with asyncio.timeout(MOST_SECONDS):
                told, heard = _pipes(child)
                told.write(order)
                told.close()
                refused = _ENDED
                async for line in heard:
                    if line.strip().isdigit():
                        work.done = int(line)
                    else:
                        refused = msgspec.json.decode(line, type=str)
                await child.wait()
        except (TimeoutError, msgspec.DecodeError) as error:
            raise NotWritten(_ENDED) from error
        finally:
            await end_child(child)
        if refused:
            raise NotWritten(refused)

    async def _tell(self, work: _Work) -> None:
        wanted = work.request
        payload: dict[str, object] = {
            "format": wanted.format.value,
            "count": work.total,
            "classes": list(wanted.classes),
            "communes": list(wanted.communes),
            "columns": list(wanted.columns),
        }
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.EXPORT, actor=work.by, payload=payload)]))

    def _find(self, job_id: str, by: str) -> _Work:
        work = self._works.get(job_id)
        if work is None or work.by != by:
            raise ExchangeRefused(say("export_gone"))
        work.touched = self._clock.monotonic()
        return work

    async def _forget(self, work: _Work) -> None:
        self._works.pop(work.id, None)
        if work.task is not None and not work.task.done():
            work.task.cancel()
            await asyncio.wait([work.task])
        await self._threads.run(lambda: shutil.rmtree(work.folder, ignore_errors=True))

    async def _forget_old(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            latest = self._clock.monotonic() - _KEPT_S
            for work in [one for one in self._works.values() if one.touched < latest]:
                await self._forget(work)

    @staticmethod
    def _shown(work: _Work) -> ExportJob:
        return ExportJob(
            id=work.id,
            state=work.state,
            format=work.request.format,
            file_name=work.name,
            begun_at=work.begun_at,
            done=work.done,
            total=work.total,
            bytes=work.bytes,
            said=work.said.text,
            said_code=work.said.code,
            said_args=dict(work.said.args),
        )


def _kinds(assets: Sequence[Asset]) -> tuple[Asset, ...]:
    return tuple({(one.commune, one.class_, one.service): one for one in assets}.values())


def _pipes(child: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if child.stdin is None or child.stdout is None:
        raise NotWritten(_ENDED)
    return child.stdin, child.stdout


def _is_wanted(asset: Asset, request: ExportRequest, words: list[str]) -> bool:
    if request.classes and asset.class_ not in request.classes:
        return False
    if request.communes and asset.commune not in request.communes:
        return False
    if request.services and asset.service not in request.services:
        return False
    if request.statuses and asset.status not in request.statuses:
        return False
    if not words:
        return True
    number = "" if asset.number is None else str(asset.number)
    text = f"{asset.code} {asset.name} {asset.street} {number} {asset.serial}".casefold()
    return all(word in text for word in words)


def _piece(path: Path, at: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(length)
