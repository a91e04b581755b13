"""The listening server, with the settings that keep slow and hostile clients from holding it."""

import asyncio
import ssl

from aiohttp import web

from backend.api.door import Door

KEEPALIVE_S = 15.0
HANDSHAKE_S = 5.0


class TlsRequired(Exception):
    """Any address but loopback asks for a certificate."""


class Server:
    """One HTTP listener."""

    def __init__(self, application: web.Application, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Raises TlsRequired when `host` is reachable from elsewhere and there is no TLS."""
        if tls is None and host not in {"127.0.0.1", "::1", "localhost"}:
            raise TlsRequired(f"Listening on {host} needs a certificate: give --tls-cert and --tls-key.")
        self._runner = web.AppRunner(
            application,
            keepalive_timeout=KEEPALIVE_S,
            lingering_time=0.5,
            access_log=None,
            max_line_size=8190,
            max_field_size=8190,
            shutdown_timeout=1.0,
            auto_decompress=False,  # bodies are small: a compressed one is refused, so there is no bomb to count
        )
        self._host, self._port, self._tls = host, port, tls
        self._listener: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen; `url` then says where. Raises OSError when the address is taken."""
        await self._runner.setup()
        server = self._runner.server
        if server is None:
            raise OSError("the HTTP server was not set up")
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: Door(server),
            self._host,
            self._port,
            ssl=self._tls,
            backlog=128,
            ssl_handshake_timeout=None if self._tls is None else HANDSHAKE_S,
        )
        host, port = self._listener.sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'http' if self._tls is None else 'https'}://{shown}:{port}"

    async def close(self) -> None:
        """Stop listening and close what is open; may be called twice."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()
