"""Reading the journal onward: what follows a place, in the order in which it happened."""

from backend.ports import JournalQuery, Storage, Unit
from contract.journal import EntryKind, NewEntry


async def test_what_follows_a_place_in_the_journal_comes_oldest_first(storage: Storage) -> None:
    kinds = [EntryKind.ALARM, EntryKind.LOGIN] * 4
    for kind in kinds:
        await storage.commit(Unit(entries=[NewEntry(kind=kind, actor="anne", payload={})]))
    alarms = (EntryKind.ALARM,)
    assert [item.seq for item in await storage.journal(JournalQuery(kinds=alarms, after=0, limit=3))] == [1, 3, 5]
    assert [item.seq for item in await storage.journal(JournalQuery(kinds=alarms, after=5))] == [7]
    assert [item.seq for item in await storage.journal(JournalQuery(after=2, before=6))] == [3, 4, 5]
    assert await storage.journal(JournalQuery(after=8)) == []
