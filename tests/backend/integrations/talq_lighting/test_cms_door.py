"""What stands before our CMS: how many may come, how much they may bring at once, how often one may speak."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest

from backend.devkit.pace import Pace
from backend.integrations.talq_lighting import cms_server
from backend.integrations.talq_lighting.cms_server import CmsServer
from tests.backend.integrations.talq_lighting.bench_gateway import GATEWAY, Bench
from tests.eventually import eventually


@pytest.fixture
async def server() -> AsyncIterator[CmsServer]:
    server = CmsServer("127.0.0.1", 0)
    server.register(GATEWAY, Bench().make_adapter().ear)
    await server.start()
    try:
        yield server
    finally:
        await server.close()


async def _report(server: CmsServer, http: aiohttp.ClientSession) -> tuple[int, str]:
    params = {"clientAddress": GATEWAY, "talqRequestId": str(uuid.uuid4())}
    headers = {"talq-api-version": "2.7.1", "Content-Type": "application/json"}
    async with http.get(f"{server.uri}/devices", params=params, headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


async def _is_shut(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 2) == b""
    except ConnectionError:
        return True


async def test_one_machine_does_not_hold_all_connections(server: CmsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    await server.close()
    monkeypatch.setattr(cms_server, "_MOST_OF_ONE_ADDRESS", 3)
    await server.start()
    held = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(3)]
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    assert await _is_shut(reader)
    for _, one in [*held, (reader, writer)]:
        one.close()
    async with aiohttp.ClientSession() as http:

        async def is_served() -> bool:
            try:
                return (await _report(server, http))[0] == 200
            except aiohttp.ClientConnectionError:
                return False

        await eventually(is_served)


async def test_a_gateway_that_speaks_too_often_is_told_to_wait(server: CmsServer) -> None:
    server.pace = Pace(a_second=0.5, burst=2)
    async with aiohttp.ClientSession() as http:
        answers = [await _report(server, http) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 503]
    assert answers[2][1] == "2"


async def test_few_large_bodies_come_at_once(server: CmsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cms_server, "_MOST_LARGE_AT_ONCE", 1)
    head = (
        f"POST /log-reports?clientAddress={GATEWAY}&talqRequestId={uuid.uuid4()} HTTP/1.1\r\n"
        "Host: x\r\ntalq-api-version: 2.7.1\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{"
    ).encode()
    _, first = await asyncio.open_connection("127.0.0.1", server.port)
    first.write(head)
    await first.drain()
    await asyncio.sleep(0.1)
    reader, second = await asyncio.open_connection("127.0.0.1", server.port)
    second.write(head)
    assert b" 503 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
    async with aiohttp.ClientSession() as http:
        assert (await _report(server, http))[0] == 200  # small ones go on
    for one in (first, second):
        one.close()


async def test_whoever_is_refused_is_counted_by_the_gateways_connection_or_by_our_name() -> None:
    refused: list[tuple[str, str]] = []
    server = CmsServer("127.0.0.1", 0, refused=lambda door, address: refused.append((door, address)))
    server.register(GATEWAY, Bench().make_adapter().ear, "talq 21231")
    await server.start()
    headers = {"talq-api-version": "2.7.1"}
    try:
        async with aiohttp.ClientSession(headers=headers) as http:
            for caller, request_id in ((str(uuid.uuid4()), "x"), (GATEWAY, "no uuid"), ("", "x")):
                params = {"clientAddress": caller, "talqRequestId": request_id}
                async with http.post(f"{server.uri}/devices", params=params, data=b"[]") as answer:
                    assert answer.status == 400
            assert (await _report(server, http))[0] == 200, "who is served is not counted"
    finally:
        await server.close()
    assert [door for door, _ in refused] == ["talq_lighting", "talq 21231", "talq_lighting"]
    assert {address for _, address in refused} == {"127.0.0.1"}
