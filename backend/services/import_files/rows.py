"""What every format is read into."""

import msgspec

Position = tuple[float, float]


class FileRefused(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


class SourceRow(msgspec.Struct, frozen=True):
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
