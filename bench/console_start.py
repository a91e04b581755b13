"""A console beside a whole city under 2,000 readings a second: how soon its map is painted, how late it shows."""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import qVersion

from backend.devkit.free_port import free_port
from bench.cities import fill, logged_in, whole_city
from bench.lit_street import plan
from bench.one_console import Seen
from bench.processes import ROOT, backend, python
from bench.pulse import READINGS_PER_S
from bench.report import Metric, Peer
from contract.api import LinkList
from contract.devices import LinkState

SECONDS = 20.0
_EMPTY_WINDOW = """
import os, time; os.environ["QT_QPA_PLATFORM"] = "offscreen"
import psutil
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([]); window = QWidget(); window.resize(1920, 1080); window.show()
application.processEvents(); window.repaint()
print(time.time() - psutil.Process().create_time(), psutil.Process().memory_full_info().pss / 1e6)
"""


def measure() -> list[Metric]:
    """One console, and an empty window of the same toolkit as its floor."""
    street, port = free_port(), free_port()
    city = plan(street, whole_city(1.0))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        fill(data, city)
        with backend(data, port):
            at_rest = _look(port, len(city.assets), 0.0)
            with python("-m", "bench.lit_street", str(street)):
                asyncio.run(_until_linked(port))
                seen = _look(port, len(city.assets), SECONDS)
    empty = subprocess.run([sys.executable, "-c", _EMPTY_WINDOW], stdout=subprocess.PIPE, check=True).stdout.split()
    floor_s, floor_mb = float(empty[0]), float(empty[1])
    how = f"{len(city.assets)} assets, {READINGS_PER_S} readings/s at the backend, console off screen"
    return [
        Metric(
            id="console_map_35k_s",
            value=at_rest.map_s,
            unit="s",
            how=f"process start -> resumed, every asset in the map, painted; {len(city.assets)} assets, backend at "
            f"rest, console off screen ({seen.map_s:.2f} s at {READINGS_PER_S} readings/s)",
            peer=Peer("an empty PySide6 window", qVersion(), floor_s),
        ),
        Metric(
            id="screen_p99_ms",
            value=float(np.quantile(seen.screen_ms or [np.nan], 0.99)),
            unit="ms",
            how=f"a lamp's report at its gateway -> painted on the map, {len(seen.screen_ms)} reports "
            f"(p50 {np.quantile(seen.screen_ms or [np.nan], 0.5):.0f} ms; windows of 10 and 50 ms and a tick of "
            f"100 ms are in it); {how}",
        ),
        Metric(
            id="rss_console_mb",
            value=seen.rss_mb,
            unit="MB",
            how=f"PSS of the console and its children after {SECONDS:g} s of updates; {how}",
            peer=Peer("an empty PySide6 window", qVersion(), floor_mb),
        ),
    ]


def _look(port: int, assets: int, seconds: float) -> Seen:
    url = f"http://127.0.0.1:{port}"
    token = asyncio.run(_token(url))
    command = (sys.executable, "-m", "bench.one_console", url, str(assets), str(seconds))
    run = subprocess.run(command, cwd=ROOT, input=token.encode(), stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(run.stdout, type=Seen)


async def _until_linked(port: int) -> None:
    """Until the street's gateway is read and has told its values, so that the console meets a settled backend."""
    session = await logged_in(f"http://127.0.0.1:{port}")
    async with asyncio.timeout(90):
        while True:
            links = (await session.get("/links", LinkList)).items
            if all(link.state is LinkState.UP for link in links):
                break
            await asyncio.sleep(0.5)
    await asyncio.sleep(3)
    await session.close()


async def _token(url: str) -> str:
    session = await logged_in(url)
    token = session.refresh_token
    await session.close()
    assert token is not None
    return token
