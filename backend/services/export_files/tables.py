"""Exports for spreadsheets: CSV and XLSX. No cell of theirs is ever a formula."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.cell import WriteOnlyCell

from backend.devkit.reference_systems import from_degrees
from backend.services.export_files.harmless import harmless, worded
from backend.services.export_files.headings import LAT, LINE, LON, extra_headings, field_headings
from backend.services.export_files.rows import Cell, ExportOrder, ExportRow, NotWritten, read_pieces
from backend.services.import_files.rows import Shape
from backend.services.import_files.shapes import moved, wkt_of
from contract.spreadsheets import is_formula

Told = Callable[[int], None]
_LONGEST_CELL: Final = 32_000  # of a workbook, which holds 32,767 letters
_LONGEST_POSITION: Final = 50  # two numbers in full, and what parts them
_MOST_ROWS: Final = 1_048_575


def write_csv(order: ExportOrder, told: Told) -> None:
    """UTF-8 with a mark for spreadsheets; in French with semicolons, decimal commas and D/M/Y."""
    is_french = order.language == "fr"
    with Path(order.out).open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file, delimiter=";" if is_french else ",", lineterminator="\r\n")
        writer.writerow([harmless(heading) for heading in _headings(order)])
        for done, row in _rows(order):
            writer.writerow([_text(cell, field, is_french=is_french) for field, cell in row])
            if done % 5_000 == 0:
                told(done)


def write_workbook(order: ExportOrder, told: Told) -> None:
    """One sheet; numbers as numbers, dates as dates. Raises NotWritten."""
    if order.row_count > _MOST_ROWS:
        raise NotWritten(f"a workbook holds {_MOST_ROWS:,} rows: export fewer assets, or as GeoPackage")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(order.name)
    sheet.freeze_panes = "A2"

    def cell(field: str, value: Cell) -> object:
        if isinstance(value, str) and field == "commissioned":
            dated = WriteOnlyCell(sheet, dt.datetime.fromisoformat(value))
            dated.number_format = "dd/mm/yyyy" if order.language == "fr" else "yyyy-mm-dd"
            return dated
        if not isinstance(value, str):
            return value
        text = worded(value)
        if not is_formula(value):
            return text
        quoted = WriteOnlyCell(sheet, None)
        quoted.value = text
        quoted.data_type = "s"
        quoted.quotePrefix = True  # stays a text when somebody edits it
        return quoted

    parts = _line_parts(order)
    sheet.append([cell("", heading) for heading in _headings(order, parts)])
    for done, row in _rows(order, parts):
        sheet.append([cell(field, value) for field, value in row])
        if done % 1_000 == 0:
            told(done)
    book.save(order.out)


def _line_parts(order: ExportOrder) -> int:
    """Over how many cells the longest line goes: a cell of a workbook holds 32,767 letters."""
    longest = max((len(row.line) for piece in read_pieces(Path(order.rows)) for row in piece if row.line), default=0)
    return max(1, -(-longest * _LONGEST_POSITION // _LONGEST_CELL))


def _headings(order: ExportOrder, parts: int = 1) -> list[str]:
    """`parts`: over how many columns lines go."""
    fields = field_headings([*order.fields, LON, LAT, *([LINE] if order.has_lines else [])], order.language)
    if order.has_lines:
        fields += [f"{fields[-1]}_{number}" for number in range(2, parts + 1)]
    return [*fields, *extra_headings(order.extras, fields)]


def _rows(order: ExportOrder, parts: int = 1) -> Iterator[tuple[int, list[tuple[str, Cell]]]]:
    """(how many, (field, cell) of each column); places in the system that is wanted."""
    transform = from_degrees(order.epsg)
    done = 0
    for piece in read_pieces(Path(order.rows)):
        shapes = [Shape((row.lon, row.lat), row.line) for row in piece]
        if transform is not None:
            points = moved([Shape((row.lon, row.lat)) for row in piece], transform)
            lines = moved(shapes, transform)
            shapes = [Shape(point.point, line.line) for point, line in zip(points, lines, strict=True)]
        for row, shape in zip(piece, shapes, strict=True):
            done += 1
            yield done, _cells(order, row, shape, parts)


def _cells(order: ExportOrder, row: ExportRow, shape: Shape, parts: int) -> list[tuple[str, Cell]]:
    x, y = shape.point or (None, None)
    made: list[tuple[str, Cell]] = list(zip(order.fields, row.cells, strict=True))
    made += [(LON, x), (LAT, y)]
    if order.has_lines:
        text = wkt_of(shape.line) if shape.line else ""
        size = _LONGEST_CELL if parts > 1 else max(len(text), 1)
        made += [(LINE, text[number * size : (number + 1) * size] or None) for number in range(parts)]
    made += [("", row.extra.get(name)) for name in order.extras]
    return made


def _text(cell: Cell, field: str, *, is_french: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        text = repr(cell)
        return text.replace(".", ",") if is_french else text
    if isinstance(cell, int):
        return str(cell)
    if is_french and field == "commissioned":
        year, month, day = cell.split("-")
        return f"{day}/{month}/{year}"
    return harmless(cell)
