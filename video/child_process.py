"""How a child process is ended: asked, waited for, killed, and always gone when that returns."""

import asyncio
import contextlib


async def end_child(process: asyncio.subprocess.Process, *, leave_within_s: float = 0.0) -> bool:
    """Close its stdin, give it `leave_within_s` to leave, then kill it. True when it left by itself.

    Whoever is cancelled meanwhile does not wait for it to leave, but for its end; nothing is left running.
    """
    if process.stdin is not None:
        process.stdin.close()
    is_cancelled = False
    if process.returncode is None and leave_within_s > 0:
        try:
            async with asyncio.timeout(leave_within_s):
                await process.wait()
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            is_cancelled = True
    left = process.returncode is not None
    while process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        try:
            await process.wait()
        except asyncio.CancelledError:
            is_cancelled = True
    if is_cancelled:
        raise asyncio.CancelledError
    return left
