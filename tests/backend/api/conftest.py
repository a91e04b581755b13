"""A small city for the tests of the API and the stream."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.api.small_city import SmallCity


@pytest.fixture
async def city() -> AsyncIterator[SmallCity]:
    """Two communes of real services in memory."""
    small = SmallCity()
    await small.start()
    yield small
    await small.close()
