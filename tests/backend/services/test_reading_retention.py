"""Readings are kept as long as was said, and never forgotten on the word of a clock that leaps."""

import datetime as dt

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery
from backend.services.reading_retention import ReadingRetention
from backend.storage.memory import MemoryStorage

KEPT_DAYS = 30


class Shelf:
    """Days of readings."""

    def __init__(self, *days: dt.date) -> None:
        self.days = set(days)

    def forget_readings_before(self, day: dt.date) -> int:
        old = {each for each in self.days if each < day}
        self.days -= old
        return len(old)


def _shelf(clock: ManualClock) -> Shelf:
    today = clock.now().date()
    return Shelf(*(today - dt.timedelta(days=age) for age in (0, KEPT_DAYS - 1, KEPT_DAYS + 1, 300)))


async def test_days_that_are_over_are_forgotten_and_the_journal_says_so() -> None:
    clock = ManualClock()
    storage, shelf = MemoryStorage(clock), _shelf(clock)
    retention = ReadingRetention(shelf, storage, clock, KEPT_DAYS)
    await retention.look()
    assert len(shelf.days) == 2
    [entry] = await storage.journal(JournalQuery())
    assert entry.payload["days"] == 2
    await retention.look()
    assert len(await storage.journal(JournalQuery())) == 1


async def test_a_clock_that_leaps_a_year_ahead_costs_nothing() -> None:
    clock = ManualClock()
    storage, shelf = MemoryStorage(clock), _shelf(clock)
    retention = ReadingRetention(shelf, storage, clock, KEPT_DAYS)
    await retention.look()
    kept = set(shelf.days)
    clock.jump(365 * 86_400)
    await retention.look()
    assert shelf.days == kept
