"""XLSX workbooks, read through openpyxl. Runs in the reading child only: what crashes it harms nobody."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import msgspec
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from backend.devkit.unzip import Unzippable, checked_archive
from backend.services.import_files import dialects
from backend.services.import_files.delimited import MOST_ROWS, table_of
from backend.services.import_files.rows import FileRefused, RawTable
from contract.imports import Dialect

_MOST_SHEETS: Final = 200
_MOST_TITLES: Final = 100


def read_workbook(path: Path, dialect: Dialect, *, is_cancelled: Callable[[], bool]) -> RawTable:
    """One sheet: the one that is named, else the first that has rows. Raises FileRefused."""
    try:
        with checked_archive(path) as archive:
            if "[Content_Types].xml" not in archive.names:
                raise FileRefused("this is not an XLSX workbook: save it as .xlsx")
        return _read(path, dialect, is_cancelled)
    except Unzippable as error:
        raise FileRefused(f"the workbook was not opened: {error}") from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError, OSError) as error:
        raise FileRefused("the workbook is damaged: open it and save it anew") from error


def _read(path: Path, dialect: Dialect, is_cancelled: Callable[[], bool]) -> RawTable:
    with path.open("rb") as opened:
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets[:_MOST_SHEETS]}
        if dialect.layer and dialect.layer not in sheets:
            raise FileRefused(f"the workbook has no sheet {dialect.layer[:80]!r}; it has {', '.join(sheets)[:300]}")
        for name in (dialect.layer,) if dialect.layer else tuple(sheets):
            sheet = sheets[name]
            sheet.reset_dimensions()  # what a file says of its size may be false
            lines: list[list[object]] = []
            for number, cells in enumerate(sheet.iter_rows(values_only=True)):
                if number > MOST_ROWS + _MOST_TITLES:
                    raise FileRefused(f"the sheet has more than {MOST_ROWS:,} rows: split it")
                if number % 1_000 == 0 and is_cancelled():
                    raise FileRefused("the import was cancelled")
                lines.append([_plain(cell) for cell in cells])
            if any(cell is not None for line in lines for cell in line):
                texts = [["" if cell is None else str(cell) for cell in line] for line in lines[:20]]
                heading = dialect.heading_line or dialects.heading_of(texts)
                if not 0 < heading <= min(len(lines), _MOST_TITLES):
                    raise FileRefused(f"line {heading} should name the columns, and is empty: say which line does")
                used = msgspec.structs.replace(dialect, layer=name, heading_line=heading)
                raw = table_of(lines, used)
                raw.layers = tuple(sheets)
                return raw
    raise FileRefused("the workbook is empty: no sheet has a line that names its columns")


def _plain(cell: object) -> object:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None or isinstance(cell, str | int | float):
        return cell
    return str(cell)
