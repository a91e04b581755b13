"""Work belongs to its panel."""

import asyncio

from console.kit.task_bag import TaskBag


async def test_closing_cancels_what_runs_and_waits_for_its_end() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            ended.append("ended")

    bag = TaskBag("panel")
    bag.start(work(), name="long")
    await asyncio.sleep(0)
    await bag.close()
    assert ended == ["ended"]
    assert bag.running_count == 0


async def test_nothing_starts_once_the_panel_is_closed() -> None:
    bag = TaskBag("panel")
    await bag.close()
    assert bag.start(asyncio.sleep(60), name="late") is None


async def test_a_failure_is_told_to_whoever_counts_faults() -> None:
    told: list[str] = []

    async def fail() -> None:
        raise ValueError("broken")

    bag = TaskBag("panel map", lambda name, error: told.append(f"{name}: {error}"))
    bag.start(fail(), name="draw")
    await asyncio.sleep(0.01)
    assert told == ["panel map: draw: broken"]
