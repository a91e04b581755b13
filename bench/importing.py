"""Importing 30,000 lights from GeoJSON, beside raw sqlite3 inserting the same rows with the same durability."""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path

import msgspec

from backend.bootstrap import Backend, BackendOptions
from bench.report import Metric, Peer
from contract.imports import ImportOptions

COUNT = 30_000


def measure() -> list[Metric]:
    """Import and floor, one after the other."""
    content = _lights()
    with tempfile.TemporaryDirectory() as folder:
        seconds = asyncio.run(_import(content, Path(folder) / "data"))
        floor = _floor(content, Path(folder) / "floor.sqlite")
    return [
        Metric(
            id="import_30k_s",
            value=seconds,
            unit="s",
            how="30,000 lights from GeoJSON: parsed, checked, journalled, committed",
            peer=Peer("json + raw sqlite3 insert, WAL, FULL", sqlite3.sqlite_version, floor),
        )
    ]


def _lights() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"L-{number:05}", "name": f"Lanterne {number}"},
            "geometry": {"type": "Point", "coordinates": [5.0 + number % 200 / 1000, 47.2 + number // 200 / 1000]},
        }
        for number in range(COUNT)
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


async def _import(content: bytes, data: Path) -> float:
    backend = Backend(BackendOptions(data_dir=data))
    await backend.start()
    try:
        options = ImportOptions(class_="streetlight", file_name="lights.geojson", mapping={"code": "id"})
        begun = time.monotonic()
        report = await backend.exchange.importing.run(content, options, by="bench", dry_run=False)
        seconds = time.monotonic() - begun
        assert report.added_count == COUNT, report
    finally:
        await backend.close()
    return seconds


def _floor(content: bytes, path: Path) -> float:
    begun = time.monotonic()
    features = msgspec.json.decode(content)["features"]
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.execute("create table lights (id integer primary key, code text unique, name text, lon real, lat real)")
    with database:
        database.executemany(
            "insert into lights (code, name, lon, lat) values (?, ?, ?, ?)",
            ((f["properties"]["id"], f["properties"]["name"], *f["geometry"]["coordinates"]) for f in features),
        )
    database.close()
    return time.monotonic() - begun
