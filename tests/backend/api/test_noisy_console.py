"""A console that asks the stream without end: the others are served as before, and it is heard again later."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import msgspec
import pytest

from backend.api.stream.endpoint import ASKS_A_SECOND, ASKS_AT_ONCE, MOST_WATCHED
from backend_client.session import Session
from contract.stream import PROTOCOL_VERSION, ClientHeartbeat, ClientHello, ClientMessage, Subscribe, TopicKind, Watch
from contract.wire import schema_hash
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes
from tests.eventually import eventually

_encoder = msgspec.msgpack.Encoder()
_SENT = 150
_SERVED_AT_ONCE = int(ASKS_AT_ONCE / 11)  # five hundred watched assets count for eleven asks


@asynccontextmanager
async def _stream(served: ServedCity, session: Session) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {session.access_token}"}) as http:
        async with http.post(f"{served.url}/api/v1/ticket") as answer:
            ticket = (await answer.json())["ticket"]
        async with http.ws_connect(f"{served.url}/api/v1/stream?ticket={ticket}", max_msg_size=0) as socket:
            await socket.send_bytes(_encoder.encode(ClientHello(PROTOCOL_VERSION, schema_hash(), "test")))
            yield socket


class _Counted:
    """How often the hub was asked, and by whom."""

    def __init__(self, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch) -> None:
        self.watches = 0
        self.subscriptions = 0
        monkeypatch.setattr(city.hub, "watch", self._watch)
        monkeypatch.setattr(city.hub, "subscribe", self._subscribe)

    def _watch(self, _subscriber: object, asset_ids: tuple[int, ...]) -> None:
        assert len(asset_ids) == MOST_WATCHED
        self.watches += 1

    def _subscribe(self, _subscriber: object, _wanted: object) -> None:
        self.subscriptions += 1


async def _send(socket: aiohttp.ClientWebSocketResponse, message: ClientMessage, times: int) -> None:
    frame = _encoder.encode(message)
    for _ in range(times):
        await socket.send_bytes(frame)


async def _all_have_left(city: TwoCommunes) -> None:
    await eventually(lambda: not city.hub.audience.members())


async def test_who_asks_without_end_is_heard_so_often_and_others_are_served(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.account("greedy")
    await city.account("marie")
    greedy, marie = await served.login("greedy"), await served.login("marie")
    counted = _Counted(city, monkeypatch)
    wanted = Watch(tuple(range(1_000, 1_000 + MOST_WATCHED)))
    async with _stream(served, greedy) as socket:
        await _send(socket, wanted, _SENT)
        await eventually(lambda: counted.watches >= _SERVED_AT_ONCE)
        for _ in range(10):
            await marie.get_bytes("/me")
        assert counted.watches == _SERVED_AT_ONCE, "more is not read before time has passed"
        async with _stream(served, marie) as other:
            await _send(other, Subscribe(kinds=(TopicKind.ALARMS,)), 1)
            await eventually(lambda: counted.subscriptions == 1, "another account's console is heard at once")
        assert counted.watches == _SERVED_AT_ONCE
    city.clock.pass_time(ASKS_AT_ONCE / ASKS_A_SECOND)
    async with _stream(served, greedy) as again:
        await _send(again, wanted, 1)
        await eventually(lambda: counted.watches > _SERVED_AT_ONCE, "time has passed: it is heard again")
    await _all_have_left(city)


async def test_a_second_stream_of_the_account_gives_it_no_more(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.account("greedy")
    greedy = await served.login("greedy")
    counted = _Counted(city, monkeypatch)
    async with _stream(served, greedy) as one, _stream(served, greedy) as two:
        wanted = Watch(tuple(range(1_000, 1_000 + MOST_WATCHED)))
        await asyncio.gather(_send(one, wanted, _SENT // 2), _send(two, wanted, _SENT // 2))
        await eventually(lambda: counted.watches >= _SERVED_AT_ONCE)
        for _ in range(10):
            await greedy.get_bytes("/me")
        assert counted.watches == _SERVED_AT_ONCE
    city.clock.pass_time(ASKS_AT_ONCE / ASKS_A_SECOND)
    await _all_have_left(city)


async def test_signs_of_life_cost_nothing(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.account("marie")
    marie = await served.login("marie")
    counted = _Counted(city, monkeypatch)
    async with _stream(served, marie) as socket:
        await _send(socket, ClientHeartbeat(), int(ASKS_AT_ONCE) + 100)
        await _send(socket, Subscribe(kinds=(TopicKind.ALARMS,)), 1)
        await eventually(lambda: counted.subscriptions == 1)
    await _all_have_left(city)
