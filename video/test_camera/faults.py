"""What goes wrong with cameras, on demand: `?fault=NAME` behind the address of a test camera."""

import enum
import secrets
from collections.abc import Callable

import msgspec

from video.access_unit import StreamParameters
from video.packetising import PacketBurst
from video.stream_source import ServedStream, Viewer

HEALTHY_PICTURES = 30
_LOST_EVERY = 20


class Fault(enum.StrEnum):
    """Faults of real cameras and networks."""

    STALL = "stall"
    STALL_ONCE = "stall_once"
    DIE = "die"
    RESET = "reset"
    RESIZE = "resize"
    LOSS = "loss"
    GARBAGE = "garbage"
    BLACK_HOLE = "blackhole"
    NEVER_PLAYS = "neverplays"
    WRONG_PASSWORD = "wrongpassword"  # noqa: S105 - the fault's name, not a secret
    NOT_FOUND = "notfound"


class FaultyStream:
    """A stream with a fault; each viewer sees it after two seconds of health."""

    def __init__(
        self,
        stream: ServedStream,
        fault: Fault,
        other_size: ServedStream,
        healthy_pictures: int = HEALTHY_PICTURES,
    ) -> None:
        self._stream = stream
        self._fault = fault
        self._other_size = other_size
        self._healthy_pictures = healthy_pictures
        self._viewers: dict[Viewer, _FaultyViewer] = {}
        self._has_stalled = False

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._stream.ssrc

    async def described(self) -> StreamParameters:
        """As the healthy stream's."""
        if self._fault is Fault.RESIZE:
            await self._other_size.described()
        return await self._stream.described()

    def subscribe(self, viewer: Viewer) -> None:
        """Show it, until the fault strikes."""
        if self._fault is Fault.NEVER_PLAYS:
            return
        fault = self._fault
        if fault is Fault.STALL_ONCE:
            if self._has_stalled:
                self._stream.subscribe(viewer)
                return
            self._has_stalled = True
        faulty = _FaultyViewer(viewer, fault, lambda: self._change_size(viewer), self._healthy_pictures)
        self._viewers[viewer] = faulty
        self._stream.subscribe(faulty)

    def unsubscribe(self, viewer: Viewer) -> None:
        """Show it no more."""
        faulty = self._viewers.pop(viewer, None)
        for stream in (self._stream, self._other_size):
            stream.unsubscribe(viewer)
            if faulty is not None:
                stream.unsubscribe(faulty)

    def _change_size(self, viewer: Viewer) -> None:
        if (faulty := self._viewers.get(viewer)) is not None:
            self._stream.unsubscribe(faulty)
            self._other_size.subscribe(viewer)


class _FaultyViewer:
    def __init__(self, viewer: Viewer, fault: Fault, change_size: Callable[[], None], healthy: int) -> None:
        self._viewer = viewer
        self._fault = fault
        self._change_size = change_size
        self._healthy_pictures = healthy
        self._pictures = 0
        self._packets = 0

    def show(self, burst: PacketBurst) -> None:
        self._pictures += 1
        if self._fault is Fault.LOSS:
            self._viewer.show(self._with_loss(burst))
        elif self._pictures <= self._healthy_pictures:
            self._viewer.show(burst)
        elif self._fault is Fault.GARBAGE:
            packets = tuple(secrets.token_bytes(len(packet)) for packet in burst.packets)
            self._viewer.show(msgspec.structs.replace(burst, packets=packets))
        elif self._fault in {Fault.DIE, Fault.RESET}:
            self._viewer.hang_up(abruptly=self._fault is Fault.RESET)
        elif self._fault is Fault.RESIZE and self._pictures == self._healthy_pictures + 1:
            self._change_size()

    def hang_up(self, *, abruptly: bool = False) -> None:
        self._viewer.hang_up(abruptly=abruptly)

    def _with_loss(self, burst: PacketBurst) -> PacketBurst:
        kept: list[bytes] = []
        for packet in burst.packets:
            self._packets += 1
            if self._packets % _LOST_EVERY:
                kept.append(packet)
        return msgspec.structs.replace(burst, packets=tuple(kept))
