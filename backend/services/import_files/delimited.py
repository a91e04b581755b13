"""CSV as cities publish it: comma, semicolon or tab; UTF-8 or Windows-1252."""

import csv
import io
from collections.abc import Callable
from typing import Final

from backend.services.import_files.rows import FileRefused, SourceRow, SourceTable

MOST_ROWS: Final = 1_000_000
MOST_COLUMNS: Final = 500
MOST_IN_A_CELL: Final = 100_000
_DELIMITERS: Final = (";", ",", "\t", "|")


def parse_csv(content: bytes, *, is_cancelled: Callable[[], bool]) -> SourceTable:
    """All rows; one with too many cells carries its problem. Cells stay as written. Raises FileRefused."""
    text = decoded(content)
    heading = text.split("\n", 1)[0]
    if not heading.strip():
        raise FileRefused("the first line of a CSV file names its columns; this one is empty")
    delimiter = max(_DELIMITERS, key=heading.count)
    rows: list[SourceRow] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = [name.strip() for name in next(reader)]
        _check_names(names)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            number = len(rows) + 1
            if number > MOST_ROWS:
                raise FileRefused(f"the file has more than {MOST_ROWS:,} rows: split it")
            if number % 1_000 == 0 and is_cancelled():
                raise FileRefused("the import was cancelled")
            problem = ""
            if len(cells) > len(names):
                problem = f"it has {len(cells)} cells for {len(names)} columns"
            elif any(len(cell) > MOST_IN_A_CELL for cell in cells):
                problem = "a cell is too long"
            columns: dict[str, object] = dict(zip(names, cells, strict=False))
            rows.append(SourceRow(number, columns, problem=problem))
    except csv.Error as error:
        raise FileRefused(f"the CSV file is broken near row {len(rows) + 1}: {error}") from error
    return SourceTable(rows, tuple(names), has_geometry=False)


def decoded(content: bytes) -> str:
    """The text of a file. Raises FileRefused."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise FileRefused("this is not a text file: save it as CSV in UTF-8")
        return text
    raise FileRefused("the text is neither UTF-8 nor Windows-1252: save it as UTF-8")


def _check_names(names: list[str]) -> None:
    if len(names) > MOST_COLUMNS:
        raise FileRefused(f"the file has more than {MOST_COLUMNS} columns")
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise FileRefused(f"two columns are called {name[:80]!r}")
        seen.add(name)
