"""The answers of the palette over 350,000 assets: a letter is typed in a real console, beside a real backend."""

import asyncio
import importlib.metadata
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from rapidfuzz import fuzz, process

from backend.devkit.free_port import free_port
from bench.cities import data_directory, logged_in
from bench.post.bars import BARS
from bench.post.typing_console import TEXTS, Typed
from bench.processes import ROOT, backend
from bench.report import Metric, NotRun, Peer

_SCALE: Final = 10.0
_LONGEST_S: Final = 900


def measure() -> Sequence[Metric | NotRun]:
    """One figure: palette_p95_ms."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(data_directory(_SCALE), data)
        labels = _labels(data)
        with backend(data, port):
            url = f"http://127.0.0.1:{port}"
            token = asyncio.run(_token(url))
            command = (sys.executable, "-m", "bench.post.typing_console", url, str(len(labels)))
            run = subprocess.run(
                command, cwd=ROOT, input=token.encode(), capture_output=True, check=False, timeout=_LONGEST_S
            )
    if run.returncode:
        return [NotRun("palette_p95_ms", run.stderr.decode(errors="replace")[-300:], is_failure=True)]
    typed = msgspec.json.decode(run.stdout.splitlines()[-1], type=Typed)
    found = np.array(typed.letters_ms)
    how = (
        f"a letter typed -> all answers painted, {len(found)} letters of {len(TEXTS)} texts, {typed.assets:,} assets "
        f"in the console and the backend, HTTP on loopback (p50 {np.median(found):.0f}, longest {found.max():.0f} ms)"
    )
    peer = Peer("rapidfuzz WRatio over every label, p95", importlib.metadata.version("rapidfuzz"), _floor(labels))
    metric = Metric(id="palette_p95_ms", value=float(np.quantile(found, 0.95)), unit="ms", how=how, peer=peer)
    return [metric.against(BARS["palette_p95_ms"])]


def _labels(data: Path) -> list[str]:
    with sqlite3.connect(f"file:{data / 'beffroi.sqlite'}?mode=ro", uri=True) as database:
        return [
            f"{code} {name}" for code, name in database.execute("select code, json_extract(body, '$.name') from assets")
        ]


def _floor(labels: Sequence[str]) -> float:
    taken: list[float] = []
    for text in TEXTS[:8]:
        begun = time.perf_counter()
        process.extract(text, labels, scorer=fuzz.WRatio, limit=20)
        taken.append((time.perf_counter() - begun) * 1000)
    return float(np.quantile(taken, 0.95))


async def _token(url: str) -> str:
    session = await logged_in(url)
    token = session.refresh_token
    await session.close()
    assert token is not None
    return token
