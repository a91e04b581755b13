"""PyAV's decoder behind the few words we need of it."""

from typing import Any, Final, Protocol, cast

import av
from av.error import FFmpegError

from video.access_unit import AccessUnit, Codec

LARGEST_PIXELS: Final = 8192 * 4320
"""No camera has more. A few bytes can claim 16384 x 16384, and each such picture would cost a second and a gigabyte."""


class _Decoder(Protocol):
    thread_count: int

    def decode(self, packet: "av.Packet[Any] | None" = None) -> list[av.VideoFrame]: ...
    def flush_buffers(self) -> None: ...


class PictureEncoder(Protocol):
    """A libx264 context as we use it: its codec's own stub leaves packets untyped."""

    def encode(self, frame: av.VideoFrame | None = None) -> "list[av.Packet[Any]]":
        """The packets that are ready; with no frame, the rest."""
        ...


def decoder_options() -> dict[str, str]:
    """What every decoder of strangers' bytes is told before it opens."""
    return {"max_pixels": str(LARGEST_PIXELS)}


class PictureDecoder:
    """Decodes one stream in the calling thread; a live picture is out as soon as it is in.

    What is not live may hold pictures back to give them in the order they are shown; `drain` then ends it.
    """

    def __init__(self, codec: Codec, *, is_live: bool = True, skips_loop_filter: bool = False) -> None:
        context = av.CodecContext.create(codec.value, "r")
        # Frame threads would hold back one picture a thread.
        context.thread_count = 1
        options = decoder_options() | ({"flags": "+low_delay"} if is_live else {})
        context.options = {**options, "skip_loop_filter": "all"} if skips_loop_filter else options
        self._context = cast("_Decoder", context)

    def decode(self, unit: AccessUnit, number: int | None = None) -> list[av.VideoFrame]:
        """The pictures that are ready, bearing their `number` as pts; none when this one cannot be decoded."""
        packet = av.Packet(unit.data)
        if number is not None:
            packet.pts = packet.dts = number
        try:
            return self._context.decode(packet)
        except (FFmpegError, ValueError):
            return []

    def drain(self) -> list[av.VideoFrame]:
        """What the decoder still holds."""
        try:
            return self._context.decode(None)
        except (FFmpegError, ValueError, EOFError):
            return []
