"""Somebody hammers at the door with made-up tickets: the journal says so, and is not filled by it."""

import asyncio

from contract.media import MediaEvent, TicketReady, TicketRefused
from media.live.refusals import MOST_AT_ONCE, Refusals


async def test_a_flood_of_made_up_tickets_is_a_few_entries_and_a_sum() -> None:
    told: list[MediaEvent] = []
    refusals = Refusals(told.append, window_s=0.1)
    for _ in range(5000):
        refusals.report(TicketRefused(camera_id=7, reason="made up"))
    refusals.report(TicketReady(ticket="t"))
    assert [event for event in told if isinstance(event, TicketReady)]
    assert len(told) == MOST_AT_ONCE + 1
    await asyncio.sleep(0.2)
    counts = [event.count for event in told if isinstance(event, TicketRefused)]
    assert counts[-1] == 5000 - MOST_AT_ONCE
    refusals.report(TicketRefused(camera_id=7, reason="made up"))
    assert told[-1] == TicketRefused(camera_id=7, reason="made up")  # later ones are told at once again
    await refusals.close()


async def test_what_was_not_said_is_said_at_the_end() -> None:
    told: list[MediaEvent] = []
    refusals = Refusals(told.append)
    for _ in range(MOST_AT_ONCE + 3):
        refusals.report(TicketRefused(camera_id=None, reason="made up"))
    await refusals.close()
    await refusals.close()
    assert sum(event.count for event in told if isinstance(event, TicketRefused)) == MOST_AT_ONCE + 3
