"""Where rows come from: small files are read in a thread, all others in a child, whose rows come in pieces."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import ENVIRONMENT
from backend.devkit.threads import Threads
from backend.services.import_files.child import MOST_SECONDS
from backend.services.import_files.read_file import ROWS_A_PIECE, Head, RowFile, head_of, rows_of
from backend.services.import_files.reading import IN_A_CHILD, ReadOrder, ReadTable, format_of, read_table
from backend.services.import_files.rows import FileRefused, SourceRow
from video.child_process import end_child

SMALL_BYTES: Final = 1024 * 1024
_ROOT: Final = Path(__file__).resolve().parents[3]
_READER: Final = (sys.executable, "-m", "backend.services.import_files.child")
_LOOK_EVERY_S: Final = 0.2


class RowSource:
    """A file that was read. `close` deletes what the child left."""

    def __init__(self, head: Head, table: ReadTable | None, folder: "tempfile.TemporaryDirectory[str] | None") -> None:
        self.head = head
        self._table = table
        self._folder = folder

    def pieces(self) -> Iterator[list[SourceRow]]:
        """The rows, some at a time."""
        if self._table is None:
            if self._folder is not None:
                yield from RowFile(_rows_in(self._folder)).pieces()
            return
        table = self._table
        for first in range(0, len(table.cells), ROWS_A_PIECE):
            until = first + ROWS_A_PIECE
            yield rows_of(table.names, first, table.cells[first:until], table.shapes[first:until])

    def close(self) -> None:
        """May be called twice."""
        self._table = None
        if self._folder is not None:
            self._folder.cleanup()


async def read_rows(
    source: Path | bytes, order: ReadOrder, threads: Threads, is_cancelled: Callable[[], bool]
) -> RowSource:
    """Read a file. Raises FileRefused."""
    is_small = await threads.run(lambda: _size(source) <= SMALL_BYTES)
    if is_small and format_of(order.file_name) not in IN_A_CHILD:
        table = await threads.run(lambda: read_table(source, order, None, is_cancelled=is_cancelled))
        return RowSource(head_of(table), table, None)
    folder = await threads.run(lambda: tempfile.TemporaryDirectory(prefix="beffroi-import-"))
    try:
        path = await threads.run(lambda: _on_disk(source, Path(folder.name)))
        out = _rows_in(folder)
        await _run_child(msgspec.structs.replace(order, path=str(path), out=str(out)), is_cancelled)
        head = await threads.run(lambda: RowFile(out).head)
    except BaseException:
        folder.cleanup()
        raise
    return RowSource(head, None, folder)


async def _run_child(order: ReadOrder, is_cancelled: Callable[[], bool]) -> None:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        *_READER, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, cwd=_ROOT, env=ENVIRONMENT
    )
    try:
        async with asyncio.timeout(MOST_SECONDS), asyncio.TaskGroup() as group:
            talking = group.create_task(child.communicate(msgspec.json.encode(order)))
            while not talking.done():
                await asyncio.wait([talking], timeout=_LOOK_EVERY_S)
                if is_cancelled():
                    child.kill()
        if is_cancelled():
            raise FileRefused("the import was cancelled; nothing was taken")
        refused = msgspec.json.decode(talking.result()[0], type=str)
    except TimeoutError as error:
        raise FileRefused(f"the file was not read within {MOST_SECONDS // 60} minutes: split it") from error
    except msgspec.DecodeError as error:  # it was ended by its bounds, or by what it read
        raise FileRefused("the reader ended over this file: it is damaged, or too large to be read") from error
    finally:
        await end_child(child)
    if refused:
        raise FileRefused(refused)


def _size(source: Path | bytes) -> int:
    if isinstance(source, bytes):
        return len(source)
    try:
        return source.stat().st_size if source.is_file() else 0
    except OSError:
        return 0


def _on_disk(source: Path | bytes, folder: Path) -> Path:
    if isinstance(source, Path):
        if not source.is_file():
            raise FileRefused(f"{source.name} is not a file")
        return source.resolve()
    path = folder / "source"
    path.write_bytes(source)
    return path


def _rows_in(folder: "tempfile.TemporaryDirectory[str]") -> Path:
    return Path(folder.name) / "rows"
