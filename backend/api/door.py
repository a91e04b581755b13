"""How many connections one machine, and all together, may hold: what is beyond is closed before it costs anything."""

import asyncio
from typing import Final, cast

from aiohttp import web

MOST_CONNECTIONS: Final = 800  # a process may have 1,024 files open by default: the database's and gateways' come first
MOST_OF_ONE_ADDRESS: Final = 400


class Door(asyncio.Protocol):
    """Stands before one connection: lets it through to the HTTP server, or closes it."""

    def __init__(
        self,
        server: web.Server,
    ) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It wants in."""
        if not isinstance(transport, asyncio.Transport) or not self._has_room(_address(transport)):
            transport.close()
            return
        handler = self._server()
        transport.set_protocol(handler)
        handler.connection_made(transport)

    def _has_room(self, address: str) -> bool:
        inside = self._server.connections
        if len(inside) >= MOST_CONNECTIONS:
            return False
        from_there = sum(1 for other in inside if other.transport is not None and _address(other.transport) == address)
        return from_there < MOST_OF_ONE_ADDRESS


def _address(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) and peer else ""
