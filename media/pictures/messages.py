"""What the media process asks of a picture worker and what it answers: MessagePack, each message behind its length.

Every question has one answer, in the order asked; between them the worker says now and then that it is alive.
"""

import struct

import msgspec

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.masks import Geometry

MAX_MESSAGE_BYTES = 256 * 2**20
HEADER = struct.Struct(">I")


class MaskGroup(msgspec.Struct, frozen=True, tag="mask_group"):
    """Decode these pictures, the first of them a key picture, and code them anew with masks burnt in."""

    parameters: StreamParameters
    units: tuple[AccessUnit, ...]
    masks: Geometry


class DrawStill(msgspec.Struct, frozen=True, tag="draw_still"):
    """The last of these pictures as JPEG."""

    parameters: StreamParameters
    units: tuple[AccessUnit, ...]
    masks: Geometry
    width: int = 0
    """Not wider than that; 0: as it is."""


class FeedStream(msgspec.Struct, frozen=True, tag="feed"):
    """The next picture of a live stream that is masked; the first one makes the stream."""

    stream: int
    codec: Codec
    unit: AccessUnit
    masks: Geometry
    is_silent: bool = False
    """Only decoded: pictures after it need it."""


class EndStream(msgspec.Struct, frozen=True, tag="end"):
    """A live stream has no viewer any more, or begins anew."""

    stream: int


class LookAt(msgspec.Struct, frozen=True, tag="look"):
    """Judge a camera by this key picture."""

    camera: int
    stream: str
    codec: Codec
    unit: AccessUnit
    at: float
    expects_movement: bool = False


class Masked(msgspec.Struct, frozen=True, tag="masked"):
    """Pictures with masks burnt in: H.264, Annex-B, each with the position of the picture it was made of."""

    pictures: tuple[tuple[bytes, bool, int], ...]
    """Bytes, whether a key picture, position among the units asked (for a stream: its rtp_time)."""


class Still(msgspec.Struct, frozen=True, tag="still"):
    """A JPEG; empty when no picture could be decoded."""

    jpeg: bytes


class Done(msgspec.Struct, frozen=True, tag="done"):
    """Nothing to say."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It cannot be done, and why."""

    reason: str


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """What the pictures of a camera say of it; None: not known."""

    is_frozen: bool | None = None
    is_dark: bool | None = None
    is_covered: bool | None = None
    is_blurred: bool | None = None
    is_moved: bool | None = None
    is_in_motion: bool | None = None
    cost_s: float = 0.0
    """Processor time that looking took."""


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """The worker is not stuck."""


Question = MaskGroup | DrawStill | FeedStream | EndStream | LookAt
Answer = Masked | Still | Done | Failed | Seen
Said = Answer | Alive

_encoder = msgspec.msgpack.Encoder()
_questions: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_said: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)


def encode(message: Question | Said) -> bytes:
    """As bytes behind their length."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


def decode_question(body: bytes) -> Question:
    """Raises msgspec.MsgspecError."""
    return _questions.decode(body)


def decode_said(body: bytes) -> Said:
    """Raises msgspec.MsgspecError."""
    return _said.decode(body)
