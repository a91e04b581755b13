"""Access units to RTP packets in RTSP's interleaved framing, once for all viewers of a stream."""

from collections.abc import Iterable, Iterator

import msgspec

from video.access_unit import AccessUnit, Codec
from video.rtp import build_rtp_header

PAYLOAD_TYPE = 96
MAX_PAYLOAD_BYTES = 1400
"""Fits an Ethernet frame, as cameras cut."""
LARGE_PAYLOAD_BYTES = 8000
"""Within what players take in one interleaved frame (FFmpeg: 8192). Over TCP smaller ones gain nothing, and each packet
costs either side some tens of microseconds."""


class PacketBurst(msgspec.Struct, frozen=True):
    """The RTP packets of one picture."""

    packets: tuple[bytes, ...]
    is_key: bool
    rtp_time: int
    first_sequence: int

    def framed(self, channel: int) -> bytes:
        """All packets in interleaved frames of one channel, ready to write."""
        parts: list[bytes] = []
        for packet in self.packets:
            parts.append(b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big"))
            parts.append(packet)
        return b"".join(parts)


class Packetiser:
    """Numbers and cuts the pictures of one stream."""

    def __init__(
        self, codec: Codec, ssrc: int, first_sequence: int = 0, *, most_bytes: int = MAX_PAYLOAD_BYTES
    ) -> None:
        self._most_bytes = most_bytes
        self._payloads = h264_payloads if codec is Codec.H264 else h265_payloads
        self._ssrc = ssrc
        self._sequence = first_sequence & 0xFFFF

    @property
    def ssrc(self) -> int:
        """The stream's synchronisation source."""
        return self._ssrc

    def packetise(self, unit: AccessUnit) -> PacketBurst:
        """Cut one picture; the last packet carries the marker."""
        payloads = list(self._payloads(unit.nal_units, self._most_bytes))
        first = self._sequence
        last = len(payloads) - 1
        packets = tuple(
            build_rtp_header(PAYLOAD_TYPE, index == last, first + index, unit.rtp_time, self._ssrc) + payload
            for index, payload in enumerate(payloads)
        )
        self._sequence = (first + len(payloads)) & 0xFFFF
        return PacketBurst(packets, unit.is_key, unit.rtp_time & 0xFFFF_FFFF, first)


def h264_payloads(nal_units: Iterable[bytes], most_bytes: int = MAX_PAYLOAD_BYTES) -> Iterator[bytes]:
    """NAL units as RFC 6184 packets: small ones together (STAP-A), a large one in fragments (FU-A)."""
    together: list[bytes] = []
    size = 1
    for nal in nal_units:
        if together and size + 2 + len(nal) > most_bytes:
            yield _aggregate(together)
            together, size = [], 1
        if len(nal) > most_bytes:
            yield from _h264_fragments(nal, most_bytes)
        elif len(nal) + 3 > most_bytes:
            yield nal
        else:
            together.append(nal)
            size += 2 + len(nal)
    if together:
        yield _aggregate(together)


def _aggregate(nal_units: list[bytes]) -> bytes:
    if len(nal_units) == 1:
        return nal_units[0]
    importance = max(nal[0] & 0x60 for nal in nal_units)
    parts = [bytes((importance | 24,))]
    for nal in nal_units:
        parts.append(len(nal).to_bytes(2, "big"))
        parts.append(nal)
    return b"".join(parts)


def _h264_fragments(nal: bytes, most_bytes: int) -> Iterator[bytes]:
    indicator = nal[0] & 0xE0 | 28
    kind = nal[0] & 0x1F
    for start, end in _pieces(len(nal), 1, most_bytes - 2):
        flags = (0x80 if start == 1 else 0) | (0x40 if end == len(nal) else 0)
        yield bytes((indicator, flags | kind)) + nal[start:end]


def h265_payloads(nal_units: Iterable[bytes], most_bytes: int = MAX_PAYLOAD_BYTES) -> Iterator[bytes]:
    """NAL units as RFC 7798 packets: one each, a large one in fragments."""
    for nal in nal_units:
        yield from _h265_packets(nal, most_bytes)


def _h265_packets(nal: bytes, most_bytes: int) -> Iterator[bytes]:
    if len(nal) <= most_bytes:
        yield nal
        return
    header = bytes((nal[0] & 0x81 | 49 << 1, nal[1]))
    kind = nal[0] >> 1 & 0x3F
    for start, end in _pieces(len(nal), 2, most_bytes - 3):
        flags = (0x80 if start == 2 else 0) | (0x40 if end == len(nal) else 0)
        yield header + bytes((flags | kind,)) + nal[start:end]


def _pieces(length: int, start: int, size: int) -> Iterator[tuple[int, int]]:
    while start < length:
        yield start, min(start + size, length)
        start += size
