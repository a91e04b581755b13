"""Our MP4: what goes in comes out, and hostile bytes are a ProtocolError and nothing else."""

import contextlib
import io
import itertools

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.footage.films import NOON, PICTURES_PER_SECOND, coded
from video.access_unit import Codec, StreamParameters
from video.errors import ProtocolError
from video.footage.pictures import to_ticks
from video.mp4.boxes import boxes
from video.mp4.fragments import Fragment, Sample, build_fragment, joined, parse_fragment, parted
from video.mp4.init_segment import build_init, init_length, parse_init
from video.mp4.picture_format import picture_format
from video.mp4.sample_entries import parameter_sets

START = to_ticks(NOON)


def film_file(codec: Codec, width: int = 128, height: int = 96) -> bytes:
    film = coded(codec, 3, width, height)
    sets = parameter_sets(codec, film[0][0])
    parts = [build_init(StreamParameters(codec, sets), START)]
    begun: list[list[Sample]] = []
    for nal_units, time, is_key in film:
        if is_key:
            begun.append([])
        tick = START + time * 90_000 // PICTURES_PER_SECOND
        begun[-1].append(Sample(joined([nal for nal in nal_units if nal not in sets]), tick, is_key))
    for number, samples in enumerate(begun, 1):
        parts.append(build_fragment(number, samples, samples[0].at_ticks + 90_000, START))
    return b"".join(parts)


def samples(fragment: Fragment) -> list[tuple[bytes, int, bool]]:
    return [(one.data, one.at_ticks, one.is_key) for one in fragment.samples]


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize(("width", "height"), [(128, 96), (322, 242), (640, 360)])
def test_the_picture_size_is_read_from_the_stream(codec: Codec, width: int, height: int) -> None:
    sets = parameter_sets(codec, coded(codec, 3, width, height)[0][0])
    found = picture_format(StreamParameters(codec, sets))
    assert (found.width, found.height) == (width, height)


@pytest.mark.parametrize("codec", list(Codec))
def test_libavformat_reads_it_as_we_wrote_it(codec: Codec) -> None:
    with av.open(io.BytesIO(film_file(codec, 322, 242)), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (322, 242)
        assert stream.codec_context.name == codec.value
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert sum(packet.is_keyframe for packet in packets) == 3
    with av.open(io.BytesIO(film_file(codec, 322, 242)), "r") as container:
        times = [frame.time or 0.0 for frame in container.decode(video=0)]
    assert len(times) == 30
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert steps == pytest.approx([0.1] * 29, abs=0.001)


@pytest.mark.parametrize("codec", list(Codec))
def test_the_head_comes_back(codec: Codec) -> None:
    sets = parameter_sets(codec, coded(codec)[0][0])
    head = build_init(StreamParameters(codec, sets), START)
    assert parse_init(head + b"more").parameters == StreamParameters(codec, sets)
    assert init_length(head) == len(head)
    assert init_length(head[:20]) is None


_TIMES = st.lists(st.integers(0, 900_000), min_size=1, max_size=40, unique=True)


@given(_TIMES, st.binary(max_size=200), st.integers(0, 2**33), st.integers(1, 100_000), st.booleans())
def test_a_fragment_comes_back(times: list[int], data: bytes, start_s: int, lasts: int, is_key: bool) -> None:
    """Also times after 2036, where NTP's seconds begin anew, up to 2104."""
    start = start_s % 4_230_000_000 * 90_000
    made = [Sample(joined([data or b"x"]), start + time, is_key and index == 0) for index, time in enumerate(times)]
    ends_at = start + max(times) + lasts
    fragment = parse_fragment(build_fragment(7, made, ends_at, start))
    assert samples(fragment) == samples(Fragment(tuple(made), 0, 0))
    assert fragment.ends_at_ticks == ends_at
    assert parted(fragment.samples[0].data) == (data or b"x",)


def test_a_fragment_without_its_times_is_none() -> None:
    fragment = build_fragment(1, [Sample(b"x", START, True)], START + 9, START)
    for kind in (b"prft", b"tfdt", b"trun", b"tfhd", b"mdat"):
        with pytest.raises(ProtocolError):
            parse_fragment(fragment.replace(kind, b"free"))


_FILES = [film_file(codec) for codec in Codec]


@settings(deadline=500, max_examples=400)
@given(st.sampled_from(_FILES), st.data())
def test_hostile_files(whole: bytes, data: st.DataObject) -> None:
    hostile = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    head = init_length(whole) or 0
    for _ in range(data.draw(st.integers(1, 6))):
        if hostile:
            # Most of a file is pictures: the structure is where it hurts.
            place = data.draw(st.integers(0, min(len(hostile), head + 300) - 1))
            hostile[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProtocolError):
        init = parse_init(bytes(hostile))
        picture_format(init.parameters)
        build_init(init.parameters)
    with contextlib.suppress(ProtocolError):
        for one in parse_fragment(bytes(hostile), min(head, len(hostile))).samples:
            parted(one.data)


@settings(deadline=200, max_examples=300)
@given(st.binary(max_size=120), st.sampled_from(list(Codec)))
def test_hostile_bytes(noise: bytes, codec: Codec) -> None:
    kinds = {Codec.H264: b"\x67", Codec.H265: b"\x42\x01"}
    for read in (
        lambda: list(boxes(noise)),
        lambda: parse_init(noise),
        lambda: parse_fragment(noise),
        lambda: parted(noise),
        lambda: init_length(noise),
        lambda: picture_format(StreamParameters(codec, (kinds[codec] + noise,))),
        lambda: build_init(StreamParameters(codec, (kinds[codec] + noise,))),
    ):
        with contextlib.suppress(ProtocolError):
            read()
