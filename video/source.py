"""What every source of coded video looks like to the decoder and the recorder."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from video.access_unit import AccessUnit, StreamParameters
from video.states import StreamStatus

AddressGiver = Callable[[], Awaitable[str]]
"""Asked before every connection: a one-shot ticket is good for one connection only."""


class StreamCounts(msgspec.Struct):
    """What came and what went missing since the source was made."""

    units: int = 0
    bytes: int = 0
    packets_lost: int = 0
    malformed_packets: int = 0
    connections: int = 0


class VideoSink(Protocol):
    """Who receives the pictures of a source. All calls come on the source's event loop and must not block."""

    def described(self, parameters: StreamParameters) -> None:
        """A connection was made, or the parameter sets changed."""
        ...

    def received(self, unit: AccessUnit) -> None:
        """One picture came. After a loss the sink itself waits for a key frame if it needs one."""
        ...

    def status_changed(self, status: StreamStatus) -> None:
        """The stream fares differently now."""
        ...


class VideoSource(Protocol):
    """A camera or file that is watched until its task is cancelled."""

    counts: StreamCounts

    @property
    def status(self) -> StreamStatus:
        """How the stream fares."""
        ...

    async def run(self) -> None:
        """Watch, and reconnect, until cancelled."""
        ...
