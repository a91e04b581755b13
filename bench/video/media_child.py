"""The media process, driven as the backend drives it: cameras told, tickets issued, events heard."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import FootageTicket
from contract.masks import Mask
from contract.media import (
    IssueFootageTicket,
    IssueTicket,
    MediaCommand,
    MediaEvent,
    MediaReady,
    OpenCamera,
    TicketReady,
    TicketRefused,
)
from video.states import StreamFailure, StreamState
from video.task_owner import TaskOwner

_ROOT: Final = Path(__file__).parents[2]
_PATIENCE_S: Final = 20.0


class MediaChild:
    """`start`, then `open_camera` and `address`; `close` ends it."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._tasks = TaskOwner()
        self._answers: dict[str, asyncio.Future[MediaEvent]] = {}
        self._ready: asyncio.Future[MediaReady] = asyncio.get_running_loop().create_future()
        self.listeners: list[Callable[[MediaEvent], None]] = []
        self.port = self.footage_port = 0

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> MediaReady:
        """Answers where it listens."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "main.py",
            "media",
            *self._options,
            cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._tasks.start(self._hear(self._process), "media events")
        async with asyncio.timeout(_PATIENCE_S):
            ready = await self._ready
        self.port, self.footage_port = ready.rtsp_port, ready.footage_port
        return ready

    async def close(self) -> None:
        """Close its stdin, by which it leaves."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._tasks.close()

    def tell(self, command: MediaCommand) -> None:
        """Command it."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(command) + b"\n")

    def open_camera(self, camera_id: int, url: str, stream: str = "sub") -> None:
        """Tell it of a camera."""
        self.tell(OpenCamera(camera_id=camera_id, stream=stream, url=url))

    async def address(self, camera_id: int, stream: str = "sub", masks: tuple[Mask, ...] = ()) -> str:
        """A fresh one-shot address of the relay. Raises StreamFailure."""
        ticket = secrets.token_urlsafe(16)
        answer = self.expect(ticket)
        self.tell(
            IssueTicket(ticket=ticket, camera_id=camera_id, stream=stream, user="bench", expires_in=30.0, masks=masks)
        )
        await self._granted(answer)
        return f"rtsp://127.0.0.1:{self.port}/live/{camera_id}/{stream}?ticket={ticket}"

    async def footage(self, camera_id: int, since: float, until: float, masks: tuple[Mask, ...] = ()) -> FootageTicket:
        """A fresh one-shot way to a camera's recordings. Raises StreamFailure."""
        ticket = secrets.token_urlsafe(16)
        answer = self.expect(ticket)
        begin, end = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (since, until))
        self.tell(
            IssueFootageTicket(
                ticket=ticket, camera_id=camera_id, user="bench", expires_in=30.0, since=begin, until=end, masks=masks
            )
        )
        await self._granted(answer)
        return FootageTicket(
            ticket=ticket,
            host="127.0.0.1",
            port=self.footage_port,
            is_encrypted=False,
            expires_in=30,
            is_masked=bool(masks),
            server_time=begin,
        )

    async def _granted(self, answer: asyncio.Future[MediaEvent]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            event = await answer
        if isinstance(event, TicketRefused):
            raise StreamFailure(StreamState.REFUSED, event.reason)

    def expect(self, key: str) -> asyncio.Future[MediaEvent]:
        """The next event that carries this ticket or id."""
        answer: asyncio.Future[MediaEvent] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer
        return answer

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        decoder = msgspec.json.Decoder(MediaEvent)
        while line := await process.stdout.readline():
            event: MediaEvent = decoder.decode(line)
            match event:
                case MediaReady():
                    self._ready.set_result(event)
                case TicketReady() if (waiting := self._answers.pop(event.ticket, None)) is not None:
                    waiting.set_result(event)
                case _:
                    waiting = self._answers.pop(getattr(event, "id", ""), None)
                    if waiting is not None:
                        waiting.set_result(event)
            for listener in self.listeners:
                listener(event)
