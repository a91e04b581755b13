"""Backing up 350,000 assets and 1,000,000 journal rows, and restoring them into an empty directory."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from backend.storage.opening import DATABASE_FILE
from bench.post import bars, kept_city
from bench.report import ROOT, Metric, NotRun, Peer

_PASSPHRASE = "a belfry above the roofs"  # noqa: S105 - of a city that lives for a minute
_NEEDED_BYTES = 6_000_000_000


def measure() -> Sequence[Metric | NotRun]:
    """Two figures: backup_s and restore_s, each the command as an administrator types it."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < _NEEDED_BYTES:
            return [NotRun(name, "less than 6 GB are free") for name in ("backup_s", "restore_s")]
        data, other, file = Path(folder) / "data", Path(folder) / "other", Path(folder) / "city.beffroi-backup"
        kept_city.build(data)
        backup_s = _timed("backup", file, "--data", data)
        floor_s = _copied(data / DATABASE_FILE, Path(folder) / "copy")
        size_mb = file.stat().st_size / 1e6
        restore_s = _timed("restore", file, "--data", other)
    what = f"{bars.ASSETS:,} assets and {bars.JOURNAL_ROWS:,} journal rows, {size_mb:.0f} MB"
    return [
        Metric(
            id="backup_s",
            value=backup_s,
            unit="s",
            how=f"main.py backup: {what}; chain walked, compressed, keys sealed, fsync",
            peer=Peer("cp and fsync of the database file", "coreutils", floor_s),
        ),
        Metric(
            id="restore_s",
            value=restore_s,
            unit="s",
            how=f"main.py restore: {what}; loaded, indexed, quick_check, chain walked, keys opened",
        ),
    ]


def _timed(*arguments: object) -> float:
    command = [sys.executable, str(ROOT / "main.py"), *map(str, arguments), "--passphrase-stdin"]
    begun = time.monotonic()
    subprocess.run(command, input=_PASSPHRASE + "\n", text=True, check=True, capture_output=True)
    return time.monotonic() - begun


def _copied(source: Path, target: Path) -> float:
    begun = time.monotonic()
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return time.monotonic() - begun
