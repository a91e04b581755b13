"""Faults planted in the core of alarms, and the share of them that its tests notice."""

import subprocess
import sys

import msgspec

from bench.processes import ROOT
from bench.report import Bar, Metric, NotRun

_FOUND = ROOT / "build" / "mutants.json"
_ID = "mutants_killed_share"


class _Found(msgspec.Struct):
    planted: int
    noticed: int
    share: float


def measure() -> list[Metric | NotRun]:
    """As `python -m tools.mutants` says."""
    _FOUND.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tools.mutants"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not _FOUND.exists():
        return [NotRun(_ID, (run.stdout + run.stderr)[-200:], True)]
    found = msgspec.json.decode(_FOUND.read_bytes(), type=_Found)
    how = f"{found.noticed} of {found.planted} faults planted by mutmut in the rule of alarms were noticed by its tests"
    return [Metric(id=_ID, value=found.share, unit="of 1", how=how).against(Bar(0.9, "at least", gates=True))]
