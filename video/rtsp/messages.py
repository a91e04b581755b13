"""RTSP 1.0 messages and interleaved frames (RFC 2326): an incremental reader and writers, no sockets."""

from collections.abc import Iterator, Mapping

import msgspec

from video.errors import ProtocolError

MAX_HEAD_BYTES = 16_384
MAX_HEADERS = 64
MAX_BODY_BYTES = 65_536
_VERSION = "RTSP/1.0"


class Headers(msgspec.Struct, frozen=True):
    """Header fields in the order they came; names compare without case."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a field; None when absent."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Every value of a field: a camera offers Basic and Digest in two lines."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]


class RtspRequest(msgspec.Struct, frozen=True):
    """What a client asks."""

    method: str
    url: str
    headers: Headers = Headers()
    body: bytes = b""

    def encode(self) -> bytes:
        """As bytes for the wire."""
        return _encode(f"{self.method} {self.url} {_VERSION}", self.headers, self.body)


class RtspResponse(msgspec.Struct, frozen=True):
    """What a server answers."""

    status: int
    reason: str
    headers: Headers = Headers()
    body: bytes = b""

    def encode(self) -> bytes:
        """As bytes for the wire."""
        return _encode(f"{_VERSION} {self.status} {self.reason}", self.headers, self.body)


class InterleavedFrame(msgspec.Struct, frozen=True, gc=False):
    """RTP or RTCP inside the RTSP connection."""

    channel: int
    payload: bytes


RtspMessage = RtspRequest | RtspResponse | InterleavedFrame


def headers(fields: Mapping[str, str | int]) -> Headers:
    """Header fields from a mapping."""
    return Headers(tuple((name, str(value)) for name, value in fields.items()))


class RtspReader:
    """Cuts a byte stream into messages; holds at most one unfinished message."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes | memoryview) -> Iterator[RtspMessage]:
        """Every message that is now complete; raises ProtocolError, after which the connection is lost."""
        buffer = self._buffer
        offset = 0
        if not buffer:
            # Nearly always whole frames and nothing else: no copy into the buffer and out of it again.
            size = len(chunk)
            while offset + 4 <= size and chunk[offset] == 0x24:
                end = offset + 4 + (chunk[offset + 2] << 8 | chunk[offset + 3])
                if end > size:
                    break
                yield InterleavedFrame(chunk[offset + 1], bytes(chunk[offset + 4 : end]))
                offset = end
            chunk = chunk[offset:]
        buffer += chunk
        offset = 0
        try:
            while offset < len(buffer):
                if buffer[offset] == 0x24:
                    if len(buffer) < offset + 4:
                        return
                    end = offset + 4 + (buffer[offset + 2] << 8 | buffer[offset + 3])
                    if len(buffer) < end:
                        return
                    channel = buffer[offset + 1]
                    payload = bytes(memoryview(buffer)[offset + 4 : end])
                    offset = end
                    yield InterleavedFrame(channel, payload)
                    continue
                if buffer[offset] in b"\r\n":
                    offset += 1  # Some cameras put an empty line behind a body.
                    continue
                parsed = _parse_head_and_body(buffer, offset)
                if parsed is None:
                    return
                message, offset = parsed
                yield message
        finally:
            del buffer[:offset]


def _parse_head_and_body(buffer: bytearray, offset: int) -> tuple[RtspRequest | RtspResponse, int] | None:
    head_end = buffer.find(b"\r\n\r\n", offset, offset + MAX_HEAD_BYTES)
    if head_end < 0:
        # Garbage is told from a slow peer by its first line, before a cap is reached.
        _refuse_non_text(buffer, offset)
        if len(buffer) - offset >= MAX_HEAD_BYTES:
            raise ProtocolError("RTSP headers longer than 16 KiB")
        return None
    try:
        lines = buffer[offset:head_end].decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise ProtocolError("RTSP headers that are not text") from None
    if len(lines) > MAX_HEADERS:
        raise ProtocolError(f"more than {MAX_HEADERS} RTSP headers")
    fields = _parse_fields(lines[1:])
    length = _body_length(fields)
    end = head_end + 4 + length
    first_line = lines[0]
    if len(buffer) < end:
        _parse_first_line(first_line, fields, b"")
        return None
    body = bytes(buffer[head_end + 4 : end])
    return _parse_first_line(first_line, fields, body), end


def _refuse_non_text(buffer: bytearray, offset: int) -> None:
    start = bytes(buffer[offset : offset + 16])
    if any(byte < 0x20 and byte not in b"\t\r\n" for byte in start) or not start[:1].isalpha():
        raise ProtocolError(f"not RTSP: {start!r}")


def _parse_fields(lines: list[str]) -> Headers:
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise ProtocolError("an RTSP header line without a name")
        fields.append((name.strip(), value.strip()))
    return Headers(tuple(fields))


def _body_length(fields: Headers) -> int:
    text = fields.get("Content-Length")
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) > MAX_BODY_BYTES:
        raise ProtocolError(f"an RTSP body of {text[:20]} bytes")
    return int(text)


def _parse_first_line(line: str, fields: Headers, body: bytes) -> RtspRequest | RtspResponse:
    parts = line.split(" ", 2)
    if parts[0].startswith("RTSP/"):
        if len(parts) < 2 or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) != 3:
            raise ProtocolError("an RTSP status line without a status")
        return RtspResponse(int(parts[1]), parts[2] if len(parts) == 3 else "", fields, body)
    if len(parts) != 3 or not parts[2].startswith("RTSP/") or not parts[0].isascii() or not parts[0]:
        raise ProtocolError(f"not an RTSP request: {line[:40]!r}")
    return RtspRequest(parts[0].upper(), parts[1], fields, body)


def _encode(first_line: str, fields: Headers, body: bytes) -> bytes:
    lines = [first_line, *(f"{name}: {value}" for name, value in fields.fields)]
    if any("\r" in line or "\n" in line for line in lines):
        raise ProtocolError("a line break inside an RTSP header")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
