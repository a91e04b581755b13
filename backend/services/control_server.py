"""The control server as an asset: what ails its machine, and misuse of logins, is an alarm with a priority."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.devkit.tasks import repeat_for_ever
from backend.services.own_asset import OwnAsset, SinkOf
from backend.services.register import Register
from contract.points import Value

CLASS: Final = "control_server"
CODE: Final = "SRV-01"
# Whoever does it again and again is one alarm that rings five times in ten minutes at most.
MISUSE_STANDS_S: Final = 120.0
_LOOK_EVERY_S: Final = 1.0


class Watch(Protocol):
    """Looks after a part of the machine."""

    @property
    def points(self) -> Mapping[str, Value]:
        """What it found, as points of the server; empty before its first look."""
        ...

    @property
    def trouble(self) -> str:
        """What is wrong, in words; empty when nothing is."""
        ...


class ControlServer:
    """Tells what its watches find as points of one asset, which is made when something first is wrong."""

    def __init__(self, register: Register, clock: Clock) -> None:
        why = "something ails the control server"
        self._asset = OwnAsset(register, CLASS, CODE, "Serveur de conduite", why=why)
        self._clock = clock
        self._watches: Callable[[], Sequence[Watch]] = tuple
        self._misused_at: float | None = None

    def report_by(self, sink_of: SinkOf) -> None:
        """Where to report on our own assets."""
        self._asset.report_by(sink_of)

    def watch(self, watches: Callable[[], Sequence[Watch]]) -> None:
        """Who looks after the machine; asked at each look."""
        self._watches = watches

    def session_misused(self) -> None:
        """A login was ended because its refresh token was used twice. However often: one alarm, for some time."""
        self._misused_at = self._clock.monotonic()

    async def run(self) -> None:
        """Look for ever."""
        await repeat_for_ever(
            self.look, _LOOK_EVERY_S, "how the server fares could not be told; it is looked at again in a moment"
        )

    async def look(self) -> None:
        """Tell what the watches found last. What the register would not take is tried again at the next look."""
        watches = self._watches()
        points: dict[str, Value] = {"session_misused": self._is_misused()}
        if points["session_misused"] or any(watch.trouble for watch in watches):
            await self._asset.ensure()
        for watch in watches:
            points |= watch.points
        self._asset.tell(points)

    def _is_misused(self) -> bool:
        return self._misused_at is not None and self._clock.monotonic() - self._misused_at < MISUSE_STANDS_S
