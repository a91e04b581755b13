"""Rows as assets: checked cell by cell, merged with what the register knows."""

import hashlib
import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.turns import let_go
from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.columns import EXTRA_MARK
from backend.services.import_files.rows import Position, SourceRow, SourceTable
from contract.assets import Asset, AssetClass
from contract.imports import Dialect, ImportOptions

MOST_EXTRAS: Final = 40
FURTHEST_DEG: Final = 3.0  # from the middle of the file: some 200 km or more, not the same city
_SAME_PLACE_DEG: Final = 1e-8  # a millimetre: what comes and goes when positions change their reference system
_REFERENCES: Final = ("parent", "supply_parent", "network_parent")
_ROUNDED: Final = frozenset({"azimuth_deg", "fov_deg", "range_m", "height_m", "expected_life_years"})
_CLASS: Final = "class"
_ROWS_A_TURN: Final = 2_000

FindAsset = Callable[[str, str], Asset | None]
FindCommune = Callable[[float, float], str]
Parser = Callable[[object], object]


class RowRefused(Exception):
    """A row cannot be taken; the text says why."""


class AssetMaker:
    """Makes the assets of one file. Raises RowRefused for a row that cannot be taken."""

    def __init__(
        self,
        asset_class: AssetClass | None,
        options: ImportOptions,
        columns: Mapping[str, str],
        table: SourceTable,
        *,
        find: FindAsset,
        find_commune: FindCommune,
        next_id: int,
        middle: Position | None = None,
        classes: Mapping[str, AssetClass] | None = None,
        is_converted: bool = False,
    ) -> None:
        """Without `asset_class` each row says its own, of `classes`; with these, rows may name one another as parents.

        `is_converted`: positions came from another reference system, or numbers from a workbook, which keeps 15 digits:
        what differs by less than that is no change.
        """
        self._class = asset_class
        self._classes = dict(classes or {})
        self._options = options
        self._columns = columns
        self._find = find
        self._find_commune = find_commune
        self._next_id = next_id
        self._is_converted = is_converted
        self._first_row: dict[tuple[str, str], int] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._waiting: dict[int, list[tuple[str, tuple[str, str]]]] = {}  # row -> what it refers to
        self._twins: dict[tuple[str, float, float, str], int] = {}
        used = set(columns.values())
        self._extras = [(name, _plain_extra(name)) for name in table.column_names if name and name not in used]
        self._parsers = _parsers(columns, options.dialect)
        self._middle = middle or _middle(table.rows)
        self.has_keys = "code" in columns

    def make(self, row: SourceRow) -> tuple[Asset, Asset | None]:
        """The asset of a row, and the one that it replaces."""
        if row.problem:
            raise RowRefused(row.problem)
        class_ = self._class or self._class_of(row)
        lon, lat = self._place(row, class_)
        fields = self._fields(row)
        code = self._code(row, class_.code, lon, lat, str(fields.get("name", "")))
        key = (class_.code, code)
        first = self._first_row.setdefault(key, row.number)
        if first != row.number:
            raise RowRefused(f"the code {code} stands in row {first} already")
        before = self._find(class_.code, code)
        if before is None:
            before_or_new = Asset(
                id=self._next_id, code=code, class_=class_.code, lon=lon, lat=lat, service=class_.service
            )
            self._next_id += 1
        else:
            before_or_new = before
        self._ids[key] = before_or_new.id
        fields["commune"] = fields.get("commune") or self._options.commune or before_or_new.commune
        fields["commune"] = fields["commune"] or self._find_commune(lon, lat)
        if extra := self._extra(row, class_.code):
            fields["extra"] = {**before_or_new.extra, **extra}
        line = row.line if class_.is_line else before_or_new.line
        if self._is_converted and before is not None:
            if _is_same_place(before, lon, lat, line):
                lon, lat, line = before.lon, before.lat, before.line
            for field in _ROUNDED & fields.keys():
                if _is_same_number(getattr(before, field), fields[field]):
                    del fields[field]
        # Only what a file says is changed; the rest of the asset stays as it is.
        return msgspec.structs.replace(before_or_new, lon=lon, lat=lat, line=line, **fields), before

    def settle(self, row: int, asset: Asset) -> Asset:
        """The asset with what it refers to in the same file. Raises RowRefused. Call it when all rows are made."""
        waiting = self._waiting.get(row)
        if waiting is None:
            return asset
        fields: dict[str, object] = {}
        for field, key in waiting:
            found = self._ids.get(key)
            if found is None:
                raise RowRefused(f"{field}: there is no {key[0][:40]} {key[1][:60]} in the register")
            fields[field] = found
        return msgspec.structs.replace(asset, **fields)

    async def let_go(self) -> None:
        """Give up what it remembers of the rows, in turns."""
        for remembered in (self._first_row, self._ids, self._twins):
            await let_go(remembered, _ROWS_A_TURN)

    def _class_of(self, row: SourceRow) -> AssetClass:
        text = self._text(row, _CLASS)
        found = self._classes.get(text)
        if found is None:
            raise RowRefused(f"there is no asset class {text[:40]!r}" if text else "it does not say its class")
        return found

    def _place(self, row: SourceRow, class_: AssetClass) -> Position:
        place = row.point
        if place is None and "lon" in self._columns and "lat" in self._columns:
            lon, lat = self._number(row, "lon"), self._number(row, "lat")
            place = None if lon is None or lat is None else (lon, lat)
        if place is None:
            raise RowRefused("it has no position")
        if class_.is_line and row.line is None:
            raise RowRefused(f"a {class_.code} is a line, and this is not one")
        if not class_.is_line and row.line is not None:
            raise RowRefused(f"a {class_.code} is at a point, and this is a line")
        self._check_position(place)
        for position in row.line or ():
            self._check_position(position)
        return place

    def _check_position(self, position: Position) -> None:
        lon, lat = position
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise RowRefused(f"the position {lon:g}, {lat:g} is not in degrees: convert the file to WGS84 (EPSG:4326)")
        if lon == 0 and lat == 0:
            raise RowRefused("the position 0, 0 stands for none")
        if math.hypot(lon - self._middle[0], lat - self._middle[1]) > FURTHEST_DEG:
            raise RowRefused(
                f"the position {lon:g}, {lat:g} is far from all others: are longitude and latitude exchanged?"
            )

    def _fields(self, row: SourceRow) -> dict[str, object]:
        """Fields that the row fills; an empty cell says nothing."""
        found: dict[str, object] = {}
        for field, column, parse in self._parsers:
            cell = row.columns.get(column)
            if cell is None or cell == "":
                continue
            try:
                value = parse(cell)
            except CellRefused as error:
                raise RowRefused(f"{column} {error}") from error
            if value is not None and value != "":
                found[field] = value
        for field in _REFERENCES:
            if field in self._columns and (text := self._text(row, field)):
                found[field] = self._reference(row, field, text)
        return found

    def _reference(self, row: SourceRow, field: str, text: str) -> int | None:
        class_, separator, code = text.partition(":")
        if not separator:
            raise RowRefused(f"{field} {text[:60]!r} is not written CLASS:CODE")
        key = (class_.strip(), code.strip())
        asset = self._find(*key)
        if asset is None and self._classes:
            self._waiting.setdefault(row.number, []).append((field, key))
            return None
        if asset is None:
            raise RowRefused(f"{field}: there is no {key[0][:40]} {key[1][:60]} in the register")
        return asset.id

    def _code(self, row: SourceRow, class_: str, lon: float, lat: float, name: str) -> str:
        if self.has_keys:
            code = self._text(row, "code")
            if not code:
                raise RowRefused(f"{self._columns['code']} is empty: every row needs its code")
            return code
        place = (class_, round(lon, 7), round(lat, 7), name)
        twin = self._twins.get(place, 0)
        self._twins[place] = twin + 1
        text = f"{class_}|{place[1]:.7f}|{place[2]:.7f}|{name}|{twin}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _extra(self, row: SourceRow, class_: str) -> dict[str, str]:
        extra: dict[str, str] = {}
        for name, plain in self._extras:
            value = row.columns.get(name)
            if value is None or value == "" or len(extra) >= MOST_EXTRAS:
                continue
            if name == _CLASS and isinstance(value, str) and value.strip() in self._classes:
                if value.strip() != class_:
                    raise RowRefused(f"it says that it is a {value.strip()}: let the file say the class of each row")
                continue
            try:
                if text := cells.clean_text(value):
                    extra[plain] = text
            except CellRefused as error:
                raise RowRefused(f"{name[:60]} {error}") from error
        return extra

    def _text(self, row: SourceRow, field: str) -> str:
        try:
            return cells.clean_text(row.columns.get(self._columns[field]))
        except CellRefused as error:
            raise RowRefused(f"{self._columns[field]} {error}") from error

    def _number(self, row: SourceRow, field: str) -> float | None:
        try:
            return cells.number(row.columns.get(self._columns[field]), self._options.dialect.decimal)
        except CellRefused as error:
            raise RowRefused(f"{self._columns[field]} {error}") from error


def _parsers(columns: Mapping[str, str], dialect: Dialect) -> list[tuple[str, str, Parser]]:
    """(field, column, how its cells are read) for the columns of a file."""
    point, order = dialect.decimal, dialect.dates

    def between(lowest: float, highest: float) -> Parser:
        return lambda value: cells.number_between(value, lowest, highest, point)

    found: Mapping[str, Parser] = {
        **dict.fromkeys(("name", "street", "commune", "service", "serial"), cells.clean_text),
        "number": lambda value: cells.whole_number(value, point),
        "azimuth_deg": between(-360, 360),
        "fov_deg": between(0, 360),
        "range_m": between(0, 20_000),
        "height_m": between(0, 500),
        "expected_life_years": between(0, 500),
        "commissioned": lambda value: cells.date(value, order),
        "status": cells.status,
    }
    return [(field, columns[field], parse) for field, parse in found.items() if field in columns]


def _plain_extra(name: str) -> str:
    if name.startswith(EXTRA_MARK):
        name = re.sub(r"~\d+$", "", name.removeprefix(EXTRA_MARK))
    try:
        return cells.clean_text(name)
    except CellRefused:
        return cells.clean_text(name[: cells.LONGEST_TEXT])


def _is_same_place(before: Asset, lon: float, lat: float, line: Sequence[Position] | None) -> bool:
    now = ((lon, lat), *(line or ()))
    was = ((before.lon, before.lat), *(before.line or ()))
    return len(now) == len(was) and all(
        abs(x - before_x) < _SAME_PLACE_DEG and abs(y - before_y) < _SAME_PLACE_DEG
        for (x, y), (before_x, before_y) in zip(now, was, strict=True)
    )


def _is_same_number(before: object, now: object) -> bool:
    return isinstance(before, float) and isinstance(now, float) and math.isclose(before, now, rel_tol=1e-14)


def _middle(rows: Sequence[SourceRow]) -> Position:
    """The middle of the file's likely positions; (0, 0) is never far from it when there are none."""
    points = [
        row.point for row in rows if row.point is not None and abs(row.point[0]) <= 180 and abs(row.point[1]) <= 90
    ]
    if not points:
        return math.nan, math.nan
    return statistics.median(lon for lon, _ in points), statistics.median(lat for _, lat in points)
