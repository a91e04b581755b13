"""Files that say what feeds what: each line looked at, shown, then taken as one unit or not at all."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.threads import Threads
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.columns import named_columns, plain_name
from backend.services.import_files.delimited import parse_csv
from backend.services.import_files.line_reading import called, cell_of, shown
from backend.services.import_files.rows import FileRefused, SourceRow, SourceTable
from backend.services.import_files.told_lines import counted, told
from backend.services.import_files.unpacking import MOST_OF_A_LIST, read_source
from backend.services.refusals import SupplyConflict, SupplyRefused
from backend.services.register import Register
from backend.services.said import Said, quoted, say
from backend.services.supply.editing import Change, FeedEditor, Link
from contract.assets import Asset, FeedKind
from contract.rights import Level
from contract.supply import MOST_LINKS_AT_ONCE, FeedLink, FeedSource, LineOutcome, SupplyImport, SupplyLine

May = Callable[[Level, Asset], bool]
_LINES_A_TURN: Final = 500
_MOST_CIRCLES: Final = 50
_NONE: Final = "-"
_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "child": ("child", "child_code", "equipement", "code_equipement", "equipment", "asset", "enfant", "code"),
    "child_class": ("child_class", "classe_equipement", "class", "classe"),
    "feeder": ("feeder", "feeder_code", "source", "code_source", "alimente_par", "fed_by", "parent", "armoire"),
    "feeder_class": ("feeder_class", "classe_source"),
    "kind": ("kind", "sorte", "type", "genre", "nature"),
}
_KINDS: Final[Mapping[str, FeedKind]] = {
    **dict.fromkeys(("", "power", "alimentation", "energie", "courant", "electricite"), FeedKind.POWER),
    **dict.fromkeys(("network", "reseau", "communication", "com"), FeedKind.NETWORK),
}


class Taken(msgspec.Struct, frozen=True):
    """What a file would do, and what it did."""

    report: SupplyImport
    change: Change | None = None


class _Refused(Exception):
    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class SupplyFiles:
    """CSV as cities write it: comma, semicolon or tab; UTF-8 or Windows-1252; gzipped or not."""

    def __init__(self, register: Register, editor: FeedEditor) -> None:
        self._register = register
        self._editor = editor
        self._threads = Threads("supply files")

    def close(self) -> None:
        """End the reading thread; may be called twice."""
        self._threads.close()

    async def run(self, content: bytes, file_name: str, *, may: May, by: str, seal: str = "") -> Taken:
        """Say what a file would do; with the seal of what was said, do it. Raises SupplyRefused, SupplyConflict."""
        try:
            table = await self._threads.run(
                lambda: parse_csv(read_source(content, MOST_OF_A_LIST), is_cancelled=lambda: False)
            )
        except FileRefused as error:
            raise SupplyRefused(say("supply_file", why=error)) from error
        if len(table.rows) > MOST_LINKS_AT_ONCE:
            raise SupplyRefused(say("supply_lines", count=MOST_LINKS_AT_ONCE))
        reading = _Reading(self._register, self._editor, _columns(table), may)
        for start in range(0, len(table.rows), _LINES_A_TURN):
            for row in table.rows[start : start + _LINES_A_TURN]:
                reading.take(row)
            await asyncio.sleep(0)
        reading.refuse_circles()
        report = reading.report(shown(file_name))
        if not seal:
            return Taken(report)
        if report.error_count:
            raise SupplyRefused(say("supply_errors"))
        if report.seal != seal:
            raise SupplyConflict(say("supply_seal"))
        if not reading.links:
            raise SupplyRefused(say("supply_nothing"))
        change = await self._editor.set_feeders(reading.links, by=by, reason=report.file_name, source=FeedSource.FILE)
        return Taken(msgspec.structs.replace(report, is_done=True), change)


class _Reading:
    """The lines of one file, as far as they were read."""

    def __init__(self, register: Register, editor: FeedEditor, columns: Mapping[str, str], may: May) -> None:
        self._register = register
        self._editor = editor
        self._columns = columns
        self._may = may
        self._lines: list[SupplyLine] = []
        self._changed: dict[tuple[int, FeedKind], tuple[int, Link]] = {}  # by index of the line
        self._line_of: dict[tuple[int, FeedKind], int] = {}

    @property
    def links(self) -> Sequence[FeedLink]:
        """What changes."""
        found = [link for _, link in self._changed.values()]
        return [
            FeedLink(asset_id=one.asset_id, version=self._version(one.asset_id), kind=one.kind, feeder=one.after)
            for one in found
        ]

    def take(self, row: SourceRow) -> None:
        """Read one more line."""
        shown = str(row.columns.get(self._columns["child"]) or "")[:80]
        try:
            self._lines.append(self._read(row))
        except CellRefused as error:
            self._lines.append(_wrong(row.number, shown, quoted(str(error))))
        except _Refused as error:
            self._lines.append(_wrong(row.number, shown, error.said))

    def refuse_circles(self) -> None:
        """Lines that feed assets in a circle are errors, one circle after the other."""
        for _ in range(_MOST_CIRCLES):
            links = {key: link for key, (_, link) in self._changed.items()}
            for kind in FeedKind:
                feeders = {link.asset_id: link.after for link in links.values() if link.kind is kind}
                circle = self._register.circle(feeders, kind)
                if circle:
                    said = self._editor.why_not(links.values()) or say("supply_file", why="")
                    for asset_id in circle:
                        index, _link = self._changed.pop((asset_id, kind), (None, None))
                        if index is not None:
                            self._lines[index] = _wrong(self._lines[index].line, self._lines[index].child, said)
                    break
            else:
                return

    def report(self, file_name: str) -> SupplyImport:
        """What was found: errors first."""
        return SupplyImport(
            file_name=file_name,
            is_done=False,
            seal=self._seal(),
            lines=told(self._lines),
            change=None,
            **counted(self._lines),
        )

    def _read(self, row: SourceRow) -> SupplyLine:
        if row.problem:
            raise _Refused(say("supply_bad_row", why=row.problem))
        kind_text = self._cell(row, "kind")
        kind = _KINDS.get(plain_name(kind_text))
        if kind is None:
            raise _Refused(say("supply_kind", kind=kind_text[:40]))
        child = self._asset(row, "child", "supply_no_child")
        feeder = None if self._cell(row, "feeder") == _NONE else self._asset(row, "feeder", "supply_no_feeder")
        for touched in (child, feeder):
            if touched is not None and not self._may(Level.MANAGE, touched):
                raise _Refused(say("supply_may_not", asset=touched.code))
        after = None if feeder is None else feeder.id
        if said := self._editor.why_not_feeder(child.id, kind, after):
            raise _Refused(said)
        first = self._line_of.setdefault((child.id, kind), row.number)
        if first != row.number:
            raise _Refused(say("supply_line_twice", asset=child.code, line=first))
        before = self._register.fed_by(child.id, kind)
        if before == after:
            outcome = LineOutcome.UNCHANGED
        else:
            outcome = LineOutcome.ADDED if before is None else LineOutcome.CHANGED
            self._changed[child.id, kind] = (len(self._lines), Link(child.id, kind, before, after))
        return SupplyLine(
            line=row.number,
            outcome=outcome,
            child=child.code,
            kind=kind,
            before=self._visible_code(before),
            after=self._visible_code(after),
        )

    def _asset(self, row: SourceRow, field: str, empty: str) -> Asset:
        text, class_ = self._cell(row, field), self._cell(row, f"{field}_class")
        if not text:
            raise _Refused(say(empty))
        prefix, colon, rest = text.partition(":")
        if not class_ and colon and prefix.strip() in self._register.classes:
            class_, text = prefix.strip(), rest.strip()
        if class_ and class_ not in self._register.classes:
            raise _Refused(say("supply_unknown_class", class_=class_[:40]))
        among = [class_] if class_ else list(self._register.classes)
        found = called(self._register, text, among, lambda asset: self._may(Level.VIEW, asset))
        if not found:
            raise _Refused(say("supply_unknown", asset=text[:60]))
        if len(found) > 1:
            raise _Refused(say("supply_which", asset=text[:60], classes=", ".join(asset.class_ for asset in found)))
        return found[0]

    def _cell(self, row: SourceRow, field: str) -> str:
        try:
            return cell_of(row, self._columns, field)
        except CellRefused as error:
            raise _Refused(say("supply_bad_cell", column=self._columns[field][:60], why=error)) from error

    def _visible_code(self, asset_id: int | None) -> str:
        asset = None if asset_id is None else self._register.get(asset_id)
        return asset.code if asset is not None and self._may(Level.VIEW, asset) else ""

    def _version(self, asset_id: int) -> int:
        asset = self._register.get(asset_id)
        return 0 if asset is None else asset.version

    def _seal(self) -> str:
        """Another file, or another register under it, has another seal."""
        changes = [(key, link, self._version(link.asset_id)) for key, (_, link) in self._changed.items()]
        return hashlib.sha256(msgspec.json.encode([changes, [line.outcome for line in self._lines]])).hexdigest()[:32]


def _columns(table: SourceTable) -> Mapping[str, str]:
    chosen = named_columns(table.column_names, _COLUMNS)
    if "child" not in chosen or "feeder" not in chosen:
        raise SupplyRefused(say("supply_columns", columns=", ".join(table.column_names[:20])[:300]))
    return chosen


def _wrong(line: int, child: str, said: Said) -> SupplyLine:
    return SupplyLine(
        line=line,
        outcome=LineOutcome.ERROR,
        child=shown(child),
        said=said.text,
        said_code=said.code,
        said_args=dict(said.args),
    )
