"""A file of any format as rows with places in degrees, and how it was read: what a wizard shows."""

import math
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.gunzip import GZIP
from backend.services.import_files import cells, dialects
from backend.services.import_files.cells import CellRefused
from backend.services.import_files.columns import choose_columns, names_geometry
from backend.services.import_files.delimited import read_csv
from backend.services.import_files.geojson import read_geojson
from backend.services.import_files.rows import FileRefused, Position, RawTable, Shape
from backend.services.import_files.shapes import is_wkt, moved, shape_of_wkt
from backend.services.import_files.unpacking import read_source
from contract.imports import MOST_SAMPLE_ROWS, Dialect, FileFacts, FileFormat, SourceColumn

_ENDINGS: Final = {
    ".geojson": FileFormat.GEOJSON,
    ".json": FileFormat.GEOJSON,
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".xlsx": FileFormat.XLSX,
    ".gpkg": FileFormat.GEOPACKAGE,
    ".zip": FileFormat.SHAPEFILE,
}
IN_A_CHILD: Final = frozenset({FileFormat.XLSX, FileFormat.GEOPACKAGE, FileFormat.SHAPEFILE})
_WGS84: Final = 4326
_SAMPLE_CHARACTERS: Final = 80
_LAST_ASCII: Final = "\x7f"
_WITH_NOTHING: Final = frozenset({FileFormat.CSV, FileFormat.XLSX})


class ReadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to read and how. `near` is where the city is, when that is known."""

    path: str
    file_name: str
    class_: str
    mapping: dict[str, str] = {}
    dialect: Dialect = Dialect()
    near: Position | None = None
    out: str = ""


class ReadTable(msgspec.Struct, kw_only=True):
    """What was read. With `trouble` there are no rows to take, and it says why and what to do."""

    facts: FileFacts
    mapping: dict[str, str]
    names: list[str]
    cells: list[list[object]]
    shapes: list[Shape]
    middle: Position | None = None
    geometry_columns: list[str] = []  # which columns hold geometries as text
    trouble: str = ""


def format_of(file_name: str) -> FileFormat:
    """By the ending of its name. Raises FileRefused."""
    name = Path(file_name.lower().removesuffix(".gz"))
    found = _ENDINGS.get(name.suffix)
    if found is None or (found in IN_A_CHILD and file_name.lower().endswith(".gz")):
        raise FileRefused(
            "the file's name must end in .csv, .geojson, .json (and .gz after it when it is packed), "
            ".xlsx, .gpkg or .zip for shapefiles"
        )
    return found


def read_table(
    source: Path | bytes, order: ReadOrder, folder: Path | None, *, is_cancelled: Callable[[], bool]
) -> ReadTable:
    """Read a file; `folder` is for what is unpacked. Raises FileRefused when not even its columns are known."""
    format_ = format_of(order.file_name)
    raw = _raw(source, format_, order.dialect, folder, is_cancelled)
    nothing_count = _say_nothing(raw, format_, order.dialect)
    columns = list(zip(*raw.cells, strict=True)) if raw.cells else [()] * len(raw.names)
    decimal = order.dialect.decimal or (dialects.decimal_of(columns) if raw.has_texts else "")
    dates, is_guess = dialects.dates_of(columns) if raw.has_texts else (None, False)
    dialect = msgspec.structs.replace(
        raw.dialect,
        decimal=decimal,
        dates=order.dialect.dates or dates,
        nothing=order.dialect.nothing or (dialects.NOTHING if format_ in _WITH_NOTHING else ()),
    )
    facts = FileFacts(
        format=format_,
        dialect=dialect,
        row_count=len(raw.cells),
        columns=tuple(_column(name, cells) for name, cells in zip(raw.names, columns, strict=True)),
        sample=tuple(tuple(_shown(cell) for cell in row) for row in raw.cells[:MOST_SAMPLE_ROWS]),
        layers=raw.layers,
        has_geometry=raw.shapes is not None,
        nothing_count=nothing_count,
        dates_unclear=is_guess and order.dialect.dates is None,
    )
    table = ReadTable(facts=facts, mapping={}, names=raw.names, cells=raw.cells, shapes=raw.shapes or [])
    try:
        _place(table, raw, order, decimal)
    except FileRefused as error:
        table.trouble = str(error)
        table.cells, table.shapes = [], []
    return table


def _raw(
    source: Path | bytes, format_: FileFormat, dialect: Dialect, folder: Path | None, is_cancelled: Callable[[], bool]
) -> RawTable:
    if format_ is FileFormat.CSV:
        return read_csv(read_source(source), dialect, is_cancelled=is_cancelled)
    if format_ is FileFormat.GEOJSON:
        return read_geojson(read_source(source), dialect, is_cancelled=is_cancelled)
    if folder is None or not isinstance(source, Path):
        raise FileRefused(f"a {format_.value} file is read from disk")
    with source.open("rb") as opened:
        if opened.read(2) == GZIP:
            raise FileRefused("the file is gzipped: unpack it first")
    if format_ is FileFormat.XLSX:
        from backend.services.import_files.workbook import read_workbook  # noqa: PLC0415  # in the child alone

        return read_workbook(source, dialect, is_cancelled=is_cancelled)
    from backend.services.import_files import gdal_layers  # noqa: PLC0415  # seconds to load, in the child alone

    if format_ is FileFormat.GEOPACKAGE:
        return gdal_layers.read_geopackage(source, dialect, folder)
    return gdal_layers.read_shapefiles(source, dialect, folder)


def _say_nothing(raw: RawTable, format_: FileFormat, dialect: Dialect) -> int:
    """Words for nothing become nothing; how many cells held one."""
    words = dialect.nothing if dialect.nothing is not None else dialects.NOTHING if format_ in _WITH_NOTHING else ()
    wanted = {word.casefold() for word in words if word}
    if not wanted:
        return 0
    count = 0
    longest = max(map(len, wanted))
    begins = {" ", *(letter for word in wanted for letter in (word[0], word[0].upper()))}
    for row in raw.cells:
        for index, cell in enumerate(row):
            if not isinstance(cell, str) or not cell or not (cell[0] in begins or cell[0] > _LAST_ASCII):
                continue
            # A tab before a word keeps it a word: so exports write a name that happens to be NULL.
            if len(cell) <= longest + 8 and cell.strip(" ").casefold() in wanted:
                row[index] = None
                count += 1
    return count


def _place(table: ReadTable, raw: RawTable, order: ReadOrder, decimal: str) -> None:
    """Choose columns, and put every row in its place. Raises FileRefused."""
    geometry = [] if raw.shapes is not None else _geometry_columns(raw)
    table.geometry_columns = geometry
    table.mapping = choose_columns(
        raw.names, order.class_, order.mapping, has_geometry=raw.shapes is not None, has_texts=bool(geometry)
    )
    shapes = raw.shapes
    has_columns = {"lon", "lat"} <= table.mapping.keys()
    if shapes is None or has_columns:
        shapes = _shapes_of_columns(raw, table.mapping, geometry, decimal)
        raw.crs = "" if has_columns else raw.crs
    epsg, name = _system(raw, shapes, order)
    if epsg not in {None, _WGS84} or (raw.crs and order.dialect.epsg is None):
        from backend.devkit import reference_systems  # noqa: PLC0415  # seconds to load, rarely needed

        crs = raw.crs if raw.crs and order.dialect.epsg is None else f"EPSG:{epsg}"
        try:
            transform = reference_systems.to_degrees(crs)
        except reference_systems.UnknownSystem as error:
            raise FileRefused(f"the reference system {error} is not known: say its EPSG number") from error
        shapes = shapes if transform is None else moved(shapes, transform)
    for index, problem in raw.problems.items():
        shapes[index] = Shape(problem=problem)
    table.shapes = shapes
    table.middle = _middle(shapes)
    dialect = msgspec.structs.replace(table.facts.dialect, epsg=epsg)
    table.facts = msgspec.structs.replace(table.facts, dialect=dialect, crs_name=name)


def _geometry_columns(raw: RawTable) -> list[str]:
    """The column that holds geometries as text, and those in which long ones go on."""
    for index, name in enumerate(raw.names):
        if names_geometry(name):
            first = next((row[index] for row in raw.cells if row[index]), None)
            if isinstance(first, str) and is_wkt(first):
                found = [name]
                while (following := f"{name}_{len(found) + 1}") in raw.names:
                    found.append(following)
                return found
    return []


def _shapes_of_columns(raw: RawTable, mapping: dict[str, str], geometry: list[str], decimal: str) -> list[Shape]:
    at = {name: index for index, name in enumerate(raw.names)}
    lon, lat = (at.get(mapping.get(field, ""), -1) for field in ("lon", "lat"))
    parts = [at[name] for name in geometry]
    made: list[Shape] = []
    for row in raw.cells:
        text = "".join(str(row[part]) for part in parts if row[part])
        found = shape_of_wkt(text) if text else None
        if found is None and text and lon < 0:
            found = Shape(problem=f"{geometry[0]} holds no point and no line in WKT")
        made.append(found or _shape_of_numbers(row, lon, lat, raw.names, decimal))
    return made


def _shape_of_numbers(row: Sequence[object], lon: int, lat: int, names: Sequence[str], decimal: str) -> Shape:
    if lon < 0 or lat < 0:
        return Shape()
    x, y = row[lon], row[lat]
    column = lon
    try:
        first = cells.number(x, decimal)
        column = lat
        second = cells.number(y, decimal)
    except CellRefused as error:
        return Shape(problem=f"{names[column]} {error}")
    return Shape() if first is None or second is None else Shape((first, second))


def _system(raw: RawTable, shapes: Sequence[Shape], order: ReadOrder) -> tuple[int | None, str]:
    """EPSG number and name of the file's reference system: as one says, as the file says, as its figures say."""
    if order.dialect.epsg is None and not raw.crs:
        middle = _middle(shapes, anywhere=True)
        if middle is None or (abs(middle[0]) <= 180 and abs(middle[1]) <= 90):
            return _WGS84, "WGS 84"
    from backend.devkit import reference_systems  # noqa: PLC0415  # seconds to load, rarely needed

    try:
        if order.dialect.epsg is not None:
            return order.dialect.epsg, reference_systems.system_name(f"EPSG:{order.dialect.epsg}")[0]
        if raw.crs:
            name, epsg = reference_systems.system_name(raw.crs)
            return epsg, name
        middle = _middle(shapes, anywhere=True) or (0.0, 0.0)
        guess = reference_systems.likely_system(*middle, order.near)
        return (_WGS84, "WGS 84") if guess is None else (guess, reference_systems.system_name(f"EPSG:{guess}")[0])
    except reference_systems.UnknownSystem as error:
        raise FileRefused(f"the reference system {error} is not known: say its EPSG number") from error


def _middle(shapes: Sequence[Shape], *, anywhere: bool = False) -> Position | None:
    """The middle of the file's likely positions."""
    points = [shape.point for shape in shapes if shape.point is not None]
    if not anywhere:
        points = [point for point in points if abs(point[0]) <= 180 and abs(point[1]) <= 90]
    if not points:
        return None
    lon, lat = statistics.median(x for x, _ in points), statistics.median(y for _, y in points)
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None


def _column(name: str, found: Sequence[object]) -> SourceColumn:
    filled = [cell for cell in found if cell is not None and cell != ""]
    return SourceColumn(name=name, filled=len(filled), sample=_shown(filled[0]) if filled else "")


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    try:
        return cells.clean_text(str(cell)[:_SAMPLE_CHARACTERS])
    except CellRefused:
        return ""
