"""A small city for the tests of the API and the stream."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes


@pytest.fixture
async def city() -> AsyncIterator[TwoCommunes]:
    """Two communes of real services in memory."""
    small = TwoCommunes()
    await small.start()
    yield small
    await small.close()


@pytest.fixture
async def served(city: TwoCommunes) -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    async with serve(city) as listening:
        yield listening
