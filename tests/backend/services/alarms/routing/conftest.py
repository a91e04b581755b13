"""A control room at two in the morning, an operator at his seat."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.services.alarms.routing.room import Room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """Started long enough ago that an empty room is one."""
    made = Room()
    await made.start()
    made.clock.pass_time(600)
    made.sits("operator")
    yield made
    await made.routing.close()
