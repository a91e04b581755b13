"""RTSP addresses: split, without their password, joined with a track's control."""

from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from video.errors import ProtocolError
from video.rtsp.authentication import Credentials


class RtspAddress(msgspec.Struct, frozen=True):
    """Where a stream is served."""

    host: str
    port: int
    url: str
    """For the wire: without user and password."""
    is_encrypted: bool
    credentials: Credentials | None


def parse_address(url: str) -> RtspAddress:
    """Split an rtsp:// or rtsps:// address; user and password may stand in front of the host."""
    if any(ord(character) <= 0x20 for character in url) or len(url) > 4096:
        raise ProtocolError("a camera address with spaces or control characters, or far too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # What exactly is wrong is not repeated: it may be the password.
        raise ProtocolError("not a camera address: host or port cannot be read") from None
    if parts.scheme not in {"rtsp", "rtsps"} or not parts.hostname:
        raise ProtocolError("a camera address must begin with rtsp:// or rtsps:// and name a host")
    encrypted = parts.scheme == "rtsps"
    port = port if port is not None else (322 if encrypted else 554)
    credentials = None
    if parts.username is not None:
        credentials = Credentials(unquote(parts.username), unquote(parts.password or ""))
    host_and_port = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host_and_port, parts.path, parts.query, ""))
    return RtspAddress(parts.hostname, port, clean, encrypted, credentials)


def track_url(base: str, control: str) -> str:
    """The address of a track from the description's base and its control attribute."""
    if control in {"", "*"}:
        return base
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    return base + ("" if base.endswith("/") else "/") + control.removeprefix("/")


def interleaved_channel(transport: str | None) -> int:
    """The first channel that a Transport header gives; 0 when it names none."""
    for part in (transport or "").split(";"):
        name, _, value = part.strip().partition("=")
        first = value.partition("-")[0]
        if name.lower() == "interleaved" and first.isascii() and first.isdigit() and len(first) <= 3:
            return min(int(first), 254)
    return 0
