"""A door between an adapter and its MQTT broker: it can shut, fall silent, delay, and put garbage into the stream."""

import asyncio
import contextlib

from backend.devkit.tasks import Tasks


class MqttDoor:
    """Passes bytes to the broker at `port`; `open` at the same place again after `shut`."""

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._tasks = Tasks("door")
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._to_client: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.is_silent = False
        self.delay_s = 0.0

    async def open(self) -> None:
        """Let in."""
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def shut(self) -> None:
        """Throw everybody out and listen no more."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._tasks.close()
        self._tasks = Tasks("door")

    def garble(self, content: bytes) -> None:
        """Say this to all clients as if the broker did."""
        for writer in self._to_client:
            writer.write(content)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._broker_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(far_writer)
        self._to_client.add(writer)
        self._tasks.start(self._pass(reader, far_writer), name="to the broker")
        self._tasks.start(self._pass(far_reader, writer), name="to the client")

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while content := await reader.read(65_536):
                    while self.is_silent:
                        await asyncio.sleep(0.02)
                    if self.delay_s:
                        await asyncio.sleep(self.delay_s)
                    writer.write(content)
                    await writer.drain()
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._to_client.discard(writer)
