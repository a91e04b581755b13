"""What a simulated gateway has to tell its CMS: kept while the CMS is away, told in order, once."""

import asyncio
import datetime as dt
import logging
import uuid
from collections import deque
from collections.abc import Sequence
from typing import Final

import aiohttp
import msgspec

from backend.integrations.talq_lighting.protocol.logs import LogEntry, LogReport
from backend.integrations.talq_lighting.protocol.values import API_VERSION, VERSION_HEADER
from backend.integrations.talq_lighting.protocol.wire import compose

log = logging.getLogger(__name__)

_MOST_ENTRIES_A_REPORT: Final = 500
_MOST_WAITING: Final = 50_000
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A request to the CMS; its id stays the same when it is repeated."""

    method: str
    path: str
    body: bytes
    id: str


class Outbox:
    """Entries by logger and announcements, sent one request at a time."""

    def __init__(self, gateway_address: str) -> None:
        self._gateway_address = gateway_address
        self._entries: dict[str, deque[LogEntry]] = {}
        self._messages: deque[Message] = deque()
        self._has_work = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self.cms_uri: str | None = None
        self.refused = 0

    def log(self, logger_address: str, entries: Sequence[LogEntry]) -> None:
        """Entries for one logger's next report."""
        if entries:
            self._entries.setdefault(logger_address, deque(maxlen=_MOST_WAITING)).extend(entries)
            self._has_work.set()

    def announce(self, method: str, path: str, values: object) -> None:
        """Tell what we are; goes before log reports."""
        self._messages.append(Message(method=method, path=path, body=compose(values), id=str(uuid.uuid4())))
        self._has_work.set()

    def send_raw(self, path: str, body: bytes) -> None:
        """Anything, as a lying or broken gateway would."""
        self._messages.append(Message(method="POST", path=path, body=body, id=str(uuid.uuid4())))
        self._has_work.set()

    def forget(self) -> None:
        """Drop what waits, as after a change of CMS."""
        self._entries.clear()
        self._messages.clear()

    async def wait(self, seconds: float) -> None:
        """Until there is something to tell, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._has_work.wait()
        except TimeoutError:
            return

    async def deliver(self) -> bool:
        """Send all that waits; False when the CMS cannot be reached now."""
        self._has_work.clear()
        while self.cms_uri is not None and (message := self._next()) is not None:
            try:
                status = await self._send(message, self.cms_uri)
            except (aiohttp.ClientError, TimeoutError, OSError):
                return False
            if status >= 500:
                return False
            if status >= 400:
                self.refused += 1
                log.warning("the CMS refused %s %s with %d", message.method, message.path, status)
            if self._messages and self._messages[0] is message:
                self._messages.popleft()
        return self.cms_uri is not None

    async def close(self) -> None:
        """Close the connection to the CMS."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _next(self) -> Message | None:
        if not self._messages and self._entries:
            logger, waiting = next(iter(self._entries.items()))
            entries = [waiting.popleft() for _ in range(min(len(waiting), _MOST_ENTRIES_A_REPORT))]
            # The next logger has its turn: a long queue of samples must not hold up an event.
            del self._entries[logger]
            if waiting:
                self._entries[logger] = waiting
            report = LogReport(address=logger, entries=tuple(entries))
            self._messages.append(
                Message(method="POST", path="log-reports", body=compose(report), id=str(uuid.uuid4()))
            )
        return self._messages[0] if self._messages else None

    async def _send(self, message: Message, cms_uri: str) -> int:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, connector=aiohttp.TCPConnector(limit=2))
        async with self._session.request(
            message.method,
            f"{cms_uri.rstrip('/')}/{message.path}",
            params={"clientAddress": self._gateway_address, "talqRequestId": message.id},
            headers={VERSION_HEADER: API_VERSION, "Content-Type": "application/json"},
            data=message.body,
        ) as response:
            await response.read()
            return response.status


def epoch(moment: float) -> dt.datetime:
    """A POSIX time as UTC."""
    return dt.datetime.fromtimestamp(moment, dt.UTC)
