"""RTP payloads to coded sound: G.711 (RFC 3551) and AAC (RFC 3640), packets in the order of TCP."""

from video.errors import ProtocolError
from video.rtp import RtpPacket
from video.sound.parameters import SoundCoding, SoundParameters

MAX_PAYLOAD_BYTES = 16_384
MAX_UNITS = 64


class SoundDepacketiser:
    """Gives the coded units of one track: of AAC its access units, of G.711 the bytes as they came."""

    def __init__(self, parameters: SoundParameters) -> None:
        self._parameters = parameters
        self._fragments = b""
        self._wanted = 0
        self._timestamp = 0

    def feed(self, packet: RtpPacket) -> list[bytes]:
        """What this packet completes. Raises ProtocolError."""
        if len(packet.payload) > MAX_PAYLOAD_BYTES:
            raise ProtocolError(f"a sound packet of {len(packet.payload)} bytes")
        if not packet.payload:
            return []
        if self._parameters.coding is not SoundCoding.AAC:
            return [packet.payload]
        return self._access_units(packet)

    def _access_units(self, packet: RtpPacket) -> list[bytes]:
        sizes, body = self._sizes(packet.payload)
        if self._wanted and packet.timestamp != self._timestamp:
            self._forget()
        if len(sizes) == 1 and (self._wanted or sizes[0] > len(body)):
            return self._fragment(packet, sizes[0], body)
        self._forget()
        units: list[bytes] = []
        offset = 0
        for size in sizes:
            if offset + size > len(body):
                raise ProtocolError("an AAC unit longer than its packet")
            if size:
                units.append(body[offset : offset + size])
            offset += size
        return units

    def _fragment(self, packet: RtpPacket, size: int, body: bytes) -> list[bytes]:
        """Each piece of a unit in several packets names the size of the whole."""
        if self._wanted not in {0, size}:
            self._forget()
            raise ProtocolError("an AAC unit whose pieces differ about its size")
        self._timestamp, self._wanted = packet.timestamp, size
        self._fragments += body
        if len(self._fragments) < size:
            return []
        unit = self._fragments
        self._forget()
        if len(unit) > size:
            raise ProtocolError("an AAC unit longer than it says")
        return [unit]

    def _forget(self) -> None:
        self._fragments, self._wanted = b"", 0

    def _sizes(self, payload: bytes) -> tuple[list[int], bytes]:
        parameters = self._parameters
        if len(payload) < 2:
            raise ProtocolError("an AAC packet shorter than its header")
        bits = int.from_bytes(payload[:2], "big")
        end = 2 + (bits + 7) // 8
        if end > len(payload):
            raise ProtocolError("AAC headers longer than their packet")
        headers = int.from_bytes(payload[2:end], "big") >> ((end - 2) * 8 - bits)
        sizes: list[int] = []
        left = bits
        while left > 0:
            index_bits = parameters.delta_bits if sizes else parameters.index_bits
            left -= parameters.size_bits + index_bits
            if left < 0 or len(sizes) >= MAX_UNITS:
                raise ProtocolError("AAC headers that do not come out even, or far too many")
            both = headers >> left & ((1 << (parameters.size_bits + index_bits)) - 1)
            if both & ((1 << index_bits) - 1):
                raise ProtocolError("interleaved AAC, which cameras do not send")
            sizes.append(both >> index_bits)
        return sizes, payload[end:]
