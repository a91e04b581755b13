"""The tiles of a decoder worker: each joins a source of coded pictures to what decodes and draws them."""

import asyncio
from collections.abc import Callable
from typing import Final

from video.clocks import Clock
from video.decoding.footage_tile import GIVEN_UP_AFTER_S, FootageTile
from video.decoding.frame_slots import FrameSlots
from video.decoding.messages import (
    Command,
    Event,
    FootageWish,
    GiveAccess,
    GiveAddress,
    OpenFootage,
    OpenTile,
    PauseFootage,
    PlayFootage,
    SeekFootage,
    ShowTile,
    StepFootage,
    TileChanged,
    WantAccess,
    WantAddress,
    ZoomTile,
)
from video.decoding.scaling import Part
from video.decoding.tile_decoder import TileDecoder
from video.file_source import FileSource
from video.playback.link import DoorAddress
from video.playback.reel import Hole
from video.rtsp.client import RtspSource
from video.source import VideoSource
from video.states import StreamFailure, StreamState, StreamStatus
from video.task_owner import TaskOwner

_TURN_S: Final = 0.008
_ACCESS_S: Final = 20.0
Say = Callable[[Event], None]


class LiveTile:
    """A stream watched as it comes; a hidden one is left after half a minute."""

    def __init__(self, command: OpenTile, slots: FrameSlots, say: Say, tasks: TaskOwner, clock: Clock) -> None:
        self._name = command.tile
        self._path = command.path
        self._say = say
        self._tasks = tasks
        self._clock = clock
        self._is_closed = False
        self._decoder = TileDecoder(
            slots, is_visible=command.is_visible, on_status=self._tell, clock=clock, wants_turns=self._take_turns
        )
        self._address: asyncio.Future[GiveAddress] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._watch()

    @property
    def counts(self) -> tuple[int, int]:
        """How many pictures were decoded and drawn."""
        return self._decoder.decoded, self._decoder.painter.drawn

    def obey(self, command: Command) -> None:
        """Do what concerns a live stream."""
        match command:
            case ShowTile():
                self._show(is_visible=command.is_visible)
            case ZoomTile():
                self._decoder.show_part(Part(command.x, command.y, command.width, command.height))
            case GiveAddress() if self._address is not None and not self._address.done():
                self._address.set_result(command)
            case _:
                pass

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self._decoder.move_to(slots)

    def tell_status(self) -> None:
        """Notice a stream that brings no picture."""
        self._decoder.tell_status()

    def save(self, economy: int) -> None:
        """Do less, or all again."""
        self._decoder.save(economy)

    def close(self) -> None:
        """Leave the stream and say no more."""
        self._is_closed = True
        self._leave()

    def _show(self, *, is_visible: bool) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        self._decoder.show(is_visible=is_visible)
        if not is_visible:
            self._leaving = asyncio.get_running_loop().call_later(GIVEN_UP_AFTER_S, self._leave)
        elif self._watching is None:
            self._watch()

    def _watch(self) -> None:
        source: VideoSource = (
            FileSource(self._path, self._decoder) if self._path else RtspSource(self._ask_address, self._decoder)
        )
        self._watching = self._tasks.start(source.run(), name=f"tile {self._name}")

    def _leave(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()

    async def _ask_address(self) -> str:
        self._address = asyncio.get_running_loop().create_future()
        self._say(WantAddress(self._name))
        given = await self._address
        if given.refusal is not None:
            raise StreamFailure(given.refusal, given.reason)
        return given.url

    def _take_turns(self) -> None:
        if self._is_closed:
            return
        ends = self._clock() + _TURN_S
        while self._decoder.take_turn():
            if self._clock() >= ends:
                asyncio.get_running_loop().call_soon(self._take_turns)
                return

    def _tell(self, status: StreamStatus) -> None:
        if not self._is_closed:
            self._say(TileChanged(self._name, status.state, status.since, status.reason))


class RecordedTile:
    """Recordings, as wished."""

    def __init__(self, command: OpenFootage, slots: FrameSlots, say: Say, tasks: TaskOwner, clock: Clock) -> None:
        self._name = command.tile
        self._say = say
        self._clock = clock
        self._is_closed = False
        self._said: tuple[StreamState, str, Hole | None] = (StreamState.CONNECTING, "", None)
        self._access: asyncio.Future[GiveAccess] | None = None
        self._tile = FootageTile(
            slots,
            self._ask_access,
            self._tell,
            clock,
            is_visible=command.is_visible,
            wants_keys_only=command.wants_keys_only,
        )
        self._running = tasks.start(self._tile.run(), name=f"recordings of tile {self._name}")

    @property
    def counts(self) -> tuple[int, int]:
        """How many pictures were decoded and drawn."""
        return self._tile.shower.decoder.decoded, self._tile.shower.painter.drawn

    def obey(self, command: Command) -> None:
        """Do what concerns recordings."""
        match command:
            case SeekFootage() | PlayFootage() | PauseFootage() | StepFootage():
                wish: FootageWish = command
                self._tile.wish(wish)
            case ShowTile():
                self._tile.show(is_visible=command.is_visible)
            case ZoomTile():
                self._tile.show_part(Part(command.x, command.y, command.width, command.height))
            case GiveAccess() if self._access is not None and not self._access.done():
                self._access.set_result(command)
            case _:
                pass

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self._tile.move_to(slots)

    def tell_status(self) -> None:
        """Recordings say at once how they fare."""

    def save(self, economy: int) -> None:
        """Do less, or all again."""
        self._tile.economy = economy

    def close(self) -> None:
        """Leave and say no more."""
        self._is_closed = True
        self._running.cancel()
        self._tile.close()

    async def _ask_access(self, at: float) -> DoorAddress:
        self._access = asyncio.get_running_loop().create_future()
        self._say(WantAccess(self._name, at))
        try:
            async with asyncio.timeout(_ACCESS_S):
                given = await self._access
        except TimeoutError as error:
            raise StreamFailure(StreamState.STALLED, "no ticket came") from error
        if given.refusal is not None:
            raise StreamFailure(given.refusal, given.reason)
        return DoorAddress(given.host, given.port, given.is_encrypted, given.ticket)

    def _tell(self, state: StreamState, reason: str, hole: Hole | None) -> None:
        if self._is_closed or (state, reason, hole) == self._said:
            return
        self._said = (state, reason, hole)
        since, until = (None, None) if hole is None else (hole.since, hole.until)
        self._say(TileChanged(self._name, state, self._clock(), reason, since, until))
