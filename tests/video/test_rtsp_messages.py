"""RTSP bytes: whole, in pieces, broken, and far too long."""

import pytest

from video.access_unit import Codec, StreamParameters
from video.errors import ProtocolError
from video.rtsp.addresses import parse_address, track_url
from video.rtsp.messages import InterleavedFrame, RtspMessage, RtspReader, RtspRequest, RtspResponse, headers
from video.rtsp.sdp import build_sdp, parse_video_track

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nabcd"
FRAME = b"$\x00\x00\x03xyz"


def read(data: bytes, size: int) -> list[RtspMessage]:
    reader = RtspReader()
    return [m for start in range(0, len(data), size) for m in reader.feed(data[start : start + size])]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_answers_and_frames_are_found_however_the_network_cuts_them(size: int) -> None:
    messages = read(FRAME + ANSWER + FRAME + b"\r\n" + ANSWER, size)
    response = RtspResponse(200, "OK", headers({"CSeq": 2, "Content-Length": 4}), b"abcd")
    frame = InterleavedFrame(0, b"xyz")
    assert messages == [frame, response, frame, response]


def test_a_request_reads_back_as_it_was_written() -> None:
    request = RtspRequest("SETUP", "rtsp://h/cam/1?ticket=x", headers({"CSeq": 3, "Transport": "RTP/AVP/TCP"}))
    assert read(request.encode(), 5) == [request]


@pytest.mark.parametrize(
    "broken",
    [
        b"RTSP/1.0 200 OK\r\nContent-Length: 4294967296\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 abc OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n: no name\r\n\r\n",
        b"\x00\x01\x02\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        b"A" * 20_000,
        b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 100 + b"\r\n",
        b"RTSP/1.0 200 OK\r\nX: \xff\xfe\r\n\r\n",
    ],
)
def test_what_is_not_rtsp_is_refused_before_it_is_kept(broken: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(broken, 4096)


def test_a_header_cannot_smuggle_another() -> None:
    with pytest.raises(ProtocolError):
        RtspRequest("PLAY", "rtsp://h/", headers({"Session": "1\r\nX: y"})).encode()


def test_a_camera_description_gives_its_video_track() -> None:
    sdp = (
        b"v=0\r\ns=x\r\na=control:*\r\nm=audio 0 RTP/AVP 0\r\na=control:track1\r\n"
        b"m=video 0 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n"
        b"a=fmtp:97 packetization-mode=1;sprop-parameter-sets=Z0IAKeKQ,aM48gA==\r\na=control:track2\r\n"
    )
    track = parse_video_track(sdp)
    assert (track.parameters.codec, track.payload_type, track.control) == (Codec.H264, 97, "track2")
    assert [unit[0] & 0x1F for unit in track.parameters.parameter_sets] == [7, 8]


@pytest.mark.parametrize(
    ("codec", "sets"),
    [
        (Codec.H264, (bytes.fromhex("6742c01e"), bytes.fromhex("68ce3c80"))),
        (Codec.H265, (b"\x40\x01v", b"\x42\x01s", b"\x44\x01p")),
    ],
)
def test_our_description_reads_back(codec: Codec, sets: tuple[bytes, ...]) -> None:
    parameters = StreamParameters(codec, sets)
    assert parse_video_track(build_sdp(parameters, "127.0.0.1")).parameters == parameters


def test_a_camera_without_h264_says_what_it_offers() -> None:
    with pytest.raises(ProtocolError, match="JPEG"):
        parse_video_track(b"m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n")


def test_an_address_is_split_and_its_password_stays_off_the_wire() -> None:
    address = parse_address("rtsp://op:p%20w@cam.example:8554/a?b=c")
    assert (address.host, address.port, address.url) == ("cam.example", 8554, "rtsp://cam.example:8554/a?b=c")
    assert address.credentials is not None
    assert address.credentials.password == "p w"
    assert "p w" not in repr(address)


@pytest.mark.parametrize("url", ["http://x/", "rtsp://", "rtsp://h:99999/", "rtsp://h/ a", "rtsp://h/\r\nX:1"])
def test_what_is_no_camera_address_is_refused(url: str) -> None:
    with pytest.raises(ProtocolError):
        parse_address(url)


@pytest.mark.parametrize("url", ["rtsp://admin:canary-5218", "rtsp://admin:canary-5218/x", "rtsp://[canary-5218/x"])
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_address(url)
    assert "canary" not in str(refused.value)


def test_a_track_is_found_beside_its_description() -> None:
    assert track_url("rtsp://h/a/", "t=1") == "rtsp://h/a/t=1"
    assert track_url("rtsp://h/a", "t=1") == "rtsp://h/a/t=1"
    assert track_url("rtsp://h/a", "*") == "rtsp://h/a"
    assert track_url("rtsp://h/a", "rtsp://h/b") == "rtsp://h/b"
