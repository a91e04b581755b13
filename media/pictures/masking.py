"""Decode, burn masks in, code anew: for the picture workers, which alone may meet hostile pictures."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, Protocol, cast

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import PictureType

from video.access_unit import AccessUnit, Codec
from video.codecs import LARGEST_PIXELS, PictureEncoder, decoder_options
from video.masks import Geometry, MaskBurner, Plane

KEY_EVERY: Final = 1.5  # seconds: a newcomer decodes that much at once, nobody waits for a key picture
_QUALITY: Final = 23
_JPEG_QUALITY: Final = 92
_CLOCK: Final = 90_000


class _Decoder(Protocol):
    thread_count: int

    def decode(self, packet: "av.Packet[Any] | None" = None) -> list[av.VideoFrame]: ...


class GroupDecoder:
    """Pictures in the order they are shown, each with the number its coded bytes were given."""

    def __init__(self, codec: Codec, *, is_live: bool) -> None:
        context = av.CodecContext.create(codec.value, "r")
        context.thread_count = 1
        context.options = decoder_options() | ({"flags": "+low_delay"} if is_live else {})
        self._context = cast("_Decoder", context)

    def decode(self, data: bytes, number: int) -> list[av.VideoFrame]:
        """The pictures that are ready; none when these bytes cannot be decoded."""
        packet = av.Packet(data)
        packet.pts = number
        try:
            return self._context.decode(packet)
        except (FFmpegError, ValueError):
            return []

    def drain(self) -> list[av.VideoFrame]:
        """The pictures it still holds."""
        try:
            return self._context.decode(None)
        except (FFmpegError, ValueError, EOFError):
            return []


class MaskingEncoder:
    """H.264 of pictures with masks burnt in: what it is given to code never holds what the masks hide."""

    def __init__(self, masks: Geometry) -> None:
        self._burner = MaskBurner(masks)
        self._encoder: PictureEncoder | None = None
        self._shape: tuple[Any, ...] = ()
        self._key_at: int | None = None
        self._last = -1

    def encode(self, frame: av.VideoFrame, time: int) -> tuple[bytes, bool]:
        """The coded picture and whether it is a key picture. `time` in 90 kHz; it decides when a key picture comes."""
        masked = burnt(frame, self._burner)
        shape = (masked.width, masked.height, masked.format.name, int(frame.color_range), int(frame.colorspace))
        if self._encoder is None or shape != self._shape:
            self._encoder, self._shape, self._key_at = _opened(masked, frame), shape, None
        time = max(time, self._last + 1)
        self._last = time
        is_key = self._key_at is None or time - self._key_at >= KEY_EVERY * _CLOCK
        if is_key:
            self._key_at = time
            masked.pict_type = PictureType.I
        masked.pts = time
        packets = self._encoder.encode(masked)
        return b"".join(bytes(packet) for packet in packets), any(packet.is_keyframe for packet in packets)


def mask_group(
    codec: Codec, units: Iterable[AccessUnit], masks: Geometry, tick: Callable[[], None] = lambda: None
) -> Iterator[tuple[bytes, bool, int]]:
    """Each decodable picture anew, in the order shown: bytes, whether key, position of its unit. `tick`: often."""
    decoder = GroupDecoder(codec, is_live=False)
    encoder = MaskingEncoder(masks)
    times: list[int] = []
    for position, unit in enumerate(units):
        times.append(unwrapped(times[-1] if times else unit.rtp_time, unit.rtp_time))
        for frame in decoder.decode(unit.data, position):
            yield _coded(encoder, frame, times)
        tick()
    for frame in decoder.drain():
        yield _coded(encoder, frame, times)


def draw_still(
    codec: Codec, units: Iterable[AccessUnit], masks: Geometry, width: int, tick: Callable[[], None] = lambda: None
) -> bytes:
    """JPEG of the last picture that can be decoded; empty when none can."""
    decoder = GroupDecoder(codec, is_live=False)
    last: av.VideoFrame | None = None
    for position, unit in enumerate(units):
        for frame in decoder.decode(unit.data, position):
            last = frame
        tick()
    for frame in decoder.drain():
        last = frame
    if last is None:
        return b""
    masked = burnt(last, MaskBurner(masks))
    masked.color_range, masked.colorspace = last.color_range, last.colorspace
    if 0 < width < masked.width:
        height = max(2, round(masked.height * width / masked.width))
        masked = masked.reformat(width=width, height=height, interpolation="AREA")
    _, jpeg = cv2.imencode(".jpg", masked.to_ndarray(format="bgr24"), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return jpeg.tobytes()


def burnt(frame: av.VideoFrame, burner: MaskBurner) -> av.VideoFrame:
    """A new picture with the masks burnt in; the given one is the decoder's and may be predicted from."""
    if frame.width * frame.height > LARGEST_PIXELS or frame.width < 2 or frame.height < 2:
        raise ValueError(f"a picture of {frame.width} x {frame.height}")
    name = frame.format.name if frame.format.name in {"yuv420p", "yuvj420p"} else "yuv420p"
    width, height = frame.width & ~1, frame.height & ~1
    if name != frame.format.name or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width=width, height=height, format=name)
    target = av.VideoFrame(width, height, name)
    burner.burn(_planes(frame), _planes(target))
    return target


def unwrapped(before: int, rtp_time: int) -> int:
    """The time of a picture near one before it: RTP's clock of 32 bits goes round every thirteen hours."""
    step = (rtp_time - before) & 0xFFFF_FFFF
    return before + (step if step < 0x8000_0000 else step - 2**32)


def _planes(frame: av.VideoFrame) -> list[Plane]:
    planes: list[Plane] = []
    for plane in frame.planes:
        rows: Plane = np.frombuffer(memoryview(plane), np.uint8, plane.height * plane.line_size)
        planes.append(rows.reshape(plane.height, plane.line_size)[:, : plane.width])
    return planes


def _opened(masked: av.VideoFrame, original: av.VideoFrame) -> PictureEncoder:
    try:
        return _make_encoder(masked, original, has_colours=True)
    except FFmpegError:
        # A damaged stream says colours that there are not.
        return _make_encoder(masked, original, has_colours=False)


def _make_encoder(masked: av.VideoFrame, original: av.VideoFrame, *, has_colours: bool) -> PictureEncoder:
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = masked.width, masked.height, masked.format.name
    context.time_base = Fraction(1, _CLOCK)
    context.framerate = Fraction(25)
    context.thread_count = 1
    if has_colours:
        context.color_range, context.colorspace = original.color_range, original.colorspace
    context.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "crf": str(_QUALITY),
        "forced-idr": "1",
        # Key pictures come by the clock, not by count: cameras run at 1 to 60 pictures a second.
        "x264-params": "keyint=infinite:scenecut=0:sliced-threads=0",
    }
    context.open()
    return cast("PictureEncoder", context)


def _coded(encoder: MaskingEncoder, frame: av.VideoFrame, times: list[int]) -> tuple[bytes, bool, int]:
    position = frame.pts if frame.pts is not None and 0 <= frame.pts < len(times) else len(times) - 1
    return (*encoder.encode(frame, times[position]), position)
