"""Whatever a camera sends as sound: a ProtocolError, a value or nothing; never anything else, never a hang."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from video.errors import ProtocolError
from video.rtp import RtpPacket
from video.rtsp.messages import InterleavedFrame
from video.rtsp.sound_pull import SoundPull
from video.sound.decoding import SoundDecoder
from video.sound.depacketising import SoundDepacketiser
from video.sound.description import parse_sound_track, sound_lines
from video.sound.parameters import SoundCoding, SoundParameters
from video.sound.stream import SoundStream

AAC = SoundParameters(SoundCoding.AAC, 16_000, 1, bytes.fromhex("1408"), 13, 3, 3)
_LINES = st.sampled_from(
    ["v=0", "m=audio 0 RTP/AVP 0", "m=audio 0 RTP/AVP 97 8", "m=audio", "a=rtpmap:97 MPEG4-GENERIC/16000/1"]
) | st.sampled_from(
    [
        "a=rtpmap:97 mpeg4-generic/999999999/2",
        "a=rtpmap:8 G726-32/8000",
        "a=fmtp:97 config=1408;sizelength=13;indexlength=3;indexdeltalength=3;mode=AAC-hbr",
        "a=fmtp:97 config=zz;sizelength=99",
        "a=fmtp:97 config=" + "14" * 99,
        "a=sendonly",
        "a=control:*",
    ]
)


@settings(deadline=50, max_examples=300)
@given(st.lists(_LINES | st.text(max_size=20), max_size=10))
def test_descriptions(lines: list[str]) -> None:
    with contextlib.suppress(ProtocolError):
        track, _ = parse_sound_track("\r\n".join(lines).encode())
        if track is not None:
            again, _ = parse_sound_track("\r\n".join(sound_lines(track.parameters)).encode())
            assert again is not None
            assert again.parameters == track.parameters


_WIDTHS = st.tuples(st.integers(1, 16), st.integers(0, 16), st.integers(0, 16))


@settings(deadline=50, max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=60)), max_size=12), _WIDTHS)
def test_packets(packets: list[tuple[int, bytes]], bits: tuple[int, int, int]) -> None:
    depacketiser = SoundDepacketiser(SoundParameters(SoundCoding.AAC, 16_000, 1, b"\x14\x08", *bits))
    for number, (timestamp, payload) in enumerate(packets):
        with contextlib.suppress(ProtocolError):
            depacketiser.feed(RtpPacket(97, True, number, timestamp, 0, payload))


@settings(deadline=200, max_examples=60)
@given(st.lists(st.binary(max_size=300), max_size=6), st.sampled_from(list(SoundCoding)), st.binary(min_size=2))
def test_decoders(units: list[bytes], coding: SoundCoding, config: bytes) -> None:
    config = config[:64] if coding is SoundCoding.AAC else b""
    with contextlib.suppress(ValueError):
        decoder = SoundDecoder(SoundParameters(coding, 16_000, 1, config, 13, 3, 3))
        for unit in units:
            assert len(decoder.decode(unit)) % 2 == 0


@settings(deadline=50, max_examples=200)
@given(st.lists(st.binary(max_size=40), max_size=10), st.integers(-1, 255))
def test_a_relay_passes_on_what_it_can_read(packets: list[bytes], channel: int) -> None:
    class Ear:
        def __init__(self) -> None:
            self.stream = SoundStream(AAC)
            self.stream.subscribe(self)

        def hear(self, packet: bytes, rtp_time: int) -> None:
            assert len(packet) >= 12
            assert 0 <= rtp_time < 2**32

        def hang_up(self, *, abruptly: bool = False) -> None:
            raise AssertionError

        def sound_described(self, parameters: SoundParameters | None) -> None:
            raise AssertionError

        def sound_received(self, packet: bytes) -> None:
            self.stream.publish(packet)

    ear = Ear()
    pull = SoundPull(ear)
    for packet in packets:
        pull.frame_came(InterleavedFrame(max(channel, 0), packet))
        ear.stream.publish(packet)


def test_a_unit_in_several_packets_is_put_together_and_a_torn_one_left_out() -> None:
    depacketiser = SoundDepacketiser(AAC)
    unit = bytes(range(250)) * 4
    header = b"\x00\x10" + (len(unit) << 3).to_bytes(2, "big")

    def feed(time: int, body: bytes) -> list[bytes]:
        return depacketiser.feed(RtpPacket(97, False, 0, time, 0, header + body))

    assert feed(1, unit[:600]) == []
    assert feed(1, unit[600:]) == [unit]
    assert feed(2, unit[:600]) == []
    assert feed(3, unit[:600]) == []
    assert feed(3, unit[600:]) == [unit]


def test_two_units_in_one_packet() -> None:
    sizes = (5 << 3).to_bytes(2, "big") + (3 << 3).to_bytes(2, "big")
    packet = RtpPacket(97, True, 0, 0, 0, b"\x00\x20" + sizes + b"aaaaabbb")
    assert SoundDepacketiser(AAC).feed(packet) == [b"aaaaa", b"bbb"]


def test_what_is_not_carried_is_named_and_a_loudspeaker_is_no_sound() -> None:
    lines = ("m=audio 0 RTP/AVP 0", "a=sendonly", "m=audio 0 RTP/AVP 99", "a=rtpmap:99 G726-32/8000")
    assert parse_sound_track("\r\n".join(lines).encode()) == (None, ("G726-32/8000",))
    both, skipped = parse_sound_track("\r\n".join((*lines, "m=audio 0 RTP/AVP 8", "a=control:s")).encode())
    assert both is not None
    assert (both.parameters.coding, both.payload_type, both.control) == (SoundCoding.PCMA, 8, "s")
    assert skipped == ("G726-32/8000",)
