"""Large answers to those who read, who read slowly, and who do not read at all."""

import asyncio
import time

import aiohttp
import pytest

from backend.api.application import build_application
from backend.api.sending import MOST_OF_ONE_LOGIN, LargeAnswers
from backend.api.server import Server
from backend.api.stream.endpoint import StreamEndpoint
from backend.ports import Tile
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes

CONTENT = bytes(range(256)) * 120_000  # 30 MB


@pytest.fixture
def features(city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A base map of 30 MB, and a tile of a few bytes."""

    async def large(map_id: str) -> bytes:
        assert map_id == "streets"
        return CONTENT

    async def small(*_: object) -> Tile:
        return Tile(b"tile", "image/png")

    monkeypatch.setattr(city.base_maps, "features", large)
    monkeypatch.setattr(city.base_maps, "tile", small)


@pytest.mark.usefixtures("features")
async def test_a_large_answer_arrives_whole(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie")
    marie = await served.login("marie")
    assert await marie.get_bytes("/base-maps/streets/features") == CONTENT
    assert await marie.get_bytes("/base-maps/streets/tiles/1/0/0") == b"tile"
    headers = {"Authorization": f"Bearer {marie.access_token}"}
    url = f"{served.url}/api/v1/base-maps/streets/features"
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as answer:
        assert answer.content_type == "application/msgpack"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_length == len(CONTENT)


@pytest.mark.usefixtures("features")
async def test_who_does_not_read_is_cut_off_and_holds_few_places(city: TwoCommunes) -> None:
    endpoint = StreamEndpoint(city.hub, city.identity, city.clock, "small")
    application = build_application(city.parts(), endpoint, LargeAnswers(patience_s=0.5))
    server = Server(application, "127.0.0.1", 0)
    await server.start()
    try:
        user = await city.account("greedy")
        tokens = await city.identity.login(user.name, "greedy-password", address="here")
        host, port = server.url.removeprefix("http://").split(":")
        asked = (
            f"GET /api/v1/base-maps/streets/features HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {tokens.access_token}\r\n\r\n"
        ).encode()
        writers: list[asyncio.StreamWriter] = []
        statuses: list[bytes] = []
        began = time.monotonic()
        for _ in range(12):
            reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
            writer.write(asked)
            writers.append(writer)
            statuses.append((await reader.readline()).split()[1])
        assert statuses == [b"200"] * MOST_OF_ONE_LOGIN + [b"503"] * (12 - MOST_OF_ONE_LOGIN)
        assert time.monotonic() - began < 0.5, "the others are refused at once"
        await asyncio.sleep(0.8)
        reader, writer = await asyncio.open_connection(host, int(port))
        writers.append(writer)
        writer.write(asked)
        assert (await reader.readline()).split()[1] == b"200", "their places are free again"
        for writer in writers:
            writer.close()
    finally:
        await endpoint.close()
        await server.close()
