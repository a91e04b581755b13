"""A child that is ended is gone: it leaves by itself, or it does not, or its owner is cancelled meanwhile."""

import asyncio
import sys

import pytest

from video.child_process import end_child

LEAVES = "import sys; print('up', flush=True); sys.stdin.read()"
STAYS = "import time; print('up', flush=True); time.sleep(600)"


async def child(program: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


async def test_one_that_heeds_its_stdin_leaves_by_itself() -> None:
    process = await child(LEAVES)
    assert await end_child(process, leave_within_s=10)
    assert process.returncode == 0
    assert await end_child(process), "it may be ended twice"


async def test_one_that_stays_is_killed() -> None:
    process = await child(STAYS)
    assert not await end_child(process, leave_within_s=0.05)
    assert process.returncode == -9


async def test_cancelled_while_it_is_given_time_it_is_killed_at_once_and_waited_for() -> None:
    process = await child(STAYS)
    async with asyncio.timeout(10):
        ending = asyncio.get_running_loop().create_task(end_child(process, leave_within_s=600))
        await asyncio.sleep(0.05)
        for _ in range(2):
            ending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ending
    assert process.returncode == -9
