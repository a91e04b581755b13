"""The backend is killed at random moments of storms of alarms: nothing is lost, nothing that was done is undone."""

import asyncio
from pathlib import Path

import pytest

from bench.alarms.kills import kill_in_storms

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


async def test_f22_killed_in_storms_what_a_console_shows_is_what_the_journal_says(tmp_path: Path) -> None:
    result = await kill_in_storms(tmp_path, 3, seed=22)
    await asyncio.get_running_loop().shutdown_default_executor()
    print(result)
    assert not result.faults, "\n".join(result.faults)
    assert result.confirmed >= 3  # of twelve: an act that the kill overtook was never confirmed
    assert result.compared > 500
    assert len(result.restarts_s) == 3  # how fast it is back, the bench asks
