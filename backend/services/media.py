"""The media process as the backend sees it: kept alive, told which cameras to serve, asked for tickets."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from contract.masks import Mask
from contract.media import (
    CloseCamera,
    FootageListed,
    FootageSealed,
    MasksChanged,
    MediaCommand,
    MediaEvent,
    MediaReady,
    RevokeUser,
    StillTaken,
    StreamProbed,
    TicketReady,
)
from video.child_process import end_child

log = logging.getLogger(__name__)

TICKET_S: Final = 30
_READY_WITHIN_S: Final = 5.0
_LEAVE_WITHIN_S: Final = 3.0
_MAX_LINE_BYTES: Final = 16 * 2**20
_MAX_WAITING_BYTES: Final = 1024 * 1024


class MediaUnavailable(Exception):
    """No video can be shown now; the text says why and what to do."""


MediaListener = Callable[[MediaEvent], None]
"""Is told everything the media process says, MediaReady first. Never blocks, never raises."""

Answer = TypeVar("Answer", bound=MediaEvent)


class MediaDelays(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait before starting the process again: doubles from `first_s`; `proven_s` of life start anew."""

    first_s: float = 0.5
    longest_s: float = 30.0
    proven_s: float = 30.0


class MediaProcess:
    """Starts the process, restarts it with back-off, and speaks to it. It remembers nothing across restarts:
    each ticket says anew where the camera is, and a listener that hears MediaReady says anew what is to be recorded.

    What lets pictures out is commanded by the doors of `viewing/` alone, which hold a permit of the gate.
    """

    def __init__(
        self,
        command: Sequence[str],
        listeners: Sequence[MediaListener],
        *,
        clock: Clock,
        public_host: str = "127.0.0.1",
        delays: MediaDelays | None = None,
    ) -> None:
        """`command` starts it: (python, main.py, "media"). `public_host` is how consoles reach this machine."""
        self._command = tuple(command)
        self._listeners = list(listeners)
        self._clock = clock
        self.public_host = f"[{public_host}]" if ":" in public_host else public_host
        self._delays = delays or MediaDelays()
        self._tasks = Tasks("media process")
        self._process: asyncio.subprocess.Process | None = None
        self._ready: MediaReady | None = None
        self._became_ready = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[MediaEvent]] = {}
        self._decoder = msgspec.json.Decoder(MediaEvent)
        self.reason = "the video service is starting"

    def listen(self, listener: MediaListener) -> None:
        """Also tell this one what the process says."""
        self._listeners.append(listener)

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

    async def ask(self, command: MediaCommand, key: str, kind: type[Answer], *, within_s: float) -> Answer:
        """Tell a command and wait for the answer that bears `key` (its `id` or `ticket`). Raises MediaUnavailable."""
        await self.until_ready()
        answered = self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            self.tell(command)
            async with asyncio.timeout(within_s):
                answer = await answered
        except TimeoutError as error:
            raise MediaUnavailable("the video service does not answer: try again in a few seconds") from error
        finally:
            self._waiting.pop(key, None)
        if not isinstance(answer, kind):
            raise MediaUnavailable("the video service answered something else: try again in a few seconds")
        return answer

    def close_camera(self, camera_id: int, stream: str) -> None:
        """Nobody may watch this stream any more."""
        self._insist(CloseCamera(camera_id=camera_id, stream=stream))

    def revoke_user(self, user: str, session: str = "") -> None:
        """End a user's viewings and void the tickets he holds; with a session, those of that login alone."""
        self._insist(RevokeUser(user=user, session=session))

    def look_anew(self, camera_id: int, user: str, session: str) -> None:
        """What this login sees of the camera is hung up on: it asks anew, and is shown what it may see now."""
        with contextlib.suppress(MediaUnavailable):  # a process that begins anew shows nobody anything yet
            self.tell(RevokeUser(user=user, session=session, camera_id=camera_id))

    def masks_changed(self, camera_id: int, masks: tuple[Mask, ...]) -> None:
        """Who watches this camera with other masks is hung up on, and asks anew."""
        self._insist(MasksChanged(camera_id=camera_id, masks=masks))

    def _insist(self, command: MediaCommand) -> None:
        """What takes pictures away must not fail: a process that cannot be told is killed, and all viewing ends."""
        process = self._process
        if process is None:
            return
        try:
            self.tell(command)
        except MediaUnavailable:
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def until_ready(self) -> MediaReady:
        """Its ports, once it listens. Raises MediaUnavailable."""
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                while (ready := self._ready) is None:
                    await self._became_ready.wait()
                return ready
        except TimeoutError as error:
            raise MediaUnavailable(f"no video now: {self.reason}. Try again in a few seconds.") from error

    def tell(self, command: MediaCommand) -> None:
        """Say a command that is not answered. Raises MediaUnavailable."""
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
            if not await end_child(process, leave_within_s=_LEAVE_WITHIN_S):
                log.warning("the video service did not leave within %.0f s and was killed", _LEAVE_WITHIN_S)
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
            case (
                TicketReady(ticket=key)
                | StillTaken(id=key)
                | FootageListed(id=key)
                | FootageSealed(id=key)
                | StreamProbed(id=key)
            ):
                self._answer(key, event)
            case _:
                pass
        for listener in self._listeners:
            listener(event)

    def _answer(self, key: str, event: MediaEvent) -> None:
        answered = self._waiting.get(key)
        if answered is not None and not answered.done():
            answered.set_result(event)

    def _forget(self) -> None:
        self._process = None
        self._ready = None
        self._became_ready.clear()
        for answered in self._waiting.values():
            if not answered.done():
                answered.set_exception(MediaUnavailable("the video service ended: try again in a few seconds"))
