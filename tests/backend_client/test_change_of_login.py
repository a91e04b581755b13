"""A session goes on as another person's login: nothing that the first one asked is ever done in the other's name."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from backend_client.errors import Refused
from backend_client.session import Session
from contract.api import Me, Tokens


class SlowBackend:
    """Says who asks by his token; acts wait for `answers`, and are then refused as "not logged in"."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.arrived = asyncio.Event()
        self.asked_by: list[str] = []
        self.renewals = 0
        self.application = web.Application()
        self.application.router.add_get("/api/v1/me", self._me)
        self.application.router.add_post("/api/v1/act", self._act)
        self.application.router.add_post("/api/v1/refresh", self._refresh)

    async def _me(self, request: web.Request) -> web.Response:
        name = request.headers["Authorization"].removeprefix("Bearer ")
        return web.json_response({"name": name, "display_name": name, "role": "operator", "grants": []})

    async def _act(self, request: web.Request) -> web.Response:
        self.asked_by.append(request.headers["Authorization"].removeprefix("Bearer "))
        self.arrived.set()
        await self.answers.wait()
        return web.json_response({"type": "x", "title": "You are not logged in.", "status": 401}, status=401)

    async def _refresh(self, _request: web.Request) -> web.Response:
        self.renewals += 1
        return web.json_response({"access_token": "nobody", "refresh_token": "nobody", "expires_in": 1})


@pytest.fixture
async def backend() -> AsyncIterator[tuple[SlowBackend, str]]:
    slow = SlowBackend()
    runner = web.AppRunner(slow.application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield slow, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_what_the_first_asked_is_not_asked_again_as_the_second(backend: tuple[SlowBackend, str]) -> None:
    slow, url = backend
    session = Session(url)
    await session.trade(Tokens("leila", "leila", 600))
    act = asyncio.get_running_loop().create_task(session.post("/act", None), name="act")
    await slow.arrived.wait()
    ours = await session.trade(Tokens("marc", "marc", 600))
    slow.answers.set()
    with pytest.raises(Refused, match="not logged in"):
        await act
    assert slow.asked_by == ["leila"]
    assert slow.renewals == 0
    assert ours == Tokens("leila", "leila", 600)
    assert (await session.get("/me", Me)).name == "marc"
    await session.close()
