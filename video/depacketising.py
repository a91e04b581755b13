"""RTP payloads to access units: H.264 (RFC 6184) and H.265 (RFC 7798), packets in the order of TCP."""

from collections.abc import Callable, Collection, Iterable, Iterator

from video.access_unit import AccessUnit, Codec
from video.errors import ProtocolError
from video.rtp import RtpPacket

MAX_ACCESS_UNIT_BYTES = 8 * 2**20
MAX_NAL_UNITS = 512
MAX_FRAGMENTS = 32_768  # of one NAL unit, which packets of 256 bytes would do with; each costs memory however small

_STAP_A, _FU_A = 24, 28
_H265_AP, _H265_FU = 48, 49
_SETS, _SLICES, _KEYS = frozenset({7, 8}), frozenset(range(1, 6)), frozenset({5})
_SETS_5, _SLICES_5, _KEYS_5 = frozenset({32, 33, 34}), frozenset(range(32)), frozenset(range(16, 22))


class Depacketiser:
    """Collects the packets of one stream into pictures; counts what was lost."""

    def __init__(self, codec: Codec, parameter_sets: Iterable[bytes] = ()) -> None:
        self._codec = codec
        self._unpack: Callable[[bytes], None] = self._h264 if codec is Codec.H264 else self._h265
        self._parameter_sets = tuple(parameter_sets)
        self._units: list[bytes] = []
        self._bytes = 0
        self._fragments: list[bytes] = []
        self._next_sequence: int | None = None
        self._timestamp = 0
        self._lossy = False
        self.packets_lost = 0

    @property
    def parameter_sets(self) -> tuple[bytes, ...]:
        """The newest parameter sets, from the SDP or from the stream itself."""
        return self._parameter_sets

    def feed(self, packet: RtpPacket, received_at: float) -> list[AccessUnit]:
        """The pictures that this packet completes: none, one, or two when a marker was lost."""
        self._follow_sequence(packet.sequence)
        done: list[AccessUnit] = []
        if self._units and packet.timestamp != self._timestamp:
            done.extend(self._complete(received_at))
        self._timestamp = packet.timestamp
        try:
            self._unpack(packet.payload)
        except ProtocolError:
            self._lossy = True
            self._fragments.clear()
            raise
        if packet.marker:
            done.extend(self._complete(received_at))
        return done

    def _follow_sequence(self, sequence: int) -> None:
        expected = self._next_sequence
        self._next_sequence = (sequence + 1) & 0xFFFF
        if expected is None or sequence == expected:
            return
        gap = (sequence - expected) & 0xFFFF
        # Over TCP nothing comes late: half a circle back is a sender that began to count anew.
        self.packets_lost += gap if gap < 0x8000 else 1
        self._lossy = True
        self._fragments.clear()

    def _add(self, unit: bytes) -> None:
        self._bytes += len(unit)
        if self._bytes > MAX_ACCESS_UNIT_BYTES or len(self._units) >= MAX_NAL_UNITS:
            self._drop()
            raise ProtocolError("a picture larger than 8 MiB or of more than 512 NAL units")
        self._units.append(unit)

    def _add_fragment(self, header: bytes, body: bytes, *, first: bool, last: bool) -> None:
        if first:
            self._fragments = [header]
        elif not self._fragments:
            self._lossy = True
            return
        self._bytes += len(body)
        if self._bytes > MAX_ACCESS_UNIT_BYTES or len(self._fragments) >= MAX_FRAGMENTS:
            self._drop()
            raise ProtocolError("a fragmented NAL unit larger than 8 MiB, or in too many pieces")
        self._fragments.append(body)
        if last:
            unit = b"".join(self._fragments)
            self._fragments = []
            self._bytes -= len(unit)
            self._add(unit)

    def _drop(self) -> None:
        self._units, self._fragments, self._bytes = [], [], 0
        self._lossy = True

    def _h264(self, payload: bytes) -> None:
        if not payload:
            return
        kind = payload[0] & 0x1F
        if 0 < kind < _STAP_A:
            self._add(payload)
        elif kind == _FU_A:
            if len(payload) < 3:
                raise ProtocolError("an H.264 fragment without a body")
            header = bytes(((payload[0] & 0xE0) | (payload[1] & 0x1F),))
            self._add_fragment(header, payload[2:], first=bool(payload[1] & 0x80), last=bool(payload[1] & 0x40))
        elif kind == _STAP_A:
            for unit in _aggregated(payload, 1):
                self._add(unit)
        else:
            raise ProtocolError(f"H.264 packet type {kind} is not used by cameras in this mode")

    def _h265(self, payload: bytes) -> None:
        if not payload:
            return
        if len(payload) < 3:
            raise ProtocolError("an H.265 packet shorter than its header")
        kind = payload[0] >> 1 & 0x3F
        if kind < _H265_AP:
            self._add(payload)
        elif kind == _H265_FU:
            flags = payload[2]
            header = bytes(((payload[0] & 0x81) | (flags & 0x3F) << 1, payload[1]))
            self._add_fragment(header, payload[3:], first=bool(flags & 0x80), last=bool(flags & 0x40))
        elif kind == _H265_AP:
            for unit in _aggregated(payload, 2):
                self._add(unit)
        else:
            raise ProtocolError(f"H.265 packet type {kind} is not supported")

    def _complete(self, received_at: float) -> Iterator[AccessUnit]:
        if self._fragments:
            self._fragments = []
            self._lossy = True
        units, self._units, self._bytes = self._units, [], 0
        if not units:
            return
        kinds = self._kinds(units)
        sets, slices, keys = (_SETS, _SLICES, _KEYS) if self._codec is Codec.H264 else (_SETS_5, _SLICES_5, _KEYS_5)
        inline = () if kinds.isdisjoint(sets) else self._parameter_sets_among(units, sets)
        has_picture = not kinds.isdisjoint(slices)
        is_key = has_picture and (bool(inline) or not kinds.isdisjoint(keys))
        if len(inline) > 1 or (inline and not self._parameter_sets):
            self._parameter_sets = inline
        if not has_picture:
            return
        if is_key and not inline:
            units = [*self._parameter_sets, *units]
        lossy, self._lossy = self._lossy, False
        yield AccessUnit(tuple(units), is_key, self._timestamp, received_at, lossy)

    def _kinds(self, units: Iterable[bytes]) -> set[int]:
        if self._codec is Codec.H264:
            return {unit[0] & 0x1F for unit in units}
        return {unit[0] >> 1 & 0x3F for unit in units}

    def _parameter_sets_among(self, units: Iterable[bytes], sets: Collection[int]) -> tuple[bytes, ...]:
        return tuple(unit for unit in units if not self._kinds((unit,)).isdisjoint(sets))


def _aggregated(payload: bytes, header_bytes: int) -> Iterator[bytes]:
    offset = header_bytes
    while offset < len(payload):
        size = int.from_bytes(payload[offset : offset + 2], "big")
        offset += 2
        if size < header_bytes or offset + size > len(payload):
            raise ProtocolError("an aggregated NAL unit longer than its packet")
        yield payload[offset : offset + size]
        offset += size
