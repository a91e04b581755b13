"""Large answers, sent piece by piece: who does not read holds neither memory nor a place for ever."""

import asyncio
from collections import Counter
from typing import Final

from aiohttp import web

from backend.api.problems import ProblemError

LARGE_BYTES: Final = 1024 * 1024
MOST_AT_ONCE: Final = 24  # some 30 MB each at most, as many as consoles that start together
MOST_OF_ONE_LOGIN: Final = 8
PATIENCE_S: Final = 20.0  # for a piece to be taken
_PIECE: Final = 256 * 1024


class LargeAnswers:
    """All large answers on their way. Small ones are left to aiohttp."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._sending: Counter[str] = Counter()  # by login session

    async def send(self, request: web.Request, answer: web.StreamResponse, session: str) -> web.StreamResponse:
        """Send it when it is large, give it back when it is small. Raises a problem when too many are on their way."""
        body = answer.body if isinstance(answer, web.Response) else None
        if not isinstance(body, bytes) or len(body) < LARGE_BYTES:
            return answer
        if self._sending.total() >= MOST_AT_ONCE or self._sending[session] >= MOST_OF_ONE_LOGIN:
            raise ProblemError(
                503, "busy", "Too many large answers are on their way.", "Try again in some seconds.", retry_after_s=5
            )
        self._sending[session] += 1
        try:
            return await self._send(request, answer, body)
        finally:
            self._sending[session] -= 1
            self._sending += Counter[str]()  # forgets who waits for nothing

    async def _send(self, request: web.Request, answer: web.StreamResponse, body: bytes) -> web.StreamResponse:
        sent = web.StreamResponse(status=answer.status, headers=answer.headers)
        sent.content_length = len(body)
        await sent.prepare(request)
        whole = memoryview(body)
        try:
            for start in range(0, len(body), _PIECE):
                async with asyncio.timeout(self._patience_s):
                    await sent.write(whole[start : start + _PIECE])
            async with asyncio.timeout(self._patience_s):
                await sent.write_eof()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        return sent
