"""The writing child: rows into a file, in a process of its own with bounds on time and memory.

python -m backend.services.export_files.child   (what to write comes as JSON on standard input)
"""

import sys
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import bound_this_process
from backend.devkit.reference_systems import UnknownSystem
from backend.services.export_files import layers, tables
from backend.services.export_files.rows import MOST_SECONDS, ExportOrder, NotWritten
from contract.exports import ExportFormat

_MOST_MEMORY: Final = 6 * 2**30
_MOST_WRITTEN: Final = 6 * 2**30
_WRITERS: Final = {
    ExportFormat.CSV: tables.write_csv,
    ExportFormat.XLSX: tables.write_workbook,
    ExportFormat.GEOJSON: layers.write_geojson,
    ExportFormat.GEOPACKAGE: layers.write_geopackage,
    ExportFormat.SHAPEFILE: layers.write_shapefiles,
}


def main() -> int:
    """Write as ordered: how many rows are done, a number a line, then why not as JSON. Returns 0 unless it fails."""
    bound_this_process(seconds=MOST_SECONDS, memory=_MOST_MEMORY, written=_MOST_WRITTEN)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=ExportOrder)
    refused = ""
    try:
        _WRITERS[order.format](order, _tell)
    except NotWritten as error:
        refused = str(error)
    except UnknownSystem as error:
        refused = f"the reference system {error} is not known: say another EPSG number"
    except MemoryError:
        refused = "there are too many assets for one file: export fewer"
    except OSError as error:
        refused = f"the file could not be written: {error.strerror or type(error).__name__}"
    if refused:
        Path(order.out).unlink(missing_ok=True)
    sys.stdout.buffer.write(msgspec.json.encode(refused))
    return 0


def _tell(done: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
