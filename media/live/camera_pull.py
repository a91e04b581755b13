"""One camera stream, opened once however many watch: begins with the first viewer, ends a while after the last."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from contract.media import CameraState, StreamKey
from video.access_unit import AccessUnit, StreamParameters
from video.back_off import BackOff
from video.packetising import LARGE_PAYLOAD_BYTES
from video.rtsp.authentication import Credentials
from video.rtsp.client import RtspSource
from video.sound.parameters import SoundParameters
from video.source import VideoSink
from video.states import StreamState, StreamStatus
from video.stream_source import StreamSource
from video.task_owner import TaskOwner

_HOPELESS: Final = frozenset({StreamState.WRONG_PASSWORD, StreamState.NOT_FOUND})
LINGER_S: Final = 10.0  # an operator who flips between workspaces finds the camera still open


class CameraAddress(msgspec.Struct, frozen=True):
    """Where a stream is pulled from, and as whom."""

    url: str
    credentials: Credentials | None
    has_sound: bool = False

    def __repr__(self) -> str:
        """Without anything."""
        return "CameraAddress(hidden)"


class CameraPull:
    """Feeds a `StreamSource` from the camera while somebody holds it."""

    def __init__(
        self,
        key: StreamKey,
        address: CameraAddress,
        tasks: TaskOwner,
        report: Callable[[CameraState], None],
        *,
        linger_s: float = LINGER_S,
    ) -> None:
        self.key = key
        self.address = address
        self.stream = StreamSource(packet_bytes=LARGE_PAYLOAD_BYTES)
        self._tasks = tasks
        self._report = report
        self._linger_s = linger_s
        self._holders = 0
        self._is_hopeless = asyncio.Event()
        self._pulling: asyncio.Task[None] | None = None
        self._lingering: asyncio.Task[None] | None = None
        self._listeners: list[VideoSink] = []

    @property
    def is_pulling(self) -> bool:
        """Whether the camera is open, or being opened."""
        return self._pulling is not None

    def hold(self) -> StreamSource:
        """Somebody wants to watch: open the camera unless it is open."""
        self._holders += 1
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None
        if self._pulling is None:
            self._begin()
        return self.stream

    def release(self) -> None:
        """One who held has gone; after the last one the camera stays open a little."""
        self._holders -= 1
        if self._holders == 0 and self._pulling is not None:
            name = f"camera {self.key.camera_id} {self.key.stream} lingers"
            self._lingering = self._tasks.start(self._linger(), name)

    def add_listener(self, listener: VideoSink) -> None:
        """Who also wants the coded pictures (recorder, masks, condition); holding the camera open is another matter."""
        self._listeners.append(listener)
        if self.stream.parameters is not None:
            listener.described(self.stream.parameters)

    def remove_listener(self, listener: VideoSink) -> None:
        """No more pictures for it; an unknown one is no error."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    async def hopeless(self) -> None:
        """Returns when waiting for pictures makes no sense: only a person can mend a password or an address."""
        await self._is_hopeless.wait()

    async def move(self, address: CameraAddress) -> None:
        """The camera has another address or password: viewers ask anew, whoever else holds it is served from there."""
        was_pulling = self.is_pulling
        await self._stop_pulling()
        self.stream.end()
        self.address = address
        if was_pulling and self._holders > 0:
            self._begin()

    async def close(self) -> None:
        """Close the camera and hang up on its viewers."""
        await self._stop_pulling()
        self.stream.end()
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def described(self, parameters: StreamParameters) -> None:
        """The camera says what it sends."""
        self.stream.set_parameters(parameters)
        for listener in tuple(self._listeners):
            listener.described(parameters)

    def received(self, unit: AccessUnit) -> None:
        """The camera sent a picture."""
        self.stream.publish(unit)
        for listener in tuple(self._listeners):
            listener.received(unit)

    def sound_described(self, parameters: SoundParameters | None) -> None:
        """The camera says what it sounds like."""
        self.stream.set_sound(parameters)

    def sound_received(self, packet: bytes) -> None:
        """The camera sent sound: for live ears alone, never for a listener that records."""
        if self.stream.sound is not None:
            self.stream.sound.publish(packet)

    def status_changed(self, status: StreamStatus) -> None:
        """The camera fares differently."""
        if status.state is not StreamState.LIVE:
            self.stream.interrupt()
        if status.state in _HOPELESS:
            self._is_hopeless.set()
        elif status.state is StreamState.LIVE:
            self._is_hopeless.clear()
        for listener in tuple(self._listeners):
            listener.status_changed(status)
        self._report(
            CameraState(
                camera_id=self.key.camera_id, stream=self.key.stream, state=status.state.value, detail=status.reason
            )
        )

    def _begin(self) -> None:
        # A new stream each time: nobody is told the parameters of yesterday's.
        self.stream = StreamSource(packet_bytes=LARGE_PAYLOAD_BYTES)
        self._is_hopeless.clear()
        source = RtspSource(
            self.address.url,
            self,
            credentials=self.address.credentials,
            back_off=BackOff(longest_s=8.0),
            sound_sink=self if self.address.has_sound else None,
        )
        self._pulling = self._tasks.start(source.run(), f"camera {self.key.camera_id} {self.key.stream}")

    async def _linger(self) -> None:
        await asyncio.sleep(self._linger_s)
        self._lingering = None
        await self._stop_pulling()

    async def _stop_pulling(self) -> None:
        pulling, self._pulling = self._pulling, None
        if pulling is not None:
            pulling.cancel()
            await asyncio.gather(pulling, return_exceptions=True)
