"""Records that services keep by kind and key, on SQLite, on PostgreSQL and in the twin alike."""

import asyncio

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.storage.memory import MemoryStorage
from contract.journal import EntryKind, NewEntry

NOTE = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={"text": "plan"})


async def test_a_record_comes_back_byte_for_byte_under_its_kind_alone(storage: Storage) -> None:
    any_bytes = bytes(range(256))
    records = [KeptRecord("masks", "7", any_bytes), KeptRecord("masks", "10", b""), KeptRecord("mask_lift", "7", b"x")]
    await storage.commit(Unit(entries=[NOTE], records=records))
    assert list((await storage.records("masks")).items()) == [("10", b""), ("7", any_bytes)]
    assert dict(await storage.records("mask_lift")) == {"7": b"x"}
    assert dict(await storage.records("mask")) == {}


async def test_a_record_is_replaced_and_forgotten_and_its_namesake_of_another_kind_stays(storage: Storage) -> None:
    await storage.commit(Unit(records=[KeptRecord("masks", "7", b"old"), KeptRecord("bookmark", "7", b"here")]))
    await storage.commit(Unit(records=[KeptRecord("masks", "7", b"new")]))
    assert dict(await storage.records("masks")) == {"7": b"new"}
    await storage.commit(Unit(records=[KeptRecord("masks", "7", None), KeptRecord("masks", "8", None)]))
    assert dict(await storage.records("masks")) == {}
    assert dict(await storage.records("bookmark")) == {"7": b"here"}


async def test_the_last_of_a_kind_and_key_in_a_unit_stands(storage: Storage) -> None:
    of_one_key = [KeptRecord("plan", "1", b"a"), KeptRecord("plan", "1", None), KeptRecord("plan", "1", b"b")]
    gone_again = [KeptRecord("plan", "2", b"a"), KeptRecord("plan", "2", None)]
    await storage.commit(Unit(records=[*of_one_key, *gone_again]))
    assert dict(await storage.records("plan")) == {"1": b"b"}


async def test_units_that_share_a_transaction_keep_their_order(storage: Storage) -> None:
    units = [
        Unit(entries=[NOTE], records=[KeptRecord("plan", "1", None if number % 2 else str(number).encode())])
        for number in range(41)
    ]
    await asyncio.gather(*(storage.commit(unit) for unit in units))
    assert dict(await storage.records("plan")) == {"1": b"40"}


async def test_a_unit_that_fails_keeps_no_record(clock: ManualClock) -> None:
    storage = MemoryStorage(clock)
    storage.fail_next = "the disk is full"
    with pytest.raises(StorageError):
        await storage.commit(Unit(records=[KeptRecord("plan", "1", b"a")]))
    assert dict(await storage.records("plan")) == {}
