"""A demo city attaches to a backend that starts: how long until each lamp is known, and how late the event loop is.

The backend runs in a process of its own: `python -m bench.attaching DIR` prints one line of JSON.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from backend.bootstrap import Backend, BackendOptions
from backend.collector import spare_what_stays
from bench.processes import ROOT
from bench.report import Metric
from contract.stream import LEVEL_UNKNOWN

PROBE_S = 0.005
WATCHED_S = 30.0
LONGEST_S = 150.0
WATCHED_EACH = 10  # looking at all of them would itself hold up the loop
MAY_LACK = 0.005  # faults are part of the demo city


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """How one start went."""

    seconds: float
    lamps: int
    late_p99_ms: float
    late_max_ms: float
    busy_p99_ms: float
    busy_max_ms: float
    cpu_s: float


def measure() -> list[Metric]:
    """One start of the demo city at full size."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.attaching", folder]
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    attached = msgspec.json.decode(run.stdout, type=Attached)
    how = f"{attached.lamps} lamps behind 24 TALQ gateways, city process beside it"
    return [
        Metric(
            id="demo_attach_s",
            value=attached.seconds,
            unit="s",
            how=f"process start until the level of each is known and GOOD; {how}",
        ),
        Metric(
            id="demo_attach_loop_gap_p99_ms",
            value=attached.late_p99_ms,
            unit="ms",
            how=f"lateness of a probe every 5 ms in the first {WATCHED_S:g} s (max {attached.late_max_ms:.0f} ms); "
            f"of it the loop's own work: p99 {attached.busy_p99_ms:.0f}, max {attached.busy_max_ms:.0f} ms; {how}",
        ),
    ]


async def attach(data: Path, begun: float) -> Attached:
    """Start, watch, stop."""
    backend = Backend(BackendOptions(data_dir=data, is_demo=True))
    late: list[float] = []
    busy: list[float] = []
    watching = asyncio.get_running_loop().create_task(_watch(late, busy), name="probe")
    await backend.start()
    spare_what_stays()
    try:
        known_at, lamps = await _until_known(backend, begun)
        await asyncio.sleep(max(0.0, begun + WATCHED_S - time.monotonic()))
        watching.cancel()
        cpu_s = time.process_time()
    finally:
        await backend.close()
    return Attached(
        seconds=known_at - begun,
        lamps=lamps,
        late_p99_ms=_quantile(late, 0.99),
        late_max_ms=max(late) * 1e3,
        busy_p99_ms=_quantile(busy, 0.99),
        busy_max_ms=max(busy) * 1e3,
        cpu_s=cpu_s,
    )


async def _watch(late: list[float], busy: list[float]) -> None:
    """Probes that would have fallen into a gap count too: each as late as the gap's end is from it."""
    while True:
        at, used = time.monotonic(), time.thread_time()
        await asyncio.sleep(PROBE_S)
        gap, worked = time.monotonic() - at - PROBE_S, time.thread_time() - used
        late.extend(np.arange(max(gap, 0.0), -1e-9, -PROBE_S).tolist() or [0.0])
        busy.extend(np.arange(max(min(worked, gap), 0.0), -1e-9, -PROBE_S).tolist() or [0.0])


async def _until_known(backend: Backend, begun: float) -> tuple[float, int]:
    lamps: list[int] = []
    watched: list[int] = []
    while time.monotonic() - begun < LONGEST_S:
        await asyncio.sleep(0.25)
        if not lamps and backend.city is not None:
            lamps = [asset.id for asset in backend.register.all() if asset.class_ == "streetlight"]
            watched = lamps[::WATCHED_EACH]
        if not lamps:
            continue
        _, levels = backend.live.visuals(watched)
        if levels.count(LEVEL_UNKNOWN) <= len(watched) * MAY_LACK:
            return time.monotonic(), len(lamps)
    raise TimeoutError(f"lamps are not known after {LONGEST_S:g} s")


def _quantile(values: list[float], share: float) -> float:
    return float(np.quantile(np.array(values or [0.0]), share)) * 1e3


if __name__ == "__main__":
    started = time.monotonic()
    print(msgspec.json.encode(asyncio.run(attach(Path(sys.argv[1]), started))).decode())
