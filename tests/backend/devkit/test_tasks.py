"""What is cancelled ends, also where a library lost the cancelling."""

import asyncio

from backend.devkit.tasks import Tasks


async def test_an_owner_cancels_again_who_did_not_end() -> None:
    lost, tasks = asyncio.Event(), Tasks("test", cancel_again_s=0.05)

    async def works() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            lost.set()
        await asyncio.sleep(60)

    task = tasks.start(works(), name="works")
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.close()
    assert lost.is_set()
    assert task.cancelled()
