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


class OpenFootage(msgspec.Struct, frozen=True, tag="open_footage"):
    """Show recordings, as wished; the way to them is asked for by WantAccess."""

    tile: str
    block: str
    width: int
    height: int
    is_visible: bool
    wants_keys_only: bool = False


class OpenSound(msgspec.Struct, frozen=True, tag="open_sound"):
    """Listen to a stream; its address is asked for by WantAddress, CloseTile ends it."""

    tile: str
    block: str


class ResizeTile(msgspec.Struct, frozen=True, tag="resize"):
    """Draw into another block from the next picture on."""

    tile: str
    block: str
    width: int
    height: int


class ShowTile(msgspec.Struct, frozen=True, tag="show"):
    """Decode, or decode nothing."""

    tile: str
    is_visible: bool


class ZoomTile(msgspec.Struct, frozen=True, tag="zoom"):
    """Draw this part of the picture, in shares of it."""

    tile: str
    x: float
    y: float
    width: float
    height: float


class SeekFootage(msgspec.Struct, frozen=True, tag="seek"):
    """Show the picture of this wall time."""

    tile: str
    at: float


class PlayFootage(msgspec.Struct, frozen=True, tag="play"):
    """Stand at wall time `at` when CLOCK_MONOTONIC is `anchor`, and go on at this speed."""

    tile: str
    at: float
    speed: float
    anchor: float


class PauseFootage(msgspec.Struct, frozen=True, tag="pause"):
    """Stay at the picture that is shown."""

    tile: str


class StepFootage(msgspec.Struct, frozen=True, tag="step"):
    """So many pictures on, or back."""

    tile: str
    pictures: int


class CloseTile(msgspec.Struct, frozen=True, tag="close"):
    """Leave the stream."""

    tile: str


class GiveAddress(msgspec.Struct, frozen=True, tag="address"):
    """The answer to WantAddress: an address, or why there is none."""

    tile: str
    url: str = ""
    refusal: StreamState | None = None
    reason: str = ""


class GiveAccess(msgspec.Struct, frozen=True, tag="access"):
    """The answer to WantAccess: where recordings are asked for, and a ticket; or why there is none."""

    tile: str
    host: str = ""
    port: int = 0
    is_encrypted: bool = False
    ticket: str = ""
    refusal: StreamState | None = None
    reason: str = ""


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """Said several times a second: the worker is not stuck."""

    economy: int = 0
    """How much it saves: 0 nothing, 1 the loop filter, 2 every other picture, 3 all but key pictures."""
    lag_s: float = 0.0
    decoded: int = 0
    drawn: int = 0


class WantAddress(msgspec.Struct, frozen=True, tag="want_address"):
    """A connection is about to be made."""

    tile: str


class WantAccess(msgspec.Struct, frozen=True, tag="want_access"):
    """A connection to the recordings of this wall time is about to be made."""

    tile: str
    at: float


class TileChanged(msgspec.Struct, frozen=True, tag="changed"):
    """A stream fares differently now. Of recordings: where nothing is recorded, in wall times."""

    tile: str
    state: StreamState
    since: float
    reason: str
    gap_since: float | None = None
    gap_until: float | None = None


class WantOpening(msgspec.Struct, frozen=True, tag="want_opening"):
    """A tile could not be opened: its memory `block` was gone when the worker came to it."""

    tile: str
    block: str


FootageWish = SeekFootage | PlayFootage | PauseFootage | StepFootage
Command = (
    OpenTile
    | OpenFootage
    | OpenSound
    | ResizeTile
    | ShowTile
    | ZoomTile
    | SeekFootage
    | PlayFootage
    | PauseFootage
    | StepFootage
    | CloseTile
    | GiveAddress
    | GiveAccess
)
Event = Alive | WantAddress | WantAccess | WantOpening | TileChanged

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
