"""What a decoder worker listens to: one stream's sound, decoded into a ring that the console reads."""

import asyncio
from collections.abc import Callable

from video.clocks import Clock
from video.decoding.messages import Command, Event, GiveAddress, OpenSound, TileChanged, WantAddress
from video.decoding.shared_block import SharedBlock
from video.sound.listening import SoundListening
from video.sound.ring import RING_BYTES, SoundRing
from video.states import StreamFailure, StreamState
from video.task_owner import TaskOwner


class SoundTile:
    """One listening; pictures know nothing of it."""

    def __init__(self, command: OpenSound, say: Callable[[Event], None], tasks: TaskOwner, clock: Clock) -> None:
        """Raises OSError when the ring is gone again."""
        self._name = command.tile
        self._say = say
        self._clock = clock
        self._is_closed = False
        self._address: asyncio.Future[GiveAddress] | None = None
        self._ring = SoundRing(SharedBlock(command.block, RING_BYTES, is_new=False))
        listening = SoundListening(self._ask_address, self._ring.write, self._tell, clock=clock)
        self._running = tasks.start(listening.run(), name="sound")

    def obey(self, command: Command) -> None:
        """Take the address that was asked for."""
        if isinstance(command, GiveAddress) and self._address is not None and not self._address.done():
            self._address.set_result(command)

    def close(self) -> None:
        """Listen no more."""
        self._is_closed = True
        self._running.cancel()

    async def _ask_address(self) -> str:
        self._address = asyncio.get_running_loop().create_future()
        self._say(WantAddress(self._name))
        given = await self._address
        if given.refusal is not None:
            raise StreamFailure(given.refusal, given.reason)
        return given.url

    def _tell(self, state: StreamState, reason: str) -> None:
        if not self._is_closed:
            self._say(TileChanged(self._name, state, self._clock(), reason))
