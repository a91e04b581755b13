"""An HTTP server behind its door, closed in the order that lets go of everything."""

import asyncio
import ssl
from collections.abc import Callable

from aiohttp import web

from backend.devkit.door import Door


class GuardedServer:
    """Opened, closed, and then opened again if need be. Bodies are left as they come: nothing is unpacked."""

    def __init__(
        self,
        tls: ssl.SSLContext | None,
        *,
        keepalive_s: float,
        patience_s: float,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`patience_s`: for answers under way when it closes; `refused` as Door has it."""
        self._refused = refused
        self._tls = tls
        self._keepalive_s = keepalive_s
        self._patience_s = patience_s
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._door: Door | None = None

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._listener is not None

    async def open(
        self, application: web.Application, host: str, port: int, *, most: int, most_of_one: int
    ) -> tuple[str, int]:
        """Listen, and say on which address and port; `most` and `most_of_one` as Door has them.

        Raises OSError when it cannot; then nothing is left of the try.
        """
        runner = web.AppRunner(
            application,
            keepalive_timeout=self._keepalive_s,
            access_log=None,
            shutdown_timeout=self._patience_s,
            lingering_time=self._patience_s,
            handle_signals=False,
            auto_decompress=False,
        )
        await runner.setup()
        self._runner, server = runner, runner.server
        if server is None:
            await self.close()
            raise OSError("the HTTP server was not set up")
        try:
            self._door = Door(server, self._tls, most=most, most_of_one=most_of_one, refused=self._refused)
            self._listener = await asyncio.get_running_loop().create_server(self._door.knock, host, port, backlog=128)
        except OSError:
            await self.close()
            raise
        address, taken = self._listener.sockets[0].getsockname()[:2]
        return str(address), int(taken)

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        runner, self._runner = self._runner, None
        listener, self._listener = self._listener, None
        door, self._door = self._door, None
        if listener is not None:
            listener.close()
        if door is not None:
            await door.close()
        if runner is not None:
            await runner.cleanup()
