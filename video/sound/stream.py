"""The sound of one stream, for those who asked to hear it; costs nothing while nobody does."""

import secrets
from typing import Protocol, runtime_checkable

from video.errors import ProtocolError
from video.rtp import build_rtp_header, parse_rtp
from video.sound.parameters import PAYLOAD_TYPE, SoundParameters


class Listener(Protocol):
    """Who hears a stream. Never blocks: what it cannot take now is lost."""

    def hear(self, packet: bytes, rtp_time: int) -> None:
        """Send one RTP packet."""
        ...

    def hang_up(self, *, abruptly: bool = False) -> None:
        """The sound is another now: the listener asks anew."""
        ...


class ServedSound(Protocol):
    """What an RTSP server can serve beside the pictures."""

    @property
    def parameters(self) -> SoundParameters:
        """What is heard."""
        ...

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        ...

    def subscribe(self, listener: Listener) -> None:
        """Begin to be heard by this listener."""
        ...

    def unsubscribe(self, listener: Listener) -> None:
        """Be heard no more; an unknown listener is no error."""
        ...


@runtime_checkable
class Sounding(Protocol):
    """A served stream that may have sound as well."""

    @property
    def sound(self) -> ServedSound | None:
        """Its sound, once the stream is described; None when there is none, or none for this client."""
        ...


def sound_of(stream: object) -> ServedSound | None:
    """The sound of a served stream; None when it has none."""
    return stream.sound if isinstance(stream, Sounding) else None


class SoundSink(Protocol):
    """Who receives the sound of a source. All calls come on the source's event loop and must not block."""

    def sound_described(self, parameters: SoundParameters | None) -> None:
        """A connection is being made: this is what it will sound like; None when it has no sound."""
        ...

    def sound_received(self, packet: bytes) -> None:
        """One RTP packet of the sound track came; nobody has looked into it."""
        ...


class SoundStream:
    """Fed by `publish`; packets go out as they came, under our own numbers."""

    def __init__(self, parameters: SoundParameters) -> None:
        self._parameters = parameters
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._listeners: dict[Listener, None] = {}
        self.malformed_packets = 0

    @property
    def parameters(self) -> SoundParameters:
        """What is heard."""
        return self._parameters

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._ssrc

    @property
    def listener_count(self) -> int:
        """How many hear it now."""
        return len(self._listeners)

    def publish(self, packet: bytes) -> None:
        """Pass one RTP packet of the camera on; one that breaks the rules is counted and left out."""
        if not self._listeners:
            return
        try:
            parsed = parse_rtp(packet)
        except ProtocolError:
            self.malformed_packets += 1
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = build_rtp_header(PAYLOAD_TYPE, parsed.marker, self._sequence, parsed.timestamp, self._ssrc)
        ready = header + parsed.payload
        if len(ready) > 0xFFFF:
            self.malformed_packets += 1
            return
        for listener in list(self._listeners):
            listener.hear(ready, parsed.timestamp)

    def subscribe(self, listener: Listener) -> None:
        """Begin to be heard by this listener."""
        self._listeners[listener] = None

    def unsubscribe(self, listener: Listener) -> None:
        """Be heard no more."""
        self._listeners.pop(listener, None)

    def end(self) -> None:
        """Hang up on every listener."""
        listeners, self._listeners = self._listeners, {}
        for listener in listeners:
            listener.hang_up()
