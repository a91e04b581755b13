"""Kills a writing process with SIGKILL, again and again, and counts acknowledged journal rows that are missing."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery, Unit
from backend.storage.opening import create_storage
from contract.journal import EntryKind, NewEntry

_CALLERS = 20


class KillResult(msgspec.Struct, frozen=True):
    """What a kill loop found. `fault` is what the audit says at the end, "" when the journal is whole."""

    kills: int
    acknowledged: int
    lost: int
    fault: str


def kill_loop(kills: int, data_dir: Path, *, database_url: str | None = None, seed: int = 1) -> KillResult:
    """Run the writer `kills` times, each killed after 50 to 250 ms of writing."""
    chance = random.Random(seed)
    acknowledged = 0
    lost = 0
    for _ in range(kills):
        seen = _write_until_killed(data_dir, database_url, chance.uniform(0.05, 0.25))
        acknowledged += len(seen)
        lost += asyncio.run(_count_missing(data_dir, database_url, seen))
    fault = asyncio.run(_verify(data_dir, database_url))
    return KillResult(kills, acknowledged, lost, fault)


def _write_until_killed(data_dir: Path, database_url: str | None, seconds: float) -> set[str]:
    """The marks whose commit was acknowledged before the kill."""
    arguments = [sys.executable, "-m", "bench.journal_kill", str(data_dir), database_url or ""]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        signal_after = asyncio.run(_sleep_then(seconds, writer.pid))
        rest = writer.stdout.read()
        assert signal_after
    lines = (first + rest).decode().split("\n")
    return set(lines[:-1])  # the last line may be cut


async def _sleep_then(seconds: float, pid: int) -> bool:
    await asyncio.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return True


async def _count_missing(data_dir: Path, database_url: str | None, marks: set[str]) -> int:
    storage = create_storage(database_url, data_dir, data_dir / "secrets", SystemClock(), ballast_bytes=0)
    await storage.open()
    try:
        entries = await storage.journal(JournalQuery(limit=len(marks) + 100_000))
        return len(marks - {str(entry.payload["mark"]) for entry in entries})
    finally:
        await storage.close()


async def _verify(data_dir: Path, database_url: str | None) -> str:
    storage = create_storage(database_url, data_dir, data_dir / "secrets", SystemClock(), ballast_bytes=0)
    await storage.open()
    try:
        fault = await storage.verify_journal()
        return "" if fault is None else f"row {fault.seq}: {fault.reason}"
    finally:
        await storage.close()


async def _write_for_ever(data_dir: Path, database_url: str | None) -> None:
    """Many callers commit; each prints its mark only once the commit has returned."""
    storage = create_storage(database_url, data_dir, data_dir / "secrets", SystemClock(), ballast_bytes=0)
    await storage.open()

    async def caller(name: str) -> None:
        number = 0
        while True:
            number += 1
            mark = f"{name}-{number}"
            entry = NewEntry(kind=EntryKind.NOTE, actor="bench", payload={"mark": mark})
            await storage.commit(Unit(entries=[entry]))
            sys.stdout.write(mark + "\n")
            sys.stdout.flush()

    await asyncio.gather(*(caller(f"{os.getpid()}-{index}") for index in range(_CALLERS)))


def main() -> None:
    """With a data directory: the writer. Without: 25 kills in a temporary directory."""
    if len(sys.argv) > 1:
        asyncio.run(_write_for_ever(Path(sys.argv[1]), sys.argv[2] or None))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(kill_loop(25, Path(folder)))


if __name__ == "__main__":
    main()
