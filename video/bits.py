"""Single bits and Exp-Golomb numbers of H.264 and H.265 headers (ITU-T H.264, 9.1)."""

from video.errors import ProtocolError


class BitReader:
    """Reads the raw bytes of a NAL unit, its header (one byte, two in H.265) and emulation prevention removed."""

    def __init__(self, nal: bytes, header_bytes: int = 1) -> None:
        self._bytes = nal[header_bytes:].replace(b"\x00\x00\x03", b"\x00\x00")
        self.position = 0

    def bits(self, count: int) -> int:
        """The next bits as a number."""
        end = self.position + count
        if end > len(self._bytes) * 8:
            raise ProtocolError("a video header cut short")
        first, last = self.position // 8, (end + 7) // 8
        value = int.from_bytes(self._bytes[first:last], "big") >> (last * 8 - end)
        self.position = end
        return value & ((1 << count) - 1)

    def unsigned(self) -> int:
        """ue(v)."""
        zeros = 0
        while self.bits(1) == 0:
            zeros += 1
            if zeros > 31:
                raise ProtocolError("an endless Exp-Golomb number")
        return (1 << zeros) - 1 + (self.bits(zeros) if zeros else 0)


class BitWriter:
    """Writes a NAL unit."""

    def __init__(self, header: int) -> None:
        self._header = header
        self._done = bytearray()
        self._value = 0
        self._count = 0

    def bits(self, value: int, count: int) -> None:
        """Append a number of so many bits."""
        self._value = (self._value << count) | value
        self._count += count
        whole = self._count // 8
        if whole:
            rest = self._count - whole * 8
            self._done += (self._value >> rest).to_bytes(whole, "big")
            self._value &= (1 << rest) - 1
            self._count = rest

    def unsigned(self, value: int) -> None:
        """ue(v)."""
        self.bits(value + 1, 2 * (value + 1).bit_length() - 1)

    def aligned(self, content: bytes) -> None:
        """Zeros up to the next byte, then whole bytes."""
        self.bits(0, -self._count % 8)
        self._done += content

    def nal_unit(self) -> bytes:
        """The finished unit: stop bit and emulation prevention added."""
        self.bits(1, 1)
        self.bits(0, -self._count % 8)
        return bytes((self._header,)) + _prevent_emulation(bytes(self._done))


def _prevent_emulation(raw: bytes) -> bytes:
    if b"\x00\x00" not in raw:
        return raw
    escaped = bytearray()
    zeros = 0
    for byte in raw:
        if zeros >= 2 and byte <= 3:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(escaped)
