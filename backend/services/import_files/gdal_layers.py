"""GeoPackage and zipped shapefiles, read through pyogrio. Runs in the reading child only."""

import csv
import io
import warnings
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final, cast

import msgspec
import numpy as np
import pyogrio
from pyogrio import raw as vector
from pyogrio.errors import DataLayerError, DataSourceError

from backend.devkit.unzip import Unzippable, checked_archive
from backend.services.import_files.delimited import MOST_ROWS, check_names
from backend.services.import_files.rows import FileRefused, RawTable
from backend.services.import_files.shapes import shape_of_wkb
from contract.imports import Dialect

FULL_NAMES: Final = "fields.csv"  # beside shapefiles, whose field names have ten letters at most: short, full
MOST_LAYERS: Final = 50
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SQLITE: Final = b"SQLite format 3\0"
_SHAPES: Final = b"\x00\x00\x27\x0a"


def read_geopackage(path: Path, dialect: Dialect, folder: Path) -> RawTable:
    """One layer, or all that are alike. Raises FileRefused."""
    with path.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            raise FileRefused("this is not a GeoPackage")
    link = folder / "0.gpkg"  # GDAL wants the ending, and an upload does not have it
    link.symlink_to(path.resolve())
    names = _layers(link)
    return _merged([(name, link) for name in names], dialect, {})


def read_shapefiles(path: Path, dialect: Dialect, folder: Path) -> RawTable:
    """One shapefile of an archive, or all that are alike. Raises FileRefused."""
    try:
        with checked_archive(path) as archive:
            layers: dict[str, dict[str, str]] = {}
            for entry in archive.names:
                path_in = PurePosixPath(entry)
                if path_in.suffix.lower() in _PARTS and not path_in.name.startswith("."):
                    layers.setdefault(str(path_in.with_suffix("")), {}).setdefault(path_in.suffix.lower(), entry)
            whole = {name: parts for name, parts in layers.items() if {".shp", ".shx", ".dbf"} <= parts.keys()}
            if not whole:
                raise FileRefused("the archive holds no shapefile: .shp, .shx and .dbf belong together")
            found: list[tuple[str, Path]] = []
            for number, (name, parts) in enumerate(list(whole.items())[:MOST_LAYERS]):
                for ending, entry in parts.items():
                    archive.unpack(entry, folder / f"{number}{ending}")
                found.append((PurePosixPath(name).name, folder / f"{number}.shp"))
            full: dict[str, str] = {}
            if FULL_NAMES in archive.names:
                archive.unpack(FULL_NAMES, folder / FULL_NAMES)
                full = _full_names((folder / FULL_NAMES).read_bytes())
    except Unzippable as error:
        raise FileRefused(f"the archive was not opened: {error}") from error
    for _, shapes in found:
        with shapes.open("rb") as opened:
            if opened.read(len(_SHAPES)) != _SHAPES:
                raise FileRefused("what the archive calls .shp is no shapefile")
    return _merged(found, dialect, full)


def _layers(path: Path) -> list[str]:
    try:
        found = [str(name) for name, geometry in pyogrio.list_layers(path).tolist() if geometry is not None]
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as error:
        raise _damaged(error) from error
    if not found:
        raise FileRefused("the file has no layer with a geometry")
    return found[:MOST_LAYERS]


def _merged(layers: Sequence[tuple[str, Path]], dialect: Dialect, full: dict[str, str]) -> RawTable:
    names = tuple(name for name, _ in layers)
    if dialect.layer and dialect.layer not in names:
        raise FileRefused(f"the file has no layer {dialect.layer[:80]!r}; it has {', '.join(names)[:300]}")
    chosen = [(name, path) for name, path in layers if dialect.layer in {"", name}]
    made: RawTable | None = None
    for name, path in chosen:
        layer = name if path.suffix == ".gpkg" else _layers(path)[0]
        if made is not None and made.names != _named(_facts(path, layer)[0], full):
            continue
        table = _read(path, layer, dialect, full)
        if made is None:
            made = table
            if len(chosen) > 1:
                made.dialect = msgspec.structs.replace(made.dialect, layer="")
        elif table.crs == made.crs and made.shapes is not None and table.shapes is not None:
            made.cells += table.cells
            made.shapes += table.shapes
            if len(made.cells) > MOST_ROWS:
                raise FileRefused(f"the file has more than {MOST_ROWS:,} features: split it")
    if made is None:
        raise FileRefused("the file has no layer with a geometry")
    made.layers = names
    return made


def _facts(path: Path, layer: str) -> tuple[list[str], int]:
    try:
        facts = pyogrio.read_info(path, layer=layer)
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as error:
        raise _damaged(error) from error
    fields = cast("np.ndarray[tuple[int], np.dtype[np.object_]]", facts["fields"])
    return [str(field) for field in fields], cast("int", facts["features"])


def _named(fields: Sequence[str], full: dict[str, str]) -> list[str]:
    return [full.get(field, field) for field in fields]


def _read(path: Path, layer: str, dialect: Dialect, full: dict[str, str]) -> RawTable:
    fields, count = _facts(path, layer)
    if count > MOST_ROWS:
        raise FileRefused(f"the file has more than {MOST_ROWS:,} features: split it")
    names = _named(fields, full)
    check_names(names)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL has much to say; what comes out is checked
            encoding = dialect.encoding or None
            meta, _, geometries, values = vector.read(path, layer=layer, force_2d=True, encoding=encoding)
    except (DataSourceError, DataLayerError, ValueError, UnicodeError, OverflowError, LookupError) as error:
        raise _damaged(error) from error
    if geometries is None:
        raise FileRefused("the layer has no geometry")
    read = [str(name) for name in cast("Sequence[object]", meta["fields"])]
    columns = dict(zip(read, (_column(column) for column in values), strict=True))
    ordered = [columns.get(field, [None] * len(geometries)) for field in fields]
    crs = meta.get("crs")
    return RawTable(
        names=names,
        cells=[list(row) for row in zip(*ordered, strict=True)] if ordered else [[] for _ in geometries],
        shapes=[shape_of_wkb(content) for content in geometries.tolist()],
        dialect=msgspec.structs.replace(dialect, layer=layer if path.suffix == ".gpkg" else dialect.layer),
        crs=crs if isinstance(crs, str) else "",
    )


def _column(column: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> list[object]:
    """Cells as plain values: dates as ISO texts, None for what is not there."""
    if column.dtype.kind == "M":
        texts = np.datetime_as_string(column.astype("datetime64[s]")).tolist()
        return [None if text == "NaT" else text.removesuffix("T00:00:00") for text in texts]
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]
    if column.dtype.kind == "b":
        return ["true" if value else "false" for value in column.tolist()]
    return [value if isinstance(value, str | int | float | None) else str(value) for value in column.tolist()]


def _full_names(content: bytes) -> dict[str, str]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return {}
    return {row[0]: row[1][:500] for row in rows[1:] if len(row) == 2}


def _damaged(error: Exception) -> FileRefused:
    # GDAL's words name the path; what kind of trouble it is says enough.
    return FileRefused(f"the file is damaged or not what its name says ({type(error).__name__})")
