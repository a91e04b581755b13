"""The sound in session descriptions (RFC 4566): the track that we read, and the one that we write."""

import binascii

from video.errors import ProtocolError
from video.rtsp.sdp import Media, number, split_description
from video.sound.parameters import PAYLOAD_TYPE, SoundCoding, SoundParameters, SoundTrack

SOUND_CONTROL = "trackID=1"
_STATIC = {"0": "PCMU/8000", "8": "PCMA/8000"}
_G711 = {"PCMU": SoundCoding.PCMU, "PCMA": SoundCoding.PCMA}
_MAX_CONFIG_BYTES = 64
_NAMES = {coding: name for name, coding in _G711.items()}


def parse_sound_track(sdp: bytes) -> tuple[SoundTrack | None, tuple[str, ...]]:
    """The first sound track that we carry, and the names of those that we do not. Raises ProtocolError."""
    _, medias = split_description(sdp)
    skipped: list[str] = []
    for media in medias:
        # Said from the client's side (ONVIF streaming, 5.3): what it only sends goes to the camera's loudspeaker.
        if media.kind != "audio" or "sendonly" in media.attributes:
            continue
        codings = {kind: coding for kind in media.formats if (coding := _STATIC.get(kind)) is not None}
        for value in media.attributes.get("rtpmap", []):
            kind, _, coding = value.partition(" ")
            if kind in media.formats:
                codings[kind] = coding.strip()
        for kind, coding in codings.items():
            try:
                parameters = _parameters(media, kind, coding)
            except ProtocolError:
                parameters = None
            if parameters is None:
                skipped.append(coding.encode("ascii", "replace").decode()[:40])
                continue
            control = (media.attributes.get("control") or [""])[0]
            return SoundTrack(parameters, number(kind, 0, 127), control), tuple(skipped)
    return None, tuple(skipped)


def sound_lines(parameters: SoundParameters) -> list[str]:
    """The lines of a description that offer this track."""
    name = _NAMES.get(parameters.coding, "MPEG4-GENERIC")
    lines = [
        f"m=audio 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {name}/{parameters.clock_rate}/{parameters.channels}",
    ]
    if parameters.coding is SoundCoding.AAC:
        lines.append(
            f"a=fmtp:{PAYLOAD_TYPE} streamtype=5;profile-level-id=1;mode=AAC-hbr;config={parameters.config.hex()};"
            f"sizelength={parameters.size_bits};indexlength={parameters.index_bits};"
            f"indexdeltalength={parameters.delta_bits}"
        )
    lines.append(f"a=control:{SOUND_CONTROL}")
    return lines


def _parameters(media: Media, kind: str, coding: str) -> SoundParameters | None:
    name, _, rest = coding.partition("/")
    rate, _, channels = rest.partition("/")
    clock_rate = number(rate or "8000", 4_000, 192_000)
    count = number(channels or "1", 1, 8)
    if (known := _G711.get(name.upper())) is not None:
        return SoundParameters(known, clock_rate, count) if count <= 2 and clock_rate <= 48_000 else None
    if name.upper() != "MPEG4-GENERIC":
        return None
    said = media.format_parameters(kind)
    config = _config(said.get("config", ""))
    if not said.get("mode", "AAC-hbr").lower().startswith("aac") or not config:
        return None
    bits = [number(said.get(name, "0"), 0, 16) for name in ("sizelength", "indexlength", "indexdeltalength")]
    return None if bits[0] == 0 else SoundParameters(SoundCoding.AAC, clock_rate, count, config, *bits)


def _config(text: str) -> bytes:
    try:
        config = binascii.unhexlify(text.strip().encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return b""
    return config if 2 <= len(config) <= _MAX_CONFIG_BYTES else b""
