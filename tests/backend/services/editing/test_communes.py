"""Communes that merge: 24 in 2017, 23 today, and what stood where stays told."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Storage
from backend.services.refusals import EditRefused
from city.communes import load_communes
from contract.assets import Commune
from contract.commune_dates import CommuneDates, commune_at, communes_at
from tests.backend.services.editing.edited_city import EAST, LAMP, WEST, EditedCity

MERGED = dt.date(2019, 2, 28)


@pytest.fixture
async def city(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[EditedCity]:
    """Two communes."""
    made = await EditedCity(storage, clock, tmp_path).start()
    yield made
    await made.close()


async def test_a_merger_is_told_by_date_and_survives_a_restart(
    city: EditedCity, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    wanted = CommuneDates(valid_to=MERGED, merged_into=EAST, reason="decree")
    await city.work.communes.set_dates(WEST, wanted, by="anne")
    again = await EditedCity(storage, clock, tmp_path).start()
    lamp = again.asset(LAMP)
    assert again.work.communes.of_asset(lamp, dt.date(2017, 1, 1)).code == WEST
    assert again.work.communes.of_asset(lamp, MERGED - dt.timedelta(days=1)).code == WEST
    today = again.work.communes.of_asset(lamp, MERGED)
    assert (today.code, today.name, today.recorded_code) == (EAST, "Quetigny", WEST)
    assert lamp.version == 1, "assets are not rewritten"
    assert await storage.verify_journal() is None
    await again.close()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (CommuneDates(merged_into=EAST), "from which day"),
        (CommuneDates(valid_to=MERGED, merged_into=WEST), "itself"),
        (CommuneDates(valid_to=MERGED, merged_into="99999"), "no commune 99999"),
        (CommuneDates(valid_from=MERGED, valid_to=MERGED), "begins before"),
        (CommuneDates(valid_from=dt.date(1, 1, 1)), "date between"),
        (CommuneDates(name="x" * 81), "81|80"),
        (CommuneDates(), "nothing changes"),
    ],
)
async def test_what_cannot_be_is_refused(city: EditedCity, wanted: CommuneDates, said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        await city.work.communes.set_dates(WEST, wanted, by="anne")


async def test_two_never_become_part_of_each_other(city: EditedCity) -> None:
    await city.work.communes.set_dates(WEST, CommuneDates(valid_to=MERGED, merged_into=EAST), by="anne")
    with pytest.raises(EditRefused, match="became part of"):
        await city.work.communes.set_dates(EAST, CommuneDates(valid_to=MERGED, merged_into=WEST), by="anne")


def test_the_metropole_had_24_communes_in_2017_and_has_23_today() -> None:
    communes = {
        facts.code: Commune(
            code=facts.code,
            name=facts.name,
            lon=facts.lon,
            lat=facts.lat,
            valid_to=facts.merged_on,
            merged_into=facts.merged_into or "",
        )
        for facts in load_communes()
    }
    assert len(communes_at(communes, dt.date(2017, 6, 1))) == 24
    assert len(communes_at(communes, dt.date(2026, 1, 1))) == 23
    assert commune_at(communes, "21213", dt.date(2017, 6, 1)) == "21213"
    assert commune_at(communes, "21213", dt.date(2026, 1, 1)) == "21452"
    assert commune_at(communes, "unknown", dt.date(2026, 1, 1)) == "unknown"


def test_a_circle_in_old_data_ends() -> None:
    def one(code: str, into: str) -> Commune:
        return Commune(code=code, name=code, lon=0, lat=0, valid_to=MERGED, merged_into=into)

    assert commune_at({"a": one("a", "b"), "b": one("b", "a")}, "a", dt.date(2026, 1, 1)) in {"a", "b"}
