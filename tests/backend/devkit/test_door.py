"""The door of an HTTP server: who knocks and says nothing holds no place for ever, with TLS as without."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from backend.devkit.door import Door
from tests.certificates import own_certificate
from tests.eventually import eventually


class House:
    """A server behind a door with four places, three for one address."""

    def __init__(self, certificate: tuple[Path, Path] | None) -> None:
        self.tls: ssl.SSLContext | None = None
        self.trust: ssl.SSLContext | bool = True
        if certificate is not None:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(*certificate)
            self.trust = ssl.create_default_context(cafile=str(certificate[0]))

        self.refused: list[str] = []

    async def open(self) -> None:
        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=f"{request.scheme} {len(await request.read())}")

        application = web.Application(client_max_size=2**22)
        application.router.add_route("*", "/", answer)
        self.runner = web.AppRunner(application, access_log=None)
        await self.runner.setup()
        assert self.runner.server is not None
        self.door = Door(
            self.runner.server, self.tls, most=4, most_of_one=3, handshake_s=0.5, refused=self.refused.append
        )
        self.listener = await asyncio.get_running_loop().create_server(self.door.knock, "127.0.0.1", 0)
        self.port = int(self.listener.sockets[0].getsockname()[1])

    async def ask(self, body: bytes = b"") -> str:
        scheme = "http" if self.tls is None else "https"
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{scheme}://127.0.0.1:{self.port}/", data=body, ssl=self.trust) as answer,
        ):
            return await answer.text()

    async def close(self) -> None:
        self.listener.close()
        await self.door.close()
        await self.runner.cleanup()


@pytest.fixture(params=["http", "https"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    house = House(own_certificate(tmp_path) if request.param == "https" else None)
    await house.open()
    yield house
    await house.close()


async def test_who_behaves_gets_in_with_small_and_large_bodies(house: House) -> None:
    scheme = "http" if house.tls is None else "https"
    assert await house.ask() == f"{scheme} 0"
    assert await house.ask(b"x" * 2_000_000) == f"{scheme} 2000000"


async def test_who_knocks_and_says_nothing_is_counted_and_shown_out(house: House) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(3)]
    await asyncio.sleep(0.05)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await house.ask()
    assert set(house.refused) == {"127.0.0.1"}
    if house.tls is not None:
        async with asyncio.timeout(30):
            assert [await reader.read(10) for reader, _ in silent] == [b""] * 3
    for _, writer in silent:
        writer.close()

    async def is_open() -> bool:
        try:
            return await house.ask() != ""
        except (aiohttp.ClientError, OSError):
            return False

    await eventually(is_open)


async def test_nonsense_instead_of_a_handshake_is_shown_out(house: House) -> None:
    for _ in range(8):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
        async with asyncio.timeout(30):
            await reader.read()
        writer.close()
    assert await house.ask()
