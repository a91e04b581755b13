"""The console's door to live and recorded video: tiles are opened by name; their newest picture is there to draw."""

import asyncio
import functools
import os
from collections.abc import Callable, Mapping

import msgspec

from video.clocks import Clock, monotonic
from video.decoding.frame_slots import Frame
from video.decoding.messages import (
    Alive,
    CloseTile,
    Event,
    FootageWish,
    GiveAddress,
    PauseFootage,
    PlayFootage,
    SeekFootage,
    ShowTile,
    StepFootage,
    TileChanged,
    WantAccess,
    WantAddress,
    WantOpening,
    ZoomTile,
)
from video.decoding.pool_sound import SOUND_NAMES, PoolSound, SoundFares
from video.decoding.pool_tile import FootageAccessGiver, PoolTile, Recordings, TileStatus, footage_access
from video.decoding.shared_block import sweep_blocks
from video.decoding.worker_process import WorkerProcess
from video.sound.ring import SoundRing
from video.source import AddressGiver
from video.states import StreamFailure, StreamState
from video.task_owner import TaskOwner

_USUAL_TILE_PIXELS = 640 * 360
_ENOUGH_TILES = 16
"""A sixth of a core: below that two processes are woken for what one does in half of the time (docs/decisions/0024)."""
_STRIKES_FORGIVEN = 1
_LONGEST_QUARANTINE_SECONDS = 60.0
_SMALLEST_PART = 0.02
_BEGINNINGS = {StreamState.CONNECTING, StreamState.CLOSED}
_SLOWEST, _FASTEST = 0.125, 16.0

TileStatusChanged = Callable[[str, TileStatus], None]


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
        self._tiles: dict[str, PoolTile] = {}
        self._workers = [
            WorkerProcess(
                number,
                clock=clock,
                on_started=self._tell_all,
                on_event=functools.partial(self._hear, number),
                on_lost=self._lost,
            )
            for number in range(count)
        ]
        self._sound: PoolSound | None = None
        self._sounds = 0
        self._loads = [Alive()] * count
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
        self.mute()
        await self._tasks.close()
        for tile in self._tiles.values():
            tile.free()
        self._tiles.clear()

    @property
    def states(self) -> Mapping[str, TileStatus]:
        """How every open tile fares."""
        return {name: tile.status_now() for name, tile in self._tiles.items()}

    @property
    def process_ids(self) -> list[int | None]:
        """The decoder processes; None for one that is being started."""
        return [worker.process_id for worker in self._workers]

    @property
    def restarts(self) -> int:
        """How often a decoder had to be started again."""
        return sum(worker.restarts for worker in self._workers)

    @property
    def loads(self) -> list[Alive]:
        """How each decoder process fares: what it saves when it has more to decode than it can, and how much it did."""
        return list(self._loads)

    def open(self, tile_id: str, url: str | AddressGiver, width: int, height: int) -> None:
        """Show a stream in a tile of so many pixels, in place of what it showed.

        `url` may be a coroutine function: it is asked before every connection, for one-shot tickets; it may
        raise StreamFailure to say why there is none.
        """
        self._open(tile_id, url, width, height)

    def open_footage(
        self, tile_id: str, access: FootageAccessGiver, width: int, height: int, *, wants_keys_only: bool = False
    ) -> None:
        """Show recordings in a tile, in place of what it showed; the first wish opens them."""
        self._open(tile_id, Recordings(access, wants_keys_only), width, height)

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """Another size from the next picture on; until then `newest` gives the last one of the old size."""
        tile = self._tiles.get(tile_id)
        if tile is not None and (told := tile.resize(width, height)) is not None:
            self._workers[tile.worker].tell(told)

    def show(self, tile_id: str, is_visible: bool) -> None:
        """Nothing is decoded for a hidden tile."""
        tile = self._tiles.get(tile_id)
        if tile is not None and tile.is_visible != is_visible:
            tile.is_visible = is_visible
            self._workers[tile.worker].tell(ShowTile(tile_id, is_visible))

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        """Show this part of the stream's pictures, in shares of them; (0, 0, 1, 1) is all."""
        tile = self._tiles.get(tile_id)
        if tile is None:
            return
        width, height = (min(max(side, _SMALLEST_PART), 1.0) for side in (width, height))
        part = (min(max(x, 0.0), 1.0 - width), min(max(y, 0.0), 1.0 - height), width, height)
        if part != tile.zoomed_to:
            tile.zoomed_to = part
            self._workers[tile.worker].tell(ZoomTile(tile_id, *part))

    def seek(self, tile_id: str, at: float) -> None:
        """Show the recorded picture of this wall time."""
        self._wish(SeekFootage(tile_id, at))

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        """Play: wall time `at` is shown when CLOCK_MONOTONIC is `anchor`; speeds are held between 1/8 and 16."""
        pace = min(max(abs(speed), _SLOWEST), _FASTEST)
        self._wish(PlayFootage(tile_id, at, -pace if speed < 0 else pace, anchor))

    def pause(self, tile_id: str) -> None:
        """Stay at the recorded picture that is shown."""
        self._wish(PauseFootage(tile_id))

    def step(self, tile_id: str, pictures: int) -> None:
        """So many recorded pictures on, or back."""
        self._wish(StepFootage(tile_id, pictures))

    def close_tile(self, tile_id: str) -> None:
        """Leave a stream; an unknown tile is no error."""
        tile = self._tiles.pop(tile_id, None)
        if tile is not None:
            self._workers[tile.worker].tell(CloseTile(tile_id))
            tile.free()

    def listen(self, address: AddressGiver, fares: SoundFares) -> SoundRing:
        """Hear this stream, in place of what is heard; `address` is asked before every connection, as in `open`."""
        self.mute()
        self._sounds += 1
        self._sound = PoolSound(self._sounds, address, fares, self._idlest())
        self._workers[self._sound.worker].tell(self._sound.opening())
        return self._sound.ring

    def mute(self) -> None:
        """Hear nothing."""
        sound, self._sound = self._sound, None
        if sound is not None:
            self._workers[sound.worker].tell(sound.closing())
            sound.free()

    def newest(self, tile_id: str) -> Frame | None:
        """The newest picture, to be drawn now; None before the first. Cheap: ask at every tick."""
        tile = self._tiles.get(tile_id)
        return None if tile is None else tile.newest()

    def following(self, tile_id: str, sequence: int) -> Frame | None:
        """The picture after that one where only one has come since, else the newest. As cheap."""
        tile = self._tiles.get(tile_id)
        return None if tile is None else tile.following(sequence)

    def _open(self, tile_id: str, shows: str | AddressGiver | Recordings, width: int, height: int) -> None:
        self.close_tile(tile_id)
        tile = PoolTile(tile_id, shows, width, height, self._idlest(), self._clock)
        self._tiles[tile_id] = tile
        self._tell_open(tile)

    def _wish(self, wish: FootageWish) -> None:
        tile = self._tiles.get(wish.tile)
        if tile is not None and isinstance(tile.shows, Recordings):
            tile.wish(wish)
            self._workers[tile.worker].tell(wish)

    def _idlest(self) -> int:
        """The first worker that has room for one more tile, so that its work comes in batches; else the idlest."""
        load = [0.0] * len(self._workers)
        for tile in self._tiles.values():
            size = tile.slots.width * tile.slots.height
            load[tile.worker] += max(1.0, size / _USUAL_TILE_PIXELS)
        return next((number for number, tiles in enumerate(load) if tiles < _ENOUGH_TILES), load.index(min(load)))

    def _tell_open(self, tile: PoolTile) -> None:
        for command in tile.opening():
            self._workers[tile.worker].tell(command)

    def _tell_all(self, number: int) -> None:
        for tile in self._tiles.values():
            if tile.worker == number and not tile.is_quarantined:
                self._tell_open(tile)
        if self._sound is not None and self._sound.worker == number:
            self._workers[number].tell(self._sound.opening())

    def _hear(self, number: int, event: Event) -> None:
        match event:
            case WantAddress() | TileChanged() if event.tile.startswith(SOUND_NAMES):
                self._hear_of_sound(event)
            case Alive():
                self._loads[number] = event
            case WantAddress():
                if not self._is_closed and (tile := self._tiles.get(event.tile)) is not None:
                    self._tasks.start(self._give_address(tile), name=f"address of {tile.name}")
            case WantAccess():
                if not self._is_closed and (tile := self._tiles.get(event.tile)) is not None:
                    self._tasks.start(self._give_access(tile, event.at), name=f"recordings of {tile.name}")
            case WantOpening():
                tile = self._tiles.get(event.tile)
                if tile is not None and tile.slots.block.name != event.block and not tile.is_quarantined:
                    self._tell_open(tile)
            case TileChanged():
                if (tile := self._tiles.get(event.tile)) is not None:
                    status = TileStatus(event.state, event.since, event.reason, None, event.gap_since, event.gap_until)
                    self._change(tile, status)

    def _hear_of_sound(self, event: WantAddress | TileChanged) -> None:
        sound = self._sound
        if sound is None or event.tile != sound.name:
            return
        if isinstance(event, TileChanged):
            sound.fares(event.state, event.reason)
        else:
            self._tasks.start(self._give_sound_address(sound), name="address of the sound")

    async def _give_sound_address(self, sound: PoolSound) -> None:
        answer = await sound.ask()
        if self._sound is sound:
            self._workers[sound.worker].tell(answer)

    async def _give_address(self, tile: PoolTile) -> None:
        try:
            if isinstance(tile.shows, Recordings):
                return
            url = tile.shows if isinstance(tile.shows, str) else await tile.shows()
            answer = GiveAddress(tile.name, url)
        except StreamFailure as failure:
            answer = GiveAddress(tile.name, refusal=failure.state, reason=failure.reason)
        except (OSError, TimeoutError) as error:
            answer = GiveAddress(tile.name, refusal=StreamState.STALLED, reason=f"no ticket: {error}")
        if self._tiles.get(tile.name) is tile:
            self._workers[tile.worker].tell(answer)

    async def _give_access(self, tile: PoolTile, at: float) -> None:
        answer = await footage_access(tile, at)
        if self._tiles.get(tile.name) is tile:
            self._workers[tile.worker].tell(answer)

    def _lost(self, number: int, reason: str) -> None:
        if self._sound is not None and self._sound.worker == number:
            self._sound.fares(StreamState.STALLED, f"the decoder failed: {reason}")
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
            self._change(tile, TileStatus(StreamState.STALLED, now, f"the decoder failed: {reason}"))

    def _quarantine(self, tile: PoolTile) -> None:
        """A stream that ends its decoder again and again must not end its neighbours' pictures too."""
        if not tile.is_quarantined:
            tile.is_quarantined = True
            self._change(tile, TileStatus(StreamState.DAMAGED, self._clock(), "its pictures make the decoder fail"))
            self._tasks.start(self._release_later(tile), name=f"quarantine of {tile.name}")

    async def _release_later(self, tile: PoolTile) -> None:
        await asyncio.sleep(min(5.0 * 2.0 ** (tile.strikes - 2), _LONGEST_QUARANTINE_SECONDS))
        tile.is_quarantined = False
        if self._tiles.get(tile.name) is tile:
            self._tell_open(tile)

    def _change(self, tile: PoolTile, status: TileStatus) -> None:
        before = tile.status
        if msgspec.structs.replace(status, since=before.since) == before:
            return
        is_live = not isinstance(tile.shows, Recordings)
        if is_live and status.state is StreamState.CONNECTING and before.state not in _BEGINNINGS:
            return  # It is tried again: the last known word stands until the outcome.
        tile.status = status
        if self._on_status is not None:
            self._on_status(tile.name, tile.status_now())
