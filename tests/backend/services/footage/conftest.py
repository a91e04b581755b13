"""A recorded city of its own for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.services.footage.rig import RecordedCity


@pytest.fixture
async def city() -> AsyncIterator[RecordedCity]:
    """Started, nothing planned."""
    city = RecordedCity()
    await city.start()
    yield city
    await city.close()
