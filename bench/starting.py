"""From process start to the first snapshot served, beside the time Python and sqlite3 alone take to read the rows."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backend.devkit.free_port import free_port
from backend_client.mirror import Mirror, MirrorState
from bench.cities import data_directory, logged_in
from bench.processes import backend, proportional_mb
from bench.report import Metric, Peer
from contract.stream import ServerMessage, SnapshotsDone, Subscribe, TopicKind


class _UntilDone:
    def __init__(self) -> None:
        self.done = asyncio.Event()

    def message(self, message: ServerMessage) -> None:
        if isinstance(message, SnapshotsDone):
            self.done.set()

    def link_changed(self, state: MirrorState, detail: str) -> None:
        """The snapshot alone is waited for."""


def measure() -> list[Metric]:
    """Start-up at 35,000 and 350,000 assets, and the memory of a backend that served them."""
    metrics: list[Metric] = []
    for scale, name in ((1.0, "35k"), (10.0, "350k")):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            shutil.copytree(data_directory(scale), data)
            floor = _floor(data)
            seconds, megabytes = asyncio.run(_start_once(data))
        metrics.append(
            Metric(
                id=f"backend_start_{name}_s",
                value=seconds,
                unit="s",
                how="process start until a console that logs in has every asset, state and alarm decoded",
                peer=Peer("python starts, sqlite3 reads the asset rows", sqlite3.sqlite_version, floor),
            )
        )
        if name == "35k":
            metrics.append(
                Metric(
                    id="rss_backend_mb", value=megabytes, unit="MB", how="PSS of backend and media after the snapshot"
                )
            )
    return metrics


async def _start_once(data: Path) -> tuple[float, float]:
    port = free_port()
    begun = time.monotonic()
    with backend(data, port) as process:
        session = await logged_in(f"http://127.0.0.1:{port}")
        listener = _UntilDone()
        mirror = Mirror(session, listener, Subscribe(kinds=(TopicKind.ASSETS, TopicKind.STATES, TopicKind.ALARMS)))
        running = asyncio.get_running_loop().create_task(mirror.run(), name="mirror")
        async with asyncio.timeout(120):
            await listener.done.wait()
        seconds = time.monotonic() - begun
        megabytes = proportional_mb(process.pid)
        running.cancel()
        await asyncio.wait([running])
        await session.close()
    return seconds, megabytes


def _floor(data: Path) -> float:
    program = (
        "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);print(sum(1 for _ in c.execute('select * from assets')))"
    )
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", program, str(data / "beffroi.sqlite")], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun
