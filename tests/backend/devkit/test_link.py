"""A link comes back by itself, waits longer each time, and tells each change of state once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from backend.devkit.clock import ManualClock
from backend.devkit.errors import LinkDown, LinkRefused, ProtocolError
from backend.devkit.link import Link, LinkDelays
from contract.devices import LinkState


class Story:
    """A link whose lives are scripted and whose waits pass at once."""

    def __init__(self, *lives: Callable[[], Awaitable[None]], spread: float = 0.5) -> None:
        self.clock = ManualClock()
        self.waits: list[float] = []
        self.told: list[tuple[LinkState, str]] = []
        self._lives = list(lives)
        self.link = Link(
            "lamp post",
            attach=self.attach,
            serve=self._serve,
            changed=lambda state, reason: self.told.append((state, reason)),
            clock=self.clock,
            delays=LinkDelays(first_s=1, longest_s=8, refused_s=100, proven_s=30),
            wait=self.wait,
            spread=lambda: spread,
        )

    async def run(self) -> None:
        with pytest.raises(StopAsyncIteration):
            await self.link.run()

    async def attach(self) -> None:
        if not self._lives:
            raise StopAsyncIteration
        await self._lives.pop(0)()

    async def _serve(self) -> None:
        raise LinkDown("the cable was cut")

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        del event
        self.waits.append(seconds)
        self.clock.pass_time(seconds)


def _unheard(state: LinkState, reason: str) -> None:
    del state, reason


async def _connects() -> None:
    return


async def _nobody() -> None:
    raise LinkDown("nobody answers")


async def _refuses() -> None:
    raise LinkRefused("wrong password")


async def _babbles() -> None:
    raise ProtocolError("that is no message")


async def test_each_failurewaits_twice_as_long_up_to_a_ceiling() -> None:
    story = Story(*[_nobody] * 6)
    await story.run()
    assert story.waits == [1, 2, 4, 8, 8, 8]


async def test_an_operator_is_told_once_not_at_each_try() -> None:
    story = Story(*[_nobody] * 5)
    await story.run()
    assert story.told == [(LinkState.CONNECTING, ""), (LinkState.DOWN, "nobody answers")]


async def test_up_is_told_and_the_loss_with_its_reason() -> None:
    story = Story(_connects)
    await story.run()
    assert story.told == [
        (LinkState.CONNECTING, ""),
        (LinkState.UP, ""),
        (LinkState.DOWN, "the cable was cut"),
    ]


async def test_a_flapping_link_keeps_backing_off() -> None:
    story = Story(*[_connects] * 4)
    await story.run()
    assert story.waits == [1, 2, 4, 8]


async def test_a_link_that_held_starts_again_at_the_first_delay() -> None:
    story = Story(_nobody, _nobody, _connects)

    async def serve_a_minute() -> None:
        story.clock.pass_time(60)
        raise LinkDown("after a minute")

    story.link = Link(
        "lamp post",
        attach=story.attach,
        serve=serve_a_minute,
        changed=_unheard,
        clock=story.clock,
        delays=LinkDelays(first_s=1),
        wait=story.wait,
        spread=lambda: 0.5,
    )
    await story.run()
    assert story.waits == [1, 2, 1]


async def test_a_refusalwaits_long_and_says_so() -> None:
    story = Story(_refuses)
    await story.run()
    assert story.waits == [100]
    assert story.told[-1] == (LinkState.REFUSED, "wrong password")


async def test_babble_counts_as_down() -> None:
    story = Story(_babbles)
    await story.run()
    assert story.told[-1][0] is LinkState.DOWN


async def testwaits_differ_so_that_gateways_do_not_return_together() -> None:
    early, late = Story(_nobody, spread=0.0), Story(_nobody, spread=1.0)
    await early.run()
    await late.run()
    assert early.waits == [0.8]
    assert late.waits == [1.2]


async def test_a_nudge_ends_thewait() -> None:
    tries = 0
    link: Link

    async def attach() -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            raise StopAsyncIteration
        asyncio.get_running_loop().call_soon(link.nudge)
        raise LinkDown("not yet")

    link = Link(
        "x", attach=attach, serve=attach, changed=_unheard, clock=ManualClock(),
        delays=LinkDelays(first_s=60),
    )  # fmt: skip
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(link.run(), 30)
