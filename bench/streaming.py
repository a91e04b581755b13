"""Readings from the wire to 50 consoles, beside a raw broadcast of as many frames of the same size."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path

import aiohttp
import msgspec
import numpy as np
import psutil

from backend.devkit.free_port import free_port
from bench.cities import fill
from bench.listeners import Heard
from bench.lit_street import COMMUNES, plan
from bench.processes import ROOT, backend, python
from bench.pulse import READINGS_PER_S
from bench.report import Metric, Peer

CONSOLES = 50
PROCESSES = 2
SECONDS, FLOOR_SECONDS = 20.0, 8.0
WINDOWS_PER_S = 20
_ROW_BYTES = 62  # of a PointRow with its names, stamps and version


class Run(msgspec.Struct, frozen=True):
    """What all consoles heard, and what it cost the process that told them."""

    count: int
    resyncs: int
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server, for each reading that came in


def measure() -> list[Metric]:
    """The backend, then the floor."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _backend_run(Path(folder) / "data")
    floor = _floor_run()
    heard = ours.count / (READINGS_PER_S * SECONDS * CONSOLES)
    how = (
        f"TALQ report made by a gateway -> decoded in a console; {READINGS_PER_S} readings/s, {CONSOLES} consoles, "
        f"{SECONDS:g} s, {heard:.1%} of the readings heard in that time, {ours.resyncs} resyncs"
    )
    beside = f"raw aiohttp broadcast, {1000 // WINDOWS_PER_S} ms window"
    version = aiohttp.__version__
    return [
        Metric(id="stream_p50_ms", value=ours.p50_ms, unit="ms", how=how, peer=Peer(beside, version, floor.p50_ms)),
        Metric(id="stream_p99_ms", value=ours.p99_ms, unit="ms", how=how, peer=Peer(beside, version, floor.p99_ms)),
        Metric(
            id="stream_cpu_us_per_message",
            value=ours.cpu_us,
            unit="us",
            how=f"CPU of the backend for each reading: parsed, checked, kept and told to {CONSOLES} consoles",
            peer=Peer(beside, version, floor.cpu_us),
        ),
    ]


def _backend_run(data: Path) -> Run:
    street, port = free_port(), free_port()
    fill(data, plan(street))
    with python("-m", "bench.lit_street", str(street)), backend(data, port) as process:
        _until_listening(port)
        return _hear(f"http://127.0.0.1:{port}", process.pid, SECONDS)


def _floor_run() -> Run:
    port = free_port()
    size = READINGS_PER_S // WINDOWS_PER_S // COMMUNES * _ROW_BYTES
    with python("-m", "bench.broadcast", str(port), str(COMMUNES), str(size)) as process:
        _until_listening(port)
        return _hear(f"http://127.0.0.1:{port}/", process.pid, FLOOR_SECONDS, "floor")


def _hear(url: str, pid: int, seconds: float, *words: str) -> Run:
    with contextlib.ExitStack() as stack:
        each = str(CONSOLES // PROCESSES)
        listeners = [stack.enter_context(_listener(url, each, str(seconds), *words)) for _ in range(PROCESSES)]
        for listener in listeners:
            assert _line(listener) == b"ready\n", "the consoles did not get their snapshots"
        time.sleep(2.0)
        before, begun = psutil.Process(pid).cpu_times(), time.monotonic()
        for listener in listeners:
            assert listener.stdin is not None
            listener.stdin.write(b"go\n")
            listener.stdin.flush()
        time.sleep(seconds)
        after, ended = psutil.Process(pid).cpu_times(), time.monotonic()
        heard = [msgspec.json.decode(_line(listener), type=Heard) for listener in listeners]
    late = np.concatenate([np.array(one.late_ms) for one in heard])
    cpu_s = after.user + after.system - before.user - before.system
    return Run(
        count=sum(one.count for one in heard),
        resyncs=sum(one.resyncs for one in heard),
        p50_ms=float(np.quantile(late, 0.5)),
        p99_ms=float(np.quantile(late, 0.99)),
        cpu_us=cpu_s / (READINGS_PER_S * (ended - begun)) * 1e6,
    )


@contextlib.contextmanager
def _listener(*words: str) -> Generator[subprocess.Popen[bytes]]:
    command: Sequence[str] = (sys.executable, "-m", "bench.listeners", *words)
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def _until_listening(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.05)
    raise TimeoutError("the server under measure does not listen")
