"""A tile as the pool holds it: what it shows, its memory, how it fares, and what a new worker must be told of it."""

from collections.abc import Awaitable, Callable, Iterator

import msgspec

from contract.footage import FootageTicket
from video.clocks import Clock
from video.decoding.frame_slots import Frame, FrameSlots, block_size, check_size
from video.decoding.messages import (
    Command,
    FootageWish,
    GiveAccess,
    OpenFootage,
    OpenTile,
    PauseFootage,
    PlayFootage,
    ResizeTile,
    SeekFootage,
    StepFootage,
    ZoomTile,
)
from video.decoding.shared_block import SharedBlock, new_block_name
from video.source import AddressGiver
from video.states import StreamFailure, StreamState

FootageAccessGiver = Callable[[float], Awaitable[FootageTicket]]
"""Asked before every connection, with the wall time that is wished. May raise StreamFailure."""
WHOLE = (0.0, 0.0, 1.0, 1.0)


class Recordings(msgspec.Struct, frozen=True):
    """What a footage tile shows."""

    access: FootageAccessGiver
    wants_keys_only: bool


class TileStatus(msgspec.Struct, frozen=True):
    """How a tile fares. Times are CLOCK_MONOTONIC seconds, but the gap's."""

    state: StreamState
    since: float
    reason: str = ""
    last_picture_at: float | None = None
    """No picture since then; None when there never was one."""
    gap_since: float | None = None
    gap_until: float | None = None
    """Where nothing is recorded, in wall times."""


class PoolTile:
    """One tile; a new one for each stream that is opened."""

    def __init__(
        self, name: str, shows: str | AddressGiver | Recordings, width: int, height: int, worker: int, clock: Clock
    ) -> None:
        self.name = name
        self.shows = shows
        self.slots = _new_slots(width, height)
        self.worker = worker
        self.is_visible = True
        self.status = TileStatus(StreamState.CONNECTING, clock())
        self.strikes = 0
        self.is_quarantined = False
        self.zoomed_to = WHOLE
        self._older_slots: FrameSlots | None = None
        self._wish: SeekFootage | PlayFootage | None = None

    def opening(self) -> Iterator[Command]:
        """What a worker must be told to show it."""
        slots = self.slots
        name, block = self.name, slots.block.name
        if isinstance(self.shows, Recordings):
            keys_only = self.shows.wants_keys_only
            yield OpenFootage(name, block, slots.width, slots.height, self.is_visible, keys_only)
        else:
            is_file = isinstance(self.shows, str) and not self.shows.startswith(("rtsp://", "rtsps://"))
            path = self.shows if is_file and isinstance(self.shows, str) else ""
            yield OpenTile(name, block, slots.width, slots.height, self.is_visible, path)
        if self.zoomed_to != WHOLE:
            yield ZoomTile(name, *self.zoomed_to)
        shown = self.newest()
        if self._wish is not None:
            yield self._wish
        elif shown is not None and shown.shown_at is not None:
            yield SeekFootage(name, shown.shown_at)

    def wish(self, wish: FootageWish) -> None:
        """Remember what a new worker would have to show."""
        match wish:
            case SeekFootage() | PlayFootage():
                self._wish = wish
            case PauseFootage() | StepFootage():
                self._wish = None  # the picture that is shown

    def resize(self, width: int, height: int) -> ResizeTile | None:
        """What to tell the worker; None when nothing changes."""
        if (self.slots.width, self.slots.height) == (width, height):
            return None
        slots = _new_slots(width, height)
        if self._older_slots is not None:
            self._older_slots.block.unlink()
        self._older_slots, self.slots = self.slots, slots
        return ResizeTile(self.name, slots.block.name, width, height)

    def following(self, sequence: int) -> Frame | None:
        """The picture after that one, or the newest."""
        return self.slots.following(sequence) if self._older_slots is None else self.newest()

    def newest(self) -> Frame | None:
        """The newest picture, of the size before until there is one of the new."""
        frame = self.slots.newest()
        if self._older_slots is None:
            return frame
        if frame is None:
            return self._older_slots.newest()
        self._older_slots.block.unlink()
        self._older_slots = None
        return frame

    def status_now(self) -> TileStatus:
        """How it fares, with the time of its last picture."""
        frame = self.newest()
        return msgspec.structs.replace(self.status, last_picture_at=None if frame is None else frame.decoded_at)

    def free(self) -> None:
        """Let its memory go."""
        self.slots.block.unlink()
        if self._older_slots is not None:
            self._older_slots.block.unlink()


async def footage_access(tile: PoolTile, at: float) -> GiveAccess:
    """Ask for a ticket; a refusal becomes its words."""
    if not isinstance(tile.shows, Recordings):
        return GiveAccess(tile.name, refusal=StreamState.REFUSED, reason="this tile shows no recordings")
    try:
        given = await tile.shows.access(at)
    except StreamFailure as failure:
        return GiveAccess(tile.name, refusal=failure.state, reason=failure.reason)
    except (OSError, TimeoutError) as error:
        return GiveAccess(tile.name, refusal=StreamState.STALLED, reason=f"no ticket: {error}")
    return GiveAccess(tile.name, given.host, given.port, given.is_encrypted, given.ticket)


def _new_slots(width: int, height: int) -> FrameSlots:
    check_size(width, height)
    block = SharedBlock(new_block_name(), block_size(width, height), is_new=True)
    return FrameSlots(block, width, height)
