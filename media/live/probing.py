"""Whether a stream brings pictures: opened once, looked at by nobody, closed at the first key picture."""

import asyncio
from collections.abc import Callable
from typing import Final

from contract.media import ProbeStream, StreamProbed
from video.access_unit import AccessUnit, StreamParameters
from video.errors import ProtocolError
from video.mp4.picture_format import picture_format
from video.rtsp.authentication import Credentials
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus
from video.task_owner import TaskOwner

_WITHIN_S: Final = 8.0
_AT_ONCE: Final = 16
_OVER: Final = frozenset(
    {StreamState.WRONG_PASSWORD, StreamState.NOT_FOUND, StreamState.REFUSED, StreamState.DAMAGED, StreamState.STALLED}
)


class Probes:
    """Cameras being tried, a few at a time. No picture leaves: only its codec and size are told."""

    def __init__(self, report: Callable[[StreamProbed], None], *, within_s: float = _WITHIN_S) -> None:
        self._report = report
        self._within_s = within_s
        self._tasks = TaskOwner()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def begin(self, command: ProbeStream) -> None:
        """Try a stream; the answer is reported."""
        self._tasks.start(self._try(command), f"probe {command.id}")

    async def close(self) -> None:
        """Stop trying."""
        await self._tasks.close()

    async def _try(self, command: ProbeStream) -> None:
        async with self._turns:
            seen = _FirstPicture()
            credentials = Credentials(command.user, command.password) if command.user else None
            source = RtspSource(command.url, seen, credentials=credentials)
            watching = self._tasks.start(source.run(), f"probe {command.id} watches")
            try:
                async with asyncio.timeout(self._within_s):
                    await seen.over.wait()
            except TimeoutError:
                pass
            finally:
                watching.cancel()
            self._report(seen.answer(command.id))


class _FirstPicture:
    """A VideoSink that waits for one key picture, or for a reason why none comes."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self._parameters: StreamParameters | None = None
        self._has_picture = False
        self._status: StreamStatus | None = None

    def answer(self, probe_id: str) -> StreamProbed:
        """What is to be told."""
        if not self._has_picture or self._parameters is None:
            status = self._status
            state = status.state.value if status is not None else StreamState.STALLED.value
            reason = status.reason if status is not None else ""
            return StreamProbed(id=probe_id, trouble=state, detail=reason or "no picture came")
        try:
            size = picture_format(self._parameters)
        except ProtocolError:
            return StreamProbed(id=probe_id, codec=self._parameters.codec.name.lower())
        return StreamProbed(
            id=probe_id, codec=self._parameters.codec.name.lower(), width=size.width, height=size.height
        )

    def described(self, parameters: StreamParameters) -> None:
        """The stream says what it is."""
        self._parameters = parameters

    def received(self, unit: AccessUnit) -> None:
        """A picture came."""
        if unit.is_key:
            self._has_picture = True
            self.over.set()

    def status_changed(self, status: StreamStatus) -> None:
        """The stream fares differently."""
        if status.state in _OVER and not self._has_picture:
            self._status = status
            self.over.set()
