"""What the reading child leaves on disk: what was read, in pieces, so that nobody takes it up at once."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from backend.services.import_files.reading import ReadTable
from backend.services.import_files.rows import FileRefused, Position, Shape, SourceRow
from contract.imports import FileFacts

ROWS_A_PIECE: Final = 500
_LENGTH: Final = struct.Struct("<I")
_LONGEST: Final = 2**31


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """All but the rows."""

    facts: FileFacts
    mapping: dict[str, str]
    names: list[str]
    middle: Position | None
    geometry_columns: list[str]
    trouble: str
    row_count: int


class _Piece(msgspec.Struct, frozen=True, array_like=True):
    first: int
    cells: list[list[object]]
    shapes: list[Shape]


def head_of(table: ReadTable) -> Head:
    """All but the rows."""
    return Head(
        facts=table.facts,
        mapping=table.mapping,
        names=table.names,
        middle=table.middle,
        geometry_columns=table.geometry_columns,
        trouble=table.trouble,
        row_count=len(table.cells),
    )


def write_table(table: ReadTable, path: Path) -> None:
    """Head, then pieces, each after its length."""
    encoder = msgspec.msgpack.Encoder()
    with path.open("wb") as file:
        _write(file, encoder.encode(head_of(table)))
        for first in range(0, len(table.cells), ROWS_A_PIECE):
            until = first + ROWS_A_PIECE
            _write(file, encoder.encode(_Piece(first, table.cells[first:until], table.shapes[first:until])))


class RowFile:
    """A file that `write_table` left. Raises FileRefused for what is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            self.head = msgspec.msgpack.decode(_read(file) or b"", type=Head)
            self._at = file.tell()

    def pieces(self) -> Iterator[list[SourceRow]]:
        """The rows, some at a time."""
        decoder = msgspec.msgpack.Decoder(_Piece)
        with self._path.open("rb") as file:
            file.seek(self._at)
            while content := _read(file):
                piece = decoder.decode(content)
                yield rows_of(self.head.names, piece.first, piece.cells, piece.shapes)


def rows_of(names: list[str], first: int, cells: list[list[object]], shapes: list[Shape]) -> list[SourceRow]:
    """Cells and shapes as rows, counted from 1."""
    return [
        SourceRow(number, dict(zip(names, row, strict=False)), shape.point, shape.line, shape.problem)
        for number, row, shape in zip(range(first + 1, first + len(cells) + 1), cells, shapes, strict=True)
    ]


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(_LENGTH.pack(len(content)))
    file.write(content)


def _read(file: BinaryIO) -> bytes:
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return b""
    length = int(_LENGTH.unpack(head)[0])
    content = file.read(length) if length < _LONGEST else b""
    if len(content) < length:
        raise FileRefused("what the reading child left is cut short: read the file again")
    return content
