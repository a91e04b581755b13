"""`python main.py audit verify`: whether the journal is whole."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from backend.commands import data_directory
from backend.ports import JournalQuery
from backend.storage.sql import SqlStorage


def main(argv: Sequence[str]) -> int:
    """Returns 0 when the journal is whole, 1 when a row is bad, 3 when a backend has it open."""
    parser = argparse.ArgumentParser(
        prog="main.py audit",
        description="Walks the journal's chain and its signed checkpoints, and names the first bad row.",
        epilog=data_directory.EXIT_CODES,
    )
    parser.add_argument("act", choices=["verify"], help="verify: check every row")
    data_directory.add_arguments(parser)
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    return asyncio.run(data_directory.with_storage(options, _verify, may_be_new=False))


async def _verify(storage: SqlStorage) -> int:
    fault = await storage.verify_journal()
    if fault is not None:
        return data_directory.say(f"The journal is NOT whole. Row {fault.seq}: {fault.reason}", data_directory.REFUSED)
    count = await storage.journal_count(JournalQuery())
    sys.stdout.write(f"The journal is whole: {count} rows.\n")
    return data_directory.OK
