"""A wall account shows the city and nothing else: no act, no person, no login that runs out overnight."""

import asyncio
import re

import aiohttp
import msgspec
import pytest

from backend.api.routes import ROUTES
from backend.api.walls import SHOWN
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.mirror import Mirror, MirrorState
from backend_client.session import Session
from contract.alarms import Alarm
from contract.api import AcknowledgeRequest
from contract.points import Reading
from contract.rights import WALL_ROLE, Grant, Level
from contract.stream import AlarmsBody, Changes, ServerMessage, Snapshot, Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, TwoCommunes
from tests.eventually import eventually

EVERYTHING = (Grant(level=Level.CONFIGURE),)


@pytest.fixture
async def wall(served: ServedCity, city: TwoCommunes) -> Session:
    """Given every right by mistake."""
    await city.account("wall", EVERYTHING, role=WALL_ROLE)
    return await served.login("wall")


class Shown:
    """What a wall was told of alarms."""

    def __init__(self) -> None:
        self.alarms: dict[int, Alarm] = {}
        self.text = ""

    def message(self, message: ServerMessage) -> None:
        self.text += repr(message)
        if isinstance(message, (Snapshot, Changes)) and isinstance(message.body, AlarmsBody):
            self.alarms |= {alarm.id: alarm for alarm in message.body.alarms}

    def link_changed(self, state: MirrorState, detail: str) -> None:
        del state, detail


def test_what_walls_may_ask_are_routes_that_there_are() -> None:
    assert {(route.method, route.path) for route in ROUTES} >= SHOWN


async def test_whatever_its_rights_it_acts_on_nothing(served: ServedCity, city: TwoCommunes, wall: Session) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {wall.access_token}"}) as http:
        for route in ROUTES:
            if (route.method, route.path) in SHOWN:
                continue
            path = re.sub(r"\{\w+\}", str(city.cabinet().id), route.path)
            async with http.request(route.method, f"{served.url}/api/v1{path}") as response:
                assert response.status == 403, (route.method, route.path)
    assert (await wall.get("/assets", msgspec.Raw)) is not None


async def test_it_sees_alarms_and_no_names(served: ServedCity, city: TwoCommunes, wall: Session) -> None:
    await city.account("leila", EVERYTHING)
    leila = await served.login("leila")
    shown = Shown()
    mirror = Mirror(wall, shown, Subscribe(kinds=(TopicKind.ALARMS, TopicKind.CLAIMS)))
    run = asyncio.get_running_loop().create_task(mirror.run(), name="mirror")
    try:
        cabinet = city.cabinet(DIJON)
        await city.say(Reading(cabinet.id, "cabinetDoorOpen", True))
        number = alarm_number(cabinet.id, "cabinetDoorOpen")
        await eventually(lambda: number in shown.alarms, "it is on the wall")
        await leila.post_for(f"/alarms/{number}/acknowledge", AcknowledgeRequest(occurrence=1), Alarm)
        await eventually(lambda: shown.alarms[number].acknowledged_at is not None, "it is acknowledged there too")
        assert city.alarms.get(number) is not None
        assert "leila" not in shown.text
        assert mirror.resync_count == 0, "what is left out leaves the digests right"
    finally:
        run.cancel()
        await asyncio.wait([run])


async def test_its_login_lasts_for_weeks_and_a_persons_does_not(
    served: ServedCity, city: TwoCommunes, wall: Session
) -> None:
    await city.account("leila", EVERYTHING)
    leila = await served.login("leila")
    city.clock.pass_time(30 * 86_400)
    assert (await wall.me()).name == "wall"
    with pytest.raises(Exception, match="login has ended"):
        await leila.me()


async def test_it_is_refused_in_words(wall: Session) -> None:
    with pytest.raises(Refused, match="only shows"):
        await wall.post("/seats/sound", {})
