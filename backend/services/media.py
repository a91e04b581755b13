"""The media process as the backend sees it: kept alive, told which cameras to serve, asked for tickets."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from contract.media import (
    CameraState,
    CloseCamera,
    IssueTicket,
    MediaCommand,
    MediaEvent,
    MediaReady,
    OpenCamera,
    RevokeUser,
    TicketReady,
    TicketRefused,
    TicketUsed,
    ViewingEnded,
)

log = logging.getLogger(__name__)

TICKET_S: Final = 30
_READY_WITHIN_S: Final = 5.0
_TICKET_WITHIN_S: Final = 3.0
_LEAVE_WITHIN_S: Final = 3.0
_MAX_LINE_BYTES: Final = 64 * 1024
_MAX_WAITING_BYTES: Final = 1024 * 1024


class MediaUnavailable(Exception):
    """No video can be shown now; the text says why and what to do."""


class MediaListener(Protocol):
    """Who is told what the media process reports. Calls never block and never raise."""

    def camera_fares(self, state: CameraState) -> None:
        """The pull of a camera's stream changed its state."""
        ...

    def ticket_used(self, event: TicketUsed) -> None:
        """A console began to watch."""
        ...

    def ticket_refused(self, event: TicketRefused) -> None:
        """Somebody tried a ticket that opens nothing."""
        ...

    def viewing_ended(self, event: ViewingEnded) -> None:
        """A console no longer watches."""
        ...


class MediaDelays(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait before starting the process again: doubles from `first_s`; `proven_s` of life start anew."""

    first_s: float = 0.5
    longest_s: float = 30.0
    proven_s: float = 30.0


class MediaProcess:
    """Starts the process, restarts it with back-off, and speaks to it. It remembers nothing across restarts:
    each ticket says anew where the camera is.

    Whoever asks for a ticket has written the register of viewings before.
    """

    def __init__(
        self,
        command: Sequence[str],
        listener: MediaListener,
        *,
        clock: Clock,
        public_host: str = "127.0.0.1",
        delays: MediaDelays | None = None,
    ) -> None:
        """`command` starts it: (python, main.py, "media"). `public_host` is how consoles reach this machine."""
        self._command = tuple(command)
        self._listener = listener
        self._clock = clock
        self._public_host = f"[{public_host}]" if ":" in public_host else public_host
        self._delays = delays or MediaDelays()
        self._tasks = Tasks("media process")
        self._process: asyncio.subprocess.Process | None = None
        self._ready: MediaReady | None = None
        self._became_ready = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._decoder = msgspec.json.Decoder(MediaEvent)
        self.reason = "the video service is starting"

    @property
    def is_ready(self) -> bool:
        """Whether tickets can be had now."""
        return self._ready is not None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Begin to keep the process alive; does not wait for it."""
        self._tasks.start(self._keep_alive(), name="keep alive")

    async def close(self) -> None:
        """End the process; may be called twice."""
        await self._tasks.close()

    async def issue_ticket(
        self, camera_id: int, stream: str, url: str, credentials: str, user: str, *, session: str = ""
    ) -> tuple[str, int]:
        """An RTSP address good once, and for how many seconds. `credentials` is the camera's secret "user:password".

        Raises MediaUnavailable.
        """
        ready = await self._until_ready()
        ticket = secrets.token_urlsafe(24)
        name, _, password = credentials.partition(":")
        answered = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        try:
            self._send(OpenCamera(camera_id=camera_id, stream=stream, url=url, user=name, password=password))
            self._send(
                IssueTicket(
                    ticket=ticket,
                    camera_id=camera_id,
                    stream=stream,
                    user=user,
                    expires_in=TICKET_S,
                    session=session,
                )
            )
            async with asyncio.timeout(_TICKET_WITHIN_S):
                await answered
        except TimeoutError as error:
            raise MediaUnavailable("the video service does not answer: try again in a few seconds") from error
        finally:
            self._waiting.pop(ticket, None)
        scheme = "rtsps" if ready.is_encrypted else "rtsp"
        address = f"{scheme}://{self._public_host}:{ready.rtsp_port}/live/{camera_id}/{stream}?ticket={ticket}"
        return address, TICKET_S

    def close_camera(self, camera_id: int, stream: str) -> None:
        """Nobody may watch this stream any more."""
        self._insist(CloseCamera(camera_id=camera_id, stream=stream))

    def revoke_user(self, user: str, session: str = "") -> None:
        """End a user's viewings and void the tickets he holds; with a session, those of that login alone."""
        self._insist(RevokeUser(user=user, session=session))

    def _insist(self, command: MediaCommand) -> None:
        """What takes pictures away must not fail: a process that cannot be told is killed, and all viewing ends."""
        process = self._process
        if process is None:
            return
        try:
            self._send(command)
        except MediaUnavailable:
            _kill(process)

    async def _until_ready(self) -> MediaReady:
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                while (ready := self._ready) is None:
                    await self._became_ready.wait()
                return ready
        except TimeoutError as error:
            raise MediaUnavailable(f"no video now: {self.reason}. Try again in a few seconds.") from error

    def _send(self, command: MediaCommand) -> None:
        pipe = None if self._process is None else self._process.stdin
        if pipe is None or pipe.is_closing():
            raise MediaUnavailable("the video service is restarting: try again in a few seconds")
        if pipe.transport.get_write_buffer_size() > _MAX_WAITING_BYTES:
            raise MediaUnavailable("the video service does not read its commands: try again in a few seconds")
        pipe.write(msgspec.json.encode(command) + b"\n")

    async def _keep_alive(self) -> None:
        delay_s = self._delays.first_s
        while True:
            began = self._clock.monotonic()
            await self._one_life()
            if self._clock.monotonic() - began >= self._delays.proven_s:
                delay_s = self._delays.first_s
            log.warning("%s; it is started again in %.1f s", self.reason, delay_s)
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._delays.longest_s)

    async def _one_life(self) -> None:
        """Start the process and listen to it until it ends; `reason` says how it ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_MAX_LINE_BYTES,
            )
        except OSError as error:
            self.reason = f"the video service cannot be started: {error.strerror}"
            return
        self._process = process
        try:
            self.reason = await self._listen(process)
        finally:
            self._forget()
            await _end(process)
        if process.returncode:
            self.reason = f"the video service ended with code {process.returncode}"

    async def _listen(self, process: asyncio.subprocess.Process) -> str:
        if process.stdout is None:
            return "the video service has no voice"
        try:
            while line := await process.stdout.readline():
                self._hear(self._decoder.decode(line))
        except (msgspec.MsgspecError, ValueError):
            return "the video service spoke gibberish and was ended"
        return "the video service ended"

    def _hear(self, event: MediaEvent) -> None:
        match event:
            case MediaReady():
                self._ready = event
                self._became_ready.set()
                self.reason = ""
                log.info("the video service listens on port %d", event.rtsp_port)
            case TicketReady(ticket=ticket):
                answered = self._waiting.get(ticket)
                if answered is not None and not answered.done():
                    answered.set_result(None)
            case CameraState():
                self._listener.camera_fares(event)
            case TicketUsed():
                self._listener.ticket_used(event)
            case TicketRefused():
                self._listener.ticket_refused(event)
            case ViewingEnded():
                self._listener.viewing_ended(event)

    def _forget(self) -> None:
        self._process = None
        self._ready = None
        self._became_ready.clear()
        for answered in self._waiting.values():
            if not answered.done():
                answered.set_exception(MediaUnavailable("the video service ended: try again in a few seconds"))


async def _end(process: asyncio.subprocess.Process) -> None:
    """It leaves when its stdin closes; one that hangs is killed."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_LEAVE_WITHIN_S):
            await process.wait()
    except TimeoutError:
        log.warning("the video service did not leave within %.0f s and was killed", _LEAVE_WITHIN_S)
    finally:
        _kill(process)
        await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
