"""A child whose event loop turns on while it is told line by line what to do: the far end of bench.city_map.child."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping

import msgspec

_MARK = b"ANSWER "

Job = Callable[..., Awaitable[object]]


async def serve(jobs: Mapping[str, Job]) -> None:
    """Do what each line of stdin says, until there are no more."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, name="jobs", daemon=True).start()
    while line := await lines.get():
        how = json.loads(line)
        answer = msgspec.json.encode(await jobs[how.pop("job")](**how))
        sys.stdout.buffer.write(_MARK + answer + b"\n")
        sys.stdout.buffer.flush()
