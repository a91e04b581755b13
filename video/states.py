"""How a stream fares, in the words that an operator reads."""

import enum

import msgspec


class StreamState(enum.StrEnum):
    """One word for every way a stream can be; the console translates it."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    REFUSED = "refused"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the word shown to the operator, not a secret
    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    CLOSED = "closed"
    RECORDED = "recorded"
    """The recorded picture of the wished time is shown."""
    NO_RECORDING = "no_recording"
    ENDED = "ended"
    """The wished time is later than the last recording."""


class StreamStatus(msgspec.Struct, frozen=True):
    """A state, since when, and why in plain words."""

    state: StreamState
    since: float
    """CLOCK_MONOTONIC seconds."""
    reason: str = ""


class StreamFailure(Exception):
    """One attempt to watch a camera ended."""

    def __init__(self, state: StreamState, reason: str) -> None:
        super().__init__(f"{state}: {reason}")
        self.state = state
        self.reason = reason
