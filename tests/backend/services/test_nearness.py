"""The nearest ones: exact on the ground, live where things move, and only what one may see."""

import time

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.services.live_state import LiveState
from backend.services.nearness import Nearness
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.assets import Asset
from contract.points import Reading
from tests.backend.feeds import RecordingFeed

WGS84 = pyproj.Geod(ellps="WGS84")
PLACES = st.tuples(st.floats(-180, 180), st.floats(-89, 89))
CITY = st.tuples(st.floats(4.9, 5.2), st.floats(47.2, 47.4))


def anybody(_: Asset) -> bool:
    return True


class Town:
    """A register in memory with vehicles."""

    def __init__(self) -> None:
        clock, feed = ManualClock(), RecordingFeed()
        self.register = Register(MemoryStorage(clock), feed, clock, standard_asset_classes())
        self.live = LiveState(self.register, feed, clock)
        self.nearness = Nearness(self.register, self.live.places.of)

    async def fill(self, places: list[tuple[float, float]], class_: str = "vehicle") -> None:
        await self.register.apply(
            [
                Asset(id=n, code=f"V-{n}", class_=class_, lon=lon, lat=lat, commune="21231" if n % 2 else "21515")
                for n, (lon, lat) in enumerate(places, start=1)
            ],
            "test",
            note="a fleet",
        )


@settings(max_examples=60, deadline=None)
@given(places=st.lists(PLACES, min_size=1, max_size=30), at=PLACES, count=st.integers(1, 8))
async def test_they_are_the_nearest_of_all_by_an_independent_geodesy(
    places: list[tuple[float, float]], at: tuple[float, float], count: int
) -> None:
    town = Town()
    await town.fill(places)
    found = await town.nearness.nearest(*at, "vehicle", may_see=anybody, count=count)
    truth = sorted(WGS84.inv(*at, *place)[2] for place in places)[:count]
    assert [item.distance_m for item in found.items] == pytest.approx(truth, rel=0.007, abs=0.02)
    assert found.total == len(places)


@settings(max_examples=40, deadline=None)
@given(places=st.lists(CITY, min_size=1, max_size=40), at=CITY)
async def test_in_a_city_they_are_so_to_the_centimetre(
    places: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    town = Town()
    await town.fill(places)
    found = await town.nearness.nearest(*at, "vehicle", may_see=anybody, count=5)
    truth = sorted(WGS84.inv(*at, *place)[2] for place in places)[:5]
    assert [item.distance_m for item in found.items] == pytest.approx(truth, abs=0.02)


async def test_a_crew_counts_where_it_is_not_where_its_depot_is() -> None:
    town = Town()
    await town.fill([(5.0, 47.3), (5.1, 47.3)])
    town.live.apply([Reading(2, "lon", 5.001), Reading(2, "lat", 47.3)])
    first, second = (await town.nearness.nearest(5.002, 47.3, "vehicle", may_see=anybody, count=2)).items
    assert (first.asset_id, first.is_live, first.lon) == (2, True, 5.001)
    assert (second.asset_id, second.is_live) == (1, False)


async def test_what_one_may_not_see_is_neither_told_nor_counted() -> None:
    town = Town()
    await town.fill([(5.0, 47.3), (5.1, 47.3), (5.2, 47.3)])
    found = await town.nearness.nearest(5.0, 47.3, "vehicle", may_see=lambda asset: asset.commune == "21515", count=5)
    assert ([item.asset_id for item in found.items], found.total) == ([2], 1)


async def test_a_class_of_which_there_is_none_and_new_ones_that_come() -> None:
    town = Town()
    assert (await town.nearness.nearest(5.0, 47.3, "camera", may_see=anybody, count=5)).items == ()
    await town.fill([(5.0, 47.3)], "camera")
    assert len((await town.nearness.nearest(5.0, 47.3, "camera", may_see=anybody, count=5)).items) == 1


async def test_a_place_at_the_other_end_of_the_earth_holds_nobody_up() -> None:
    """From there every lamp of the city is about as near as every other: all are measured, and not by the loop."""
    town = Town()
    rng = np.random.default_rng(3)
    places = np.column_stack((rng.uniform(4.9, 5.2, 20_000), rng.uniform(47.2, 47.4, 20_000))).tolist()
    await town.fill([(lon, lat) for lon, lat in places], "streetlight")
    for at in [(5.0, 47.3), (-175.0, -47.3), (-175.0, 47.3), (0.0, 90.0)]:
        began = time.thread_time()
        found = await town.nearness.nearest(*at, "streetlight", may_see=anybody, count=1)
        assert time.thread_time() - began < 0.05, at
        truth = min(WGS84.inv(*at, *place)[2] for place in places)
        assert found.items[0].distance_m == pytest.approx(truth, rel=0.007 if at[1] < 0 else 1e-6, abs=0.006)
