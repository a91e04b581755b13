"""Live and recorded pictures for the panels, decoded in the video package's child processes."""

import asyncio
import contextlib
import time

from console.kit.video import (
    AddressGiver,
    FootageAccessGiver,
    Gap,
    NoAddress,
    Picture,
    PictureState,
    StateChanged,
)
from console.shell.live_sound import LiveSound
from console.shell.loudspeaker import Loudspeaker
from contract.footage import FootageTicket
from video.decoding.frame_slots import Frame
from video.decoding.messages import Alive
from video.decoding.pool import DecoderPool
from video.decoding.pool_tile import TileStatus
from video.states import StreamFailure, StreamState

_PATIENCE_S = 3.0
_STATES = {
    StreamState.CONNECTING: PictureState.CONNECTING,
    StreamState.LIVE: PictureState.LIVE,
    StreamState.STALLED: PictureState.STALLED,
    StreamState.REFUSED: PictureState.REFUSED,
    StreamState.WRONG_PASSWORD: PictureState.WRONG_PASSWORD,
    StreamState.NOT_FOUND: PictureState.NOT_FOUND,
    StreamState.DAMAGED: PictureState.DAMAGED,
    StreamState.CLOSED: PictureState.IDLE,
    StreamState.RECORDED: PictureState.RECORDED,
    StreamState.NO_RECORDING: PictureState.NO_RECORDING,
    StreamState.ENDED: PictureState.ENDED,
}
_GAPS = {StreamState.NO_RECORDING, StreamState.ENDED}


class LivePictures:
    """console.kit.video.PictureSource on a DecoderPool; `start` or `start_after`, and `aclose` at the end."""

    def __init__(self, workers: int | None = None) -> None:
        self._pool = DecoderPool(workers=workers, on_status=self._status_changed, clock=time.monotonic)
        self._told: dict[str, StateChanged] = {}
        self.hearing = LiveSound(self._pool, Loudspeaker())

    async def start(self) -> None:
        """Start the decoder processes."""
        await self._pool.start()

    async def start_after(self, shown: asyncio.Event) -> None:
        """Start them once the city is shown, at the latest after 3 s.

        Processes that load their libraries compete with the map for the processor: the map comes first. What was
        opened before is shown once they run.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await shown.wait()
        await self.start()

    async def aclose(self) -> None:
        """End the decoder processes."""
        self.hearing.mute()
        await self._pool.close()

    def open(self, tile_id: str, address: AddressGiver, width: int, height: int, state_changed: StateChanged) -> None:
        """Show a stream in a tile."""

        async def give() -> str:
            try:
                return await address()
            except NoAddress as error:
                raise StreamFailure(StreamState.REFUSED, str(error)) from error

        self._told[tile_id] = state_changed
        state_changed(PictureState.CONNECTING, "")
        self._pool.open(tile_id, give, width, height)

    def open_footage(
        self,
        tile_id: str,
        access: FootageAccessGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
        *,
        key_pictures_only: bool = False,
    ) -> None:
        """Show recordings in a tile."""

        async def give(at: float) -> FootageTicket:
            try:
                return await access(at)
            except NoAddress as error:
                raise StreamFailure(StreamState.REFUSED, str(error)) from error

        self._told[tile_id] = state_changed
        state_changed(PictureState.CONNECTING, "")
        self._pool.open_footage(tile_id, give, width, height, wants_keys_only=key_pictures_only)

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """The tile has another size."""
        self._pool.resize(tile_id, width, height)

    def show(self, tile_id: str, is_visible: bool) -> None:
        """Nothing is decoded for a hidden tile."""
        self._pool.show(tile_id, is_visible)

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        """Show this part of the picture."""
        self._pool.zoom(tile_id, x, y, width, height)

    def seek(self, tile_id: str, at: float) -> None:
        """Show the recorded picture of this wall time."""
        self._pool.seek(tile_id, at)

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        """Play recordings by the clock."""
        self._pool.play(tile_id, at, speed, anchor)

    def pause(self, tile_id: str) -> None:
        """Stay at the picture that is shown."""
        self._pool.pause(tile_id)

    def step(self, tile_id: str, pictures: int) -> None:
        """So many pictures on, or back."""
        self._pool.step(tile_id, pictures)

    def gap(self, tile_id: str) -> Gap | None:
        """Between which times nothing is recorded."""
        status = self._pool.states.get(tile_id)
        return Gap(status.gap_since, status.gap_until) if status is not None and status.state in _GAPS else None

    @property
    def loads(self) -> list[Alive]:
        """How each decoder process fares."""
        return self._pool.loads

    def close(self, tile_id: str) -> None:
        """Give the stream up."""
        self._told.pop(tile_id, None)
        self._pool.close_tile(tile_id)

    def newest(self, tile_id: str) -> Picture | None:
        """The newest picture."""
        return _picture(self._pool.newest(tile_id))

    def following(self, tile_id: str, sequence: int) -> Picture | None:
        """The picture after that one, or the newest."""
        return _picture(self._pool.following(tile_id, sequence))

    def _status_changed(self, tile_id: str, status: TileStatus) -> None:
        told = self._told.get(tile_id)
        if told is not None:
            told(_STATES[status.state], status.reason)


def _picture(frame: Frame | None) -> Picture | None:
    return None if frame is None else Picture(frame.sequence, frame.image, frame.shown_at)
