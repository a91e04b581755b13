"""What a player must know before the first sound."""

import enum
from typing import Final

import msgspec

PAYLOAD_TYPE: Final = 97
"""What our own packets of sound carry."""
SAMPLES_PER_SECOND: Final = 48_000
"""Of decoded sound, which is of one channel."""
BYTES_PER_SAMPLE: Final = 2


class SoundCoding(enum.StrEnum):
    """Sound codings that Beffroi carries; the value is FFmpeg's name."""

    PCMU = "pcm_mulaw"
    PCMA = "pcm_alaw"
    AAC = "aac"


class SoundParameters(msgspec.Struct, frozen=True):
    """A sound track. The rest is AAC's alone (RFC 3640): its AudioSpecificConfig and how long its headers are."""

    coding: SoundCoding
    clock_rate: int
    channels: int = 1
    config: bytes = b""
    size_bits: int = 0
    index_bits: int = 0
    delta_bits: int = 0


class SoundTrack(msgspec.Struct, frozen=True):
    """The sound track of a camera."""

    parameters: SoundParameters
    payload_type: int
    control: str
    """As the camera wrote it."""
