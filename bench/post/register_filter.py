"""Filtering and sorting the register panel's table at 350,000 rows."""

import functools
import subprocess
import sys
from collections.abc import Sequence

import msgspec
import numpy as np

from bench.post.bars import BARS
from bench.post.register_seen import RegisterSeen
from bench.report import ROOT, Metric, NotRun

_PATIENCE_S = 600.0
_FAILED_TAIL = 300


@functools.cache
def room() -> RegisterSeen | NotRun:
    """What was seen in the register's own process; measured once for all figures."""
    command = [sys.executable, "-m", "bench.post.register_room"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)
    if run.returncode:
        return NotRun("register_filter_p95_ms", run.stderr[-_FAILED_TAIL:], is_failure=True)
    return msgspec.json.decode(run.stdout.strip().splitlines()[-1], type=RegisterSeen)


def measure() -> Sequence[Metric | NotRun]:
    """register_filter_p95_ms, and what the panel's columns take of memory."""
    seen = room()
    if isinstance(seen, NotRun):
        return [seen]
    p50, p95 = (float(np.percentile(seen.asked_ms, share)) for share in (50, 95))
    how = (
        f"{len(seen.asked_ms)} questions (words letter by letter, conditions, orders, groups) over {seen.assets} "
        f"assets, from the key to the painted list: p50 {p50:.0f} ms, own work p95 {seen.asked_own_p95_ms:.0f} ms, "
        f"slowest {seen.slowest}; opened and read "
        f"in {seen.read_s:.1f} s"
    )
    memory = (
        f"added by the panel (columns {seen.columns_mb:.0f} MB of it) to a console process that holds {seen.assets} "
        f"assets in {seen.base_mb:.0f} MB"
    )
    return [
        Metric(id="register_filter_p95_ms", value=p95, unit="ms", how=how).against(BARS["register_filter_p95_ms"]),
        Metric(id="register_panel_mb", value=seen.panel_mb, unit="MB", how=memory),
    ]
