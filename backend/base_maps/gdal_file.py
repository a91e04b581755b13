"""GeoPackage and shapefiles, read through pyogrio. Runs in the reading child only: what crashes it harms nobody."""

from pathlib import Path
from typing import Final, cast

import numpy as np
import pyogrio
import pyproj
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import ProjError

from backend.base_maps.feature_columns import FeatureColumns, Floats, Transform, label_text, weight_of
from backend.base_maps.property_names import name_field, weight_field
from backend.devkit.wkb import BadGeometry, shapes_of
from backend.ports import BaseMapTrouble

MOST_LAYERS: Final = 20
_MAGIC: Final = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}


def layer_names(path: Path, file: str) -> list[str]:
    """The layers that have a geometry. Raises BaseMapTrouble."""
    _check_magic(path, file)
    try:
        found = [str(name) for name, geometry in pyogrio.list_layers(path).tolist() if geometry is not None]
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as error:
        raise _damaged(file, error) from error
    if not found:
        raise BaseMapTrouble("base_map_no_layer", file=file)
    if len(found) > MOST_LAYERS:
        raise BaseMapTrouble("base_map_too_many_layers", file=file, count=MOST_LAYERS)
    return found


def read_layer(
    path: Path, layer: str, columns: FeatureColumns, *, file: str, name: str, weight: str
) -> Transform | None:
    """Put a layer's features into the columns. Returns what turns its positions into degrees. Raises BaseMapTrouble."""
    _check_magic(path, file)
    try:
        facts = pyogrio.read_info(path, layer=layer)
        count = cast("int", facts["features"])
        columns.check_count(max(count, 0), 0)
        fields = [str(field) for field in cast("np.ndarray[tuple[int], np.dtype[np.object_]]", facts["fields"])]
        chosen = [field for field in (name_field(fields, name), weight_field(fields, weight)) if field]
        meta, _, geometries, values = raw.read(path, layer=layer, columns=chosen, force_2d=True)
    except (DataSourceError, DataLayerError, ValueError, UnicodeError, OverflowError) as error:
        raise _damaged(file, error) from error
    if geometries is None:
        raise BaseMapTrouble("base_map_no_layer", file=file)
    named_by, weighed_by = name_field(fields, name), weight_field(fields, weight)
    read = dict(zip((str(field) for field in cast("list[object]", meta["fields"])), values, strict=True))
    nothing: list[object] = [None] * len(geometries)
    names = read[named_by].tolist() if named_by in read else nothing
    weights = read[weighed_by].tolist() if weighed_by in read else nothing
    for content, label, heavy in zip(cast("list[object]", geometries.tolist()), names, weights, strict=True):
        try:
            shapes = list(shapes_of(content)) if isinstance(content, bytes) else []
        except BadGeometry:
            shapes = []
        if not shapes:
            columns.left_out += 1
        for kind, points in shapes:
            columns.add(kind, points, label_text(label), weight_of(heavy))
    return to_degrees(meta.get("crs"), file)


def to_degrees(crs: object, file: str) -> Transform | None:
    """What turns positions of a reference system into WGS84 degrees; None where they are that already."""
    if not isinstance(crs, str) or not crs:
        return None  # positions that are no degrees are left out, and told
    try:
        source = pyproj.CRS(crs)
        if source.to_epsg() == 4326 or source.equals(pyproj.CRS("OGC:CRS84")):
            return None
        transformer = pyproj.Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise BaseMapTrouble("base_map_crs", file=file, crs=crs[:80]) from error

    def transform(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = transformer.transform(x, y)
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)

    return transform


def _check_magic(path: Path, file: str) -> None:
    """By name alone: GDAL would open whatever the content pretends to be, even descriptions of other files."""
    magic = _MAGIC[path.suffix.lower()]
    with path.open("rb") as opened:
        if opened.read(len(magic)) != magic:
            raise BaseMapTrouble(
                "base_map_not_that", file=file, format="GeoPackage" if ".gpkg" in path.name else "Shapefile"
            )


def _damaged(file: str, error: Exception) -> BaseMapTrouble:
    # GDAL's words name the path; the file's name says enough.
    return BaseMapTrouble("base_map_damaged", file=file, reason=type(error).__name__)
