"""Session descriptions (RFC 4566): the one video track that we read, and the one that we write."""

import base64
import binascii
from collections.abc import Iterable

import msgspec

from video.access_unit import Codec, StreamParameters
from video.errors import ProtocolError
from video.packetising import PAYLOAD_TYPE

MAX_SDP_BYTES = 65_536
_CODECS = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265}


class VideoTrack(msgspec.Struct, frozen=True):
    """The video track of a camera."""

    parameters: StreamParameters
    payload_type: int
    control: str
    """As the camera wrote it: absolute, relative, or empty for the whole session."""
    session_control: str


class Media(msgspec.Struct):
    """One track of a description."""

    kind: str
    formats: list[str]
    attributes: dict[str, list[str]]

    def format_parameters(self, payload_type: str) -> dict[str, str]:
        """What `a=fmtp` says of a payload type; names in small letters."""
        said: dict[str, str] = {}
        for value in self.attributes.get("fmtp", []):
            owner, _, rest = value.partition(" ")
            if owner == payload_type:
                for part in rest.split(";"):
                    name, _, content = part.strip().partition("=")
                    said[name.lower()] = content
        return said


def parse_video_track(sdp: bytes) -> VideoTrack:
    """The first H.264 or H.265 track of a description."""
    session, medias = split_description(sdp)
    codings: list[str] = []
    for media in medias:
        if media.kind != "video":
            continue
        for value in media.attributes.get("rtpmap", []):
            payload_type, _, coding = value.partition(" ")
            name, _, rest = coding.strip().partition("/")
            codings.append(name)
            codec = _CODECS.get(name.upper())
            if codec is None or payload_type not in media.formats:
                continue
            parameters = StreamParameters(
                codec, _parameter_sets(codec, media, payload_type), number(rest or "90000", 1, 1_000_000)
            )
            return VideoTrack(
                parameters,
                number(payload_type, 0, 127),
                (media.attributes.get("control") or [""])[0],
                (session.get("control") or [""])[0],
            )
    offered = ", ".join(codings)[:60] or "nothing"
    raise ProtocolError(f"no H.264 or H.265 video: the camera offers {offered}")


def build_sdp(parameters: StreamParameters, address: str, more_tracks: Iterable[str] = ()) -> bytes:
    """The description of one stream: its pictures are `trackID=0`; lines of further tracks follow."""
    family = "IP6" if ":" in address else "IP4"
    name = "H264" if parameters.codec is Codec.H264 else "H265"
    lines = [
        "v=0",
        f"o=- 0 0 IN {family} {address}",
        "s=Beffroi",
        f"c=IN {family} {address}",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {name}/{parameters.clock_rate}",
        f"a=fmtp:{PAYLOAD_TYPE} {_format_parameters(parameters)}",
        "a=control:trackID=0",
        *more_tracks,
        "",
    ]
    return "\r\n".join(lines).encode()


def split_description(sdp: bytes) -> tuple[dict[str, list[str]], list[Media]]:
    """The attributes of the whole session, and its tracks."""
    if len(sdp) > MAX_SDP_BYTES:
        raise ProtocolError("a session description larger than 64 KiB")
    text = sdp.decode("utf-8", "replace")
    session: dict[str, list[str]] = {}
    medias: list[Media] = []
    for line in text.splitlines():
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            words = value.split()
            if len(words) < 4 or len(medias) >= 16:
                raise ProtocolError("a broken or endless list of media in a session description")
            medias.append(Media(words[0], words[3:], {}))
        elif kind == "a":
            name, _, rest = value.partition(":")
            attributes = medias[-1].attributes if medias else session
            attributes.setdefault(name, []).append(rest)
    return session, medias


def number(text: str, lowest: int, highest: int) -> int:
    """A decimal number between two bounds; what stands behind a slash is left away."""
    text = text.split("/", maxsplit=1)[0].strip()
    if not text.isascii() or not text.isdigit() or len(text) > 7 or not lowest <= int(text) <= highest:
        raise ProtocolError(f"the number {text[:20]!r} in a session description")
    return int(text)


def _parameter_sets(codec: Codec, media: Media, payload_type: str) -> tuple[bytes, ...]:
    parameters = media.format_parameters(payload_type)
    if codec is Codec.H264:
        encoded = parameters.get("sprop-parameter-sets", "").split(",")
    else:
        encoded = [
            text for name in ("sprop-vps", "sprop-sps", "sprop-pps") for text in parameters.get(name, "").split(",")
        ]
    sets: list[bytes] = []
    for text in encoded[:16]:
        try:
            sets.append(base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4)))
        except (binascii.Error, ValueError):
            # The stream repeats its parameter sets in front of key frames.
            return ()
    return tuple(unit for unit in sets if unit)


def _format_parameters(parameters: StreamParameters) -> str:
    encoded = [base64.b64encode(unit).decode() for unit in parameters.parameter_sets]
    if parameters.codec is Codec.H264:
        text = "packetization-mode=1"
        sps = next((unit for unit in parameters.parameter_sets if unit[0] & 0x1F == 7), None)
        if sps is not None and len(sps) >= 4:
            text += f";profile-level-id={sps[1:4].hex().upper()}"
        return text + (f";sprop-parameter-sets={','.join(encoded)}" if encoded else "")
    names = {32: "sprop-vps", 33: "sprop-sps", 34: "sprop-pps"}
    return ";".join(
        f"{names[kind]}={text}"
        for unit, text in zip(parameters.parameter_sets, encoded, strict=True)
        if (kind := unit[0] >> 1 & 0x3F) in names
    )
