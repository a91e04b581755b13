"""The bench, started and cleaned up."""

from collections.abc import AsyncIterator

import pytest

from tests.backend.integrations.talq_lighting.bench_gateway import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A gateway with eight lamps on two cabinets, and our adapter on it, connected."""
    bench = Bench()
    await bench.start()
    try:
        await bench.up()
        yield bench
    finally:
        await bench.close()
