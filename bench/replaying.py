"""The map's past: what a second costs to keep, what an hour takes on the disk, how long a seek lasts."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from backend.domain.map_history import MapChange, Recorded
from backend.storage.recording.files import WHOLE_EVERY_MS, RecordingFiles
from bench.report import Bar, Metric
from console.store.replay_chunk import ReplayChunk
from contract.replay import PLACES_A_DEGREE, ReplayBatch, ReplayFrames

_START_MS: Final = 1_795_440_000_000
_STATES_A_SECOND: Final = 1_000
_VEHICLES: Final = 405
_SECONDS: Final = 1_500  # written, and told for an hour
_SEEKS: Final = 12
_SIZES: Final = (("35k", 35_000), ("350k", 350_000))
_LONGEST_SHARE: Final = 0.25  # of a second: what keeping a second may cost of one core, 350,000 assets


def measure() -> Sequence[Metric]:
    """1,000 states and 405 moves a second, as the map's bench has them."""
    metrics: list[Metric] = []
    for name, count in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            metrics += _of_city(name, count, Path(folder))
    return metrics


def _of_city(name: str, count: int, folder: Path) -> list[Metric]:
    files = RecordingFiles(folder, least_free_bytes=0)
    files.open()
    costs = _write(files, count)
    written = sum(path.stat().st_size for path in folder.glob("*/*"))
    rng = np.random.default_rng(2)
    seeks: list[float] = []
    for moment in rng.integers(0, _SECONDS * 1000, _SEEKS).tolist():
        began = time.perf_counter()
        [first] = [item for item in files.read(_START_MS + moment, _START_MS + moment) if isinstance(item, Recorded)]
        seeks.append((time.perf_counter() - began) * 1000)
        assert len(first.change.ids) == count
    chunk, loading_ms = _five_minutes(files)
    inside: list[float] = []
    for moment in rng.integers(0, 300_000, 50).tolist():
        began = time.perf_counter()
        chunk.states_at(chunk.since_ms + moment)
        chunk.places_at(chunk.since_ms + moment)
        inside.append((time.perf_counter() - began) * 1000)
    files.close()
    what = f"{count:,} assets, {_STATES_A_SECOND:,} states and {_VEHICLES} moves a second"
    whole = f"a whole every {WHOLE_EVERY_MS // 60_000} min"
    cost = Metric(
        id=f"replay_cpu_percent_{name}",
        value=round(100 * statistics.fmean(costs), 2),
        unit="% of a core",
        how=f"writing a second of {what}, in a thread; {whole}",
    )
    return [
        cost.against(Bar(limit=100 * _LONGEST_SHARE)),
        Metric(
            id=f"replay_longest_write_{name}_ms",
            value=round(1000 * max(costs), 1),
            unit="ms",
            how="the longest write of a second, wholes included; no loop waits for it",
        ),
        Metric(
            id=f"replay_mb_an_hour_{name}",
            value=round(written * 3_600 / _SECONDS / 1e6, 1),
            unit="MB",
            how=f"{_SECONDS} s written: {what}; {whole}",
        ),
        Metric(
            id=f"replay_seek_p50_{name}_ms",
            value=round(statistics.median(seeks), 1),
            unit="ms",
            how="the state at a random moment, from the files",
        ),
        Metric(id=f"replay_seek_max_{name}_ms", value=round(max(seeks), 1), unit="ms", how=f"the longest of {_SEEKS}"),
        Metric(
            id=f"replay_load_5_min_{name}_ms",
            value=round(loading_ms, 1),
            unit="ms",
            how="five minutes read from the files and taken in by a console, without the network",
        ),
        Metric(
            id=f"replay_seek_loaded_{name}_ms",
            value=round(statistics.median(inside), 2),
            unit="ms",
            how="a random moment of five minutes that the console has loaded",
        ),
    ]


def _write(files: RecordingFiles, count: int) -> list[float]:
    rng = np.random.default_rng(1)
    ids = np.arange(1, count + 1, dtype=np.uint32)
    vehicles = np.arange(count + 1, count + _VEHICLES + 1, dtype=np.uint32)
    places = np.stack([rng.normal(5.04, 0.05, _VEHICLES), rng.normal(47.32, 0.03, _VEHICLES)])
    heading = rng.uniform(0, 360, _VEHICLES)
    levels = np.full(count, 255, np.uint8)
    levels[: count * 97 // 100] = 60
    costs: list[float] = []
    for second in range(_SECONDS):
        changed = ids if not second else np.sort(rng.choice(ids, _STATES_A_SECOND, replace=False))
        heading = (heading + rng.normal(0, 5, _VEHICLES)) % 360
        places += 1e-4 * np.stack([np.sin(np.radians(heading)), np.cos(np.radians(heading))])
        levels[changed[: len(changed) // 2] - 1] = rng.integers(20, 101, len(changed) // 2)
        visuals = np.where(rng.random(len(changed)) < 0.97, 0, rng.integers(1, 8, len(changed))).astype(np.uint8)
        change = MapChange(
            changed,
            visuals,
            levels[changed - 1],
            vehicles,
            np.rint(places[0] * PLACES_A_DEGREE).astype(np.int32),
            np.rint(places[1] * PLACES_A_DEGREE).astype(np.int32),
            np.rint(heading * 100).astype(np.uint16),
        )
        began = time.perf_counter()
        files.append(_START_MS + second * 1000, change)
        costs.append(time.perf_counter() - began)
    return costs[1:]


def _five_minutes(files: RecordingFiles) -> tuple[ReplayChunk, float]:
    since, until = _START_MS + 400_000, _START_MS + 700_000
    began = time.perf_counter()
    batches = [
        ReplayBatch(
            seq=seq,
            at_ms=item.at_ms,
            is_whole=item.is_whole,
            ids=item.change.ids.tobytes(),
            visuals=item.change.visuals.tobytes(),
            levels=item.change.levels.tobytes(),
            move_ids=item.change.move_ids.tobytes(),
            move_lon=item.change.lon.tobytes(),
            move_lat=item.change.lat.tobytes(),
            move_heading=item.change.heading.tobytes(),
        )
        for seq, item in enumerate(item for item in files.read(since, until) if isinstance(item, Recorded))
    ]
    frames = ReplayFrames(since_ms=since, until_ms=until, step_s=1, batches=tuple(batches))
    chunk = ReplayChunk(msgspec.msgpack.decode(msgspec.msgpack.encode(frames), type=ReplayFrames))
    chunk.states_at(until)
    return chunk, (time.perf_counter() - began) * 1000
