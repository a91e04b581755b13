"""One stream that many viewers share: fan-out without waiting, late comers start at a key frame.

Pictures are cut into packets once whatever the number of viewers, and not at all while there is none.
"""

import asyncio
import secrets
from typing import Protocol

import msgspec

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.packetising import MAX_PAYLOAD_BYTES, PacketBurst, Packetiser
from video.sound.parameters import SoundParameters
from video.sound.stream import SoundStream

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

    def __init__(self, parameters: StreamParameters | None = None, *, packet_bytes: int = MAX_PAYLOAD_BYTES) -> None:
        """`packet_bytes`: the most one packet carries."""
        self._parameters = parameters
        self._packet_bytes = packet_bytes
        self.sound: SoundStream | None = None
        self._known = asyncio.Event()
        if parameters is not None:
            self._known.set()
        self._packetiser: Packetiser | None = None
        self._ssrc = secrets.randbits(32)
        self._viewers: dict[Viewer, None] = {}
        self._recent: list[AccessUnit] = []
        self._recent_bytes = 0
        # The packets of as many of those as somebody was there to see.
        self._bursts: list[PacketBurst] = []

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

    def set_sound(self, parameters: SoundParameters | None) -> None:
        """Say what is heard beside the pictures, before these are described; who hears another sound is hung up on."""
        before = self.sound
        if before is not None and before.parameters == parameters:
            return
        self.sound = None if parameters is None else SoundStream(parameters)
        if before is not None:
            before.end()

    async def described(self) -> StreamParameters:
        """The parameters as soon as they are known."""
        while self._parameters is None:
            await self._known.wait()
        return self._parameters

    def publish(self, unit: AccessUnit) -> None:
        """Show one picture to every viewer; pictures before the parameters are dropped."""
        if self._parameters is None or not unit.nal_units:
            return
        self._remember(unit)
        if not self._viewers:
            return
        burst = self._packetised(unit, self._parameters.codec)
        if self._recent:
            self._bursts.append(burst)
        for viewer in list(self._viewers):
            viewer.show(burst)

    def subscribe(self, viewer: Viewer) -> None:
        """Begin with the last key frame and what followed it."""
        if self._parameters is not None:
            codec = self._parameters.codec
            self._bursts.extend(self._packetised(unit, codec) for unit in self._recent[len(self._bursts) :])
        for burst in self._bursts:
            viewer.show(burst)
        self._viewers[viewer] = None

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show it no more."""
        self._viewers.pop(viewer, None)

    def newest_group(self, received_at: float) -> tuple[AccessUnit, ...]:
        """The last key frame and what followed it, as if it came at that time; nothing while there is no key frame."""
        return tuple(msgspec.structs.replace(unit, received_at=received_at) for unit in self._recent)

    def interrupt(self) -> None:
        """The camera is gone for now: a new viewer must not be shown old pictures as if they were live."""
        self._forget()

    def end(self) -> None:
        """Hang up on every viewer."""
        self._forget()
        viewers, self._viewers = self._viewers, {}
        for viewer in viewers:
            viewer.hang_up()

    def _packetised(self, unit: AccessUnit, codec: Codec) -> PacketBurst:
        if self._packetiser is None:
            self._packetiser = Packetiser(codec, self._ssrc, secrets.randbits(16), most_bytes=self._packet_bytes)
        return self._packetiser.packetise(unit)

    def _remember(self, unit: AccessUnit) -> None:
        if unit.is_key:
            self._forget()
        elif not self._recent:
            return
        self._recent.append(unit)
        self._recent_bytes += sum(map(len, unit.nal_units))
        if self._recent_bytes > MAX_CACHED_BYTES or len(self._recent) > MAX_CACHED_UNITS:
            # A camera with endless groups of pictures: late comers wait for its next key frame.
            self._forget()

    def _forget(self) -> None:
        self._recent = []
        self._recent_bytes = 0
        self._bursts = []
