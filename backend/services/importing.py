"""Imports assets from files into the register: checked row by row, taken all or not at all."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.threads import Threads
from backend.ports import Storage, Unit
from backend.services.address_import import ADDRESS, AddressImport, Loaded
from backend.services.import_files.assets import AssetMaker, RowRefused
from backend.services.import_files.columns import choose_columns
from backend.services.import_files.commune_finder import CommuneFinder
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.geojson import parse_geojson
from backend.services.import_files.rows import FileRefused, SourceTable
from backend.services.import_files.unpacking import read_source
from backend.services.register import Register, RegisterRefused
from contract.assets import Asset, Commune
from contract.imports import ImportOptions, ImportReport, RowError
from contract.journal import EntryKind, NewEntry

MOST_ERRORS_TOLD: Final = 100
_ROWS_A_TURN: Final = 500
_MADE_CODES: Final = (
    "The file has no column for the code: codes were made from class, position and name. "
    "An asset that moves or is renamed comes in as a new one; better say --map code=COLUMN."
)

Progress = Callable[[int, int], None]


class ImportRefused(Exception):
    """The file as a whole is not taken; the text says why and what to do."""


class Importing:
    """Reads files in a thread, checks rows in turns, so that the backend goes on answering."""

    def __init__(self, register: Register, storage: Storage, addresses_loaded: Loaded | None = None) -> None:
        self._register = register
        self._storage = storage
        self._threads = Threads("import")
        self._addresses = AddressImport(register, storage, self._threads, addresses_loaded or _nobody)

    def close(self) -> None:
        """End the reading thread; may be called twice."""
        self._threads.close()

    async def run(
        self,
        source: Path | bytes,
        options: ImportOptions,
        *,
        by: str,
        dry_run: bool,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Import a file, or only say what would happen. Raises ImportRefused; errors of rows are in the report."""
        cancelled = is_cancelled or _never
        file_name = options.file_name or (source.name if isinstance(source, Path) else "")
        if options.class_ == ADDRESS:
            return await self._run_addresses(source, options, file_name, by, dry_run, cancelled)
        asset_class = self._register.classes.get(options.class_)
        if asset_class is None:
            known = ", ".join([*sorted(self._register.classes), ADDRESS])
            raise ImportRefused(f"there is no asset class {options.class_!r}; the classes are {known}")
        try:
            table = await self._threads.run(lambda: _read(source, file_name, cancelled))
            columns = choose_columns(
                table.column_names, options.class_, options.mapping, has_geometry=table.has_geometry
            )
        except FileRefused as error:
            raise ImportRefused(str(error)) from error
        maker = AssetMaker(
            asset_class,
            options,
            columns,
            table,
            find=self._register.find,
            find_commune=CommuneFinder(self._register.communes()).find,
            next_id=self._register.next_id(),
        )
        made, errors = await _make_all(maker, table, progress or _say_nothing, cancelled)
        changed = [asset for asset, before in made if before is not None and asset != before]
        added = [asset for asset, before in made if before is None]
        is_done = not dry_run and not errors
        report = ImportReport(
            class_=options.class_,
            file_name=file_name,
            is_dry_run=dry_run,
            is_done=is_done,
            row_count=len(table.rows),
            added_count=len(added),
            changed_count=len(changed),
            unchanged_count=len(made) - len(added) - len(changed),
            error_count=len(errors),
            errors=tuple(errors[:MOST_ERRORS_TOLD]),
            mapping=columns,
            notes=_notes(maker),
        )
        if is_done:
            await self._take(added + changed, report, by)
        return report

    async def _run_addresses(
        self,
        source: Path | bytes,
        options: ImportOptions,
        file_name: str,
        by: str,
        dry_run: bool,
        is_cancelled: Callable[[], bool],
    ) -> ImportReport:
        if options.mapping:
            raise ImportRefused("an address file has its own columns: leave --map out")
        named = msgspec.structs.replace(options, file_name=file_name)
        try:
            return await self._addresses.run(
                source, named, by=by, dry_run=dry_run, most_errors=MOST_ERRORS_TOLD, is_cancelled=is_cancelled
            )
        except FileRefused as error:
            raise ImportRefused(str(error)) from error

    async def _take(self, assets: Sequence[Asset], report: ImportReport, by: str) -> None:
        known = {commune.code for commune in self._register.communes()}
        new_communes = _communes_of([asset for asset in assets if asset.commune and asset.commune not in known])
        if assets:
            try:
                await self._register.apply(assets, by, note=f"import {report.file_name}", communes=new_communes)
            except RegisterRefused as error:
                raise ImportRefused(str(error)) from error
        payload: dict[str, object] = {
            "file": report.file_name,
            "class": report.class_,
            "rows": report.row_count,
            "added": report.added_count,
            "changed": report.changed_count,
            "mapping": dict(report.mapping),
        }
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.IMPORT, actor=by, payload=payload)]))


def _read(source: Path | bytes, file_name: str, is_cancelled: Callable[[], bool]) -> SourceTable:
    content = read_source(source)
    name = file_name.lower().removesuffix(".gz")
    if name.endswith((".geojson", ".json")):
        return parse_geojson(content, is_cancelled=is_cancelled)
    if name.endswith((".csv", ".tsv", ".txt")):
        return parse_csv(content, is_cancelled=is_cancelled)
    raise FileRefused("the file's name must end in .geojson, .json or .csv (and .gz after it when it is packed)")


async def _make_all(
    maker: AssetMaker, table: SourceTable, progress: Progress, is_cancelled: Callable[[], bool]
) -> tuple[list[tuple[Asset, Asset | None]], list[RowError]]:
    made: list[tuple[Asset, Asset | None]] = []
    errors: list[RowError] = []
    for start in range(0, len(table.rows), _ROWS_A_TURN):
        if is_cancelled():
            raise ImportRefused("the import was cancelled; nothing was taken")
        for row in table.rows[start : start + _ROWS_A_TURN]:
            try:
                made.append(maker.make(row))
            except RowRefused as error:
                errors.append(RowError(row=row.number, reason=str(error)))
        progress(min(start + _ROWS_A_TURN, len(table.rows)), len(table.rows))
        await asyncio.sleep(0)
    return made, errors


def _notes(maker: AssetMaker) -> tuple[str, ...]:
    return () if maker.has_keys else (_MADE_CODES,)


def _communes_of(assets: Sequence[Asset]) -> list[Commune]:
    """A commune for each new code, at the middle of its assets, called by its code until somebody names it."""
    places: dict[str, list[Asset]] = {}
    for asset in assets:
        places.setdefault(asset.commune, []).append(asset)
    return [
        Commune(
            code=code,
            name=code,
            lon=statistics.fmean(asset.lon for asset in found),
            lat=statistics.fmean(asset.lat for asset in found),
        )
        for code, found in places.items()
    ]


def _never() -> bool:
    return False


def _say_nothing(_done: int, _total: int) -> None:
    return None


async def _nobody() -> None:
    return None
