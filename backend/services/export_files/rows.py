"""Assets on their way into a file: plain cells, in pieces, so that nobody holds them all."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from contract.exports import ExportFormat

Cell = str | int | float | None
ROWS_A_PIECE: Final = 500
MOST_SECONDS: Final = 900  # that the writing child may take
_LENGTH: Final = struct.Struct("<I")


class ExportRow(msgspec.Struct, frozen=True, array_like=True):
    """One asset: its place in degrees, its fields in the order of `fields`, what stands beside it."""

    lon: float
    lat: float
    line: tuple[tuple[float, float], ...] | None
    cells: list[Cell]
    extra: dict[str, str]


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to write: `fields` are asset fields, `extras` the names of all that stands beside them."""

    format: ExportFormat
    rows: str
    out: str
    name: str  # of the layer or sheet
    fields: tuple[str, ...]
    extras: tuple[str, ...]
    row_count: int
    has_lines: bool
    has_points: bool
    language: str = "en"
    epsg: int = 4326


class NotWritten(Exception):
    """There is no file; the text says why and what to do."""


def write_piece(file: BinaryIO, rows: Sequence[ExportRow]) -> None:
    """Some rows, after their length."""
    content = msgspec.msgpack.encode(rows)
    file.write(_LENGTH.pack(len(content)))
    file.write(content)


def read_pieces(path: Path) -> Iterator[list[ExportRow]]:
    """The rows of a file that `write_piece` filled."""
    decoder = msgspec.msgpack.Decoder(list[ExportRow])
    with path.open("rb") as file:
        while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
            yield decoder.decode(file.read(int(_LENGTH.unpack(head)[0])))
