"""A room for each story."""

from collections.abc import AsyncIterator

import pytest

from contract.devices import LinkState
from tests.backend.services.administration.watched_room import Room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = Room()
    await made.city.register.load()
    await made.city.start()
    await made.watched.start()
    await made.watched.until_link(LinkState.UP)
    yield made
    await made.watched.supervisor.close()
    await made.city.stop()
