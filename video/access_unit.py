"""One coded picture and the parameters of the stream it belongs to."""

import enum
from collections.abc import Iterable

import msgspec

START_CODE = b"\x00\x00\x00\x01"
_SHORT_START_CODE = b"\x00\x00\x01"


class Codec(enum.StrEnum):
    """Video codings that Beffroi carries; the value is FFmpeg's name."""

    H264 = "h264"
    H265 = "hevc"


class AccessUnit(msgspec.Struct, frozen=True):
    """All NAL units of one picture, parameter sets in front when it is a key frame."""

    nal_units: tuple[bytes, ...]
    is_key: bool
    rtp_time: int
    received_at: float
    """CLOCK_MONOTONIC seconds at which the last byte came."""
    is_damaged: bool = False
    """Packets of it, or between it and the picture before, were lost."""

    @property
    def data(self) -> bytes:
        """The picture as an Annex-B byte stream, as decoders and muxers take it."""
        return START_CODE + START_CODE.join(self.nal_units)


class StreamParameters(msgspec.Struct, frozen=True):
    """What a player must know before the first picture."""

    codec: Codec
    parameter_sets: tuple[bytes, ...]
    clock_rate: int = 90_000


def split_annex_b(data: bytes) -> tuple[bytes, ...]:
    """The NAL units of an Annex-B byte stream, without their start codes."""
    units: list[bytes] = []
    start = data.find(_SHORT_START_CODE)
    while start >= 0:
        start += 3
        end = data.find(_SHORT_START_CODE, start)
        unit = data[start:] if end < 0 else data[start:end]
        # The zero byte of a long start code, and trailing_zero_8bits, belong to no unit.
        unit = unit.rstrip(b"\x00")
        if unit:
            units.append(unit)
        start = end
    return tuple(units)


def h264_parameter_sets(nal_units: Iterable[bytes]) -> tuple[bytes, ...]:
    """The SPS and PPS among H.264 NAL units."""
    return tuple(unit for unit in nal_units if unit and unit[0] & 0x1F in {7, 8})
