"""How a line of a file names things: its cells by what they stand for, the equipment it means, what is shown of it."""

from collections.abc import Callable, Iterable, Mapping

from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.rows import SourceRow
from backend.services.register import Register
from contract.assets import Asset

_LONGEST_SHOWN = 120


def cell_of(row: SourceRow, columns: Mapping[str, str], field: str) -> str:
    """What stands in the column of this field; empty without one. Raises CellRefused."""
    column = columns.get(field)
    return "" if column is None else cells.clean_text(row.columns.get(column))


def called(register: Register, code: str, classes: Iterable[str], sees: Callable[[Asset], bool]) -> list[Asset]:
    """The assets of these classes that have this code, of those that `sees` lets through."""
    return [asset for one in classes if (asset := register.find(one, code)) is not None and sees(asset)]


def shown(text: str) -> str:
    """Of a file's name or cell, what may be shown; empty where that cannot be said."""
    try:
        return cells.clean_text(text[:_LONGEST_SHOWN])
    except CellRefused:
        return ""
