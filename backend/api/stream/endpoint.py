"""The WebSocket of one console: who may open it, what it may send, how long it may be slow."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from backend.api.problems import ProblemError
from backend.api.stream.hub import Hub
from backend.api.stream.subscriber import Subscriber
from backend.devkit.clock import Clock
from backend.devkit.origin import origin_of
from backend.devkit.pace import Pace
from backend.services.identity import Identity
from backend.services.sessions import Session
from contract.stream import (
    PROTOCOL_VERSION,
    ClientHeartbeat,
    ClientHello,
    ClientMessage,
    Refused,
    ResyncRequest,
    Subscribe,
    Watch,
    Welcome,
)
from contract.wire import schema_hash

log = logging.getLogger(__name__)

LARGEST_CLIENT_MESSAGE = 64 * 1024
CLIENT_SILENCE_S = 7.0
SEND_DEADLINE_S = 5.0
LIVENESS_S = 0.5  # a login that ended, or an account that was closed, is off the stream within this time
MOST_STREAMS = 500
MOST_STREAMS_OF_ONE_ADDRESS = 100
MOST_WATCHED = 500
# What consoles of one account may ask: they subscribe once, then watch what is selected and mend gaps.
ASKS_A_SECOND = 20.0
ASKS_AT_ONCE = 1_000.0
_WATCHED_FOR_ONE_ASK = 50
_A_SUBSCRIPTION = 10.0
_decoder = msgspec.msgpack.Decoder(ClientMessage)
_encoder = msgspec.msgpack.Encoder()


class StreamEndpoint:
    """Opens streams for one-shot tickets."""

    def __init__(
        self,
        hub: Hub,
        identity: Identity,
        clock: Clock,
        server_id: str,
        console_left: Callable[[str, str], None] | None = None,
    ) -> None:
        """`console_left` is told the user and the login of a console whose last stream has ended."""
        self._console_left = console_left
        self._hub = hub
        self._identity = identity
        self._clock = clock
        self._server_id = server_id
        self._open: set[web.WebSocketResponse] = set()
        self._addresses: Counter[str] = Counter()
        self._pace = Pace(a_second=ASKS_A_SECOND, burst=ASKS_AT_ONCE)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one console until it leaves, falls silent, is too slow, or loses its login."""
        session = self._identity.redeem(request.query.get("ticket", ""))
        if session is None:
            raise ProblemError(401, "ticket", "This ticket is not good.", "It serves once, for 30 s. Ask for another.")
        address = origin_of(request.remote or "")
        if len(self._open) >= MOST_STREAMS or self._addresses[address] >= MOST_STREAMS_OF_ONE_ADDRESS:
            raise ProblemError(503, "too-many", "Too many consoles are connected.", "Close one, then try again.")
        socket = web.WebSocketResponse(max_msg_size=LARGEST_CLIENT_MESSAGE, compress=False, heartbeat=3.0)
        await socket.prepare(request)
        self._open.add(socket)
        self._addresses[address] += 1
        subscriber = Subscriber(session, lambda: self._identity.present_user(session))
        try:
            await self._serve(socket, subscriber, request.transport)
        finally:
            self._hub.audience.leave(subscriber)
            self._open.discard(socket)
            self._addresses[address] -= 1
            self._tell_left(session)
        return socket

    async def close(self) -> None:
        """Close every stream."""
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the backend stops")

    def _tell_left(self, session: Session) -> None:
        is_elsewhere = any(member.session.id == session.id for member in self._hub.audience.members())
        if self._console_left is not None and not is_elsewhere:
            self._console_left(session.user.name, session.id)

    async def _serve(
        self, socket: web.WebSocketResponse, subscriber: Subscriber, transport: asyncio.WriteTransport | None
    ) -> None:
        if not await self._greet(socket, subscriber):
            return
        ready = self._hub.audience.join(subscriber)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._send(socket, subscriber, ready), name="stream sender"),
                group.create_task(self._watch_login(subscriber), name="stream login"),
                group.create_task(self._receive(socket, subscriber), name="stream receiver"),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
        if socket.closed:
            return
        if not self._identity.is_live(subscriber.session):
            await self._refuse(socket, Refused("not_allowed", "Your login has ended. Log in again."))
        elif subscriber.is_hopeless:
            self._hub.health.cut(subscriber.session.user.name)
            await self._refuse(socket, Refused("too_slow", "This console does not keep up; it starts anew."))
        elif transport is not None:
            transport.abort()  # one that does not read would hold a polite close

    async def _greet(self, socket: web.WebSocketResponse, subscriber: Subscriber) -> bool:
        hello = await self._next(socket)
        if not isinstance(hello, ClientHello):
            return False
        if hello.protocol_version != PROTOCOL_VERSION or hello.schema_hash != schema_hash():
            code = "too_old" if hello.protocol_version < PROTOCOL_VERSION else "schema_differs"
            detail = "This console and this backend are of different versions. Install the same version of both."
            await self._refuse(socket, Refused(code, detail))
            return False
        welcome = Welcome(server_time=self._clock.now(), server_id=self._server_id, user=subscriber.session.user.name)
        await socket.send_bytes(_encoder.encode(welcome))
        return True

    async def _next(self, socket: web.WebSocketResponse) -> ClientMessage | None:
        """The next message; None when the console is gone, silent, or says what it may not."""
        try:
            frame = await socket.receive(timeout=CLIENT_SILENCE_S)
        except TimeoutError:
            return None
        if frame.type is not WSMsgType.BINARY:
            return None
        try:
            message: ClientMessage = _decoder.decode(frame.data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            await socket.close(code=WSCloseCode.INVALID_TEXT, message=str(error).encode()[:100])
            return None
        return message

    async def _receive(self, socket: web.WebSocketResponse, subscriber: Subscriber) -> None:
        while (message := await self._next(socket)) is not None:
            await self._give_way(socket, subscriber, message)
            match message:
                case Subscribe():
                    self._hub.subscribe(subscriber, message)
                case Watch():
                    self._hub.watch(subscriber, message.asset_ids[:MOST_WATCHED])
                case ResyncRequest():
                    self._hub.resync(subscriber, message.topics)
                case ClientHeartbeat():
                    pass
                case ClientHello():
                    return

    async def _give_way(self, socket: web.WebSocketResponse, subscriber: Subscriber, message: ClientMessage) -> None:
        """One console that asks without end keeps nobody waiting but itself: what it sends stays unread meanwhile."""
        who, cost = subscriber.session.user.name, _cost(message)
        wait_s = self._pace.wait_s(who, self._clock.monotonic(), cost=cost)
        await asyncio.sleep(wait_s)
        while wait_s > 0 and not socket.closed:
            wait_s = self._pace.wait_s(who, self._clock.monotonic(), cost=cost)
            await asyncio.sleep(wait_s)

    async def _send(self, socket: web.WebSocketResponse, subscriber: Subscriber, ready: asyncio.Event) -> None:
        while not subscriber.is_hopeless:
            await ready.wait()
            ready.clear()
            while (frame := subscriber.take()) is not None:
                try:
                    async with asyncio.timeout(SEND_DEADLINE_S):
                        await socket.send_bytes(frame)
                except TimeoutError:
                    self._hub.health.cut(subscriber.session.user.name)
                    return
                except ConnectionError:
                    return
            self._hub.pay_snapshots(subscriber)

    async def _watch_login(self, subscriber: Subscriber) -> None:
        while True:
            await asyncio.sleep(LIVENESS_S)
            if not self._identity.is_live(subscriber.session):
                return

    async def _refuse(self, socket: web.WebSocketResponse, refusal: Refused) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1.0):
                await socket.send_bytes(_encoder.encode(refusal))
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=refusal.code.encode())


def _cost(message: ClientMessage) -> float:
    """For how many asks a message counts, by the work that it makes."""
    match message:
        case Subscribe():
            return _A_SUBSCRIPTION
        case Watch():
            return 1.0 + len(message.asset_ids[:MOST_WATCHED]) / _WATCHED_FOR_ONE_ASK
        case ResyncRequest():
            return max(1.0, float(len(message.topics)))
        case _:
            return 0.0
