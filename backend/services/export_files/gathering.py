"""Assets as the rows of an export: references as CLASS:CODE, and only to what one may see."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.threads import Threads
from backend.services.export_files.rows import ROWS_A_PIECE, Cell, ExportOrder, ExportRow, NotWritten, write_piece
from backend.services.import_files.shapes import MOST_POSITIONS
from backend.services.register import Register
from contract.assets import Asset
from contract.exports import EXTRA, FIELDS, ExportRequest

MOST_EXTRA_COLUMNS: Final = 300
_KEYS: Final = ("class", "code")
_REFERENCES: Final = frozenset({"parent", "supply_parent", "network_parent"})


def chosen_fields(request: ExportRequest) -> tuple[str, ...]:
    """The fields that are wanted, in their own order; class and code always. Raises NotWritten."""
    wanted = set(request.columns)
    if unknown := wanted - {*FIELDS, EXTRA}:
        raise NotWritten(f"there is no column {min(unknown)[:40]!r}; the columns are {', '.join(FIELDS)}, {EXTRA}")
    return tuple(field for field in FIELDS if not wanted or field in wanted or field in _KEYS)


async def gather(
    assets: Sequence[Asset],
    request: ExportRequest,
    register: Register,
    may_see: Callable[[Asset], bool],
    rows: Path,
    out: Path,
    threads: Threads,
) -> ExportOrder:
    """Write the rows to `rows`, in turns. Raises NotWritten."""
    fields = chosen_fields(request)
    has_extra = not request.columns or EXTRA in request.columns
    extras: dict[str, None] = {}
    has_lines = has_points = False

    def cell(asset: Asset, field: str) -> Cell:
        if field == "class":
            return asset.class_
        if field == "status":
            return asset.status.value
        value: str | int | float | dt.date | None = getattr(asset, field)
        if value is None or value == "":
            return None
        if field in _REFERENCES and isinstance(value, int):
            found = register.get(value)
            return f"{found.class_}:{found.code}" if found is not None and may_see(found) else None
        return value.isoformat() if isinstance(value, dt.date) else value

    file = await threads.run(lambda: rows.open("wb"))
    try:
        for start in range(0, len(assets), ROWS_A_PIECE):
            piece: list[ExportRow] = []
            for asset in assets[start : start + ROWS_A_PIECE]:
                has_lines |= asset.line is not None
                has_points |= asset.line is None
                beside = {name: text for name, text in asset.extra.items() if name and text} if has_extra else {}
                extras.update(dict.fromkeys(beside))
                line = None if asset.line is None else asset.line[:MOST_POSITIONS]
                piece.append(ExportRow(asset.lon, asset.lat, line, [cell(asset, field) for field in fields], beside))
            if len(extras) > MOST_EXTRA_COLUMNS:
                raise NotWritten(f"there would be more than {MOST_EXTRA_COLUMNS} columns: export fewer classes at once")
            write_piece(file, piece)
            await asyncio.sleep(0)
    finally:
        file.close()
    return ExportOrder(
        format=request.format,
        rows=str(rows),
        out=str(out),
        name="assets",
        fields=fields,
        extras=tuple(extras),
        row_count=len(assets),
        has_lines=has_lines,
        has_points=has_points,
        language=request.language,
        epsg=request.epsg,
    )


def order_json(order: ExportOrder) -> bytes:
    """As the writing child takes it."""
    return msgspec.json.encode(order)
