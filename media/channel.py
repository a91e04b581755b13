"""The pipe to the backend: commands come by lines on stdin, events leave by lines on stdout."""

import asyncio
import sys
from typing import Final

import msgspec

from contract.media import MediaCommand, MediaEvent

# An evidence package of as many cameras, masks and corners as there may be is the longest command.
_MAX_LINE_BYTES: Final = 8 * 2**20
_MAX_WAITING_BYTES: Final = 4 * 2**20


class ChannelBroken(Exception):
    """The backend said something that is no command, or listens no more."""


class BackendChannel:
    """Never blocks on writing: events wait in memory, up to a limit that only a dead backend reaches."""

    def __init__(self, reader: asyncio.StreamReader, transport: asyncio.WriteTransport) -> None:
        self._reader = reader
        self._transport = transport
        self._decoder = msgspec.json.Decoder(MediaCommand)

    @classmethod
    async def open(cls) -> "BackendChannel":
        """Take over this process's stdin and stdout, which must be pipes. Raises ChannelBroken."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_MAX_LINE_BYTES)
        try:
            await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
            transport, _ = await loop.connect_write_pipe(asyncio.Protocol, sys.stdout)
        except ValueError as error:
            raise ChannelBroken("the media process is started by the backend, over pipes") from error
        return cls(reader, transport)

    async def receive(self) -> MediaCommand | None:
        """The next command; None when the backend is gone. Raises ChannelBroken."""
        try:
            line = await self._reader.readline()
        except ValueError as error:
            raise ChannelBroken("a command is longer than 8 MiB") from error
        if not line.endswith(b"\n"):
            return None
        try:
            command: MediaCommand = self._decoder.decode(line)
        except msgspec.MsgspecError as error:
            # The line itself is not repeated: it may hold a password.
            raise ChannelBroken("a command could not be read: backend and media process differ in version") from error
        return command

    def send(self, event: MediaEvent) -> None:
        """Tell the backend."""
        if self._transport.is_closing() or self._transport.get_write_buffer_size() > _MAX_WAITING_BYTES:
            return
        self._transport.write(msgspec.json.encode(event) + b"\n")

    def close(self) -> None:
        """Say no more; what waits is still sent."""
        self._transport.close()
