"""A large file as an answer, or a part of it; who does not read holds no place for ever."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from backend.api.problems import ProblemError

PATIENCE_S: Final = 20.0  # for a piece to be taken
MOST_AT_ONCE: Final = 8
_PIECE: Final = 256 * 1024


class FileSending:
    """How many files are on their way."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self.patience_s = patience_s
        self.count = 0

    def check(self) -> None:
        """Raises a problem when too many are on their way already."""
        if self.count >= MOST_AT_ONCE:
            raise ProblemError(
                503, "busy", "Too many files are being fetched.", "Try again in a minute.", retry_after_s=60
            )


class SentFile(web.StreamResponse):
    """Made when everything was checked and journalled; its first byte leaves in `prepare`."""

    def __init__(
        self,
        read: Callable[[int, int], Awaitable[bytes]],
        size: int,
        etag: str,
        name: str,
        sending: FileSending,
        sent: Callable[[int], Awaitable[None]],
        content_type: str = "application/zip",
    ) -> None:
        """`read` gives bytes from a place on (OSError when it cannot); `etag` names the content.

        `sent` hears how many bytes left, however it ended.
        """
        super().__init__()
        self._read = read
        self._size = size
        self._etag = f'"{etag}"'
        self._name = name
        self._sending = sending
        self._sent = sent
        self._file_type = content_type

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send it all."""
        start, end = self._asked(request)
        self.headers["Accept-Ranges"] = "bytes"
        self.headers["ETag"] = self._etag
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Content-Type-Options"] = "nosniff"
        self.headers["Content-Disposition"] = f'attachment; filename="{self._name}"'
        self.content_type = self._file_type
        if start >= end:
            self.set_status(416)
            self.headers["Content-Range"] = f"bytes */{self._size}"
            self.content_length = 0
            return await super().prepare(request)
        if (start, end) != (0, self._size):
            self.set_status(206)
            self.headers["Content-Range"] = f"bytes {start}-{end - 1}/{self._size}"
        self.content_length = end - start
        return await self._send(request, start, end)

    async def _send(self, request: web.BaseRequest, start: int, end: int) -> AbstractStreamWriter | None:
        self._sending.count += 1
        at = start
        try:
            writer = await super().prepare(request)
            while at < end:
                piece = await self._read(at, min(_PIECE, end - at))
                async with asyncio.timeout(self._sending.patience_s):
                    await self.write(piece)
                at += len(piece)
            async with asyncio.timeout(self._sending.patience_s):
                await self.write_eof()
        except (TimeoutError, OSError):
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError from None
        finally:
            self._sending.count -= 1
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(self._sent(at - start))
        return writer

    def _asked(self, request: web.BaseRequest) -> tuple[int, int]:
        """From where to where; the whole for a range of something else or of another kind than we know."""
        if request.headers.get("If-Range", self._etag) != self._etag:
            return 0, self._size
        try:
            asked = request.http_range
        except ValueError:
            return 0, 0
        return asked.indices(self._size)[:2]
