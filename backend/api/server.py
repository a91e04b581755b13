"""The listening server, with the settings that keep slow and hostile clients from holding it."""

import ssl
from collections.abc import Callable

from aiohttp import web

from backend.devkit.guarded_server import GuardedServer

KEEPALIVE_S = 15.0
_PATIENCE_S = 1.0
MOST_CONNECTIONS = 800  # a process may have 1,024 files open by default: the database's and gateways' come first
MOST_OF_ONE_ADDRESS = 400


class TlsRequired(Exception):
    """Any address but loopback asks for a certificate."""


class Server:
    """One HTTP listener."""

    def __init__(
        self,
        application: web.Application,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Raises TlsRequired when `host` is reachable from elsewhere and there is no TLS."""
        if tls is None and host not in {"127.0.0.1", "::1", "localhost"}:
            raise TlsRequired(f"Listening on {host} needs a certificate: give --tls-cert and --tls-key.")
        self._application, self._host, self._port = application, host, port
        self._scheme = "http" if tls is None else "https"
        self._server = GuardedServer(tls, keepalive_s=KEEPALIVE_S, patience_s=_PATIENCE_S, refused=refused)
        self.url = ""

    async def start(self) -> None:
        """Listen; `url` then says where. Raises OSError when the address is taken."""
        host, port = await self._server.open(
            self._application, self._host, self._port, most=MOST_CONNECTIONS, most_of_one=MOST_OF_ONE_ADDRESS
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{self._scheme}://{shown}:{port}"

    async def close(self) -> None:
        """Stop listening and close what is open; may be called twice."""
        await self._server.close()
