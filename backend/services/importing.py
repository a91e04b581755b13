"""Imports assets from files into the register: checked row by row, taken all or not at all."""

import statistics
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.threads import Threads
from backend.devkit.turns import in_turns
from backend.ports import Storage, Unit
from backend.services.address_import import ADDRESS, AddressImport, Loaded
from backend.services.import_check import (
    MOST_ERRORS_TOLD,
    Checked,
    Checking,
    ImportRefused,
    Progress,
)
from backend.services.import_files.assets import AssetMaker
from backend.services.import_files.commune_finder import CommuneFinder
from backend.services.import_files.reading import ReadOrder
from backend.services.import_files.row_source import RowSource, read_rows
from backend.services.import_files.rows import FileRefused, Position, SourceTable
from backend.services.register import Register, RegisterRefused, RegisterStale
from contract.assets import Asset, Commune
from contract.imports import FileFormat, ImportOptions, ImportReport
from contract.journal import EntryKind, NewEntry

__all__ = ["ImportConflict", "ImportRefused", "Importing"]

_WGS84: Final = 4326
_MOST_TRIES: Final = 5
_ASSETS_A_TURN: Final = 2_000
_MADE_CODES: Final = (
    "The file has no column for the code: codes were made from class, position and name. "
    "An asset that moves or is renamed comes in as a new one; better say --map code=COLUMN."
)


class ImportConflict(ImportRefused):
    """Somebody changed these assets since the file was checked: check it again."""


class Importing:
    """Reads files in a thread or a child, checks rows in turns, so that the backend goes on answering."""

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
        if options.class_ == ADDRESS:
            file_name = options.file_name or (source.name if isinstance(source, Path) else "")
            return await self._run_addresses(source, options, file_name, by, dry_run, is_cancelled or _never)
        checked = await self.check(source, options, progress=progress, is_cancelled=is_cancelled)
        if dry_run or checked.report.error_count:
            return msgspec.structs.replace(checked.report, is_dry_run=dry_run)
        return await self.take(checked, by)

    async def check(
        self,
        source: Path | bytes,
        options: ImportOptions,
        *,
        progress: Progress | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Checked:
        """Say what a file would do. Raises ImportRefused, with what is known of the file."""
        cancelled = is_cancelled or _never
        file_name = options.file_name or (source.name if isinstance(source, Path) else "")
        classes = self._register.classes
        if options.class_ and options.class_ not in classes:
            known = ", ".join([*sorted(classes), ADDRESS])
            raise ImportRefused(f"there is no asset class {options.class_!r}; the classes are {known}")
        order = ReadOrder(
            path=str(source) if isinstance(source, Path) else "",
            file_name=file_name,
            class_=options.class_,
            mapping=options.mapping,
            dialect=options.dialect,
            near=_middle(self._register.communes()),
        )
        try:
            rows = await read_rows(source, order, self._threads, cancelled)
        except FileRefused as error:
            raise ImportRefused(str(error)) from error
        try:
            return await self._check_rows(rows, options, file_name, progress or _say_nothing, cancelled)
        except FileRefused as error:
            raise ImportRefused(str(error)) from error
        finally:
            rows.close()

    async def take(self, checked: Checked, by: str) -> ImportReport:
        """Do what was checked, all of it or nothing. Raises ImportRefused, ImportConflict."""
        report = msgspec.structs.replace(checked.report, is_done=True, is_dry_run=False)
        known = {commune.code for commune in self._register.communes()}
        coming = [*checked.added, *checked.changed]
        new_communes = await _communes_of(coming, known)
        for _ in range(_MOST_TRIES if coming else 0):
            added, ids = await _numbered(checked.added, self._register.next_id())
            assets = list(added)
            async for piece in in_turns(checked.changed, _ASSETS_A_TURN):
                assets.extend(_referring(asset, ids) for asset in piece)
            versions = dict(checked.versions)
            async for piece in in_turns(added, _ASSETS_A_TURN):
                versions.update((asset.id, 0) for asset in piece)
            try:
                await self._register.apply(
                    assets, by, note=f"import {report.file_name}", communes=new_communes, versions=versions
                )
                break
            except RegisterStale as error:
                if any(asset.id in checked.versions for asset in error.assets) or not error.assets:
                    raise ImportConflict(f"{error}: check the file again") from error
            except RegisterRefused as error:
                raise ImportRefused(str(error)) from error
        else:
            if coming:
                raise ImportConflict("others add assets all the time: try again")
        payload: dict[str, object] = {
            "file": report.file_name,
            "class": report.class_,
            "rows": report.row_count,
            "added": report.added_count,
            "changed": report.changed_count,
            "mapping": dict(report.mapping),
        }
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.IMPORT, actor=by, payload=payload)]))
        return report

    async def _check_rows(
        self,
        rows: RowSource,
        options: ImportOptions,
        file_name: str,
        progress: Progress,
        is_cancelled: Callable[[], bool],
    ) -> Checked:
        head = rows.head
        if head.trouble:
            raise ImportRefused(head.trouble, head.facts, head.mapping)
        names = tuple(name for name in head.names if name not in head.geometry_columns)
        maker = AssetMaker(
            self._register.classes[options.class_] if options.class_ else None,
            msgspec.structs.replace(options, dialect=head.facts.dialect),
            head.mapping,
            SourceTable([], names, has_geometry=head.facts.has_geometry),
            find=self._register.find,
            find_commune=CommuneFinder(self._register.communes()).find,
            next_id=self._register.next_id(),
            middle=head.middle,
            classes=self._register.classes,
            is_converted=head.facts.dialect.epsg not in {None, _WGS84} or head.facts.format is FileFormat.XLSX,
        )
        notes = () if maker.has_keys else (_MADE_CODES,)
        try:
            return await Checking(self._register, options, maker, rows, notes).run(file_name, progress, is_cancelled)
        except ImportRefused as error:
            raise ImportRefused(str(error), head.facts, head.mapping) from error

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


async def _numbered(added: list[Asset], first: int) -> tuple[list[Asset], dict[int, int]]:
    """New assets with numbers that nobody took meanwhile, and which became which when they are others.

    What they refer to among themselves follows.
    """
    if not added or added[0].id == first:
        return added, {}
    ids: dict[int, int] = {}
    async for piece in in_turns(added, _ASSETS_A_TURN):
        start = first + len(ids)
        ids.update((asset.id, start + index) for index, asset in enumerate(piece))
    numbered: list[Asset] = []
    async for piece in in_turns(added, _ASSETS_A_TURN):
        numbered.extend(msgspec.structs.replace(_referring(asset, ids), id=ids[asset.id]) for asset in piece)
    return numbered, ids


def _referring(asset: Asset, ids: dict[int, int]) -> Asset:
    if not ids:
        return asset
    moved = {
        field: ids[value]
        for field in ("parent", "supply_parent", "network_parent")
        if (value := getattr(asset, field)) in ids
    }
    return msgspec.structs.replace(asset, **moved) if moved else asset


async def _communes_of(assets: Sequence[Asset], known: Collection[str]) -> list[Commune]:
    """A commune for each new code, at the middle of its assets, called by its code until somebody names it."""
    found: dict[str, list[float]] = {}  # how many, and the sums of their longitudes and latitudes
    async for piece in in_turns(assets, _ASSETS_A_TURN):
        for asset in piece:
            if asset.commune and asset.commune not in known:
                sums = found.setdefault(asset.commune, [0, 0.0, 0.0])
                sums[0] += 1
                sums[1] += asset.lon
                sums[2] += asset.lat
    return [
        Commune(code=code, name=code, lon=lon / count, lat=lat / count) for code, (count, lon, lat) in found.items()
    ]


def _middle(communes: Sequence[Commune]) -> Position | None:
    if not communes:
        return None
    return statistics.median(one.lon for one in communes), statistics.median(one.lat for one in communes)


def _never() -> bool:
    return False


def _say_nothing(_done: int, _total: int) -> None:
    return None


async def _nobody() -> None:
    return None
