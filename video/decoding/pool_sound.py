"""The one sound that is heard, as the pool holds it."""

from collections.abc import Callable

from video.decoding.messages import CloseTile, GiveAddress, OpenSound
from video.decoding.shared_block import SharedBlock, new_block_name
from video.sound.ring import RING_BYTES, SoundRing
from video.source import AddressGiver
from video.states import StreamFailure, StreamState

SOUND_NAMES = "~sound-"
"""How sounds are called among tiles: by a name that no tile has."""

SoundFares = Callable[[StreamState, str], None]


class PoolSound:
    """One listening; a new one for each stream that is listened to."""

    def __init__(self, number: int, address: AddressGiver, fares: SoundFares, worker: int) -> None:
        self.name = f"{SOUND_NAMES}{number}"
        self.address = address
        self.fares = fares
        self.worker = worker
        self.ring = SoundRing(SharedBlock(new_block_name(), RING_BYTES, is_new=True))

    def opening(self) -> OpenSound:
        """What a worker must be told to let it be heard."""
        return OpenSound(self.name, self.ring.block.name)

    def closing(self) -> CloseTile:
        """What a worker must be told to end it."""
        return CloseTile(self.name)

    async def ask(self) -> GiveAddress:
        """An address, or why there is none."""
        try:
            return GiveAddress(self.name, await self.address())
        except StreamFailure as failure:
            return GiveAddress(self.name, refusal=failure.state, reason=failure.reason)
        except (OSError, TimeoutError) as error:
            return GiveAddress(self.name, refusal=StreamState.STALLED, reason=f"no ticket: {error}")

    def free(self) -> None:
        """Let its memory go."""
        self.ring.block.unlink()
