"""Live pictures for the panels, decoded in the video package's child processes."""

import asyncio
import contextlib
import time

from console.kit.video import AddressGiver, NoAddress, Picture, PictureState, StateChanged
from video.decoding.pool import DecoderPool, TileStatus
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
}


class LivePictures:
    """console.kit.video.PictureSource on a DecoderPool; `start` or `start_after`, and `aclose` at the end."""

    def __init__(self, workers: int | None = None) -> None:
        self._pool = DecoderPool(workers=workers, on_status=self._status_changed, clock=time.monotonic)
        self._told: dict[str, StateChanged] = {}

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

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """The tile has another size."""
        self._pool.resize(tile_id, width, height)

    def show(self, tile_id: str, is_visible: bool) -> None:
        """A hidden tile costs next to nothing."""
        self._pool.show(tile_id, is_visible)

    def close(self, tile_id: str) -> None:
        """Give the stream up."""
        self._told.pop(tile_id, None)
        self._pool.close_tile(tile_id)

    def newest(self, tile_id: str) -> Picture | None:
        """The newest picture."""
        frame = self._pool.newest(tile_id)
        return None if frame is None else Picture(frame.sequence, frame.image)

    def _status_changed(self, tile_id: str, status: TileStatus) -> None:
        told = self._told.get(tile_id)
        if told is not None:
            told(_STATES[status.state], status.reason)
