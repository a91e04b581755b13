"""What a player of recordings and the footage door say to each other: length in four bytes, then msgpack.

The player presents its ticket and is welcomed or refused. Then it asks for passages; a newer ask ends the one before.
"""

import enum
import math
from typing import Final

import msgspec

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.errors import ProtocolError

LONGEST_ASK: Final = 4 * 1024
LONGEST_ANSWER: Final = 48 * 2**20  # 10 s of 8K at 38 Mbit/s
MOST_PASSAGES: Final = 16
_MOST_PICTURES: Final = 20_000


class Where(enum.StrEnum):
    """Which passage, seen from a time."""

    AT = "at"  # that holds it, else the next one
    AFTER = "after"  # the first that begins later
    BEFORE = "before"  # the last that begins earlier


class Present(msgspec.Struct, frozen=True, tag="present"):
    """The first word of a player."""

    ticket: str

    def __repr__(self) -> str:
        """Without the ticket."""
        return "Present(hidden)"


class Ask(msgspec.Struct, frozen=True, tag="ask", kw_only=True):
    """Passages from here on (backwards for BEFORE). `keys_only`: of each its key picture alone."""

    number: int
    where: Where
    at: float
    count: int = 1
    keys_only: bool = False


class CodedPicture(msgspec.Struct, frozen=True, array_like=True):
    """One picture as recorded, and its wall time."""

    at: float
    is_key: bool
    nal_units: tuple[bytes, ...]
    is_damaged: bool = False

    @property
    def unit(self) -> AccessUnit:
        """As a decoder takes it."""
        return AccessUnit(self.nal_units, self.is_key, 0, self.at, self.is_damaged)


class Welcome(msgspec.Struct, frozen=True, tag="welcome", kw_only=True):
    """The ticket is good, for recordings between these wall times."""

    since: float
    until: float
    is_masked: bool


class Given(msgspec.Struct, frozen=True, tag="given", kw_only=True):
    """A passage: what lies between two key pictures. Its neighbours' edges say where nothing is recorded."""

    number: int
    begins_at: float
    ends_at: float
    codec: Codec
    parameter_sets: tuple[bytes, ...]
    pictures: tuple[CodedPicture, ...]
    previous_ends_at: float | None = None
    next_begins_at: float | None = None
    is_last: bool = True
    """No further passage answers this ask."""

    @property
    def parameters(self) -> StreamParameters:
        """What a decoder must know."""
        return StreamParameters(self.codec, self.parameter_sets)


class Nothing(msgspec.Struct, frozen=True, tag="nothing", kw_only=True):
    """Nothing is recorded there, as far as the ticket goes."""

    number: int
    previous_ends_at: float | None = None


class Failed(msgspec.Struct, frozen=True, tag="failed", kw_only=True):
    """There is a recording, and it cannot be given now."""

    number: int
    reason: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The last word of the door: the ticket is not good, or no longer."""

    reason: str


FromPlayer = Present | Ask
FromDoor = Welcome | Given | Nothing | Failed | Refused

_from_player: msgspec.msgpack.Decoder[FromPlayer] = msgspec.msgpack.Decoder(FromPlayer)
_from_door: msgspec.msgpack.Decoder[FromDoor] = msgspec.msgpack.Decoder(FromDoor)
_encoder = msgspec.msgpack.Encoder()


def encode(message: FromPlayer | FromDoor) -> bytes:
    """With its length in front."""
    body = _encoder.encode(message)
    return len(body).to_bytes(4, "big") + body


def read_player(body: bytes) -> FromPlayer:
    """What a player says. Raises ProtocolError."""
    try:
        message: FromPlayer = _from_player.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProtocolError("a player says what no player says") from error
    if isinstance(message, Ask):
        if not math.isfinite(message.at) or abs(message.at) > 1e11:
            raise ProtocolError("a time that is none")
        if not 1 <= message.count <= MOST_PASSAGES:
            raise ProtocolError(f"{MOST_PASSAGES} passages at most are asked for at a time")
    return message


def read_door(body: bytes) -> FromDoor:
    """What the door says. Raises ProtocolError."""
    try:
        message: FromDoor = _from_door.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProtocolError("the door says what no door says") from error
    if isinstance(message, Given):
        pictures = message.pictures
        if not 1 <= len(pictures) <= _MOST_PICTURES or not pictures[0].is_key:
            raise ProtocolError("a passage that does not begin with a key picture")
        if not all(math.isfinite(picture.at) for picture in pictures):
            raise ProtocolError("a picture without a time")
        if not math.isfinite(message.begins_at) or not math.isfinite(message.ends_at):
            raise ProtocolError("a passage without a time")
    return message


class MessageReader:
    """Cuts what comes into messages; a length beyond `longest` is refused before anything is kept for it."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._kept = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The messages that are whole now. Raises ProtocolError."""
        kept = self._kept
        kept += chunk
        whole: list[bytes] = []
        start = 0
        while len(kept) - start >= 4:
            length = int.from_bytes(kept[start : start + 4], "big")
            if length > self._longest:
                raise ProtocolError(f"a message of {length} bytes, {self._longest} at most")
            if len(kept) - start - 4 < length:
                break
            whole.append(bytes(kept[start + 4 : start + 4 + length]))
            start += 4 + length
        del kept[:start]
        return whole
