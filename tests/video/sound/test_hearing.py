"""What a slow listener costs: sound, never pictures; and it is told by report which time its sound is of."""

import asyncio

from tests.video.sound.test_hostile_sound import AAC
from video.rtp import build_rtp_header, parse_sender_report
from video.rtsp.hearing import ConnectionListener
from video.sound.parameters import SoundCoding, SoundParameters
from video.sound.stream import SoundStream
from video.stream_source import StreamSource


class Line(asyncio.WriteTransport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        self.written: list[bytes] = []
        self.is_over = False

    def is_closing(self) -> bool:
        return self.is_over

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_over = True

    def abort(self) -> None:
        self.is_over = True


def packet(time: int) -> bytes:
    return build_rtp_header(0, marker=True, sequence=0, timestamp=time, ssrc=1) + b"sound"


def test_sound_gives_way_to_pictures_that_wait() -> None:
    line, sound = Line(), SoundStream(AAC)
    listener = ConnectionListener(line, sound, 2, lambda: 0.0, lambda: 0.0)
    sound.publish(packet(0))
    line.waiting = 300_000
    sound.publish(packet(1))
    line.waiting = 0
    sound.publish(packet(2))
    assert [frame[:4] for frame in line.written] == [b"$\x02\x00\x11"] * 2
    listener.stop()
    assert sound.listener_count == 0


def test_a_report_comes_beside_the_sound() -> None:
    now = [0.0]
    line, sound = Line(), SoundStream(AAC)
    ConnectionListener(line, sound, 2, lambda: now[0], lambda: 1_700_000_000.0)
    sound.publish(packet(7))
    now[0] = 1.5
    sound.publish(packet(160))
    report = parse_sender_report(line.written[1][4:])
    assert line.written[1][1] == 3
    assert report is not None
    assert (report.rtp_time, report.unix_time) == (160, 1_700_000_000.0)


def test_who_hears_is_hung_up_on_when_the_camera_sounds_otherwise_and_only_then() -> None:
    line, source = Line(), StreamSource()
    source.set_sound(AAC)
    assert source.sound is not None
    ConnectionListener(line, source.sound, 2, lambda: 0.0, lambda: 0.0)
    source.set_sound(AAC)
    assert not line.is_over, "it came back as it was"
    source.set_sound(SoundParameters(SoundCoding.PCMA, 8_000))
    assert line.is_over
