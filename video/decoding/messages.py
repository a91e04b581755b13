"""What a decoder worker is told and what it says: one JSON line each over its pipes."""

import msgspec

from video.states import StreamState


class OpenTile(msgspec.Struct, frozen=True, tag="open"):
    """Show a stream; its address is asked for by WantAddress, unless `path` names a file."""

    tile: str
    block: str
    width: int
    height: int
    is_visible: bool
    path: str = ""


class ResizeTile(msgspec.Struct, frozen=True, tag="resize"):
    """Draw into another block from the next picture on."""

    tile: str
    block: str
    width: int
    height: int


class ShowTile(msgspec.Struct, frozen=True, tag="show"):
    """Decode every picture, or key pictures only."""

    tile: str
    is_visible: bool


class CloseTile(msgspec.Struct, frozen=True, tag="close"):
    """Leave the stream."""

    tile: str


class GiveAddress(msgspec.Struct, frozen=True, tag="address"):
    """The answer to WantAddress: an address, or why there is none."""

    tile: str
    url: str = ""
    refusal: StreamState | None = None
    reason: str = ""


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """Said several times a second: the worker is not stuck."""


class WantAddress(msgspec.Struct, frozen=True, tag="want_address"):
    """A connection is about to be made."""

    tile: str


class TileChanged(msgspec.Struct, frozen=True, tag="changed"):
    """A stream fares differently now."""

    tile: str
    state: StreamState
    since: float
    reason: str


Command = OpenTile | ResizeTile | ShowTile | CloseTile | GiveAddress
Event = Alive | WantAddress | TileChanged

_encoder = msgspec.json.Encoder()
_command_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Command | Event) -> bytes:
    """As a line."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """From a line; raises msgspec.MsgspecError."""
    return _command_decoder.decode(line)


def decode_event(line: bytes) -> Event:
    """From a line; raises msgspec.MsgspecError."""
    return _event_decoder.decode(line)
