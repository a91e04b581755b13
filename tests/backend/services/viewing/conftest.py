"""A room with one camera."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.services.rig import SmallCity
from tests.backend.services.viewing.rig import Room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """One camera that streams, three people."""
    city = SmallCity()
    await city.start()
    made = Room(city)
    await made.viewing.open()
    yield made
    await made.viewing.close()
    await city.stop()
