"""When alarms came, from the journal of every storage."""

import datetime as dt

import numpy as np

from backend.devkit.clock import ManualClock
from backend.ports import Storage, Unit
from backend.services.alarms.moments import AlarmMoments
from contract.journal import EntryKind, NewEntry


def entry(asset_id: int, before: str, after: str, *, priority: int = 2, is_active: bool = True) -> NewEntry:
    payload: dict[str, object] = {"from": before, "to": after, "priority": priority, "is_active": is_active}
    return NewEntry(kind=EntryKind.ALARM, actor="system", asset_id=asset_id, payload=payload)


async def test_what_came_is_counted_once_by_minute_priority_and_right(storage: Storage, clock: ManualClock) -> None:
    moments = AlarmMoments(storage, clock, kept_hours=72)
    begin = round(clock.now().timestamp() * 1000)
    both, one = np.array([1, 2], np.uint32), np.array([1], np.uint32)
    assert await moments.minutes(both) == ()
    raised = [entry(1, "A", "B", priority=1), entry(2, "A", "B"), entry(2, "F", "B"), entry(1, "A", "C", priority=4)]
    others = [
        entry(1, "B", "C"),  # acknowledged
        entry(1, "C", "D", is_active=False),  # over
        entry(2, "A", "F"),  # explained by another
        NewEntry(kind=EntryKind.ALARM, actor="x", asset_id=1, payload={"refused": "stale", "from": "A"}),
        NewEntry(kind=EntryKind.NOTE, actor="x", asset_id=1, payload={"to": "B", "from": "A"}),
    ]
    await storage.commit(Unit(entries=[*raised, *others]))
    [minute] = await moments.minutes(both)
    assert (minute.at_ms, minute.counts) == (begin // 60_000 * 60_000, (1, 2, 0, 1))
    [minute] = await moments.minutes(one)
    assert minute.counts == (1, 0, 0, 1)
    clock.pass_time(90)
    await storage.commit(Unit(entries=[entry(2, "A", "B", priority=3)]))
    assert [minute.counts for minute in await moments.minutes(both)] == [(1, 2, 0, 1), (0, 0, 1, 0)]
    found = await moments.next_after(begin, both)
    assert found is not None
    assert (found.asset_id, found.priority) == (2, 3)
    assert await moments.next_after(begin, one) is None
    back = await moments.last_before(found.at_ms, one)
    assert back is not None
    assert back.asset_id == 1


async def test_a_storm_is_read_page_by_page_and_old_alarms_leave(storage: Storage, clock: ManualClock) -> None:
    moments = AlarmMoments(storage, clock, kept_hours=1)
    await storage.commit(Unit(entries=[entry(n % 50, "A", "B") for n in range(1_300)]))
    everything = np.arange(50, dtype=np.uint32)
    assert sum(sum(minute.counts) for minute in await moments.minutes(everything)) == 1_300
    clock.pass_time(dt.timedelta(hours=2).total_seconds())
    assert await moments.minutes(everything) == ()
