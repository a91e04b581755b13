"""How many connections one machine, and all together, may hold: what is beyond is closed before it costs anything."""

import asyncio
import resource
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Final, cast

from aiohttp import web

from backend.devkit.origin import origin_of
from backend.devkit.tasks import Tasks

KEPT_FILES: Final = 200  # of those that the process may open: never given to whoever knocks
FEWEST: Final = 16
HANDSHAKE_S: Final = 5.0


class Door:
    """The way to one HTTP server. `knock` is the protocol factory of a listener without TLS: TLS begins behind it.

    So who knocks and never shakes hands is counted too, and has as little time as anybody.
    """

    def __init__(
        self,
        server: web.Server,
        tls: ssl.SSLContext | None,
        *,
        most: int,
        most_of_one: int,
        handshake_s: float = HANDSHAKE_S,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`refused` hears from which address somebody was not let in."""
        self._refused = refused
        self._server = server
        self._tls = tls
        self._most = most
        self._most_of_one = most_of_one
        self._handshake_s = handshake_s
        self._shaking: Counter[str] = Counter()
        self._tasks = Tasks("door")
        self._is_open = True

    def knock(self) -> asyncio.Protocol:
        """For one connection."""
        return _Knock(self)

    async def close(self) -> None:
        """End handshakes under way; nobody enters any more."""
        self._is_open = False
        await self._tasks.close()

    def opened(self, transport: asyncio.Transport) -> None:
        """Somebody wants in: let him through to the server, or close."""
        address = _address(transport)
        if not self._is_open or not self._has_room(address):
            transport.abort()
            self._refused(address)
        elif self._tls is None:
            handler = self._server()
            transport.set_protocol(handler)
            handler.connection_made(transport)
        else:
            transport.pause_reading()
            self._shaking[address] += 1
            self._tasks.start(self._shake_hands(transport, self._tls, address), name="handshake")

    async def _shake_hands(self, raw: asyncio.Transport, tls: ssl.SSLContext, address: str) -> None:
        early = _Early()
        loop = asyncio.get_running_loop()
        try:
            inside = await loop.start_tls(raw, early, tls, server_side=True, ssl_handshake_timeout=self._handshake_s)
        except OSError:  # that of TLS and of the time that is over too
            raw.abort()
            return
        except asyncio.CancelledError:
            raw.abort()
            raise
        finally:
            self._shaking[address] -= 1
            self._shaking += Counter[str]()
        if inside is None or early.is_lost:
            raw.abort()
            return
        handler = self._server()
        inside.set_protocol(handler)
        handler.connection_made(inside)
        if early.content:
            handler.data_received(bytes(early.content))

    def _has_room(self, address: str) -> bool:
        inside = self._server.connections
        if len(inside) + self._shaking.total() >= min(self._most, _files_to_give()):
            return False
        from_there = sum(1 for other in inside if other.transport is not None and _address(other.transport) == address)
        return from_there + self._shaking[address] < self._most_of_one


class _Knock(asyncio.Protocol):
    """Stands before one connection until it is known whether it may enter."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._door.opened(cast("asyncio.Transport", transport))


class _Early(asyncio.Protocol):
    """Keeps what comes right behind the handshake, until the server listens."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.is_lost = False

    def data_received(self, data: bytes) -> None:
        self.content += data

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.is_lost = True


def _files_to_give() -> int:
    """How many connections the limit on open files leaves room for."""
    return max(FEWEST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - KEPT_FILES)


def _address(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return origin_of(str(cast("tuple[object, ...]", peer)[0])) if isinstance(peer, tuple) and peer else ""
