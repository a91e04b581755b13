"""The console's own backend: a child process that ends with its parent and is started again when it falls."""

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from console.kit.task_bag import TaskBag

log = logging.getLogger(__name__)
_ORDINARY = " INFO "  # as the backend marks, line by line, what nobody at a control post needs to see

START_LIMIT_S: Final = 60.0
_END_LIMIT_S: Final = 8.0
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 15.0
_LONG_LIFE_S: Final = 60.0
_LAST_LINES: Final = 12


class BackendReady(msgspec.Struct, frozen=True, kw_only=True):
    """The one line of JSON a child backend prints on standard output once it answers."""

    url: str
    first_password: str | None = None
    first_user: str = "admin"
    demo_accounts: dict[str, str] = {}  # user -> password, only under --demo


class BackendDidNotStart(Exception):
    """The child ended or kept silent; the text says what it said last."""


class EmbeddedBackend:
    """Started with a launch token on its standard input; the open pipe is its leash: it leaves when the pipe closes."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        changed: Callable[[BackendReady | None, str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`changed` hears of each readiness (with its URL) and of each fall (None, with the reason)."""
        self._command = tuple(command)
        self._changed = changed
        self._sleep = sleep
        self._process: asyncio.subprocess.Process | None = None
        self._last_lines: list[str] = []
        self._tasks = TaskBag("embedded backend")
        self._reader: asyncio.Task[None] | None = None
        self.launch_token = secrets.token_urlsafe(32)
        self.start_count = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._process is None else self._process.pid

    async def run(self) -> None:
        """Keep it running until cancelled, with back-off between starts; then end it."""
        delay = _FIRST_DELAY_S
        loop = asyncio.get_running_loop()
        try:
            while True:
                born = loop.time()
                try:
                    self._changed(await self._start(), "")
                    reason = await self._until_its_end()
                except (BackendDidNotStart, OSError) as error:
                    reason = str(error)
                self._changed(None, reason)
                log.warning("the backend ended: %s", reason)
                delay = _FIRST_DELAY_S if loop.time() - born > _LONG_LIFE_S else min(delay * 2, _LONGEST_DELAY_S)
                await self._sleep(delay)
        finally:
            await self._end()

    async def _start(self) -> BackendReady:
        self.start_count += 1
        self._last_lines = []
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._process = process
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise BackendDidNotStart("no pipes to the backend")
        self._reader = self._tasks.start(self._read_errors(process.stderr), name="backend log")
        process.stdin.write(self.launch_token.encode() + b"\n")
        try:
            await process.stdin.drain()
            line = await asyncio.wait_for(process.stdout.readline(), START_LIMIT_S)
            return msgspec.json.decode(line, type=BackendReady)
        except TimeoutError:
            await self._end()
            raise BackendDidNotStart(f"it was not ready after {START_LIMIT_S:.0f} s. {self._last_words()}") from None
        except (msgspec.MsgspecError, ConnectionError):
            await self._end()
            raise BackendDidNotStart(self._last_words() or "it ended before it was ready") from None

    async def _until_its_end(self) -> str:
        process = self._process
        if process is None or process.stdout is None:
            return "it was never there"
        while await process.stdout.readline():
            pass
        code = await process.wait()
        await self._end()
        return f"it left with code {code}. {self._last_words()}".strip()

    async def _read_errors(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # a line longer than the reader's limit
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            log.log(logging.DEBUG if _ORDINARY in text else logging.WARNING, "backend: %s", text)
            self._last_lines = [*self._last_lines[-_LAST_LINES:], text]

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            if process.stdin is not None:
                process.stdin.close()
            for wish in (process.terminate, process.kill):
                try:
                    await asyncio.wait_for(process.wait(), _END_LIMIT_S / 2)
                    break
                except TimeoutError:
                    wish()
            await process.wait()
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])

    def _last_words(self) -> str:
        return self._last_lines[-1] if self._last_lines else ""
