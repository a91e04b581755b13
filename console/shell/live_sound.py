"""The sound of one camera, decoded in the video package's child processes, on this machine's loudspeaker."""

from typing import Final, Protocol

from console.kit.hearing import SoundChanged, SoundState
from console.kit.video import AddressGiver, NoAddress
from video.decoding.pool import DecoderPool
from video.sound.ring import RingReader
from video.states import StreamFailure, StreamState

_STATES: Final = {
    StreamState.CONNECTING: SoundState.CONNECTING,
    StreamState.LIVE: SoundState.HEARD,
    StreamState.STALLED: SoundState.STALLED,
    StreamState.DAMAGED: SoundState.STALLED,
}


class Speaker(Protocol):
    """What plays samples."""

    @property
    def is_open(self) -> bool:
        """False once it was closed or pulled out."""
        ...

    def open(self) -> bool:
        """Whether there is one, and it plays now."""
        ...

    def room(self) -> int:
        """How many samples it takes now."""
        ...

    def write(self, samples: bytes) -> None:
        """Play these next."""
        ...

    def close(self) -> None:
        """Silence."""
        ...


class LiveSound:
    """console.kit.hearing.SoundSource."""

    def __init__(self, pool: DecoderPool, speaker: Speaker) -> None:
        self._pool = pool
        self._speaker = speaker
        self._told: SoundChanged | None = None
        self._reader: RingReader | None = None

    def listen(self, address: AddressGiver, told: SoundChanged) -> None:
        """Hear this stream, if there is a loudspeaker."""
        self.mute()
        if not self._speaker.open():
            self._speaker.close()
            told(SoundState.NO_LOUDSPEAKER, "")
            return

        async def give() -> str:
            try:
                return await address()
            except NoAddress as error:
                raise StreamFailure(StreamState.REFUSED, str(error)) from error

        self._told = told
        told(SoundState.CONNECTING, "")
        self._reader = RingReader(self._pool.listen(give, self._fares))

    def play(self) -> None:
        """Pass on what was heard."""
        if self._reader is None:
            return
        if not self._speaker.is_open:
            self._end(SoundState.NO_LOUDSPEAKER, "")
            return
        samples = self._reader.read(self._speaker.room())
        if samples:
            self._speaker.write(samples)

    def mute(self) -> None:
        """Hear nothing."""
        self._end(SoundState.MUTED, "")

    def _fares(self, state: StreamState, reason: str) -> None:
        known = _STATES.get(state)
        if known is None:
            # What the operator reads is the backend's refusal; that there is no track is for the panel to word.
            self._end(SoundState.ENDED, reason if state is StreamState.REFUSED else "")
        elif self._told is not None:
            self._told(known, reason)

    def _end(self, state: SoundState, reason: str) -> None:
        if self._reader is None:
            return
        self._reader = None
        self._pool.mute()
        self._speaker.close()
        told, self._told = self._told, None
        if told is not None:
            told(state, reason)
