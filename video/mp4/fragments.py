"""Fragments: prft, moof and mdat of the pictures of one group.

Inside the file time counts from its first picture, as players expect; prft, in front of every fragment, ties that count
to UTC, so that a fragment alone still says when it was.
"""

import itertools
import struct
from collections.abc import Sequence

import msgspec

from video.errors import ProtocolError
from video.mp4.boxes import Box, boxes, full_box, number, only
from video.mp4.init_segment import TIMESCALE, TRACK

_KEY, _OTHER = 0x0200_0000, 0x0101_0000
_NOT_SYNC = 0x0001_0000
_WHEN_CAPTURED = 24
_SINCE_1900 = 2_208_988_800
_BASE_IS_MOOF, _DEFAULT_FLAGS = 0x02_0000, 0x20
_OFFSET, _FIRST_FLAGS, _DURATION, _SIZE, _FLAGS, _COMPOSITION = 0x1, 0x4, 0x100, 0x200, 0x400, 0x800
MAX_FRAGMENT_BYTES = 64 * 2**20
MAX_SAMPLES = 8_192


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One picture: NAL units as four-byte length and content each."""

    data: bytes
    at_ticks: int
    """When it is shown, since 1970 UTC."""
    is_key: bool


class Fragment(msgspec.Struct, frozen=True):
    """What one moof and mdat hold. `ends_at_ticks`: when the last picture gives way to the next."""

    samples: tuple[Sample, ...]
    ends_at_ticks: int
    length: int
    """Bytes of prft, moof and mdat."""

    @property
    def begins_at_ticks(self) -> int:
        """When the first picture in order of decoding is shown."""
        return self.samples[0].at_ticks


def joined(nal_units: Sequence[bytes]) -> bytes:
    """NAL units as a sample's bytes."""
    parts: list[bytes] = []
    for unit in nal_units:
        parts.append(len(unit).to_bytes(4, "big"))
        parts.append(unit)
    return b"".join(parts)


def parted(data: bytes) -> tuple[bytes, ...]:
    """A sample's bytes as NAL units. Raises ProtocolError."""
    units: list[bytes] = []
    offset, end = 0, len(data)
    while offset < end:
        size = number(data, offset, 4, end)
        offset += 4
        if size == 0 or offset + size > end:
            raise ProtocolError("a NAL unit longer than its picture")
        units.append(data[offset : offset + size])
        offset += size
    return tuple(units)


def build_fragment(sequence: int, samples: Sequence[Sample], ends_at_ticks: int, origin_ticks: int) -> bytes:
    """prft, moof and mdat. Pictures stand in the order of decoding; decoders show them in order of their times.

    `origin_ticks`: where the file begins to count.
    """
    shown = sorted(sample.at_ticks for sample in samples)
    durations = [
        after - before for before, after in zip(shown, [*shown[1:], max(ends_at_ticks, shown[-1])], strict=True)
    ]
    # Decode times are the display times in order: reordered pictures get signed offsets, others none at all.
    offsets = [sample.at_ticks - decoded for sample, decoded in zip(samples, shown, strict=True)]
    flags = _OFFSET | _FIRST_FLAGS | _DURATION | _SIZE
    rows: list[int] = []
    is_reordered = any(offsets)
    for sample, duration, offset in zip(samples, durations, offsets, strict=True):
        rows += (duration, len(sample.data))
        if is_reordered:
            rows.append(offset)
    if is_reordered:
        flags |= _COMPOSITION
    run = struct.pack(f"!{'IIi' * len(samples) if is_reordered else f'{len(rows)}I'}", *rows)
    size = sum(len(sample.data) for sample in samples)
    # moof: 8, mfhd 16, traf 8, tfhd 20, tfdt 20, trun 8 + 16 + run
    moof_length = 8 + 16 + 8 + 20 + 20 + 24 + len(run)
    head = struct.pack(
        "!I4sI4sIII4sI4sIIII4sIQ",
        moof_length,
        b"moof",
        16,
        b"mfhd",
        0,
        sequence & 0xFFFF_FFFF,
        moof_length - 24,
        b"traf",
        20,
        b"tfhd",
        _BASE_IS_MOOF | _DEFAULT_FLAGS,
        TRACK,
        _OTHER,
        20,
        b"tfdt",
        1 << 24,
        shown[0] - origin_ticks,
    )
    tie = full_box(b"prft", 1, _WHEN_CAPTURED, struct.pack("!IQQ", TRACK, _to_ntp(shown[0]), shown[0] - origin_ticks))
    first_flags = _KEY if samples[0].is_key else _OTHER
    trun = full_box(b"trun", 1, flags, struct.pack("!IiI", len(samples), moof_length + 8, first_flags), run)
    return b"".join((tie, head, trun, struct.pack("!I4s", size + 8, b"mdat"), *(sample.data for sample in samples)))


def parse_fragment(data: bytes, start: int = 0) -> Fragment:
    """The fragment that begins there. Raises ProtocolError."""
    found = list(itertools.islice(boxes(data, start), 3))
    if [one.kind for one in found] != [b"prft", b"moof", b"mdat"]:
        raise ProtocolError("an MP4 fragment that is no prft, moof and mdat")
    tie, moof, mdat = found
    traf = only(data, (b"traf",), moof.start, moof.end)
    parts = {one.kind: one for one in boxes(data, traf.start, traf.end)}
    try:
        header, timing, run = parts[b"tfhd"], parts[b"tfdt"], parts[b"trun"]
    except KeyError as missing:
        raise ProtocolError(f"an MP4 fragment without {missing}") from None
    if data[timing.start : timing.start + 1] != b"\x01":
        raise ProtocolError("an MP4 fragment without a long decode time")
    decoded = number(data, timing.start + 4, 8, timing.end)
    decoded += _origin(data, tie)
    if not 0 <= decoded < 1 << 56:
        raise ProtocolError("a picture of a time beyond all calendars")
    samples, ends = _samples(data, run, _default_flags(data, header), decoded, tie.end, mdat)
    return Fragment(samples, ends, mdat.end - start)


def _origin(data: bytes, tie: Box) -> int:
    if number(data, tie.start, 4, tie.end) >> 24 != 1:
        raise ProtocolError("an MP4 fragment of another layout")
    return _from_ntp(number(data, tie.start + 8, 8, tie.end)) - number(data, tie.start + 16, 8, tie.end)


def _to_ntp(ticks: int) -> int:
    seconds, rest = divmod(ticks, TIMESCALE)
    # Rounded up, so that the way back, rounded down, meets the same tick.
    return (seconds + _SINCE_1900 & 0xFFFF_FFFF) << 32 | -(-rest * 2**32 // TIMESCALE)


def _from_ntp(stamp: int) -> int:
    seconds = stamp >> 32
    # NTP's seconds begin anew in February 2036: its first era is 1968 to 2036.
    if seconds < 1 << 31:
        seconds += 1 << 32
    return (seconds - _SINCE_1900) * TIMESCALE + ((stamp & 0xFFFF_FFFF) * TIMESCALE >> 32)


def _default_flags(data: bytes, header: Box) -> int:
    flags = number(data, header.start, 4, header.end) & 0xFF_FFFF
    if flags & 0x1B or not flags & _BASE_IS_MOOF:
        raise ProtocolError("an MP4 fragment of another layout")
    return number(data, header.start + 8, 4, header.end) if flags & _DEFAULT_FLAGS else 0


def _samples(
    data: bytes, run: Box, usual_flags: int, decoded: int, base: int, mdat: Box
) -> tuple[tuple[Sample, ...], int]:
    flags = number(data, run.start, 4, run.end) & 0xFF_FFFF
    count = number(data, run.start + 4, 4, run.end)
    if not 0 < count <= MAX_SAMPLES or flags & (_OFFSET | _DURATION | _SIZE) != _OFFSET | _DURATION | _SIZE:
        raise ProtocolError("an MP4 fragment of another layout")
    at = base + number(data, run.start + 8, 4, run.end)
    row = run.start + 12
    first_flags = usual_flags
    if flags & _FIRST_FLAGS:
        first_flags = number(data, row, 4, run.end)
        row += 4
    layout = struct.Struct("!II" + ("I" if flags & _FLAGS else "") + ("i" if flags & _COMPOSITION else ""))
    if row + count * layout.size > run.end:
        raise ProtocolError("an MP4 box cut short")
    samples: list[Sample] = []
    for index, fields in enumerate(layout.iter_unpack(data[row : row + count * layout.size])):
        duration, size = fields[0], fields[1]
        if at < mdat.start or at + size > mdat.end:
            raise ProtocolError("a picture outside its fragment")
        own_flags = fields[2] if flags & _FLAGS else first_flags if index == 0 else usual_flags
        offset = fields[-1] if flags & _COMPOSITION else 0
        samples.append(Sample(data[at : at + size], decoded + offset, not own_flags & _NOT_SYNC))
        at += size
        decoded += duration
    return tuple(samples), decoded
