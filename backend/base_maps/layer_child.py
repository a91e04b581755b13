"""The reading child: one vector file into columns, in a process of its own with bounds on time and memory.

python -m backend.base_maps.layer_child   (what to read comes as JSON on standard input)
"""

import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Final

import msgspec

from backend.base_maps.feature_columns import FeatureColumns, bounds_of
from backend.base_maps.geojson import MOST_BYTES, read_geojson
from backend.base_maps.naming import Format, format_of
from backend.base_maps.opening import open_plain
from backend.base_maps.zipped import unpack_shapefiles
from backend.devkit.bounded_child import bound_this_process
from backend.devkit.gunzip import GZIP, Unpackable, gunzip
from backend.ports import BaseMapTrouble
from contract.base_maps import Bounds, VectorFeatures

MOST_SECONDS: Final = 120
_MOST_MEMORY: Final = 4 * 2**30
_MOST_WRITTEN: Final = 2**30


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to read and where to put it. `file` is the name that people know."""

    path: str
    file: str
    out: str
    name: str
    name_field: str = ""
    weight_field: str = ""
    attribution: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of it; `trouble` is a code, empty when the features are in the file."""

    trouble: str = ""
    args: dict[str, str] = {}
    bounds: Bounds | None = None
    feature_count: int = 0
    left_out: int = 0


def main() -> int:
    """Read as ordered; the outcome is one line of JSON. Returns 0 unless the child itself fails."""
    bound_this_process(seconds=MOST_SECONDS, memory=_MOST_MEMORY, written=_MOST_WRITTEN)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        outcome = read(order)
    except BaseMapTrouble as trouble:
        outcome = Outcome(trouble=trouble.code, args=trouble.args_said)
    except MemoryError:
        outcome = Outcome(trouble="base_map_too_large", args={"file": order.file})
    except OSError as error:
        outcome = Outcome(trouble="base_map_unreadable", args={"file": order.file, "reason": error.strerror or ""})
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
    return 0


def read(order: Order) -> Outcome:
    """Read one file and write its features. Raises BaseMapTrouble."""
    path = Path(order.path)
    with os.fdopen(open_plain(path), "rb") as opened:
        if os.fstat(opened.fileno()).st_size > MOST_BYTES:
            raise BaseMapTrouble("base_map_too_large", file=order.file)
        is_geojson = format_of(order.file) is Format.GEOJSON
        layers, left_out = _read_geojson(opened.read(), order) if is_geojson else _read_tables(path, order)
    if not layers:
        raise BaseMapTrouble("base_map_nowhere" if left_out else "base_map_no_features", file=order.file)
    Path(order.out).write_bytes(msgspec.msgpack.encode(layers))
    return Outcome(bounds=bounds_of(layers), feature_count=sum(len(layer.names) for layer in layers), left_out=left_out)


def _read_geojson(content: bytes, order: Order) -> tuple[tuple[VectorFeatures, ...], int]:
    if content[:2] == GZIP:
        try:
            content = gunzip(content, MOST_BYTES)
        except Unpackable as error:
            raise BaseMapTrouble("base_map_damaged", file=order.file, reason=str(error)) from error
    columns = FeatureColumns(order.name, order.file)
    crs = read_geojson(content, columns, file=order.file, name=order.name_field, weight=order.weight_field)
    transform = None
    if crs:
        from backend.base_maps.gdal_file import to_degrees  # noqa: PLC0415  # seconds to load, rarely needed

        transform = to_degrees(crs, order.file)
    return columns.finished(transform, order.attribution), columns.left_out


def _read_tables(path: Path, order: Order) -> tuple[tuple[VectorFeatures, ...], int]:
    from backend.base_maps.gdal_file import layer_names, read_layer  # noqa: PLC0415  # seconds to load

    made: list[VectorFeatures] = []
    left_out = 0
    with tempfile.TemporaryDirectory(dir=Path(order.out).parent) as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL has much to say; what comes out is checked
        if format_of(order.file) is Format.SHAPEFILE:
            tables = [(name, found) for name, found in unpack_shapefiles(path, Path(folder))]
        else:
            link = Path(folder) / "0.gpkg"  # GDAL wants the ending, and an upload does not have it yet
            link.symlink_to(path.resolve())
            tables = [(name, link) for name in layer_names(link, order.file)]
        total = FeatureColumns("", order.file)
        for name, table in tables:
            columns = FeatureColumns(name, order.file)
            layer = layer_names(table, order.file)[0] if table.suffix == ".shp" else name
            transform = read_layer(
                table, layer, columns, file=order.file, name=order.name_field, weight=order.weight_field
            )
            made += columns.finished(transform, order.attribution)
            left_out += columns.left_out
            total.feature_count += columns.feature_count
            total.point_count += columns.point_count
            total.check_count(total.feature_count, total.point_count)
    return tuple(made), left_out


if __name__ == "__main__":
    sys.exit(main())
