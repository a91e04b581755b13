"""What every format is read into."""

import msgspec

from contract.imports import Dialect

Position = tuple[float, float]


class FileRefused(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


class SourceRow(msgspec.Struct, frozen=True, gc=False):
    """One row: its columns as they came, its place (lon, lat), or why it cannot be read."""

    number: int
    columns: dict[str, object]
    point: Position | None = None
    line: tuple[Position, ...] | None = None
    problem: str = ""


class SourceTable(msgspec.Struct, frozen=True):
    """All rows of a file. `has_geometry`: places came with the rows, not in columns."""

    rows: list[SourceRow]
    column_names: tuple[str, ...]
    has_geometry: bool


class Shape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a row lies, in the file's own reference system; or why that cannot be read."""

    point: Position | None = None
    line: tuple[Position, ...] | None = None
    problem: str = ""


class RawTable(msgspec.Struct, kw_only=True):
    """A file as it came: cells by row in the order of `names`; `problems` by index of the row."""

    names: list[str]
    cells: list[list[object]]
    dialect: Dialect
    shapes: list[Shape] | None = None
    problems: dict[int, str] = {}
    layers: tuple[str, ...] = ()
    crs: str = ""  # of the shapes, as the file says it; empty: WGS84 degrees
    has_texts: bool = False  # numbers and dates are written out, so how they are written matters
