"""Files that were sent to be imported: read and checked in the background, shown, taken when somebody says yes."""

import asyncio
import datetime as dt
import logging
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.receiving import TooLarge, receive
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.services.exchange.error_table import errors_csv
from backend.services.exchange.words import recognised
from backend.services.import_check import Checked, ImportRefused
from backend.services.import_files.reading import format_of
from backend.services.import_files.rows import FileRefused
from backend.services.importing import Importing
from backend.services.refusals import ExchangeConflict, ExchangeRefused
from backend.services.said import NOTHING, Said, say
from contract.imports import FileFacts, ImportJob, ImportOptions, ImportReport, ImportState, ReadAgain

log = logging.getLogger(__name__)

MOST_BYTES: Final = 512 * 2**20
MOST_JOBS: Final = 6
MOST_OF_ONE: Final = 3
_KEPT_S: Final = 3600.0
_LOOK_EVERY_S: Final = 60.0
_WAITING: Final = frozenset({ImportState.READY, ImportState.REFUSED})
_BUSY: Final = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.TAKING})


class _Work:
    """One file. `checked` is what a yes would do."""

    def __init__(self, id_: str, by: str, path: Path, options: ImportOptions, begun_at: dt.datetime) -> None:
        self.id = id_
        self.by = by
        self.path = path
        self.options = options
        self.begun_at = begun_at
        self.state = ImportState.READING
        self.done = 0
        self.total = 0
        self.checked: Checked | None = None
        self.facts: FileFacts | None = None
        self.report: ImportReport | None = None
        self.mapping: dict[str, str] = {}
        self.said: Said = NOTHING
        self.seal = ""
        self.turn = 0  # counts the readings: an older one is cancelled
        self.touched = 0.0

    def progressed(self, done: int, total: int) -> None:
        """So many rows are checked."""
        self.state = ImportState.CHECKING
        self.done, self.total = done, total


class ImportJobs:
    """Each belongs to the person who sent the file, and is forgotten an hour after it was last asked for."""

    def __init__(self, importing: Importing, clock: Clock, folder: Path) -> None:
        self._importing = importing
        self._clock = clock
        self._folder = folder
        self._works: dict[str, _Work] = {}
        self._threads = Threads("import files")
        self._tasks = Tasks("imports")

    def start(self) -> None:
        """Delete what an earlier run left, and forget what nobody asks for any more."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._tasks.start(self._forget_old(), name="forgetting")

    async def close(self) -> None:
        """Stop everything; the files are deleted."""
        for work in self._works.values():
            work.turn += 1
        await self._tasks.close()
        self._threads.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def begin(self, name: str, content: AsyncIterator[bytes], first: ReadAgain, by: str) -> ImportJob:
        """Keep a file, and begin to read it. Raises ExchangeRefused, and what `content` raises."""
        try:
            format_of(name)
        except FileRefused as error:
            raise ExchangeRefused(recognised(str(error))) from error
        mine = [work for work in self._works.values() if work.by == by]
        for old in [work for work in mine if work.state not in _BUSY][: max(0, len(mine) - MOST_OF_ONE + 1)]:
            await self._forget(old)
        if len(self._works) >= MOST_JOBS or sum(work.by == by for work in self._works.values()) >= MOST_OF_ONE:
            raise ExchangeRefused(say("import_busy", count=len(self._works)))
        id_ = secrets.token_hex(16)
        path = self._folder / id_
        work = _Work(id_, by, path, _options(name, first), self._clock.now())
        work.touched = self._clock.monotonic()
        self._works[id_] = work
        try:
            await self._receive(path, content)
        except BaseException:
            await self._forget(work)
            raise
        self._check(work)
        return self._shown(work)

    def job(self, job_id: str, by: str) -> ImportJob:
        """How far it is. Raises ExchangeRefused."""
        return self._shown(self._find(job_id, by))

    def read_again(self, job_id: str, how: ReadAgain, by: str) -> ImportJob:
        """Read it otherwise; an earlier reading is given up. Raises ExchangeRefused."""
        work = self._find(job_id, by)
        if work.state in {ImportState.TAKING, ImportState.DONE}:
            raise ExchangeRefused(say("import_gone"))
        work.options = _options(work.options.file_name, how)
        self._check(work)
        return self._shown(work)

    def take(self, job_id: str, seal: str, by: str) -> ImportJob:
        """Begin to do what was shown. Raises ExchangeRefused, ExchangeConflict."""
        work = self._find(job_id, by)
        if work.state not in _WAITING:
            raise ExchangeRefused(say("import_under_way"))
        checked = work.checked
        if checked is None or not work.seal or seal != work.seal:
            wrong = 0 if work.report is None else work.report.error_count
            if wrong:
                raise ExchangeRefused(say("import_wrong", count=wrong))
            raise ExchangeConflict(say("import_seal"))
        if not checked.added and not checked.changed:
            raise ExchangeRefused(say("import_nothing"))
        work.state = ImportState.TAKING
        work.seal = ""
        self._tasks.start(self._take(work, checked), name=f"take {job_id}")
        return self._shown(work)

    async def forget(self, job_id: str, by: str) -> None:
        """Stop it, unless it is being taken, and delete the file. Raises ExchangeRefused."""
        work = self._find(job_id, by)
        if work.state is ImportState.TAKING:
            raise ExchangeRefused(say("import_under_way"))
        await self._forget(work)

    def errors(self, job_id: str, by: str) -> bytes:
        """Every row that is wrong with its reason and its cells, as CSV. Raises ExchangeRefused."""
        return errors_csv(self._find(job_id, by).checked)

    def _check(self, work: _Work) -> None:
        work.turn += 1
        work.state, work.said, work.seal = ImportState.READING, NOTHING, ""
        if work.checked is not None:
            self._tasks.start(work.checked.let_go(), name=f"let go {work.id}")
        work.checked, work.report = None, None
        work.done = work.total = 0
        self._tasks.start(self._run(work, work.turn), name=f"check {work.id}")

    async def _run(self, work: _Work, turn: int) -> None:
        try:
            checked = await self._importing.check(
                work.path,
                work.options,
                progress=lambda done, total: work.progressed(done, total) if work.turn == turn else None,
                is_cancelled=lambda: work.turn != turn,
            )
        except ImportRefused as error:
            if work.turn == turn:
                work.state, work.said = ImportState.REFUSED, recognised(str(error))
                work.facts, work.mapping = error.facts, error.mapping
            return
        except Exception:
            log.exception("an import ended")
            if work.turn == turn:
                work.state, work.said = ImportState.REFUSED, say("import_ended")
            return
        if work.turn == turn:
            work.checked, work.report, work.facts = checked, checked.report, checked.facts
            work.state = ImportState.READY
            work.seal = "" if checked.report.error_count else secrets.token_hex(16)
        else:
            await checked.let_go()

    async def _take(self, work: _Work, checked: Checked) -> None:
        try:
            work.report = await self._importing.take(checked, work.by)
        except ImportRefused as error:
            work.state, work.said = ImportState.REFUSED, recognised(str(error))
        except Exception:
            log.exception("an import ended")
            work.state, work.said = ImportState.REFUSED, say("import_ended")
        else:
            work.state = ImportState.DONE
        work.checked = (
            None if work.state is ImportState.REFUSED else Checked(report=checked.report, lines=checked.lines)
        )
        await checked.let_go()

    async def _receive(self, path: Path, content: AsyncIterator[bytes]) -> None:
        try:
            await self._threads.run(lambda: self._folder.mkdir(parents=True, exist_ok=True, mode=0o700))
            await receive(path, content, self._threads, MOST_BYTES)
        except TooLarge as error:
            raise ExchangeRefused(say("import_large", count=MOST_BYTES >> 20)) from error
        except OSError as error:
            raise ExchangeRefused(say("import_no_room", why=error.strerror or "")) from error

    def _find(self, job_id: str, by: str) -> _Work:
        work = self._works.get(job_id)
        if work is None or work.by != by:
            raise ExchangeRefused(say("import_gone"))
        work.touched = self._clock.monotonic()
        return work

    async def _forget(self, work: _Work) -> None:
        work.turn += 1
        self._works.pop(work.id, None)
        if work.checked is not None:
            await work.checked.let_go()
        await self._threads.run(lambda: work.path.unlink(missing_ok=True))

    async def _forget_old(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            latest = self._clock.monotonic() - _KEPT_S
            for work in [one for one in self._works.values() if one.touched < latest and one.state not in _BUSY]:
                await self._forget(work)

    @staticmethod
    def _shown(work: _Work) -> ImportJob:
        lines = () if work.checked is None else work.checked.lines
        worded = tuple(
            msgspec.structs.replace(line, said_code=said.code, said_args=dict(said.args))
            if line.reason and (said := recognised(line.reason))
            else line
            for line in lines
        )
        return ImportJob(
            id=work.id,
            state=work.state,
            file_name=work.options.file_name,
            options=work.options,
            begun_at=work.begun_at,
            done=work.done,
            total=work.total,
            facts=work.facts,
            report=work.report,
            lines=worded,
            seal=work.seal,
            said=work.said.text,
            said_code=work.said.code,
            said_args=dict(work.said.args),
        )


def _options(name: str, how: ReadAgain) -> ImportOptions:
    return ImportOptions(
        class_=how.class_,
        file_name=name,
        mapping=how.mapping,
        commune=how.commune,
        dialect=how.dialect,
        retires_missing=how.retires_missing,
    )
