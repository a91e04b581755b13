"""How far a long command is, and how it is stopped: Ctrl+C or SIGTERM, then nothing of it remains."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Generator
from types import FrameType
from typing import Final

import msgspec

from backend.storage.backup.making import Cancelled, Progress, Tell

_EVERY_S: Final = 0.5


@contextlib.contextmanager
def shown(*, as_lines: bool) -> Generator[Tell]:
    """A teller: lines of JSON for programs, one line that changes for people on a terminal. Raises Cancelled."""
    is_stopped = threading.Event()
    last = 0.0
    is_shown = as_lines or sys.stderr.isatty()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        is_stopped.set()

    def tell(progress: Progress) -> None:
        nonlocal last
        if is_stopped.is_set():
            raise Cancelled
        now = time.monotonic()
        if not is_shown or (now - last < _EVERY_S and progress.done < progress.total):
            return
        last = now
        if as_lines:
            sys.stdout.buffer.write(msgspec.json.encode(progress) + b"\n")
            sys.stdout.buffer.flush()
        else:
            percent = 100 * progress.done // max(1, progress.total)
            sys.stderr.write(f"\r{percent:3} %  {progress.what[:60]:60}")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield tell
    finally:
        for number, old in before.items():
            signal.signal(number, old)
        if is_shown and not as_lines:
            sys.stderr.write("\r" + " " * 70 + "\r")


def show_count(done: int, total: int) -> None:
    """So many of so many, on a line that changes; nothing where nobody looks at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {total:,}" + ("\n" if done == total else ""))
        sys.stderr.flush()
