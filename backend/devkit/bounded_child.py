"""Children that read or write what others' libraries handle: bounds on time and memory, and no way to networks."""

import os
import resource
from typing import Final

ENVIRONMENT: Final = {
    # Nothing of ours that a library could be led by; GDAL kept from networks and from what files point to.
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PROJ_NETWORK": "OFF",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_SKIP": "VRT HTTP WFS WMS WMTS WCS MVT",
    "OGR_SKIP": "OGR_VRT WFS OAPIF",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
}


def bound_this_process(*, seconds: int, memory: int, written: int) -> None:
    """A file that would take for ever, or all memory, ends this process and nothing else."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))  # SQLite sorts views on disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
