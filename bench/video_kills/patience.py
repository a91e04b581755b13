"""Waiting for what must come."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

IS_MOVING_S = 1.0
"""A tile that got no new picture for so long does not move."""
_LOOKS_EVERY_S = 0.1


async def until(is_so: Callable[[], bool | Awaitable[bool]], within_s: float) -> bool:
    """Wait until it is so; False when it was not within that time."""
    ends = time.monotonic() + within_s
    while True:
        found = is_so()
        if await found if inspect.isawaitable(found) else found:
            return True
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(_LOOKS_EVERY_S)
