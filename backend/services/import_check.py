"""What an import would do: every row made an asset or an error, and what the file leaves out."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

import msgspec

from backend.devkit.turns import in_turns, let_go
from backend.services.import_files.assets import AssetMaker, RowRefused
from backend.services.import_files.row_source import RowSource
from backend.services.import_files.rows import SourceRow
from backend.services.register import Register
from contract.assets import Asset, AssetStatus
from contract.imports import MOST_LINES_TOLD, FileFacts, ImportLine, ImportOptions, ImportReport, Outcome, RowError

MOST_ERRORS_TOLD: Final = 100
MOST_ERRORS_KEPT: Final = 50_000
_LONGEST_VALUE: Final = 120
_SILENT: Final = frozenset({"id", "version", "extra"})
_FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Asset) if field.name not in _SILENT)
_ASSETS_A_TURN: Final = 2_000

Progress = Callable[[int, int], None]


class ImportRefused(Exception):
    """The file as a whole is not taken; the text says why and what to do. `facts` is what is known of it."""

    def __init__(self, text: str, facts: FileFacts | None = None, mapping: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.facts = facts
        self.mapping = dict(mapping or {})


class WrongRow(msgspec.Struct, frozen=True):
    """A row that cannot be taken, with its cells, so that it can be given back."""

    row: int
    reason: str
    cells: tuple[object, ...]


class Checked(msgspec.Struct, kw_only=True):
    """A file that was checked. `versions` are those of the assets that it changes."""

    report: ImportReport
    facts: FileFacts | None = None
    lines: tuple[ImportLine, ...] = ()
    added: list[Asset] = []
    changed: list[Asset] = []
    versions: dict[int, int] = {}
    wrong: list[WrongRow] = []

    async def let_go(self) -> None:
        """Give up its assets in turns; what is said of the file stays."""
        await let_go(self.added, _ASSETS_A_TURN)
        await let_go(self.changed, _ASSETS_A_TURN)
        await let_go(self.versions, _ASSETS_A_TURN)


class Checking:
    """One file on its way through the maker."""

    def __init__(
        self, register: Register, options: ImportOptions, maker: AssetMaker, source: RowSource, notes: Sequence[str]
    ) -> None:
        self._register = register
        self._options = options
        self._maker = maker
        self._source = source
        self._notes = notes
        self._made: list[tuple[int, Asset, Asset | None]] = []
        self._wrong: list[WrongRow] = []
        self._wrong_count = 0
        self._counts: Counter[Outcome] = Counter()
        self._lines: dict[Outcome, list[ImportLine]] = {outcome: [] for outcome in Outcome}

    async def run(self, file_name: str, progress: Progress, is_cancelled: Callable[[], bool]) -> Checked:
        """All rows, in turns. Raises ImportRefused when it is cancelled."""
        total, done = self._source.head.row_count, 0
        for rows in self._source.pieces():
            self._check_cancelled(is_cancelled)
            for row in rows:
                self._make(row)
            done += len(rows)
            progress(done, total)
            await asyncio.sleep(0)
        checked = await self._settle(is_cancelled)
        missing = await self._missing()
        await let_go(self._made, _ASSETS_A_TURN)
        await self._maker.let_go()
        if self._options.retires_missing:
            for asset in missing:
                checked.changed.append(msgspec.structs.replace(asset, status=AssetStatus.RETIRED))
                checked.versions[asset.id] = asset.version
        head = self._source.head
        checked.facts = head.facts
        checked.wrong = sorted(self._wrong, key=lambda wrong: wrong.row)
        checked.report = msgspec.structs.replace(
            checked.report,
            file_name=file_name,
            row_count=total,
            added_count=self._counts[Outcome.ADDED],
            changed_count=self._counts[Outcome.CHANGED],
            unchanged_count=self._counts[Outcome.UNCHANGED],
            error_count=self._wrong_count,
            errors=tuple(RowError(row=one.row, reason=one.reason) for one in checked.wrong[:MOST_ERRORS_TOLD]),
            mapping=head.mapping,
            notes=tuple(self._notes),
            missing_count=len(missing),
        )
        self._lines[Outcome.MISSING] = [
            ImportLine(row=0, outcome=Outcome.MISSING, class_=asset.class_, code=asset.code)
            for asset in missing[:MOST_LINES_TOLD]
        ]
        checked.lines = tuple(
            line for outcome in Outcome if outcome is not Outcome.UNCHANGED for line in self._lines[outcome]
        )
        return checked

    def _make(self, row: SourceRow) -> None:
        try:
            asset, before = self._maker.make(row)
        except RowRefused as error:
            self._refuse(row, str(error))
            return
        self._made.append((row.number, asset, before))

    async def _settle(self, is_cancelled: Callable[[], bool]) -> Checked:
        checked = Checked(report=_nothing(self._options))
        for index, (row, asset, before) in enumerate(self._made):
            if index % _ASSETS_A_TURN == 0:
                self._check_cancelled(is_cancelled)
                await asyncio.sleep(0)
            try:
                made = self._maker.settle(row, asset)
            except RowRefused as error:
                self._refuse(SourceRow(row, {}), str(error))
                continue
            if before is None:
                checked.added.append(made)
                self._tell(row, Outcome.ADDED, made, None)
            elif made != before:
                checked.changed.append(made)
                checked.versions[made.id] = before.version
                self._tell(row, Outcome.CHANGED, made, before)
            else:
                self._counts[Outcome.UNCHANGED] += 1
        return checked

    def _tell(self, row: int, outcome: Outcome, made: Asset, before: Asset | None) -> None:
        self._counts[outcome] += 1
        told = self._lines[outcome]
        if len(told) < MOST_LINES_TOLD:
            changes = () if before is None else tuple(self._changes(before, made))
            told.append(ImportLine(row=row, outcome=outcome, class_=made.class_, code=made.code, changes=changes))

    def _changes(self, before: Asset, made: Asset) -> list[tuple[str, str, str]]:
        found = [
            (field, self._shown(field, getattr(before, field)), self._shown(field, getattr(made, field)))
            for field in _FIELDS
            if getattr(before, field) != getattr(made, field)
        ]
        names = {**before.extra, **made.extra}
        return found + [
            (name, before.extra.get(name, "")[:_LONGEST_VALUE], made.extra.get(name, "")[:_LONGEST_VALUE])
            for name in names
            if before.extra.get(name) != made.extra.get(name)
        ]

    def _shown(self, field: str, value: object) -> str:
        if value is None:
            return ""
        if field.endswith("parent") and isinstance(value, int):
            asset = self._register.get(value)
            return str(value) if asset is None else asset.code
        if field == "line":
            return f"{len(cast('tuple[object, ...]', value))} positions"
        return str(value)[:_LONGEST_VALUE]

    def _refuse(self, row: SourceRow, reason: str) -> None:
        self._wrong_count += 1
        if len(self._wrong) < MOST_ERRORS_KEPT:
            cells = tuple(row.columns.get(name) for name in self._source.head.names)
            self._wrong.append(WrongRow(row.number, reason, cells))
        told = self._lines[Outcome.ERROR]
        if len(told) < MOST_LINES_TOLD:
            code = row.columns.get(self._source.head.mapping.get("code", ""))
            shown = "" if code is None else str(code)[:60]
            told.append(ImportLine(row=row.number, outcome=Outcome.ERROR, code=shown, reason=reason))

    async def _missing(self) -> list[Asset]:
        """What stands in the register, in service, of the same classes and communes, and not in the file."""
        named: set[int] = set()
        topics: set[tuple[str, str]] = set()
        async for piece in in_turns(self._made, _ASSETS_A_TURN):
            named.update(asset.id for _, asset, _ in piece)
            topics.update((asset.commune, asset.class_) for _, asset, _ in piece)
        missing: list[Asset] = []
        for commune, class_ in sorted(topics):
            async for standing in in_turns(self._register.of_topic(commune, class_), _ASSETS_A_TURN):
                missing.extend(
                    asset for asset in standing if asset.id not in named and asset.status is not AssetStatus.RETIRED
                )
        return missing

    @staticmethod
    def _check_cancelled(is_cancelled: Callable[[], bool]) -> None:
        if is_cancelled():
            raise ImportRefused("the import was cancelled; nothing was taken")


def _nothing(options: ImportOptions) -> ImportReport:
    return ImportReport(
        class_=options.class_,
        file_name="",
        is_dry_run=True,
        is_done=False,
        row_count=0,
        added_count=0,
        changed_count=0,
        unchanged_count=0,
        error_count=0,
        errors=(),
        mapping={},
    )
