"""350,000 assets and 1,000,000 journal rows in a data directory, with a chain that holds."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import msgspec

from backend.devkit.clock import SystemClock
from backend.storage.chain import ChainHead, append, draft
from backend.storage.opening import DATABASE_FILE, create_storage
from bench.post.bars import ASSETS
from bench.post.bars import JOURNAL_ROWS as ROWS
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry

_TOGETHER = 10_000


def build(data: Path) -> None:
    """Fill it, past the writer: what is measured is not how it came there."""
    asyncio.run(_schema(data))
    with contextlib.closing(sqlite3.connect(data / DATABASE_FILE)) as database:
        for start in range(0, ASSETS, _TOGETHER):
            with database:
                database.executemany(
                    "INSERT INTO assets VALUES (?, ?, ?, ?, ?)",
                    (
                        (asset.id, asset.class_, asset.code, asset.commune, msgspec.json.encode(asset).decode())
                        for asset in map(_lamp, range(start + 1, start + _TOGETHER + 1))
                    ),
                )
        head = ChainHead()
        now = SystemClock().now()
        for start in range(0, ROWS, _TOGETHER):
            drafts = [draft(_entry(number)) for number in range(start, start + _TOGETHER)]
            rows, head = append(head, drafts, now)
            with database:
                database.executemany(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(msgspec.structs.astuple, rows)
                )


async def _schema(data: Path) -> None:
    storage = create_storage(None, data, data / "secrets", SystemClock(), ballast_bytes=0)
    await storage.open()
    await storage.close()


def _lamp(number: int) -> Asset:
    return Asset(
        id=number,
        class_="streetlight",
        code=f"L-{number:06}",
        name=f"Lanterne {number}",
        street=f"Rue {number % 900}",
        lon=5.0 + number % 700 / 5_000,
        lat=47.2 + number // 700 / 5_000,
        commune=f"21{number % 24:03}",
        service="lighting",
        extra={"lamp": "LED 40 W", "cabinet": f"C-{number % 700:04}"},
    )


def _entry(number: int) -> NewEntry:
    payload: dict[str, object] = {"point": "level_percent", "before": number % 100, "after": (number + 7) % 100}
    return NewEntry(kind=EntryKind.POINT, actor="device", asset_id=1 + number % ASSETS, payload=payload)
