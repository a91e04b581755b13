"""The sound of one camera at a time, as panels see it: listen, play, mute; its state in words."""

import enum
from collections.abc import Callable
from typing import Protocol

from console.kit.video import AddressGiver


class SoundState(enum.StrEnum):
    """How the listening fares."""

    CONNECTING = "connecting"
    HEARD = "heard"
    STALLED = "stalled"  # it is tried again
    ENDED = "ended"  # refused, or there is none: the reason says it
    MUTED = "muted"  # as wished, or somebody listens to another camera
    NO_LOUDSPEAKER = "no_loudspeaker"


SoundChanged = Callable[[SoundState, str], None]


class SoundSource(Protocol):
    """One loudspeaker for the whole console: who listens ends what was heard before."""

    def listen(self, address: AddressGiver, told: SoundChanged) -> None:
        """Hear this stream; `address` is asked before every connection. States come in the event loop."""
        ...

    def play(self) -> None:
        """Pass on to the loudspeaker what was heard: to be called 30 times a second by who listens."""
        ...

    def mute(self) -> None:
        """Hear nothing."""
        ...


class NoSound:
    """Where nothing can be heard."""

    def listen(self, address: AddressGiver, told: SoundChanged) -> None:
        """Say that there is no loudspeaker."""
        del address
        told(SoundState.NO_LOUDSPEAKER, "")

    def play(self) -> None:
        """Nothing to play."""

    def mute(self) -> None:
        """Nothing to mute."""
