"""Exports for maps: GeoJSON, GeoPackage, zipped shapefiles. Runs in the writing child only."""

import csv
import io
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyogrio import raw as vector
from pyogrio.errors import DataSourceError

from backend.devkit.reference_systems import from_degrees
from backend.services.export_files.headings import extra_headings, short_names
from backend.services.export_files.rows import ExportOrder, ExportRow, NotWritten, read_pieces
from backend.services.export_files.tables import Told
from backend.services.import_files.gdal_layers import FULL_NAMES
from backend.services.import_files.rows import Shape
from backend.services.import_files.shapes import moved

_WHOLE: Final = frozenset({"number"})
_NUMBERS: Final = frozenset({"azimuth_deg", "fov_deg", "range_m", "height_m", "expected_life_years"})
_DATES: Final = frozenset({"commissioned"})
_MOST_BYTES: Final = 254  # of a text in a shapefile
_MOST_FIELDS: Final = 250
_NO_NUMBER: Final = 0


def write_geojson(order: ExportOrder, told: Told) -> None:
    """RFC 7946: WGS84, one feature a line."""
    headings = extra_headings(order.extras, order.fields)
    done = 0
    with Path(order.out).open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for piece in read_pieces(Path(order.rows)):
            for row in piece:
                properties = {
                    field: cell for field, cell in zip(order.fields, row.cells, strict=True) if cell is not None
                }
                for name, heading in zip(order.extras, headings, strict=True):
                    if name in row.extra:
                        properties[heading] = row.extra[name]
                geometry = (
                    {"type": "LineString", "coordinates": row.line}
                    if row.line
                    else {"type": "Point", "coordinates": (row.lon, row.lat)}
                )
                feature = {"type": "Feature", "properties": properties, "geometry": geometry}
                file.write(b"," * bool(done) + b"\n" + msgspec.json.encode(feature))
                done += 1
            told(done)
        file.write(b"\n]}\n")


def write_geopackage(order: ExportOrder, told: Told) -> None:
    """One layer, of points and lines where there are both. Raises NotWritten."""
    rows = [row for piece in read_pieces(Path(order.rows)) for row in piece]
    kind = "Unknown" if order.has_lines and order.has_points else "LineString" if order.has_lines else "Point"
    headings = [*order.fields, *extra_headings(order.extras, order.fields)]
    _write(order, rows, headings, Path(order.out), "GPKG", kind)
    told(len(rows))


def write_shapefiles(order: ExportOrder, told: Told) -> None:
    """Points and lines apart, zipped, with a table of the full names of their fields. Raises NotWritten."""
    rows = [row for piece in read_pieces(Path(order.rows)) for row in piece]
    full = [*order.fields, *extra_headings(order.extras, order.fields)]
    if len(full) > _MOST_FIELDS:
        raise NotWritten(f"a shapefile holds {_MOST_FIELDS} columns: choose fewer, or GeoPackage")
    for row in rows:
        texts = [cell for cell in (*row.cells, *row.extra.values()) if isinstance(cell, str)]
        if any(len(text) * 4 > _MOST_BYTES and len(text.encode()) > _MOST_BYTES for text in texts):
            raise NotWritten(f"a shapefile holds texts of {_MOST_BYTES} bytes, and some are longer: choose GeoPackage")
    short = short_names(full)
    points = [row for row in rows if not row.line]
    lines = [row for row in rows if row.line]
    with tempfile.TemporaryDirectory(dir=Path(order.out).parent) as folder:
        for name, chosen, kind in (("points", points, "Point"), ("lines", lines, "LineString")):
            if chosen or (name == "points" and not lines):
                _write(order, chosen, short, Path(folder) / f"{order.name}_{name}.shp", "ESRI Shapefile", kind)
        told(len(rows))
        with zipfile.ZipFile(order.out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
            table = io.StringIO()
            writer = csv.writer(table)
            writer.writerow(("short", "full"))
            writer.writerows(zip(short, full, strict=True))
            archive.writestr(FULL_NAMES, table.getvalue())


def _write(
    order: ExportOrder, rows: Sequence[ExportRow], headings: Sequence[str], path: Path, driver: str, kind: str
) -> None:
    columns, masks = _columns(order, rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            vector.write(
                path,
                _geometries(order, rows),
                columns,
                list(headings),
                field_mask=masks,
                layer=None if driver == "ESRI Shapefile" else order.name,
                driver=driver,
                geometry_type=kind,
                crs=f"EPSG:{order.epsg}",
                encoding="UTF-8",
                # Texts as wide as the longest of them: a table of blanks packs like a bomb.
                layer_options={"RESIZE": "YES"} if driver == "ESRI Shapefile" else None,
            )
    except (DataSourceError, ValueError, RuntimeError) as error:
        raise NotWritten(f"the file could not be written ({type(error).__name__}): choose another format") from error


def _columns(
    order: ExportOrder, rows: Sequence[ExportRow]
) -> tuple[list[NDArray[np.generic]], list[NDArray[np.bool_] | None]]:
    columns: list[NDArray[np.generic]] = []
    masks: list[NDArray[np.bool_] | None] = []
    for index, field in enumerate(order.fields):
        cells = [row.cells[index] for row in rows]
        mask: NDArray[np.bool_] | None = None
        if field in _WHOLE:
            mask = np.array([cell is None for cell in cells], np.bool_)
            columns.append(np.array([_NO_NUMBER if cell is None else cell for cell in cells], np.int32))
        elif field in _NUMBERS:
            columns.append(np.array([np.nan if cell is None else cell for cell in cells], np.float64))
        elif field in _DATES:
            columns.append(np.array(["NaT" if cell is None else cell for cell in cells], "datetime64[D]"))
        else:
            columns.append(_texts([None if cell is None else str(cell) for cell in cells]))
        masks.append(mask)
    for name in order.extras:
        columns.append(_texts([row.extra.get(name) for row in rows]))
        masks.append(None)
    return columns, masks


def _texts(cells: Sequence[str | None]) -> NDArray[np.object_]:
    made = np.empty(len(cells), np.object_)
    made[:] = cells
    return made


def _geometries(order: ExportOrder, rows: Sequence[ExportRow]) -> NDArray[np.object_]:
    shapes = [Shape((row.lon, row.lat), row.line) for row in rows]
    transform = from_degrees(order.epsg)
    if transform is not None:
        shapes = moved(shapes, transform)
    made = np.empty(len(rows), np.object_)
    made[:] = [_wkb(shape) for shape in shapes]
    return made


def _wkb(shape: Shape) -> bytes | None:
    if shape.line:
        flat = [number for position in shape.line for number in position]
        return struct.pack(f"<BII{len(flat)}d", 1, 2, len(shape.line), *flat)
    return None if shape.point is None else struct.pack("<BIdd", 1, 1, *shape.point)
