"""The levers: what a journey pulls is what the devices then show."""

import aiohttp
import pytest

from backend.integrations.talq_lighting.simulator import SimulatedGateway
from city.plan import City
from city.running import RunningCity


class Levers:
    """The control address, as a journey uses it."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def post(self, path: str, body: object = None) -> int:
        async with self._session.post(self._url + path, json=body) as response:
            await response.read()
            return response.status

    async def get(self, path: str) -> dict[str, object]:
        async with self._session.get(self._url + path) as response:
            found: dict[str, object] = await response.json(content_type=None)
            return found


async def test_a_cabinet_loses_its_supply_and_gets_it_back(running: RunningCity, small_city: City) -> None:
    ready = await running.start()
    group = small_city.lighting[0].groups[0]
    async with aiohttp.ClientSession() as session:
        levers = Levers(session, ready.control_url)
        assert await levers.post(f"/cabinets/{group.cabinet.code}/lose_supply") == 204
        dark = await levers.get(f"/lamps/{group.lamps[0].code}")
        assert (dark["has_supply"], dark["level_percent"], dark["power_w"]) == (False, 0, 0.0)
        assert (await levers.get("/status"))["cabinets_without_supply"] == 1
        assert await levers.post(f"/cabinets/{group.cabinet.code}/restore_supply") == 204
        lit = await levers.get(f"/lamps/{group.lamps[0].code}")
        assert lit["has_supply"] is True
        assert lit["level_percent"] == 60  # the first of January at midnight, the program's small hours


async def test_a_lamp_fails_and_is_mended(running: RunningCity, small_city: City) -> None:
    ready = await running.start()
    lamp = small_city.lighting[3].groups[0].lamps[2]
    async with aiohttp.ClientSession() as session:
        levers = Levers(session, ready.control_url)
        assert await levers.post(f"/lamps/{lamp.code}/fail", {"event": "lampFailure"}) == 204
        broken = await levers.get(f"/lamps/{lamp.code}")
        assert (broken["faults"], broken["level_percent"]) == (["lampFailure"], 0)
        assert await levers.post(f"/lamps/{lamp.code}/mend") == 204
        assert (await levers.get(f"/lamps/{lamp.code}"))["faults"] == []


async def test_a_silent_gateway_answers_nobody_until_it_speaks(running: RunningCity) -> None:
    ready = await running.start()
    gateway: SimulatedGateway = running.lighting.gateways["21231"]
    async with aiohttp.ClientSession() as session:
        levers = Levers(session, ready.control_url)
        assert await levers.post("/gateways/21231/silence") == 204
        with pytest.raises(TimeoutError):
            await session.get(f"{gateway.own_uri}/services", timeout=aiohttp.ClientTimeout(total=0.3))
        assert await levers.post("/gateways/21231/speak") == 204
        async with session.get(f"{gateway.own_uri}/services") as response:
            assert response.status in {200, 400}


async def test_a_camera_reports_tampering_and_forgets_it(running: RunningCity) -> None:
    ready = await running.start()
    camera = running.cameras.by_code["CAM-003"]
    async with aiohttp.ClientSession() as session:
        levers = Levers(session, ready.control_url)
        assert await levers.post("/cameras/CAM-003/fault", {"kind": "tamper"}) == 204
        assert camera.fault == "tamper"
        assert (await levers.get("/status"))["camera_faults"] == {"CAM-003": "tamper"}
        assert await levers.post("/cameras/CAM-003/clear") == 204
        assert camera.fault is None


async def test_faults_can_be_let_loose_and_stopped(running: RunningCity) -> None:
    ready = await running.start()
    async with aiohttp.ClientSession() as session:
        levers = Levers(session, ready.control_url)
        assert (await levers.get("/status"))["spontaneous"] is False
        assert await levers.post("/faults", {"spontaneous": True}) == 204
        assert (await levers.get("/status"))["spontaneous"] is True


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/cabinets/ARM-99999-001/lose_supply", None, 404, "ARM-99999-001"),
        ("/cameras/CAM-200/fault", {"kind": "stall"}, 404, "CAM-200"),
        ("/cameras/CAM-001/fault", {"kind": "sulks"}, 400, "sulks"),
        ("/cameras/CAM-001/fault", ["kind"], 400, "object"),
        ("/faults", {}, 400, "spontaneous"),
        ("/gateways/75056/silence", None, 404, "75056"),
    ],
)
async def test_a_wrong_lever_says_what_is_wrong(
    running: RunningCity, path: str, body: object, status: int, says: str
) -> None:
    ready = await running.start()
    async with (
        aiohttp.ClientSession() as session,
        session.post(ready.control_url + path, json=body) as response,
    ):
        assert response.status == status
        assert says in (await response.json(content_type=None))["detail"]


async def test_a_lamp_knows_no_such_fault(running: RunningCity, small_city: City) -> None:
    ready = await running.start()
    lamp = small_city.lighting[0].groups[0].lamps[0]
    async with aiohttp.ClientSession() as session:
        assert await Levers(session, ready.control_url).post(f"/lamps/{lamp.code}/fail", {"event": "bored"}) == 400
