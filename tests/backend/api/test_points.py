"""One point of a class at once: what one may see, what is believed, nothing invented."""

import numpy as np
import pytest

from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import PointColumn
from contract.points import Quality, Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY


async def energy(session: Session) -> dict[int, float]:
    query = {"class": "streetlight", "point": "energy_kwh"}
    column = await session.get("/point-column", PointColumn, query)
    assert column.unit == "kWh"
    ids, values = np.frombuffer(column.ids, "<u4"), np.frombuffer(column.values, "<f8")
    return dict(zip(ids.tolist(), values.tolist(), strict=True))


async def test_lights_that_told_their_energy_are_in_it_and_no_others(served: ServedCity) -> None:
    city = served.city
    here, there = city.lamps(DIJON), city.lamps(QUETIGNY)
    await city.say(
        Reading(here[0].id, "energy_kwh", 12.5),
        Reading(here[1].id, "energy_kwh", 7.0, None, Quality.FAILED),
        Reading(there[0].id, "energy_kwh", 90),
        Reading(there[1].id, "power_w", 33.0),
    )
    await city.account("leila", (Grant(level=Level.CONFIGURE),))
    assert await energy(await served.login("leila")) == {here[0].id: 12.5, there[0].id: 90.0}
    await city.account("paul", (Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))),))
    assert await energy(await served.login("paul")) == {there[0].id: 90.0}


@pytest.mark.parametrize(
    ("class_", "point"), [("streetlight", "lampFailure"), ("streetlight", "x"), ("x", "energy_kwh")]
)
async def test_what_is_no_number_is_refused(served: ServedCity, class_: str, point: str) -> None:
    await served.city.account("leila", (Grant(level=Level.CONFIGURE),))
    session = await served.login("leila")
    with pytest.raises(Refused) as refusal:
        await session.get("/point-column", PointColumn, {"class": class_, "point": point})
    assert refusal.value.problem.status == 400
