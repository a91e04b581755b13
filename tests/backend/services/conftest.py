"""The small city, started."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.services.rig import SmallCity


@pytest.fixture
async def city() -> AsyncIterator[SmallCity]:
    """A city whose devices do what the test says."""
    small = SmallCity()
    await small.start()
    yield small
    await small.stop()
