"""Hostile and clumsy requests: a clear refusal, never a 500, never a hang."""

import asyncio
import json

import aiohttp
import msgspec
import pytest
from openapi_spec_validator import validate

from backend.api import application
from backend.api.routes import ROUTES
from backend.api.stream import endpoint
from backend.api.stream.subscriber import Subscriber
from backend_client.mirror import Mirror, MirrorState
from contract.journal import EntryKind
from contract.stream import PROTOCOL_VERSION, ClientHello, Refused, ServerMessage, Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

BOMBS = {
    "deep": b"[" * 100_000,
    "deep object": b'{"user":' * 50_000,
    "not a number": b'{"user": NaN, "password": "x"}',
    "long integer": b'{"user": ' + b"9" * 5_000 + b', "password": "x"}',
    "double keys": b'{"user": "a", "user": ["b"], "password": "x"}',
    "no text": b"\xff\xfe\x00",
    "nothing": b"",
    "unknown field": b'{"user": "a", "password": "b", "is_admin": true}',
    "lone surrogate": b'{"user": "\\ud800", "password": "b"}',
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_body_that_is_none_gets_a_400(served: ServedCity, name: str) -> None:
    url = f"{served.url}/api/v1/login"
    async with aiohttp.ClientSession() as http, http.post(url, data=BOMBS[name]) as response:
        assert response.status in {400, 401, 413}, await response.text()
        problem = await response.json()
        assert problem["title"]


async def test_a_body_that_never_ends_is_cut_at_its_deadline(
    served: ServedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "BODY_DEADLINE_S", 0.3)
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    async with asyncio.timeout(5):
        answer = await reader.read(200)
    assert b" 408 " in answer
    writer.close()


async def test_two_lengths_are_refused(served: ServedCity) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    async with asyncio.timeout(5):
        answer = await reader.read(200)
    assert b" 400 " in answer
    writer.close()


async def test_a_huge_header_is_refused(served: ServedCity) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n")
    async with asyncio.timeout(5):
        answer = await reader.read(200)
    assert b" 400 " in answer or b" 431 " in answer
    writer.close()


async def test_a_ticket_serves_once(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie")
    session = await served.login("marie")
    ticket = await session.ticket()
    async with session.open_stream(ticket):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            async with session.open_stream(ticket):
                pass


async def test_a_console_of_another_version_is_told(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie")
    session = await served.login("marie")
    async with session.open_stream(await session.ticket()) as socket:
        await socket.send_bytes(msgspec.msgpack.encode(ClientHello(PROTOCOL_VERSION, "another schema")))
        answer = msgspec.msgpack.decode(await socket.receive_bytes(), type=ServerMessage)
    assert isinstance(answer, Refused)
    assert answer.code == "schema_differs"


@pytest.mark.parametrize("frame", [b"", b"\x00" * 100, b"\x81\xa4type\xa5hello", b"\xdd\xff\xff\xff\xff"])
async def test_garbage_on_the_stream_closes_it(served: ServedCity, city: TwoCommunes, frame: bytes) -> None:
    await city.account("marie")
    session = await served.login("marie")
    async with session.open_stream(await session.ticket()) as socket:
        await socket.send_bytes(frame)
        async with asyncio.timeout(30):
            message = await socket.receive()
    assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}


async def test_a_message_that_is_too_large_closes_the_stream(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie")
    session = await served.login("marie")
    async with session.open_stream(await session.ticket()) as socket:
        await socket.send_bytes(b"x" * (endpoint.LARGEST_CLIENT_MESSAGE + 1))
        async with asyncio.timeout(30):
            message = await socket.receive()
    assert message.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_login_that_ends_is_off_the_stream(served: ServedCity, city: TwoCommunes) -> None:
    class Links:
        def __init__(self) -> None:
            self.states: list[MirrorState] = []

        def message(self, message: ServerMessage) -> None: ...

        def link_changed(self, state: MirrorState, detail: str) -> None:
            self.states.append(state)

    await city.account("marie")
    session = await served.login("marie")
    links = Links()
    running = asyncio.get_running_loop().create_task(
        Mirror(session, links, Subscribe(kinds=(TopicKind.ALARMS,))).run(), name="mirror"
    )
    async with asyncio.timeout(30):
        while MirrorState.LIVE not in links.states:
            await asyncio.sleep(0.01)
    await city.identity.set_active("marie", False, by="system")
    async with asyncio.timeout(30):
        await running
    assert links.states[-1] is MirrorState.LOGGED_OUT


async def test_the_description_is_valid_and_names_every_route(served: ServedCity) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{served.url}/api/v1/openapi.json") as response:
        described = json.loads(await response.text())
    validate(described)
    operations = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert operations == {(route.method, "/api/v1" + route.path) for route in ROUTES}


@pytest.mark.parametrize("number", [2**63, 2**64, -(10**400)])
async def test_a_number_that_no_wire_carries_reaches_no_console(
    served: ServedCity, city: TwoCommunes, number: int
) -> None:
    """JSON knows whole numbers of any length; MessagePack and databases do not."""
    user = await city.account("marie")
    marie = await served.login("marie")
    city.hub.audience.join(Subscriber(city.session(user), lambda: user))
    camera, lamp, id_ = city.camera().id, city.lamps()[0].id, "11111111-1111-4111-8111-11111111111"
    asked = {
        "commands": {"id": f"{id_}1", "asset_id": camera, "action": "ptz_move", "arguments": {"pan": number}},
        "claims": {"id": f"{id_}2", "asset_ids": [lamp], "property": "level", "value": number, "reason": "x"},
    }
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {marie.access_token}"}) as http:
        for path, body in asked.items():
            async with http.post(f"{served.url}/api/v1/{path}", data=json.dumps(body)) as answer:
                assert answer.status == 400, await answer.text()
    assert not await city.journal(EntryKind.COMMAND)
