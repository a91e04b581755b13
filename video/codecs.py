"""PyAV's decoder behind the few words we need of it."""

from typing import Any, Protocol, cast

import av
from av.error import FFmpegError

from video.access_unit import AccessUnit, Codec


class _Decoder(Protocol):
    thread_count: int

    def decode(self, packet: "av.Packet[Any] | None" = None) -> list[av.VideoFrame]: ...
    def flush_buffers(self) -> None: ...


class PictureEncoder(Protocol):
    """A libx264 context as we use it: its codec's own stub leaves packets untyped."""

    def encode(self, frame: av.VideoFrame | None = None) -> "list[av.Packet[Any]]":
        """The packets that are ready; with no frame, the rest."""
        ...


class PictureDecoder:
    """Decodes one stream in the calling thread; a picture is out as soon as it is in."""

    def __init__(self, codec: Codec) -> None:
        context = av.CodecContext.create(codec.value, "r")
        # Frame threads would hold back one picture a thread.
        context.thread_count = 1
        context.options = {"flags": "+low_delay"}
        self._context = cast("_Decoder", context)

    def decode(self, unit: AccessUnit) -> list[av.VideoFrame]:
        """The pictures that are ready; none when this one cannot be decoded."""
        try:
            return self._context.decode(av.Packet(unit.data))
        except (FFmpegError, ValueError):
            return []

    def drain(self) -> list[av.VideoFrame]:
        """What the decoder still holds."""
        try:
            return self._context.decode(None)
        except (FFmpegError, ValueError, EOFError):
            return []
