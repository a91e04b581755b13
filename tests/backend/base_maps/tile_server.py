"""A tile server on loopback that does as a test tells it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from tests.backend.base_maps.files import png

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SERVER_HEADER = {"ETag": '"v1"', "Cache-Control": "max-age=86400"}


class TileServer:
    """Counts what it is asked; `answer` may be exchanged at any time."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.answer: Answer = self.good
        self.url = ""
        self.last_headers: dict[str, str] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def good(self, request: web.Request) -> web.StreamResponse:
        """An image, or 304 to who has it."""
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304, headers=_SERVER_HEADER)
        return web.Response(body=png(), content_type="image/png", headers=_SERVER_HEADER)

    def says(self, status: int, body: bytes = b"", kind: str = "text/plain", **headers: str) -> None:
        """From now on, this."""

        async def answer(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(status=status, body=body, content_type=kind, headers=named)

        self.answer = answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path_qs] += 1
        self.last_headers = dict(request.headers)
        await self.gate.wait()
        return await self.answer(request)


@asynccontextmanager
async def tile_server() -> AsyncGenerator[TileServer]:
    """Listens on a free loopback port."""
    server = TileServer()
    application = web.Application()
    application.router.add_get("/{path:.*}", server.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.gate.set()
        await runner.cleanup()
