"""Importing 350,000 assets, beside ogr2ogr putting the same file into SQLite."""

import asyncio
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from backend.bootstrap import Backend, BackendOptions
from bench.post.bars import ASSETS
from bench.report import Metric, NotRun, Peer
from contract.imports import ImportOptions

_ID = "import_350k_vs_ogr2ogr"


def measure() -> Sequence[Metric | NotRun]:
    """One figure: how many times as long as ogr2ogr, which checks, merges and journals nothing."""
    ogr2ogr = shutil.which("ogr2ogr")
    if ogr2ogr is None:
        return [NotRun(_ID, "ogr2ogr is not here: tools/system_packages.sh peers")]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lamps.csv"
        file.write_text(_lamps(), "utf-8")
        seconds, busy = _timed(lambda: asyncio.run(_import(file, Path(folder) / "data")))
        command = (
            *(ogr2ogr, "-f", "SQLite", str(Path(folder) / "peer.sqlite"), str(file)),
            *("-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "AUTODETECT_TYPE=YES"),
            *("-a_srs", "EPSG:4326", "-nln", "lamps", "-dsco", "SPATIALITE=NO"),
        )
        peer_seconds, peer_busy = _timed(lambda: subprocess.run(command, check=True, capture_output=True))
    version = subprocess.run((ogr2ogr, "--version"), check=True, capture_output=True, text=True).stdout.split(",")[0]
    how = (
        f"{ASSETS:,} lamps from CSV: read, checked, merged, journalled, committed in {seconds:.1f} s ({busy:.1f} s of "
        f"processor); ogr2ogr into SQLite {peer_seconds:.1f} s ({peer_busy:.1f} s)"
    )
    peer = Peer("ogr2ogr, seconds", version.removeprefix("GDAL "), peer_seconds)
    return [Metric(id=_ID, value=seconds / peer_seconds, unit="times", how=how, peer=peer)]


def _lamps() -> str:
    lines = ["code,name,lon,lat,street,commune,height_m,commissioned,lamp"]
    lines += [
        f"L-{number:06},Lanterne {number},{5.0 + number % 600 / 3000:.6f},{47.2 + number // 600 / 3000:.6f},"
        f"Rue {number // 40},21231,{5 + number % 8 / 2},{2001 + number % 20}-05-{1 + number % 28:02},SHP {number % 3}"
        for number in range(ASSETS)
    ]
    return "\n".join(lines) + "\n"


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of processor, children included."""
    begun, busy = time.monotonic(), _processor_s()

    work()
    return time.monotonic() - begun, _processor_s() - busy


def _processor_s() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


async def _import(file: Path, data: Path) -> None:
    backend = Backend(BackendOptions(data_dir=data))
    await backend.start()
    try:
        options = ImportOptions(class_="streetlight", file_name=file.name)
        report = await backend.exchange.importing.run(file, options, by="bench", dry_run=False)
        assert report.added_count == ASSETS, report
    finally:
        await backend.close()
