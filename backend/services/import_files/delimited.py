"""CSV as cities publish it."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Final, cast

import msgspec

from backend.services.import_files import dialects
from backend.services.import_files.rows import FileRefused, RawTable, SourceRow, SourceTable
from contract.imports import SEPARATORS, Dialect

MOST_ROWS: Final = 1_000_000
MOST_COLUMNS: Final = 500
MOST_IN_A_CELL: Final = 1_000_000  # a line of 10,000 positions is a cell too
_MOST_SEPARATORS: Final = 100_000  # of one row: lines of 10,000 positions have some in their cells
_MOST_TITLES: Final = 100
csv.field_size_limit(MOST_IN_A_CELL + 1)


def parse_csv(content: bytes, *, is_cancelled: Callable[[], bool]) -> SourceTable:
    """All rows; one with too many cells carries its problem. Cells stay as written. Raises FileRefused."""
    raw = read_csv(content, Dialect(), is_cancelled=is_cancelled)
    names = tuple(raw.names)
    rows = [
        SourceRow(index + 1, dict(zip(names, cells, strict=False)), problem=raw.problems.get(index, ""))
        for index, cells in enumerate(raw.cells)
    ]
    return SourceTable(rows, names, has_geometry=False)


def read_csv(content: bytes, dialect: Dialect, *, is_cancelled: Callable[[], bool]) -> RawTable:
    """All rows, and how they are written. Raises FileRefused."""
    text, encoding = dialects.decoded(content, dialect.encoding)
    if dialect.separator and dialect.separator not in SEPARATORS:
        raise FileRefused("the separator is one of ; , | and the tab")
    if not text.strip():
        raise FileRefused("the first line of a CSV file names its columns; this one is empty")
    separator = dialect.separator or dialects.separator_of(text)
    lines: list[list[str]] = []
    fed = _Fed(text, separator)
    try:
        for number, cells in enumerate(csv.reader(fed, delimiter=separator, strict=True)):
            fed.separators = 0
            if number > MOST_ROWS + _MOST_TITLES:
                raise FileRefused(f"the file has more than {MOST_ROWS:,} rows: split it")
            if number % 1_000 == 0 and is_cancelled():
                raise FileRefused("the import was cancelled")
            lines.append(cells)
    except csv.Error as error:
        raise FileRefused(f"the CSV file is broken near row {len(lines)}: {error}") from error
    heading = dialect.heading_line or dialects.heading_of(lines)
    if not 0 < heading <= len(lines) or heading > _MOST_TITLES or not any(cell.strip() for cell in lines[heading - 1]):
        raise FileRefused(f"line {heading} should name the columns, and is empty: say which line does")
    used = msgspec.structs.replace(dialect, encoding=encoding, separator=separator, heading_line=heading)
    return table_of(lines, used)


class _Fed:
    """The lines of a text. A row of millions of cells is refused before it is read: nothing else runs while it is."""

    def __init__(self, text: str, separator: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._separator = separator
        self.separators = 0  # since the last whole row

    def __iter__(self) -> "_Fed":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.separators += line.count(self._separator)
        if self.separators > _MOST_SEPARATORS:
            raise FileRefused(f"the file has more than {MOST_COLUMNS} columns")
        return line


def table_of(lines: list[list[str]] | list[list[object]], dialect: Dialect) -> RawTable:
    """Lines as a table; the heading is the one that the dialect names. Raises FileRefused."""
    heading = dialect.heading_line or 1
    names = ["" if name is None else str(name).strip() for name in lines[heading - 1]]
    while names and not names[-1]:
        names.pop()
    check_names(names)
    rows: list[list[object]] = []
    problems: dict[int, str] = {}
    width = len(names)
    for cells in lines[heading:]:
        if not _says_something(cells):
            continue
        row: list[object] = list(cells)
        if len(row) > width:
            if any(cell not in {"", None} for cell in row[width:]):
                problems[len(rows)] = f"it has {len(row)} cells for {width} columns"
            row = row[:width]
        elif len(row) < width:
            row += [None] * (width - len(row))
        if _has_long_cell(row):
            problems[len(rows)] = "a cell is too long"
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise FileRefused(f"the file has more than {MOST_ROWS:,} rows: split it")
    return RawTable(names=names, cells=rows, dialect=dialect, problems=problems, has_texts=True)


def _says_something(cells: Sequence[object]) -> bool:
    if cells and isinstance(cells[0], str) and cells[0].strip():
        return True  # nearly every row
    return any(cells) and any(cell.strip() if isinstance(cell, str) else cell is not None for cell in cells)


def _has_long_cell(row: Sequence[object]) -> bool:
    try:
        return len("".join(cast("Sequence[str]", row))) > MOST_IN_A_CELL and _is_any_long(row)
    except TypeError:  # a workbook's cells are not all texts
        return _is_any_long(row)


def _is_any_long(row: Sequence[object]) -> bool:
    return any(isinstance(cell, str) and len(cell) > MOST_IN_A_CELL for cell in row)


def check_names(names: list[str]) -> None:
    """Columns can be told apart. Raises FileRefused."""
    if len(names) > MOST_COLUMNS:
        raise FileRefused(f"the file has more than {MOST_COLUMNS} columns")
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise FileRefused(f"two columns are called {name[:80]!r}")
        seen.add(name)


def decoded(content: bytes) -> str:
    """The text of a file. Raises FileRefused."""
    return dialects.decoded(content)[0]
