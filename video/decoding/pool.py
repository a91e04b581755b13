"""The console's door to live video: tiles are opened by name, and their newest picture is there to be drawn."""

import asyncio
import os
from collections.abc import Callable, Mapping

import msgspec

from video.clocks import Clock, monotonic
from video.decoding.frame_slots import Frame, FrameSlots, block_size, check_size
from video.decoding.messages import (
    CloseTile,
    Event,
    GiveAddress,
    OpenTile,
    ResizeTile,
    ShowTile,
    TileChanged,
    WantAddress,
)
from video.decoding.shared_block import SharedBlock, new_block_name, sweep_blocks
from video.decoding.worker_process import WorkerProcess
from video.source import AddressGiver
from video.states import StreamFailure, StreamState
from video.task_owner import TaskOwner

_STRIKES_FORGIVEN = 1
_LONGEST_QUARANTINE_SECONDS = 60.0


class TileStatus(msgspec.Struct, frozen=True):
    """How a tile fares. Times are CLOCK_MONOTONIC seconds."""

    state: StreamState
    since: float
    reason: str = ""
    last_picture_at: float | None = None
    """No picture since then; None when there never was one."""


TileStatusChanged = Callable[[str, TileStatus], None]


class _Tile:
    def __init__(self, name: str, address: str | AddressGiver, slots: FrameSlots, worker: int) -> None:
        self.name = name
        self.address = address
        self.slots = slots
        self.older_slots: FrameSlots | None = None
        self.worker = worker
        self.is_visible = True
        self.status = TileStatus(StreamState.CONNECTING, 0.0)
        self.strikes = 0
        self.is_quarantined = False


class DecoderPool:
    """Decoder processes and their tiles. `start`, then `open`; `close` ends everything."""

    def __init__(
        self,
        *,
        workers: int | None = None,
        on_status: TileStatusChanged | None = None,
        clock: Clock = monotonic,
    ) -> None:
        count = workers if workers is not None else max(1, min(4, os.cpu_count() or 1))
        self._clock = clock
        self._on_status = on_status
        self._tasks = TaskOwner()
        self._tiles: dict[str, _Tile] = {}
        self._workers = [
            WorkerProcess(number, clock=clock, on_started=self._tell_all, on_event=self._hear, on_lost=self._lost)
            for number in range(count)
        ]
        self._is_closed = False

    async def start(self) -> None:
        """Start the processes, after sweeping what an earlier, killed console left in memory."""
        sweep_blocks()
        for worker in self._workers:
            self._tasks.start(worker.run(), name=f"decoder {worker.number}")

    async def close(self) -> None:
        """End the processes and free the memory; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        await self._tasks.close()
        for tile in self._tiles.values():
            _free(tile)
        self._tiles.clear()

    @property
    def states(self) -> Mapping[str, TileStatus]:
        """How every open tile fares."""
        return {name: self._with_last_picture(tile) for name, tile in self._tiles.items()}

    @property
    def process_ids(self) -> list[int | None]:
        """The decoder processes; None for one that is being started."""
        return [worker.process_id for worker in self._workers]

    @property
    def restarts(self) -> int:
        """How often a decoder had to be started again."""
        return sum(worker.restarts for worker in self._workers)

    def open(self, tile_id: str, url: str | AddressGiver, width: int, height: int) -> None:
        """Show a stream in a tile of so many pixels, in place of what it showed.

        `url` may be a coroutine function: it is asked before every connection, for one-shot tickets; it may
        raise StreamFailure to say why there is none.
        """
        self.close_tile(tile_id)
        slots = _new_slots(width, height)
        tile = _Tile(tile_id, url, slots, self._idlest())
        tile.status = TileStatus(StreamState.CONNECTING, self._clock())
        self._tiles[tile_id] = tile
        self._tell_open(tile)

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """Another size from the next picture on; until then `newest` gives the last one of the old size."""
        tile = self._tiles.get(tile_id)
        if tile is None or (tile.slots.width, tile.slots.height) == (width, height):
            return
        slots = _new_slots(width, height)
        if tile.older_slots is not None:
            tile.older_slots.block.unlink()
        tile.older_slots, tile.slots = tile.slots, slots
        self._workers[tile.worker].tell(ResizeTile(tile_id, slots.block.name, width, height))

    def show(self, tile_id: str, is_visible: bool) -> None:
        """A hidden tile decodes its key pictures only."""
        tile = self._tiles.get(tile_id)
        if tile is not None and tile.is_visible != is_visible:
            tile.is_visible = is_visible
            self._workers[tile.worker].tell(ShowTile(tile_id, is_visible))

    def close_tile(self, tile_id: str) -> None:
        """Leave a stream; an unknown tile is no error."""
        tile = self._tiles.pop(tile_id, None)
        if tile is not None:
            self._workers[tile.worker].tell(CloseTile(tile_id))
            _free(tile)

    def newest(self, tile_id: str) -> Frame | None:
        """The newest picture, to be drawn now; None before the first. Cheap: ask at every tick."""
        tile = self._tiles.get(tile_id)
        if tile is None:
            return None
        frame = tile.slots.newest()
        if tile.older_slots is None:
            return frame
        if frame is None:
            return tile.older_slots.newest()
        tile.older_slots.block.unlink()
        tile.older_slots = None
        return frame

    def _idlest(self) -> int:
        load = [0] * len(self._workers)
        for tile in self._tiles.values():
            load[tile.worker] += 1
        return load.index(min(load))

    def _tell_open(self, tile: _Tile) -> None:
        is_file = isinstance(tile.address, str) and not tile.address.startswith(("rtsp://", "rtsps://"))
        path = tile.address if is_file and isinstance(tile.address, str) else ""
        slots = tile.slots
        self._workers[tile.worker].tell(
            OpenTile(tile.name, slots.block.name, slots.width, slots.height, tile.is_visible, path)
        )

    def _tell_all(self, number: int) -> None:
        for tile in self._tiles.values():
            if tile.worker == number and not tile.is_quarantined:
                self._tell_open(tile)

    def _hear(self, event: Event) -> None:
        match event:
            case WantAddress():
                if not self._is_closed and (tile := self._tiles.get(event.tile)) is not None:
                    self._tasks.start(self._give_address(tile), name=f"address of {tile.name}")
            case TileChanged():
                if (tile := self._tiles.get(event.tile)) is not None:
                    self._change(tile, event.state, event.since, event.reason)
            case _:
                pass

    async def _give_address(self, tile: _Tile) -> None:
        try:
            url = tile.address if isinstance(tile.address, str) else await tile.address()
            answer = GiveAddress(tile.name, url)
        except StreamFailure as failure:
            answer = GiveAddress(tile.name, refusal=failure.state, reason=failure.reason)
        except (OSError, TimeoutError) as error:
            answer = GiveAddress(tile.name, refusal=StreamState.STALLED, reason=f"no ticket: {error}")
        if self._tiles.get(tile.name) is tile:
            self._workers[tile.worker].tell(answer)

    def _lost(self, number: int, reason: str) -> None:
        now = self._clock()
        for tile in list(self._tiles.values()):
            if tile.worker != number:
                continue
            if tile.slots.is_decoding:
                tile.slots.is_decoding = False
                tile.strikes += 1
                if tile.strikes > _STRIKES_FORGIVEN:
                    self._quarantine(tile)
                    continue
            self._change(tile, StreamState.STALLED, now, f"the decoder failed: {reason}")

    def _quarantine(self, tile: _Tile) -> None:
        """A stream that ends its decoder again and again must not end its neighbours' pictures too."""
        if not tile.is_quarantined:
            tile.is_quarantined = True
            self._change(tile, StreamState.DAMAGED, self._clock(), "its pictures make the decoder fail")
            self._tasks.start(self._release_later(tile), name=f"quarantine of {tile.name}")

    async def _release_later(self, tile: _Tile) -> None:
        await asyncio.sleep(min(5.0 * 2.0 ** (tile.strikes - 2), _LONGEST_QUARANTINE_SECONDS))
        tile.is_quarantined = False
        if self._tiles.get(tile.name) is tile:
            self._tell_open(tile)

    def _change(self, tile: _Tile, state: StreamState, since: float, reason: str) -> None:
        if (tile.status.state, tile.status.reason) == (state, reason):
            return
        if state is StreamState.CONNECTING and tile.status.state is not StreamState.CONNECTING:
            return  # A new decoder process tries again: the last known word stands until the outcome.
        tile.status = TileStatus(state, since, reason)
        if self._on_status is not None:
            self._on_status(tile.name, self._with_last_picture(tile))

    def _with_last_picture(self, tile: _Tile) -> TileStatus:
        frame = self.newest(tile.name)
        at = None if frame is None else frame.decoded_at
        return msgspec.structs.replace(tile.status, last_picture_at=at)


def _new_slots(width: int, height: int) -> FrameSlots:
    check_size(width, height)
    block = SharedBlock(new_block_name(), block_size(width, height), is_new=True)
    return FrameSlots(block, width, height)


def _free(tile: _Tile) -> None:
    tile.slots.block.unlink()
    if tile.older_slots is not None:
        tile.older_slots.block.unlink()
