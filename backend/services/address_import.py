"""Takes an address file in the place of what was known of its communes: all of it or nothing."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from backend.devkit.threads import Threads
from backend.domain.addresses import AddressStreet, AddressUpdate, HouseNumber
from backend.ports import Storage, Unit
from backend.services.import_files.addresses import AddressFile, read_addresses
from backend.services.import_files.unpacking import read_source
from backend.services.register import Register
from contract.imports import ImportOptions, ImportReport
from contract.journal import EntryKind, NewEntry

ADDRESS: Final = "address"  # what `--class` says; addresses are no asset class
Loaded = Callable[[], Awaitable[None]]


class AddressImport:
    """`loaded` is told when there are new addresses."""

    def __init__(self, register: Register, storage: Storage, threads: Threads, loaded: Loaded) -> None:
        self._register = register
        self._storage = storage
        self._threads = threads
        self._loaded = loaded

    async def run(
        self,
        source: Path | bytes,
        options: ImportOptions,
        *,
        by: str,
        dry_run: bool,
        most_errors: int,
        is_cancelled: Callable[[], bool],
    ) -> ImportReport:
        """Import, or only say what would happen. Raises FileRefused; errors of rows are in the report."""
        wanted = {options.commune} if options.commune else {commune.code for commune in self._register.communes()}

        def read() -> tuple[AddressFile, tuple[AddressStreet, ...], tuple[HouseNumber, ...], set[str]]:
            file = read_addresses(read_source(source), wanted, most_errors=most_errors, is_cancelled=is_cancelled)
            gathered = file.gathered
            return file, gathered.streets(), gathered.numbers(), gathered.communes()

        found, streets, numbers, communes = await self._threads.run(read)
        gone = [street for street in await self._storage.address_streets() if street.commune in communes]
        is_done = not dry_run and not found.error_count
        report = ImportReport(
            class_=ADDRESS,
            file_name=options.file_name,
            is_dry_run=dry_run,
            is_done=is_done,
            row_count=found.row_count,
            added_count=len(numbers),
            changed_count=0,
            unchanged_count=0,
            error_count=found.error_count,
            errors=tuple(found.errors),
            mapping=found.columns,
            notes=_notes(
                len(numbers), len(streets), len(communes), sum(street.count for street in gone), found.left_out
            ),
        )
        if is_done and streets:
            payload: dict[str, object] = {
                "file": report.file_name,
                "class": ADDRESS,
                "rows": report.row_count,
                "added": report.added_count,
                "streets": len(streets),
                "communes": sorted(communes)[:50],
                "replaced": sum(street.count for street in gone),
            }
            update = AddressUpdate(tuple(street.id for street in gone), streets, numbers)
            entry = NewEntry(kind=EntryKind.IMPORT, actor=by, payload=payload)
            await self._storage.commit(Unit(entries=[entry], addresses=update))
            await self._loaded()
        return report


def _notes(numbers: int, streets: int, communes: int, replaced: int, left_out: int) -> tuple[str, ...]:
    notes = [f"{numbers} addresses in {streets} streets of {communes} communes."]
    if replaced:
        notes.append(f"They take the place of the {replaced} addresses known of these communes.")
    if left_out:
        notes.append(f"{left_out} rows were left out: of other communes than the city's, or without a position.")
    return tuple(notes)
