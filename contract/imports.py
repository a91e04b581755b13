"""Imports of assets from files: what is asked, and what became of it."""

import msgspec


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file. `mapping` is field -> column; `commune` (INSEE code) stands where a row has none."""

    class_: str = msgspec.field(name="class")
    file_name: str = ""  # its ending says the format: .geojson .json .csv, and .gz after it
    mapping: dict[str, str] = {}
    commune: str = ""


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row cannot be taken. Rows count from 1, without the heading of a CSV."""

    row: int
    reason: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do. All or nothing: with one error, nothing is taken."""

    class_: str = msgspec.field(name="class")
    file_name: str
    is_dry_run: bool
    is_done: bool
    row_count: int
    added_count: int
    changed_count: int
    unchanged_count: int
    error_count: int
    errors: tuple[RowError, ...]  # the first of them
    mapping: dict[str, str]  # field -> column, as it was used
    notes: tuple[str, ...] = ()  # what one should know, such as keys that were made up
