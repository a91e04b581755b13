"""A mirror of the backend: snapshots first, then numbered changes; a gap or a wrong digest asks anew."""

import asyncio
import enum
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
import msgspec

from backend_client.errors import ClientError, NotLoggedIn
from backend_client.session import Session
from contract.digests import TopicDigest
from contract.stream import (
    PROTOCOL_VERSION,
    Changes,
    ClientHeartbeat,
    ClientHello,
    ClientMessage,
    Heartbeat,
    Refused,
    ResyncRequest,
    RightsChanged,
    ServerMessage,
    Snapshot,
    Subscribe,
    Topic,
    Watch,
    Welcome,
)
from contract.wire import schema_hash

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
SILENCE_LIMIT_S = 1.5 * HEARTBEAT_S  # a half-open connection is found within one and a half heartbeats
_OWN_STANDSTILL_S = 0.5
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.25, 10.0
_decoder = msgspec.msgpack.Decoder(ServerMessage)
_encoder = msgspec.msgpack.Encoder()


class MirrorState(enum.StrEnum):
    """How the link to the backend stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    LOGGED_OUT = "logged_out"
    REFUSED = "refused"


class Listener(Protocol):
    """Who is told. Called in the event loop; must be quick and not raise."""

    def message(self, message: ServerMessage) -> None:
        """A message in sequence; snapshots and changes never come out of order or with a gap."""
        ...

    def link_changed(self, state: MirrorState, detail: str) -> None:
        """The link came or went. LOST: everything shown is stale from the last heartbeat on."""
        ...


class Mirror:
    """Keeps a stream open for ever: connects, subscribes, resumes after a loss with jittered back-off."""

    def __init__(
        self,
        session: Session,
        listener: Listener,
        subscribe: Subscribe,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        client_name: str = "console",
    ) -> None:
        self._session = session
        self._listener = listener
        self._subscribe = subscribe
        self._sleep = sleep
        self._now = now or asyncio.get_running_loop().time
        self._client_name = client_name
        self._watched: tuple[int, ...] = ()
        self._topics: dict[Topic, tuple[int, TopicDigest]] = {}
        self._resyncing: set[Topic] = set()
        self._socket: aiohttp.ClientWebSocketResponse[bool] | None = None
        self._sending: asyncio.Queue[ClientMessage] = asyncio.Queue()
        self.resync_count = 0
        self.server_id = ""

    async def run(self) -> None:
        """Until cancelled, or until the login ends or the backend refuses this console for good."""
        delay = _FIRST_DELAY_S
        while True:
            self._listener.link_changed(MirrorState.CONNECTING, "")
            try:
                refused = await self._one_connection()
            except NotLoggedIn as error:
                self._listener.link_changed(MirrorState.LOGGED_OUT, str(error))
                return
            except (ClientError, aiohttp.ClientError, TimeoutError, OSError, msgspec.MsgspecError) as error:
                log.info("stream lost: %s", error)
                refused = None
                reason = str(error) or type(error).__name__
            else:
                reason = "The backend closed the stream."
            if refused is not None and refused.code in {"too_old", "schema_differs"}:
                self._listener.link_changed(MirrorState.REFUSED, refused.detail)
                return
            was_live = bool(self._topics)
            self._topics.clear()
            self._resyncing.clear()
            self._listener.link_changed(MirrorState.LOST, reason)
            delay = _FIRST_DELAY_S if was_live else min(delay * 2, _LONGEST_DELAY_S)
            await self._sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret

    def watch(self, asset_ids: tuple[int, ...]) -> None:
        """Replace the set of assets whose points, claims and commands are wanted at once."""
        self._watched = asset_ids
        self._send(Watch(asset_ids))

    def subscribe(self, subscribe: Subscribe) -> None:
        """Replace the subscription."""
        self._subscribe = subscribe
        self._topics.clear()
        self._resyncing.clear()
        self._send(subscribe)

    async def reconnect(self) -> None:
        """The session's login is another one: open the stream anew. What is shown stays until that one's snapshots."""
        if self._socket is not None:
            await self._socket.close()

    async def _one_connection(self) -> Refused | None:
        ticket = await self._session.ticket()
        async with self._session.open_stream(ticket) as socket:
            self._socket = socket
            self._sending = asyncio.Queue()
            self._send(ClientHello(PROTOCOL_VERSION, schema_hash(), self._client_name))
            self._send(self._subscribe)
            if self._watched:
                self._send(Watch(self._watched))
            sender = asyncio.get_running_loop().create_task(self._send_all(socket), name="mirror sender")
            try:
                return await self._receive(socket)
            finally:
                self._socket = None
                sender.cancel()
                await asyncio.wait([sender])

    async def _receive(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> Refused | None:
        while True:
            frame = await self._next_frame(socket)
            if frame is None:
                return None
            message = _decoder.decode(frame)
            if isinstance(message, Refused):
                return message
            self.take(message)

    async def _next_frame(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> bytes | None:
        """The next message, None when the backend closes. Raises TimeoutError after too long a silence."""
        asked = self._now()
        try:
            frame = await socket.receive(timeout=SILENCE_LIMIT_S)
        except TimeoutError:
            if self._now() - asked < SILENCE_LIMIT_S + _OWN_STANDSTILL_S:
                raise
            # It was our own loop that stood still: what came meanwhile waits to be read.
            frame = await socket.receive(timeout=_OWN_STANDSTILL_S)
        return frame.data if frame.type is aiohttp.WSMsgType.BINARY else None

    def take(self, message: ServerMessage) -> None:
        """Take in one message of the stream, in the order of the wire."""
        match message:
            case Welcome():
                self.server_id = message.server_id
                self._listener.message(message)
                self._listener.link_changed(MirrorState.LIVE, "")
            case Snapshot():
                digest = TopicDigest()
                digest.apply(message.body)
                self._topics[message.topic] = (message.seq, digest)
                self._resyncing.discard(message.topic)
                self._listener.message(message)
            case Changes():
                known = self._topics.get(message.topic)
                if known is None or message.seq <= known[0]:
                    return  # its snapshot is on the way and contains it
                if message.seq != known[0] + 1:
                    self._ask_anew(message.topic)
                    return
                known[1].apply(message.body)
                self._topics[message.topic] = (message.seq, known[1])
                self._listener.message(message)
            case Heartbeat():
                for state in message.topics:
                    known = self._topics.get(state.topic)
                    if known is not None and (known[0] < state.seq or known[1].digest != state.digest):
                        self._ask_anew(state.topic)
                self._listener.message(message)
            case RightsChanged():
                for topic in message.revoked:
                    self._topics.pop(topic, None)
                self._listener.message(message)
            case _:
                self._listener.message(message)

    def _ask_anew(self, topic: Topic) -> None:
        if topic in self._resyncing:
            return
        self._resyncing.add(topic)
        self._topics.pop(topic, None)
        self.resync_count += 1
        self._send(ResyncRequest((topic,)))

    def _send(self, message: ClientMessage) -> None:
        if self._socket is not None:
            self._sending.put_nowait(message)

    async def _send_all(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    message = await self._sending.get()
            except TimeoutError:
                message = ClientHeartbeat()
            await socket.send_bytes(_encoder.encode(message))
