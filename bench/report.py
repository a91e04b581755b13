"""How a bench tells its figures: one JSON file a bench, and a table to read."""

import os
import platform
import subprocess
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "bench"


class Peer(msgspec.Struct, frozen=True):
    """Something written by others, or a floor, that did the same job in the same run."""

    name: str
    version: str
    value: float


class Metric(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure, how it was taken, and what stands beside it."""

    id: str
    value: float
    unit: str
    how: str
    peer: Peer | None = None


class Report(msgspec.Struct, frozen=True):
    """The content of build/bench/NAME.json."""

    revision: str
    machine: str
    metrics: list[Metric]


def write(name: str, metrics: list[Metric]) -> Path:
    """Write build/bench/NAME.json, print it as a table, and return its path."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    report = Report(_revision(), _machine(), metrics)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    width = max((len(metric.id) for metric in metrics), default=0)
    print(f"\n{name} at {report.revision} on {report.machine}")
    for metric in metrics:
        beside = "" if metric.peer is None else f"   {metric.peer.name} {metric.peer.version}: {metric.peer.value:g}"
        print(f"  {metric.id:<{width}}  {metric.value:>12.4g} {metric.unit:<8}{beside}")
    return path


def _revision() -> str:
    run = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout.strip() or "unknown"


def _machine() -> str:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, load average {busy:.1f}"
