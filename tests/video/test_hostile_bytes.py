"""Whatever a camera or a client sends: a ProtocolError or a value, never anything else, never a hang."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from video.access_unit import Codec, split_annex_b
from video.depacketising import Depacketiser
from video.errors import ProtocolError
from video.rtp import parse_rtp, parse_sender_report
from video.rtsp.addresses import parse_address
from video.rtsp.authentication import parse_authorization, parse_challenges
from video.rtsp.messages import RtspReader
from video.rtsp.sdp import parse_video_track

_PIECES = st.sampled_from(
    [
        b"RTSP/1.0 200 OK\r\n",
        b"OPTIONS rtsp://h/ RTSP/1.0\r\n",
        b"CSeq: 1\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 99999999999\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b":",
        b"$\x00\x00\x02ab",
        b"$\xff\xff\xff",
    ]
)
_NOISE = st.lists(_PIECES | st.binary(max_size=12), max_size=14).map(b"".join)
_SDP = st.lists(
    st.sampled_from(["v=0", "m=video 0 RTP/AVP 96", "m=", "a=rtpmap:96 H264/90000", "a=rtpmap:96 H265/x"])
    | st.sampled_from(["a=fmtp:96 sprop-parameter-sets=Z0I,!!", "a=fmtp:96 ;;=", "a=control:*", "a=rtpmap:9e9 H264/1"])
    | st.text(max_size=20),
    max_size=10,
).map(lambda lines: "\r\n".join(lines).encode())


@settings(deadline=50, max_examples=300)
@given(_NOISE, st.integers(1, 40))
def test_rtsp(data: bytes, size: int) -> None:
    reader = RtspReader()
    with contextlib.suppress(ProtocolError):
        for start in range(0, len(data), size):
            list(reader.feed(data[start : start + size]))


@settings(deadline=50, max_examples=300)
@given(st.lists(st.binary(max_size=80), max_size=12), st.sampled_from(list(Codec)))
def test_rtp(payloads: list[bytes], codec: Codec) -> None:
    depacketiser = Depacketiser(codec)
    for number, payload in enumerate(payloads):
        head = bytes((0x80, 96 | (number % 3 == 0) << 7)) + number.to_bytes(2, "big") + bytes(8)
        for data in (payload, head + payload):
            with contextlib.suppress(ProtocolError):
                depacketiser.feed(parse_rtp(data), 0.0)
        with contextlib.suppress(ProtocolError):
            parse_sender_report(payload)
        split_annex_b(payload)


@settings(deadline=50, max_examples=200)
@given(_SDP | st.binary(max_size=200))
def test_descriptions(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        parse_video_track(data)


@settings(deadline=50, max_examples=200)
@given(st.sampled_from(["", "Basic ", "Digest ", 'Digest realm="']), st.text(max_size=60))
def test_logins(scheme: str, rest: str) -> None:
    with contextlib.suppress(ProtocolError):
        parse_authorization(scheme + rest, "PLAY").proves("x")
    with contextlib.suppress(ProtocolError):
        parse_challenges([scheme + rest])


@settings(deadline=50, max_examples=200)
@given(st.sampled_from(["", "rtsp://", "rtsp://a:b@", "rtsp://["]), st.text(max_size=30))
def test_addresses(start: str, rest: str) -> None:
    with contextlib.suppress(ProtocolError):
        parse_address(start + rest)
