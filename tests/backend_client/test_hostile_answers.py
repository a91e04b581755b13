"""Whatever answers in the backend's place: the console hears one clear error, never a stray exception."""

import gzip
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import web

from backend_client.errors import ClientError, NotUnderstood
from backend_client.session import Session
from contract.api import Tokens
from contract.base_maps import BaseMapList
from contract.places import NearbyAssets, PlaceHits
from contract.replay import ReplaySpan


class Impostor:
    """Answers everything but the login with `body`."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/login"):
            return web.Response(body=msgspec.json.encode(Tokens("access", "refresh", 900)))
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@pytest.fixture
async def impostor() -> AsyncIterator[Impostor]:
    """Listens on a free loopback port."""
    made = Impostor()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def session(impostor: Impostor) -> AsyncIterator[Session]:
    """Logged in at the impostor."""
    made = Session(impostor.url)
    await made.login("marie", "marie-password")
    yield made
    await made.close()


BODIES = [
    b"",
    b"<html>Log in to the hotel's network</html>",
    b"null",
    b"[]",
    b'{"items": 7}',
    b'{"items": [{"id": 1}]}',
    b'{"items": [], "total": NaN}',
    b'{"first_ms": 1e400}',
    b'{"items": "\xff\xfe"}',
    b"[" * 200_000,
    b'{"items":' + b"[" * 200_000,
    b'{"x":' * 100_000,
    b"\x00" * 100,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_an_answer_of_the_wrong_kind_is_one_clear_error(
    impostor: Impostor, session: Session, body: bytes
) -> None:
    impostor.body = body
    for path, kind in (
        ("/base-maps", BaseMapList),
        ("/places", PlaceHits),
        ("/assets/near", NearbyAssets),
        ("/replay/span", ReplaySpan),
    ):
        with pytest.raises(NotUnderstood):
            await session.get(path, kind)
    with pytest.raises(NotUnderstood):
        await session.post_for("/cameras/look", {}, PlaceHits)


@pytest.mark.parametrize("status", [401, 404, 500, 503])
async def test_a_refusal_that_is_none_of_ours_is_a_refusal(impostor: Impostor, session: Session, status: int) -> None:
    impostor.status = status
    for body in BODIES:
        impostor.body = body
        with pytest.raises(ClientError):
            await session.get("/places", PlaceHits)


async def test_a_packed_bomb_is_not_unpacked_to_its_end(
    impostor: Impostor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend_client.session.MOST_BYTES", 8 * 2**20)
    impostor.body = gzip.compress(bytes(64 * 2**20))
    impostor.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(ClientError):
        await session.get_bytes("/replay/frames")
