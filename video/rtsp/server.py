"""An RTSP server over TCP: who may watch what is asked of `resolve`, the rest is here."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from video.clocks import Clock, monotonic, wall
from video.errors import ProtocolError
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server_connection import Patience, ServerConnection
from video.stream_source import ServedStream

log = logging.getLogger(__name__)


class Refusal(msgspec.Struct, frozen=True):
    """Why a stream is not served: 401, 403, 404, 453 or another RTSP status."""

    status: int


Resolve = Callable[[str, Mapping[str, str], PresentedCredentials | None], Awaitable[ServedStream | Refusal]]
"""(path, query, credentials) -> the stream or a refusal. Asked once a connection."""


class RtspServer:
    """Listens until closed. `port` 0 takes a free one; read `port` after `start`."""

    def __init__(
        self,
        host: str,
        port: int,
        resolve: Resolve,
        *,
        tls: ssl.SSLContext | None = None,
        realm: str = "Beffroi",
        max_connections: int = 512,
        most_waiting_of_one_address: int | None = None,
        idle_seconds: float = 10.0,
        begin_seconds: float = 30.0,
        clock: Clock = monotonic,
        wall_clock: Clock = wall,
    ) -> None:
        """`most_waiting_of_one_address`: connections that do not watch yet. Who does not begin within `begin_seconds`,
        or says nothing for `idle_seconds`, is hung up on."""
        self.host = host
        self.port = port
        self._resolve = resolve
        self._tls = tls
        self._realm = realm
        self._max_connections = max_connections
        self._most_waiting = max_connections if most_waiting_of_one_address is None else most_waiting_of_one_address
        self._idle_seconds = idle_seconds
        self._begin_seconds = begin_seconds
        self._clock = clock
        self._wall_clock = wall_clock
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], tuple[str, ServerConnection]] = {}

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(
            self._serve,
            self.host,
            self.port,
            ssl=self._tls,
            ssl_handshake_timeout=None if self._tls is None else self._idle_seconds,
            limit=2**17,
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and hang up on everyone; a second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        address = str((writer.get_extra_info("peername") or ("",))[0])
        if task is None or not self._has_room(address):
            writer.transport.abort()
            return
        patience = Patience(self._idle_seconds, self._begin_seconds)
        connection = ServerConnection(reader, writer, self._ask, self._realm, patience, self._clock, self._wall_clock)
        self._connections[task] = address, connection
        try:
            await connection.run()
        except (OSError, EOFError, TimeoutError):
            pass
        except ProtocolError as error:
            log.debug("a video client was hung up on: %s", error)
        except asyncio.CancelledError:
            # The server closes; asyncio's own callback would log a cancelled connection as an error.
            pass
        finally:
            connection.end()
            del self._connections[task]
            with contextlib.suppress(OSError, RuntimeError):
                writer.transport.abort()

    def _has_room(self, address: str) -> bool:
        waiting = sum(
            other == address and not connection.is_watching for other, connection in self._connections.values()
        )
        return len(self._connections) < self._max_connections and waiting < self._most_waiting

    async def _ask(self, url: str, presented: PresentedCredentials | None) -> ServedStream | int:
        try:
            parts = urlsplit(url)
            query = dict(parse_qsl(parts.query, max_num_fields=32) if parts.query else [])
        except ValueError:
            return 400
        answer = await self._resolve(unquote(parts.path), query, presented)
        return answer.status if isinstance(answer, Refusal) else answer
