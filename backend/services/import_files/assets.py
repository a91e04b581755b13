"""Rows as assets: checked cell by cell, merged with what the register knows."""

import hashlib
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.rows import Position, SourceRow, SourceTable
from contract.assets import Asset, AssetClass
from contract.imports import ImportOptions

MOST_EXTRAS: Final = 40
FURTHEST_DEG: Final = 3.0  # from the middle of the file: some 200 km or more, not the same city
_PARSERS: Final[Mapping[str, Callable[[object], object]]] = {
    "name": cells.clean_text,
    "street": cells.clean_text,
    "commune": cells.clean_text,
    "service": cells.clean_text,
    "serial": cells.clean_text,
    "number": cells.whole_number,
    "azimuth_deg": lambda value: cells.number_between(value, -360, 360),
    "fov_deg": lambda value: cells.number_between(value, 0, 360),
    "range_m": lambda value: cells.number_between(value, 0, 20_000),
    "height_m": lambda value: cells.number_between(value, 0, 500),
    "expected_life_years": lambda value: cells.number_between(value, 0, 500),
    "commissioned": cells.date,
    "status": cells.status,
}

FindAsset = Callable[[str, str], Asset | None]
FindCommune = Callable[[float, float], str]


class RowRefused(Exception):
    """A row cannot be taken; the text says why."""


class AssetMaker:
    """Makes the assets of one file. Raises RowRefused for a row that cannot be taken."""

    def __init__(
        self,
        asset_class: AssetClass,
        options: ImportOptions,
        columns: Mapping[str, str],
        table: SourceTable,
        *,
        find: FindAsset,
        find_commune: FindCommune,
        next_id: int,
    ) -> None:
        self._class = asset_class
        self._options = options
        self._columns = columns
        self._find = find
        self._find_commune = find_commune
        self._next_id = next_id
        self._first_row: dict[str, int] = {}
        self._twins: dict[tuple[float, float, str], int] = {}
        used = set(columns.values())
        self._extra_names = [name for name in table.column_names if name and name not in used]
        self._middle = _middle(table.rows)
        self.has_keys = "code" in columns

    def make(self, row: SourceRow) -> tuple[Asset, Asset | None]:
        """The asset of a row, and the one that it replaces."""
        if row.problem:
            raise RowRefused(row.problem)
        lon, lat = self._place(row)
        fields = self._fields(row)
        code = self._code(row, lon, lat, str(fields.get("name", "")))
        first = self._first_row.setdefault(code, row.number)
        if first != row.number:
            raise RowRefused(f"the code {code} stands in row {first} already")
        before = self._find(self._class.code, code)
        if before is None:
            before_or_new = Asset(
                id=self._next_id, code=code, class_=self._class.code, lon=lon, lat=lat, service=self._class.service
            )
            self._next_id += 1
        else:
            before_or_new = before
        fields["commune"] = fields.get("commune") or self._options.commune or before_or_new.commune
        fields["commune"] = fields["commune"] or self._find_commune(lon, lat)
        fields["extra"] = {**before_or_new.extra, **self._extra(row)}
        if self._class.is_line:
            fields["line"] = row.line
        # Only what a file says is changed; the rest of the asset stays as it is.
        return msgspec.structs.replace(before_or_new, lon=lon, lat=lat, **fields), before

    def _place(self, row: SourceRow) -> Position:
        place = row.point
        if "lon" in self._columns and "lat" in self._columns:
            lon, lat = self._number(row, "lon"), self._number(row, "lat")
            place = None if lon is None or lat is None else (lon, lat)
        if place is None:
            raise RowRefused("it has no position")
        if self._class.is_line and row.line is None:
            raise RowRefused(f"a {self._class.code} is a line, and this is not one")
        if not self._class.is_line and row.line is not None:
            raise RowRefused(f"a {self._class.code} is at a point, and this is a line")
        for position in (place, *(row.line or ())):
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
        for field, parse in _PARSERS.items():
            column = self._columns.get(field)
            if column is None:
                continue
            try:
                value = parse(row.columns.get(column))
            except CellRefused as error:
                raise RowRefused(f"{column} {error}") from error
            if value is not None and value != "":
                found[field] = value
        for field in ("parent", "supply_parent"):
            if field in self._columns and (text := self._text(row, field)):
                found[field] = self._reference(field, text)
        return found

    def _reference(self, field: str, text: str) -> int:
        class_, separator, code = text.partition(":")
        if not separator:
            raise RowRefused(f"{field} {text[:60]!r} is not written CLASS:CODE")
        asset = self._find(class_.strip(), code.strip())
        if asset is None:
            raise RowRefused(f"{field}: there is no {class_.strip()[:40]} {code.strip()[:60]} in the register")
        return asset.id

    def _code(self, row: SourceRow, lon: float, lat: float, name: str) -> str:
        if self.has_keys:
            code = self._text(row, "code")
            if not code:
                raise RowRefused(f"{self._columns['code']} is empty: every row needs its code")
            return code
        place = (round(lon, 7), round(lat, 7), name)
        twin = self._twins.get(place, 0)
        self._twins[place] = twin + 1
        text = f"{self._class.code}|{place[0]:.7f}|{place[1]:.7f}|{name}|{twin}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _extra(self, row: SourceRow) -> dict[str, str]:
        extra: dict[str, str] = {}
        for name in self._extra_names:
            value = row.columns.get(name)
            if value is None or value == "" or len(extra) >= MOST_EXTRAS:
                continue
            try:
                if text := cells.clean_text(value):
                    extra[cells.clean_text(name)] = text
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
            return cells.number(row.columns.get(self._columns[field]))
        except CellRefused as error:
            raise RowRefused(f"{self._columns[field]} {error}") from error


def _middle(rows: Sequence[SourceRow]) -> Position:
    """The middle of the file's likely positions; (0, 0) is never far from it when there are none."""
    points = [
        row.point for row in rows if row.point is not None and abs(row.point[0]) <= 180 and abs(row.point[1]) <= 90
    ]
    if not points:
        return math.nan, math.nan
    return statistics.median(lon for lon, _ in points), statistics.median(lat for _, lat in points)
