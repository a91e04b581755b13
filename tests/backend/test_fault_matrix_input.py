"""Fault matrix, hostile input: refused in words at the door, never a 500, nothing of it kept."""

import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest

from backend.ports import JournalQuery
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import TwoCommunes

BEFORE_TIME = "0001-01-01T00:00:00%2B14:00"
AFTER_TIME = "9999-12-31T23:59:59-14:00"
BAD_QUESTIONS = [
    *(
        f"/journal?{name}={at}"
        for name in ("since", "until")
        for at in (BEFORE_TIME, AFTER_TIME, "2026-01-01T00:00:00")
    ),
    *(
        f"/assets/{{lamp}}/trend?point=level_percent&{name}={at}"
        for name in ("since", "until")
        for at in (BEFORE_TIME, AFTER_TIME)
    ),
    "/assets/{lamp}/trend?point=level_percent&until=0001-01-01T00:00:00Z",
    "/assets/{lamp}/trend?point=a%00b",
    "/journal?actor=%00",
    "/journal?actor=a%0d%0ab",
    "/assets?text=%1b[2J",
    "/assets?commune=%00",
    "/commands/%00",
    "/assets/99999999999",
    "/alarms/4294967296000",
    "/assets?cursor=-1",
    "/assets?limit=1e9",
]
LONG = "x" * 2000
BAD_COMMANDS: dict[str, dict[str, object]] = {
    "no uuid": {"id": "1"},
    "an id with a NUL": {"id": "\0"},
    "a path as its id": {"id": "../../etc/passwd"},
    "a long reason": {"reason": LONG},
    "a long act": {"action": LONG},
    "too many arguments": {"arguments": {str(n): n for n in range(100)}},
    "a long argument": {"arguments": {"name": LONG}},
    "a deadline of a day": {"deadline_s": 86_400},
}


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    """The small city's API, listening."""
    city = TwoCommunes()
    await city.start()
    await city.account("chief")
    async with serve(city) as listening:
        yield listening
    await city.close()


async def _as_chief(served: ServedCity) -> aiohttp.ClientSession:
    session = await served.login("chief")
    return aiohttp.ClientSession(headers={"Authorization": f"Bearer {session.access_token}"})


@pytest.mark.parametrize("path", BAD_QUESTIONS)
async def test_f38_f43_a_question_that_makes_no_sense_gets_a_400(served: ServedCity, path: str) -> None:
    url = f"{served.url}/api/v1{path.format(lamp=served.city.lamps()[0].id)}"
    async with await _as_chief(served) as http, http.get(url) as response:
        assert response.status in {400, 404}, await response.text()
        assert (await response.json())["title"]


@pytest.mark.parametrize("name", BAD_COMMANDS)
async def test_f38_a_command_that_makes_no_sense_leaves_no_trace(served: ServedCity, name: str) -> None:
    camera = served.city.register.of_topic("21231", "camera")[0]
    body = {"id": str(uuid.uuid4()), "asset_id": camera.id, "action": "ptz_stop", **BAD_COMMANDS[name]}
    before = await served.city.storage.journal_count(JournalQuery(asset_id=camera.id))
    async with await _as_chief(served) as http, http.post(f"{served.url}/api/v1/commands", json=body) as response:
        assert response.status == 400, await response.text()
    assert await served.city.storage.journal_count(JournalQuery(asset_id=camera.id)) == before


@pytest.mark.parametrize(
    "body", [{"act": LONG, "payload": {}, "reason": "x"}, {"act": "x", "payload": {}, "reason": LONG}]
)
async def test_f38_a_request_for_approval_is_short(served: ServedCity, body: dict[str, object]) -> None:
    async with await _as_chief(served) as http, http.post(f"{served.url}/api/v1/approvals", json=body) as response:
        assert response.status == 400, await response.text()


@pytest.mark.parametrize("expires_at", ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2526-01-01T00:00:00Z"])
async def test_f38_a_claim_ends_while_somebody_can_remember_it(served: ServedCity, expires_at: str) -> None:
    lamp = served.city.lamps()[0]
    body = {
        "id": str(uuid.uuid4()),
        "asset_ids": [lamp.id],
        "property": "level_percent",
        "value": 50,
        "reason": "x",
        "expires_at": expires_at,
    }
    async with await _as_chief(served) as http, http.post(f"{served.url}/api/v1/claims", json=body) as response:
        assert response.status == 409, await response.text()
        assert "years" in (await response.json())["detail"]


@pytest.mark.parametrize("name", ["a%0d%0ab", "%00", "%1b[2J", "x" * 81])
async def test_f42_a_workspace_has_a_printable_name(served: ServedCity, name: str) -> None:
    url = f"{served.url}/api/v1/workspaces/{name}"
    async with await _as_chief(served) as http:
        async with http.put(url, json={"name": "w", "content": "{}"}) as response:
            assert response.status == 400
        async with http.delete(url) as response:
            assert response.status == 400


async def test_f37_a_method_that_is_not_offered_says_which_are(served: ServedCity) -> None:
    async with await _as_chief(served) as http, http.request("TRACE", f"{served.url}/api/v1/claims") as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET,POST"
