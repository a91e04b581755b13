"""A city that attaches never holds up the one who wants something of the backend meanwhile."""

import asyncio
import gc
import itertools
from collections.abc import Iterator

import pytest

from backend.collector import spare_what_stays
from backend.services.intake import MOST_A_TURN
from contract.points import Quality, Reading
from tests.backend.services.rig import LAMPS, SmallCity

TURNS = 10


async def test_others_have_their_turn_between_the_readings_of_a_city(city: SmallCity) -> None:
    city.sink.report([Reading(LAMPS[0], "level_percent", float(n % 100)) for n in range(MOST_A_TURN * TURNS)])
    taken: list[int] = []

    async def somebody_else() -> None:
        while True:
            taken.append(city.intake.counts["readings"])
            await asyncio.sleep(0)

    other = asyncio.get_running_loop().create_task(somebody_else(), name="somebody else")
    await asyncio.sleep(0)
    before = city.intake.counts["readings"]
    await city.intake.take_all()
    other.cancel()
    await asyncio.wait([other])
    steps = [after - earlier for earlier, after in itertools.pairwise(taken)]
    assert max(steps) <= MOST_A_TURN
    assert city.intake.counts["readings"] - before == MOST_A_TURN * TURNS
    last = city.live.points_of(LAMPS[0])["level_percent"]
    assert (last.value, last.quality) == (float((MOST_A_TURN * TURNS - 1) % 100), Quality.GOOD), "in their order"


@pytest.fixture
def own_collector() -> Iterator[None]:
    """The collector of this process afterwards is as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("own_collector")
def test_what_a_city_holds_is_not_walked_again_and_again() -> None:
    city = [{"lamp": [number]} for number in range(1_000)]
    spare_what_stays()
    assert gc.get_freeze_count() >= len(city)
    assert gc.get_threshold()[0] >= 10_000
