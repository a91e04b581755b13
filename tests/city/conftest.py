"""Cities to look at and cities to disturb."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from city.plan import City, build_city
from city.running import CityOptions, RunningCity


@pytest.fixture(scope="session")
def dijon() -> City:
    """The city at its real size."""
    return build_city(seed=1, scale=1.0)


@pytest.fixture(scope="session")
def small_city() -> City:
    """A twentieth of it, with gateways in every commune all the same."""
    return build_city(seed=1, scale=0.05)


@pytest.fixture
def clock() -> ManualClock:
    """A winter evening's clock that the test moves."""
    return ManualClock()


@pytest.fixture
async def running(small_city: City, clock: ManualClock, tmp_path: Path) -> AsyncIterator[RunningCity]:
    """Devices that listen; time stands still unless the test moves it."""
    options = CityOptions(out=tmp_path / "out", films=tmp_path / "films", is_calm=True)
    city = RunningCity(small_city, options, clock)
    yield city
    await city.close()
    await asyncio.get_running_loop().shutdown_default_executor()  # MQTT connects in a thread of the pool
