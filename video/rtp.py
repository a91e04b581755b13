"""RTP packets (RFC 3550) and RTCP sender reports: bytes to values and back."""

import struct

import msgspec

from video.errors import ProtocolError

_HEADER = struct.Struct("!BBHII")
_SENDER_REPORT = struct.Struct("!BBHIIIIII")
_SENDER_REPORT_TYPE = 200
_NTP_TO_UNIX_SECONDS = 2_208_988_800
MAX_PACKET_BYTES = 65_535


class RtpPacket(msgspec.Struct, frozen=True, gc=False):
    """One RTP packet, its padding and extensions removed."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


class SenderReport(msgspec.Struct, frozen=True, gc=False):
    """The camera's own statement of which time its RTP timestamp stands for."""

    ssrc: int
    unix_time: float
    rtp_time: int


def parse_rtp(packet: bytes) -> RtpPacket:
    """Read one RTP packet."""
    if len(packet) < _HEADER.size or len(packet) > MAX_PACKET_BYTES:
        raise ProtocolError(f"an RTP packet of {len(packet)} bytes")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(packet)
    if first >> 6 != 2:
        raise ProtocolError(f"RTP version {first >> 6}")
    start = _HEADER.size + 4 * (first & 0x0F)
    end = len(packet)
    if first & 0x10:
        if start + 4 > end:
            raise ProtocolError("an RTP extension longer than its packet")
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    if first & 0x20:
        padding = packet[-1]
        if padding == 0:
            raise ProtocolError("RTP padding of no length")
        end -= padding
    if start > end:
        raise ProtocolError("an RTP packet whose header is longer than itself")
    return RtpPacket(second & 0x7F, bool(second & 0x80), sequence, timestamp, ssrc, packet[start:end])


def build_rtp_header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """The 12 bytes in front of a payload."""
    return _HEADER.pack(0x80, payload_type | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFF_FFFF, ssrc)


def parse_sender_report(packet: bytes) -> SenderReport | None:
    """The first sender report of an RTCP compound packet; None when it has none."""
    offset = 0
    while offset + 4 <= len(packet):
        if packet[offset] >> 6 != 2:
            raise ProtocolError(f"RTCP version {packet[offset] >> 6}")
        size = 4 + 4 * int.from_bytes(packet[offset + 2 : offset + 4], "big")
        if offset + size > len(packet):
            raise ProtocolError("an RTCP packet longer than its frame")
        if packet[offset + 1] == _SENDER_REPORT_TYPE:
            if size < _SENDER_REPORT.size:
                raise ProtocolError("an RTCP sender report cut short")
            _, _, _, ssrc, ntp_high, ntp_low, rtp_time, _, _ = _SENDER_REPORT.unpack_from(packet, offset)
            unix_time = ntp_high - _NTP_TO_UNIX_SECONDS + ntp_low / 2**32
            return SenderReport(ssrc, unix_time, rtp_time)
        offset += size
    return None


def build_sender_report(report: SenderReport, packets: int, payload_bytes: int) -> bytes:
    """An RTCP sender report and the SDES that RFC 3550 wants behind it."""
    seconds = int(report.unix_time)
    fraction = int((report.unix_time - seconds) * 2**32)
    sender = _SENDER_REPORT.pack(
        0x80,
        _SENDER_REPORT_TYPE,
        6,
        report.ssrc,
        (seconds + _NTP_TO_UNIX_SECONDS) & 0xFFFF_FFFF,
        fraction,
        report.rtp_time & 0xFFFF_FFFF,
        packets & 0xFFFF_FFFF,
        payload_bytes & 0xFFFF_FFFF,
    )
    name = struct.pack("!BBHIBB7sBxx", 0x81, 202, 4, report.ssrc, 1, 7, b"beffroi", 0)
    return sender + name
