"""Fetches passages for one player: connects when something is wanted, with a fresh ticket each time."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from video.back_off import BackOff
from video.errors import ProtocolError
from video.playback.link import DoorAddress, FootageLink, HungUpOn
from video.playback.messages import Ask, Failed, Given, Nothing, Where
from video.states import StreamFailure, StreamState

CONNECT_S: Final = 3.0
ANSWER_S: Final = 10.0  # masks are burnt in while one waits

_SHORTEST_PAUSE_S: Final = 0.5

AddressOfTime = Callable[[float], Awaitable[DoorAddress]]
"""Where recordings of that wall time are had. May raise StreamFailure."""


class FootageListener(Protocol):
    """Who wants the passages. All calls come on the event loop."""

    def given(self, answer: Given | Nothing, ask: Ask | None) -> None:
        """An answer to `ask`, or (None) to one that something else was wanted after."""
        ...

    def hung_up_on(self, reason: str) -> None:
        """What the last ticket opened may no longer be shown."""
        ...

    def failed(self, failure: StreamFailure) -> None:
        """What is wanted cannot be had now; it is tried again."""
        ...


class FootageFetcher:
    """`run` in a task of its owner; `want` replaces what was wanted before."""

    def __init__(self, address: AddressOfTime, listener: FootageListener, back_off: BackOff | None = None) -> None:
        self._address = address
        self._listener = listener
        self._back_off = back_off or BackOff()
        self._link: FootageLink | None = None
        self._needed = asyncio.Event()
        self._wished_anew = asyncio.Event()
        self._numbers = 0
        self._wanted_at = 0.0
        self._period: tuple[float, float] | None = None
        self._deadline: asyncio.Timeout | None = None
        self._is_leaving = False
        self.wanted: Ask | None = None
        """What has been asked for and not yet been answered whole."""

    @property
    def period(self) -> tuple[float, float] | None:
        """The wall times the ticket of now opens; None without one."""
        return self._period if self._link is not None else None

    def want(self, where: Where, at: float, *, count: int = 1, keys_only: bool = False) -> None:
        """These passages, and no longer those before."""
        self._numbers += 1
        self.wanted = Ask(number=self._numbers, where=where, at=at, count=count, keys_only=keys_only)
        self._wanted_at = at
        self._needed.set()
        self._wished_anew.set()
        if self._link is not None:
            self._link.ask(self.wanted)
            self._wait_for_answer()

    def reopen(self) -> None:
        """The ticket does not open what is wanted: ask for another one."""
        if self._link is not None:
            self._is_leaving = True
            self._link.close()
            self._link = None

    def rest(self) -> None:
        """Want nothing, and leave."""
        self.wanted = None
        self._needed.clear()
        self.reopen()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._needed.wait()
            try:
                await self._follow()
            except HungUpOn as error:
                self._listener.hung_up_on(str(error))
            except (StreamFailure, ProtocolError, EOFError, OSError, TimeoutError) as error:
                if self.wanted is not None and not self._is_leaving:
                    self._listener.failed(_as_failure(error))
            if self._is_leaving:
                self._is_leaving = False
                continue
            if self.wanted is None:
                self._needed.clear()
            else:
                await self._pause()

    async def _pause(self) -> None:
        """Between two tries; another wish does not wait for long, nor does every move of a drag ask for a ticket."""
        wait = self._back_off.wait_s()
        await asyncio.sleep(min(wait, _SHORTEST_PAUSE_S))
        self._wished_anew.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, wait - _SHORTEST_PAUSE_S)):
                await self._wished_anew.wait()

    async def _follow(self) -> None:
        address = await self._address(self._wanted_at)
        try:
            async with asyncio.timeout(CONNECT_S):
                link = await FootageLink.open(address)
        except HungUpOn as error:
            raise StreamFailure(StreamState.REFUSED, str(error)) from error
        self._link = link
        self._period = (link.since, link.until)
        try:
            if self.wanted is not None:
                link.ask(self.wanted)
            async with asyncio.timeout(None) as self._deadline:
                self._wait_for_answer()
                async for answer in link.answers():
                    self._back_off.reset()
                    self._hear(answer)
        finally:
            self._link = self._deadline = None
            link.close()

    def _hear(self, answer: Given | Nothing | Failed) -> None:
        ask = self.wanted
        is_newest = ask is not None and answer.number == ask.number
        if is_newest and (not isinstance(answer, Given) or answer.is_last):
            self.wanted = None
        self._wait_for_answer()
        if isinstance(answer, Failed):
            if is_newest:
                self._listener.failed(StreamFailure(StreamState.DAMAGED, answer.reason))
        else:
            self._listener.given(answer, ask if is_newest else None)

    def _wait_for_answer(self) -> None:
        """Patience ends only while something is wanted: a paused player is silent for minutes."""
        if self._deadline is not None:
            wanted = self.wanted is not None
            self._deadline.reschedule(asyncio.get_running_loop().time() + ANSWER_S if wanted else None)


def _as_failure(error: Exception) -> StreamFailure:
    match error:
        case StreamFailure():
            return error
        case ProtocolError():
            return StreamFailure(StreamState.DAMAGED, str(error))
        case TimeoutError():
            return StreamFailure(StreamState.STALLED, "the recordings do not come")
        case ssl.SSLError():
            return StreamFailure(StreamState.REFUSED, f"no encrypted connection: {error.reason}")
        case ConnectionRefusedError():
            return StreamFailure(StreamState.STALLED, "recordings are not served now")
        case EOFError():
            return StreamFailure(StreamState.STALLED, str(error) or "the connection was closed")
        case OSError():
            return StreamFailure(StreamState.STALLED, error.strerror or "the network failed")
        case _:
            return StreamFailure(StreamState.STALLED, str(error))
