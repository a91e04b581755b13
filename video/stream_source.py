"""One stream that many viewers share: fan-out without waiting, late comers start at a key frame."""

import asyncio
import secrets
from typing import Protocol

from video.access_unit import AccessUnit, StreamParameters
from video.depacketising import Depacketiser
from video.packetising import PacketBurst, Packetiser
from video.rtp import parse_rtp

MAX_CACHED_BYTES = 8 * 2**20
MAX_CACHED_UNITS = 512


class Viewer(Protocol):
    """Who watches a stream. Never blocks: what it cannot take now it drops, until the next key frame."""

    def show(self, burst: PacketBurst) -> None:
        """Send one picture."""
        ...

    def hang_up(self, *, abruptly: bool = False) -> None:
        """The stream ends for this viewer; abruptly means a reset connection."""
        ...


class ServedStream(Protocol):
    """What an RTSP server can serve."""

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        ...

    async def described(self) -> StreamParameters:
        """The parameters, waited for until the stream has begun; the server sets the deadline.

        May raise StreamFailure: the client is told 503.
        """
        ...

    def subscribe(self, viewer: Viewer) -> None:
        """Begin to show pictures to this viewer."""
        ...

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show it no more; an unknown viewer is no error."""
        ...


class StreamSource:
    """A stream fed by `publish`: cut into packets once, whatever the number of viewers."""

    def __init__(self, parameters: StreamParameters | None = None) -> None:
        self._parameters = parameters
        self._known = asyncio.Event()
        if parameters is not None:
            self._known.set()
        self._packetiser: Packetiser | None = None
        self._ssrc = secrets.randbits(32)
        self._viewers: dict[Viewer, None] = {}
        self._recent: list[PacketBurst] = []
        self._recent_bytes = 0

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._ssrc

    @property
    def viewer_count(self) -> int:
        """How many watch now."""
        return len(self._viewers)

    @property
    def viewers(self) -> tuple[Viewer, ...]:
        """Who watches now."""
        return tuple(self._viewers)

    @property
    def parameters(self) -> StreamParameters | None:
        """The newest parameters; None before the stream began."""
        return self._parameters

    def set_parameters(self, parameters: StreamParameters) -> None:
        """Say what is streamed, before the first picture and whenever it changes."""
        if self._parameters is not None and self._parameters.codec is not parameters.codec:
            self.end()
            self._packetiser = None
        self._parameters = parameters
        self._known.set()

    async def described(self) -> StreamParameters:
        """The parameters as soon as they are known."""
        while self._parameters is None:
            await self._known.wait()
        return self._parameters

    def publish(self, unit: AccessUnit) -> None:
        """Show one picture to every viewer; pictures before the parameters are dropped."""
        if self._parameters is None or not unit.nal_units:
            return
        if self._packetiser is None:
            self._packetiser = Packetiser(self._parameters.codec, self._ssrc, secrets.randbits(16))
        burst = self._packetiser.packetise(unit)
        self._remember(burst)
        for viewer in list(self._viewers):
            viewer.show(burst)

    def subscribe(self, viewer: Viewer) -> None:
        """Begin with the last key frame and what followed it."""
        for burst in self._recent:
            viewer.show(burst)
        self._viewers[viewer] = None

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show it no more."""
        self._viewers.pop(viewer, None)

    def newest_group(self, received_at: float) -> tuple[AccessUnit, ...]:
        """The last key frame and what followed it, put together again; nothing while there is no key frame."""
        if self._parameters is None or not self._recent:
            return ()
        together = Depacketiser(self._parameters.codec, self._parameters.parameter_sets)
        packets = [packet for burst in self._recent for packet in burst.packets]
        return tuple(unit for packet in packets for unit in together.feed(parse_rtp(packet), received_at))

    def interrupt(self) -> None:
        """The camera is gone for now: a new viewer must not be shown old pictures as if they were live."""
        self._forget()

    def end(self) -> None:
        """Hang up on every viewer."""
        self._forget()
        viewers, self._viewers = self._viewers, {}
        for viewer in viewers:
            viewer.hang_up()

    def _remember(self, burst: PacketBurst) -> None:
        if burst.is_key:
            self._forget()
        elif not self._recent:
            return
        self._recent.append(burst)
        self._recent_bytes += sum(len(packet) for packet in burst.packets)
        if self._recent_bytes > MAX_CACHED_BYTES or len(self._recent) > MAX_CACHED_UNITS:
            # A camera with endless groups of pictures: late comers wait for its next key frame.
            self._forget()

    def _forget(self) -> None:
        self._recent = []
        self._recent_bytes = 0
