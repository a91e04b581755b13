"""The life of a connection: connecting, up, down, refused; named delays, jittered back-off, time from outside."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.errors import LinkDown, LinkRefused, ProtocolError
from contract.devices import LinkState

log = logging.getLogger(__name__)

_SMALLEST_DELAY_S = 0.01


class LinkDelays(msgspec.Struct, frozen=True, kw_only=True):
    """How long a link waits before it tries again.

    `first_s` after the first failure, times `growth` at each further one, never over `longest_s`;
    `refused_s` when the device refuses us; `proven_s`: a link that held that long starts again at `first_s`,
    so one that flaps does not; `jitter`: share by which each wait differs, so that gateways do not return at once.
    """

    first_s: float = 1.0
    growth: float = 2.0
    longest_s: float = 60.0
    refused_s: float = 120.0
    proven_s: float = 30.0
    jitter: float = 0.2


def delays_of(settings: Mapping[str, str]) -> LinkDelays:
    """As the settings `retry_first_s` and `retry_longest_s` say, in seconds; raises ValueError where they say none."""
    return LinkDelays(
        first_s=float(settings.get("retry_first_s", "1")), longest_s=float(settings.get("retry_longest_s", "30"))
    )


class Waiter(Protocol):
    """Waits until `event` is set, at most `seconds`."""

    async def __call__(self, event: asyncio.Event, seconds: float) -> None:
        """Return when set or when the time is over, whichever comes first."""
        ...


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """The real waiter."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


class Link:
    """Keeps one connection: `attach` connects, `serve` runs until the connection is lost.

    Both raise LinkDown or LinkRefused in words for the operator; ProtocolError counts as down. `changed` is told of
    each change of state once; retries while down are not changes.
    """

    def __init__(
        self,
        name: str,
        *,
        attach: Callable[[], Awaitable[None]],
        serve: Callable[[], Awaitable[None]],
        changed: Callable[[LinkState, str], None],
        clock: Clock,
        delays: LinkDelays | None = None,
        wait: Waiter = wait_for_event,
        spread: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._attach = attach
        self._serve = serve
        self._changed = changed
        self._clock = clock
        self._delays = delays or LinkDelays()
        self._wait = wait
        self._spread = spread
        self._nudged = asyncio.Event()
        self._failures = 0
        self.state: LinkState | None = None
        self.reason = ""

    async def run(self) -> None:
        """Connect, serve, wait, connect again, for ever; returns only when cancelled."""
        while True:
            if self.state not in {LinkState.DOWN, LinkState.REFUSED}:
                self._enter(LinkState.CONNECTING, "")
            self._nudged.clear()
            delay_s = await self._one_life()
            await self._wait(self._nudged, delay_s)

    def nudge(self) -> None:
        """Something suggests that the device is there: do not wait for the next try."""
        self._nudged.set()

    async def _one_life(self) -> float:
        """Connect once and serve until it is over; gives the time to wait before the next life."""
        up_since: float | None = None
        state = LinkState.DOWN
        try:
            await self._attach()
            up_since = self._clock.monotonic()
            self._enter(LinkState.UP, "")
            await self._serve()
            reason = "the connection was closed"
        except LinkRefused as refused:
            state, reason = LinkState.REFUSED, str(refused)
        except (LinkDown, ProtocolError) as error:
            reason = str(error)
        if up_since is not None and self._clock.monotonic() - up_since >= self._delays.proven_s:
            self._failures = 0
        self._failures += 1
        self._enter(state, reason)
        return self._delay_s(state)

    def _delay_s(self, state: LinkState) -> float:
        if state is LinkState.REFUSED:
            base = self._delays.refused_s
        else:
            growth = self._delays.growth ** min(self._failures - 1, 30)
            base = min(self._delays.first_s * growth, self._delays.longest_s)
        return max(base * (1 + self._delays.jitter * (2 * self._spread() - 1)), _SMALLEST_DELAY_S)

    def _enter(self, state: LinkState, reason: str) -> None:
        if state is self.state and reason == self.reason:
            return
        is_new_state = state is not self.state
        self.state, self.reason = state, reason
        if is_new_state:
            log.info("link %s is %s%s", self._name, state, f": {reason}" if reason else "")
        self._changed(state, reason)
