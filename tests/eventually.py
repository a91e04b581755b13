"""Waits for what must come; the test fails when it does not."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(is_so: Callable[[], Any], what: str = "what the test waits for", within_s: float = 30.0) -> Any:
    """Wait until it is so, and return what it gave; a coroutine function is awaited each time."""
    ends = time.monotonic() + within_s
    while True:
        found = is_so()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < ends, f"not within {within_s:g} s: {what}"
        await asyncio.sleep(0.02)
