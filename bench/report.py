"""How a bench tells its figures: one JSON file a bench, and a table to read."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "bench"


class Peer(msgspec.Struct, frozen=True):
    """Something written by others, or a floor, that did the same job in the same run."""

    name: str
    version: str
    value: float


class Bar(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a figure has to reach. Ratios gate: what misses one fails the bench; absolute figures are only told."""

    limit: float
    sense: Literal["at most", "at least"] = "at most"
    gates: bool = False

    def is_reached_by(self, value: float) -> bool:
        return value <= self.limit if self.sense == "at most" else value >= self.limit


class Metric(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure, how it was taken, and what stands beside it."""

    id: str
    value: float
    unit: str
    how: str
    peer: Peer | None = None
    bar: Bar | None = None
    holds: bool | None = None

    def against(self, bar: Bar) -> Metric:
        """The same with its bar, and whether it holds."""
        return msgspec.structs.replace(self, bar=bar, holds=bar.is_reached_by(self.value))


class NotRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """Figures that were not taken: not passed, and failed only when what should have run broke down."""

    id: str
    why: str
    is_failure: bool = False


class Report(msgspec.Struct, frozen=True):
    """The content of build/bench/NAME.json."""

    revision: str
    machine: str
    metrics: list[Metric]
    not_run: list[NotRun] = []


def write(name: str, metrics: Sequence[Metric | NotRun]) -> bool:
    """Write build/bench/NAME.json and print it as a table; False when a bar that gates is missed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    taken = [metric for metric in metrics if isinstance(metric, Metric)]
    missing = [metric for metric in metrics if isinstance(metric, NotRun)]
    report = Report(_revision(), _machine(), taken, missing)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    width = max((len(metric.id) for metric in metrics), default=0)
    print(f"\n{name} at {report.revision} on {report.machine}")
    for metric in taken:
        beside = "" if metric.peer is None else f"   {metric.peer.name} {metric.peer.version}: {metric.peer.value:g}"
        print(f"  {metric.id:<{width}}  {metric.value:>12.4g} {metric.unit:<9}{_verdict(metric):<22}{beside}".rstrip())
    for absent in missing:
        print(f"  {absent.id:<{width}}  not run: {absent.why}")
    missed = [metric for metric in taken if metric.bar is not None and metric.bar.gates and metric.holds is False]
    return not missed and not any(absent.is_failure for absent in missing)


def _verdict(metric: Metric) -> str:
    if metric.bar is None:
        return ""
    word = "holds" if metric.holds else ("MISSED" if metric.bar.gates else "missed")
    return f"{word} ({metric.bar.sense} {metric.bar.limit:g})"


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
