"""Pictures through packets and back; what is lost is counted."""

import collections

import pytest

from video.access_unit import AccessUnit, Codec, split_annex_b
from video.depacketising import Depacketiser
from video.errors import ProtocolError
from video.packetising import LARGE_PAYLOAD_BYTES, Packetiser
from video.rtp import RtpPacket, SenderReport, build_sender_report, parse_rtp, parse_sender_report

SPS, PPS = b"\x67\x42\xc0\x1e", b"\x68\xce\x3c\x80"
KEY = AccessUnit((SPS, PPS, b"\x65" + bytes(range(1, 200)) * 40), True, 3000, 0.0)
DELTA = AccessUnit((b"\x41" + b"d" * 3000,), False, 9000, 0.0)


def through(units: list[AccessUnit], codec: Codec = Codec.H264, lose: int | None = None) -> list[AccessUnit]:
    packetiser, depacketiser = Packetiser(codec, 1, 65_530), Depacketiser(codec)
    packets = [packet for unit in units for packet in packetiser.packetise(unit).packets]
    if lose is not None:
        del packets[lose]
    found = [unit for packet in packets for unit in depacketiser.feed(parse_rtp(packet), 0.0)]
    assert depacketiser.packets_lost == (0 if lose is None else 1)
    return found


def test_pictures_come_out_as_they_went_in_across_the_wrap_of_the_counter() -> None:
    assert through([KEY, DELTA]) == [KEY, DELTA]


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("size", [200, 7_990, 7_998, 7_999, 8_000, 8_001, 8_010, 40_000])
def test_large_packets_carry_the_same_pictures_in_fewer(codec: Codec, size: int) -> None:
    head = b"\x65" if codec is Codec.H264 else b"\x26\x01"
    unit = AccessUnit((head + b"e" * size, head + b"f" * 100), True, 3000, 0.0)
    packets = Packetiser(codec, 1, 65_530, most_bytes=LARGE_PAYLOAD_BYTES).packetise(unit).packets
    assert max(map(len, packets)) <= LARGE_PAYLOAD_BYTES + 12
    assert len(packets) <= len(Packetiser(codec, 1).packetise(unit).packets)
    depacketiser = Depacketiser(codec)
    found = [one for packet in packets for one in depacketiser.feed(parse_rtp(packet), 0.0)]
    assert [one.nal_units for one in found] == [unit.nal_units]


@pytest.mark.parametrize("size", range(1390, 1410))
def test_units_at_the_edge_of_a_packet_come_out_whole(size: int) -> None:
    unit = AccessUnit((*KEY.nal_units[:2], b"\x65" + b"e" * size, b"\x65" + b"f" * size), True, 3000, 0.0)
    assert through([unit, DELTA]) == [unit, DELTA]
    for packet in Packetiser(Codec.H264, 1).packetise(unit).packets:
        assert len(packet) <= 1412
        assert packet[12] & 0x1F != 28 or packet[13] & 0xC0 != 0xC0


def test_h265_pictures_come_out_as_they_went_in() -> None:
    key = AccessUnit((b"\x40\x01v", b"\x42\x01s", b"\x44\x01p", b"\x26\x01" + b"k" * 5000), True, 1, 0.0)
    delta = AccessUnit((b"\x02\x01" + b"d" * 4000,), False, 2, 0.0)
    assert through([key, delta], Codec.H265) == [key, delta]


def test_a_lost_fragment_marks_its_picture_and_heals() -> None:
    found = through([DELTA, KEY, DELTA], lose=1)
    assert [unit.is_damaged for unit in found] == [True, False] or [u.is_damaged for u in found] == [True, False, False]
    assert found[-1] == DELTA


def test_parameter_sets_of_the_description_stand_in_front_of_key_pictures() -> None:
    bare = AccessUnit((b"\x65key",), True, 1, 0.0)
    depacketiser = Depacketiser(Codec.H264, (SPS, PPS))
    (packet,) = Packetiser(Codec.H264, 1).packetise(bare).packets
    (unit,) = depacketiser.feed(parse_rtp(packet), 0.0)
    assert unit.nal_units == (SPS, PPS, b"\x65key")


def test_units_packed_together_come_apart() -> None:
    payload = b"\x78" + b"".join(len(u).to_bytes(2, "big") + u for u in (SPS, PPS, b"\x65k"))
    (unit,) = Depacketiser(Codec.H264).feed(RtpPacket(96, True, 1, 5, 1, payload), 0.0)
    assert (unit.nal_units, unit.is_key) == ((SPS, PPS, b"\x65k"), True)


def test_a_camera_that_forgets_the_marker_is_understood_at_the_next_picture() -> None:
    depacketiser = Depacketiser(Codec.H264)
    assert depacketiser.feed(RtpPacket(96, False, 1, 5, 1, b"\x65one"), 0.0) == []
    (unit,) = depacketiser.feed(RtpPacket(96, False, 2, 6, 1, b"\x41two"), 0.0)
    assert unit.nal_units == (b"\x65one",)


def test_a_picture_without_end_is_refused_before_it_fills_the_memory() -> None:
    depacketiser = Depacketiser(Codec.H264)
    fragments = (b"\x7c" + (b"\x85" if number == 0 else b"\x05") + bytes(60_000) for number in range(1000))
    packets = (RtpPacket(96, False, number, 5, 1, body) for number, body in enumerate(fragments))
    with pytest.raises(ProtocolError):
        collections.deque((depacketiser.feed(packet, 0.0) for packet in packets), maxlen=0)


def test_a_picture_in_crumbs_is_refused_before_it_fills_the_memory() -> None:
    depacketiser = Depacketiser(Codec.H264)
    crumbs = (b"\x7c\x85\x00" if number == 0 else b"\x7c\x05\x00" for number in range(60_000))
    packets = (RtpPacket(96, False, number, 5, 1, body) for number, body in enumerate(crumbs))
    with pytest.raises(ProtocolError, match="pieces"):
        collections.deque((depacketiser.feed(packet, 0.0) for packet in packets), maxlen=0)


@pytest.mark.parametrize("packet", [b"", b"\x80" * 11, b"\x40" + bytes(20), b"\x9f" + bytes(20), b"\xa0" + bytes(12)])
def test_broken_rtp_is_refused(packet: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_rtp(packet)


def test_rtp_padding_and_extension_are_taken_off() -> None:
    head = bytes.fromhex("b0e000010000000200000003") + bytes.fromhex("bede000100000000")
    packet = parse_rtp(head + b"\x65x" + b"\x00\x00\x03")
    assert (packet.payload, packet.marker, packet.sequence) == (b"\x65x", True, 1)


def test_a_sender_report_tells_the_time_of_a_picture() -> None:
    report = SenderReport(7, 1_795_000_000.25, 1234)
    read = parse_sender_report(build_sender_report(report, 3, 400))
    assert read is not None
    assert (read.ssrc, read.rtp_time, round(read.unix_time, 3)) == (7, 1234, 1_795_000_000.25)
    assert parse_sender_report(b"\x80\xc9\x00\x01aaaa") is None


def test_an_annex_b_stream_is_cut_at_both_kinds_of_start_code() -> None:
    assert split_annex_b(b"\0\0\0\1\x67ab\0\0\1\x68c\0\0\0\1\x65d") == (b"\x67ab", b"\x68c", b"\x65d")
    assert split_annex_b(b"nothing") == ()
