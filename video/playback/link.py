"""A player's connection to the footage door."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from video.errors import ProtocolError
from video.playback.messages import (
    LONGEST_ANSWER,
    Ask,
    Failed,
    FromDoor,
    Given,
    MessageReader,
    Nothing,
    Present,
    Refused,
    Welcome,
    encode,
    read_door,
)

_READ_BYTES: Final = 2**18


class DoorAddress(msgspec.Struct, frozen=True):
    """Where to present which ticket."""

    host: str
    port: int
    is_encrypted: bool
    ticket: str

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"DoorAddress({self.host!r}, {self.port})"


class HungUpOn(Exception):
    """The door refused, or takes back, what it let in; the text says why."""


class FootageLink:
    """One ticket's connection. Raises OSError, EOFError, ProtocolError, HungUpOn; the caller sets deadlines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._messages = MessageReader(LONGEST_ANSWER)
        self._read: list[FromDoor] = []
        self.since = 0.0
        self.until = 0.0

    @classmethod
    async def open(cls, address: DoorAddress) -> "FootageLink":
        """Connect, present the ticket, and be welcomed."""
        tls = ssl.create_default_context() if address.is_encrypted else None
        reader, writer = await asyncio.open_connection(address.host, address.port, ssl=tls, limit=2**20)
        link = cls(reader, writer)
        try:
            await link._present(address.ticket)
        except BaseException:
            link.close()
            raise
        return link

    def ask(self, ask: Ask) -> None:
        """Ask for passages, and no longer for what was asked before."""
        self._writer.write(encode(ask))

    async def answers(self) -> AsyncIterator[Given | Nothing | Failed]:
        """What the door answers, until it hangs up."""
        while True:
            message = await self._next()
            if isinstance(message, Welcome):
                raise ProtocolError("the door welcomes once")
            yield message

    def close(self) -> None:
        """Leave."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.transport.abort()

    async def _present(self, ticket: str) -> None:
        self._writer.write(encode(Present(ticket)))
        welcome = await self._next()
        if not isinstance(welcome, Welcome):
            raise ProtocolError("the door does not welcome")
        self.since, self.until = welcome.since, welcome.until

    async def _next(self) -> Welcome | Given | Nothing | Failed:
        while not self._read:
            chunk = await self._reader.read(_READ_BYTES)
            if not chunk:
                raise EOFError("the footage door closed the connection")
            self._read = [read_door(body) for body in self._messages.feed(chunk)]
        message = self._read.pop(0)
        if isinstance(message, Refused):
            raise HungUpOn(message.reason)
        return message
