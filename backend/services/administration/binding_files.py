"""Files that say which asset is which device: each line looked at, shown, then taken as one unit or not at all."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.threads import Threads
from backend.services.administration.bindings import BindingDesk, Bound
from backend.services.administration.refusal import AdministrationRefused
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.columns import named_columns
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.line_reading import called, cell_of, shown
from backend.services.import_files.rows import FileRefused, SourceRow, SourceTable
from backend.services.import_files.told_lines import counted, told
from backend.services.import_files.unpacking import MOST_OF_A_LIST, read_source
from backend.services.register import Register
from contract.assets import Asset
from contract.bindings import MOST_BINDINGS_AT_ONCE, BindingImport, BindingLine, BindingWish
from contract.rights import Level
from contract.supply import LineOutcome

May = Callable[[Level, Asset], bool]
_LINES_A_TURN: Final = 500
_NONE: Final = "-"
_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "asset": ("asset", "asset_code", "code", "equipement", "code_equipement", "equipment"),
    "address": ("address", "adresse", "deveui", "dev_eui", "eui", "uuid", "device", "appareil", "identifiant"),
    "class": ("class", "classe"),
}


class BindingFiles:
    """CSV as cities write it: comma, semicolon or tab; UTF-8 or Windows-1252; with a heading or of two columns."""

    def __init__(self, register: Register, desk: BindingDesk) -> None:
        self._register = register
        self._desk = desk
        self._threads = Threads("binding files")

    def close(self) -> None:
        """End the reading thread; may be called twice."""
        self._threads.close()

    async def run(
        self, connection_id: str, content: bytes, file_name: str, *, may: May, by: str, seal: str = ""
    ) -> BindingImport:
        """Say what a file would do; with the seal of what was said, do it. Raises AdministrationRefused."""
        try:
            table = await self._threads.run(
                lambda: parse_csv(read_source(content, MOST_OF_A_LIST), is_cancelled=lambda: False)
            )
        except FileRefused as error:
            raise AdministrationRefused("binding_file", why=error) from error
        columns, rows = _read_heading(table)
        if len(rows) > MOST_BINDINGS_AT_ONCE:
            raise AdministrationRefused("binding_count", count=MOST_BINDINGS_AT_ONCE)
        reading = _Reading(self._register, self._desk, await self._desk.bound(connection_id), columns, may)
        for start in range(0, len(rows), _LINES_A_TURN):
            for row in rows[start : start + _LINES_A_TURN]:
                reading.take(row)
            await asyncio.sleep(0)
        reading.refuse_taken()
        report = reading.report(shown(file_name))
        if not seal:
            return report
        if report.error_count:
            raise AdministrationRefused("binding_errors")
        if report.seal != seal:
            raise AdministrationRefused("binding_seal")
        if not reading.wishes:
            raise AdministrationRefused("binding_same")
        change = await self._desk.change(
            connection_id, reading.wishes, sees=lambda asset: may(Level.VIEW, asset), by=by, reason=report.file_name
        )
        return msgspec.structs.replace(report, is_done=True, change=change)


class _Reading:
    """The lines of one file, as far as they were read."""

    def __init__(
        self, register: Register, desk: BindingDesk, bound: Bound, columns: Mapping[str, str], may: May
    ) -> None:
        self._register = register
        self._desk = desk
        self._bound = bound
        self._columns = columns
        self._may = may
        self._lines: list[BindingLine] = []
        self._wishes: dict[int, BindingWish] = {}  # by index of the line
        self._line_of: dict[int, int] = {}
        self._address_of = {binding.asset_id: binding.address for binding in bound.here}

    @property
    def wishes(self) -> Sequence[BindingWish]:
        """What changes."""
        return list(self._wishes.values())

    def take(self, row: SourceRow) -> None:
        """Read one more line."""
        try:
            self._lines.append(self._read(row))
        except AdministrationRefused as error:
            shown = str(row.columns.get(self._columns["asset"]) or "")
            self._lines.append(_wrong(row.number, shown, error))

    def refuse_taken(self) -> None:
        """Lines whose device another asset has afterwards are errors."""
        leaving = {wish.asset_id for wish in self._wishes.values()}
        form = self._bound.form
        holders = {form.device(one.address): one.asset_id for one in self._bound.here if one.asset_id not in leaving}
        for index, wish in list(self._wishes.items()):
            if wish.after is None:
                continue
            holder = holders.setdefault(form.device(wish.after), wish.asset_id)
            if holder != wish.asset_id:
                error = self._desk.taken(wish.after, holder, lambda asset: self._may(Level.VIEW, asset))
                del self._wishes[index]
                self._lines[index] = _wrong(self._lines[index].line, self._lines[index].asset, error)

    def report(self, file_name: str) -> BindingImport:
        """What was found: errors first."""
        return BindingImport(
            file_name=file_name,
            is_done=False,
            seal=self._seal(),
            lines=told(self._lines),
            change=None,
            **counted(self._lines),
        )

    def _read(self, row: SourceRow) -> BindingLine:
        if row.problem:
            raise AdministrationRefused("binding_row", why=row.problem)
        asset = self._asset(row)
        address = self._cell(row, "address")
        if not self._may(Level.CONFIGURE, asset):
            raise AdministrationRefused("binding_may_not", asset=asset.code)
        if not address and not self._bound.form.may_be_empty:
            raise AdministrationRefused("binding_no_address", asset=asset.code)
        first = self._line_of.setdefault(asset.id, row.number)
        if first != row.number:
            raise AdministrationRefused("binding_line_twice", asset=asset.code, line=first)
        before = self._address_of.get(asset.id)
        after = None if address == _NONE else address
        if after == before or (after is not None and before is not None and self._bound.form.spelled(after) == before):
            outcome = LineOutcome.UNCHANGED
        else:
            wish = self._desk.checked(self._bound, BindingWish(asset_id=asset.id, before=before, after=after))
            self._wishes[len(self._lines)] = wish
            after = wish.after
            outcome = LineOutcome.ADDED if before is None else LineOutcome.CHANGED
        return BindingLine(line=row.number, outcome=outcome, asset=asset.code, before=before or "", after=after or "")

    def _asset(self, row: SourceRow) -> Asset:
        code, class_ = self._cell(row, "asset"), self._cell(row, "class")
        classes = [class_] if class_ else self._bound.manifest.classes
        found = called(self._register, code, classes, lambda asset: self._may(Level.VIEW, asset))
        if not found:
            raise AdministrationRefused("binding_no_code", asset=code[:60], classes=", ".join(classes)[:200])
        if len(found) > 1:
            raise AdministrationRefused(
                "binding_which", asset=code[:60], classes=", ".join(asset.class_ for asset in found)
            )
        return found[0]

    def _cell(self, row: SourceRow, field: str) -> str:
        try:
            return cell_of(row, self._columns, field)
        except CellRefused as error:
            raise AdministrationRefused("binding_cell", column=self._columns[field][:60], why=error) from error

    def _seal(self) -> str:
        """Another file, or other bindings under it, has another seal."""
        told = [self._bound.connection_id, self.wishes, [line.outcome for line in self._lines]]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def _read_heading(table: SourceTable) -> tuple[Mapping[str, str], Sequence[SourceRow]]:
    """Which column is which. Two columns without a heading that is known are pasted lines: asset, address."""
    names = table.column_names
    chosen = named_columns(names, _COLUMNS)
    if "asset" in chosen and "address" in chosen:
        return chosen, table.rows
    if len(names) == len(("asset", "address")) and not chosen:
        first = SourceRow(1, {name: name for name in names})
        rest = [msgspec.structs.replace(row, number=row.number + 1) for row in table.rows]
        return {"asset": names[0], "address": names[1]}, [first, *rest]
    raise AdministrationRefused("binding_columns", columns=", ".join(names[:20])[:300])


def _wrong(line: int, asset: str, error: AdministrationRefused) -> BindingLine:
    return BindingLine(
        line=line,
        outcome=LineOutcome.ERROR,
        asset=shown(asset),
        said=error.said.text,
        said_code=error.said.code,
        said_args=dict(error.said.args),
    )
