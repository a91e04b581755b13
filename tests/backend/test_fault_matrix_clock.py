"""Fault matrix: the server's clock is set wrong; nobody gains time by it, and order does not depend on it."""

import datetime as dt
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Unit
from backend.services.feed_relay import FeedRelay
from backend.services.identity import Identity
from backend.storage.memory import MemoryStorage
from backend.storage.opening import create_storage
from contract.journal import EntryKind, NewEntry
from contract.rights import Grant, Level, User

HOUR_S = 3_600.0


async def _logged_in(clock: ManualClock) -> tuple[Identity, str, MemoryStorage]:
    storage = MemoryStorage(clock)
    identity = Identity(storage, FeedRelay(), clock)
    await identity.open()
    user = User(name="anne", person="anne", display_name="Anne", role="operator", grants=(Grant(level=Level.VIEW),))
    await identity.add_user(user, "anne-password", by="system")
    tokens = await identity.login("anne", "anne-password", address="127.0.0.1")
    return identity, tokens.access_token, storage


@pytest.mark.parametrize("back_s", [HOUR_S, 365 * 24 * HOUR_S])
async def test_f12_a_clock_that_is_put_back_gives_no_login_more_time(back_s: float) -> None:
    clock = ManualClock()
    identity, token, _ = await _logged_in(clock)
    session = identity.session(token)
    assert session is not None
    ticket = identity.ticket(session).ticket
    clock.jump(-back_s)
    clock.pass_time(31)
    assert identity.redeem(ticket) is None
    clock.pass_time(600)
    assert identity.session(token) is None
    clock.pass_time(12 * HOUR_S)
    assert not identity.is_live(session)
    identity.close()


async def test_f12_a_clock_that_leaps_ahead_ends_access_and_the_login_is_renewed_by_its_password() -> None:
    clock = ManualClock()
    identity, token, _ = await _logged_in(clock)
    clock.jump(HOUR_S)
    assert identity.session(token) is None
    again = await identity.login("anne", "anne-password", address="127.0.0.1")
    assert identity.session(again.access_token) is not None
    identity.close()


async def test_f12_the_journal_is_ordered_by_its_numbers_whatever_the_clock_says() -> None:
    clock = ManualClock()
    storage = MemoryStorage(clock)
    for number, jump_s in enumerate((0.0, HOUR_S, -2 * HOUR_S, 12 * 365 * 24 * HOUR_S, -12 * 365 * 24 * HOUR_S)):
        clock.jump(jump_s)
        payload: dict[str, object] = {"event": "tick", "number": number}
        await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
    entries = await storage.journal(JournalQuery())
    assert [entry.payload["number"] for entry in entries] == [4, 3, 2, 1, 0]
    assert await storage.verify_journal() is None


@pytest.mark.parametrize(
    "at",
    [
        dt.datetime(2038, 1, 19, 3, 14, 7, tzinfo=dt.UTC),  # the last second that 32 bits can count
        dt.datetime(2106, 2, 7, 6, 28, 15, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 25, 0, 59, 59, tzinfo=dt.UTC),  # in Dijon the hour from two to three comes twice
        dt.datetime(2026, 3, 29, 0, 59, 59, tzinfo=dt.UTC),  # and here not at all
    ],
    ids=["2038", "2106", "autumn", "spring"],
)
async def test_f12_what_happens_after_2038_and_in_the_hour_that_comes_twice_is_kept_and_found(
    tmp_path: Path, at: dt.datetime
) -> None:
    clock = ManualClock(at - dt.timedelta(seconds=1))
    storage = create_storage(None, tmp_path, tmp_path / "secrets", clock, ballast_bytes=0)
    await storage.open()
    for number in range(4):
        payload: dict[str, object] = {"event": "tick", "number": number}
        await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        clock.pass_time(1)
    found = await storage.journal(JournalQuery(since=at, until=at + dt.timedelta(seconds=1)))
    assert {entry.payload["number"]: entry.at for entry in found}.items() <= {
        1: at,
        2: at + dt.timedelta(seconds=1),
    }.items()
    assert 1 in {entry.payload["number"] for entry in found}
    assert await storage.journal_count(JournalQuery()) == 4
    assert await storage.verify_journal() is None
    await storage.close()
