"""Recorder, decoders, backend and console are killed at random moments of people's work: nothing confirmed is lost."""

import asyncio
from pathlib import Path

import pytest

from bench.video_kills.killing import VICTIMS, kill_at_random

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


async def test_killed_at_random_nothing_confirmed_is_lost_and_no_mask_is_missing(tmp_path: Path) -> None:
    result = await kill_at_random(tmp_path, VICTIMS, seed=4)
    await asyncio.get_running_loop().shutdown_default_executor()
    print(result)
    assert not result.faults, "\n".join(result.faults)
    assert result.confirmed >= 30
    assert result.masked_pictures >= 50
    assert result.bare_pictures == 0
