"""What is kept comes back, on SQLite, on PostgreSQL and in the twin alike."""

import asyncio
import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.domain.addresses import AddressStreet, AddressUpdate, HouseNumber
from backend.ports import JournalQuery, Storage, StorageError, StoredToken, StoredUser, Unit
from backend.storage.opening import DATABASE_FILE, create_storage
from contract.api import Approval, Workspace
from contract.assets import Asset, AssetChange, Commune
from contract.claims import Claim, Rank
from contract.commands import Command, CommandState
from contract.devices import Binding, Connection
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue, Quality
from contract.rights import User

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LAMP = Asset(
    id=7, code="A38-12", class_="streetlight", lon=5.04, lat=47.32, commune="21231", extra={"mât": "n° 12"},
    supply_parent=3, network_parent=4,
)  # fmt: skip


def entry(kind: EntryKind = EntryKind.NOTE, *, actor: str = "anne", asset_id: int | None = None) -> NewEntry:
    return NewEntry(kind=kind, actor=actor, asset_id=asset_id, payload={"text": "été"})


def command(name: str, seconds: int, state: CommandState = CommandState.SENT, asset_id: int = 7) -> Command:
    at = NOW + dt.timedelta(seconds=seconds)
    return Command(
        id=name,
        asset_id=asset_id,
        action="set",
        arguments={"level_percent": 40},
        actor="anne",
        requested_at=at,
        deadline=at + dt.timedelta(seconds=10),
        state=state,
        changed_at=at,
    )


async def test_addresses_come_back_and_a_new_file_replaces_its_streets(storage: Storage) -> None:
    street = AddressStreet(
        id=9_000_000_000_000_000_001,
        commune="21231",
        commune_name="Dijon",
        name="Rue de la Liberté",
        postcode="21000",
        lon=5.0390123456789,
        lat=47.3220987654321,
        bounds=(5.0, 47.0, 5.1, 47.4),
        count=3,
    )
    other = msgspec.structs.replace(street, id=4, name="Rue Monge")
    numbers = [HouseNumber(street.id, 12, suffix, 5.0390123456789, 47.3) for suffix in ("", "bis")]
    numbers += [HouseNumber(street.id, 14, "", 5.04, 47.3), HouseNumber(other.id, 12, "", 5.05, 47.3)]
    await storage.commit(Unit(addresses=AddressUpdate((), (street, other), tuple(numbers))))
    assert list(await storage.address_streets()) == [other, street]
    assert list(await storage.house_numbers([street.id], 12)) == numbers[:2]
    assert list(await storage.house_numbers([street.id, other.id, 77], 13)) == []
    moved = msgspec.structs.replace(street, lon=5.5)
    update = AddressUpdate((street.id,), (moved,), (HouseNumber(street.id, 12, "ter", 5.1, 47.3),))
    await storage.commit(Unit(entries=[entry()], addresses=update))
    assert list(await storage.address_streets()) == [other, moved]
    assert [item.suffix for item in await storage.house_numbers([street.id, other.id], 12)] == ["", "ter"]
    assert list(await storage.house_numbers([street.id], 14)) == []


async def test_the_register_comes_back_as_it_was_written(storage: Storage) -> None:
    street = Asset(id=3, code="293", class_="street", lon=5.0, lat=47.0, line=((5.0, 47.0), (5.1, 47.1)))
    dijon = Commune(code="21231", name="Dijon", lon=5.04, lat=47.32, outline=(((5.0, 47.0), (5.1, 47.0), (5.0, 47.1)),))
    change = AssetChange(asset_id=7, at=NOW, actor="anne", before={"name": ""}, after={"name": "Lampe"})
    gateway = Connection(id="gw-1", integration="talq_lighting", url="http://127.0.0.1:1/", settings={"a": "b"})
    bindings = [Binding(asset_id=7, address="lamp/7"), Binding(asset_id=3, address="x")]
    await storage.commit(
        Unit(
            replaced_assets=[LAMP, street],
            communes=[dijon],
            asset_changes=[change, msgspec.structs.replace(change, actor="paul")],
            connections=[gateway],
            bindings={"gw-1": bindings},
        )
    )
    assert list(await storage.assets()) == [street, LAMP]
    assert list(await storage.communes()) == [dijon]
    assert [item.actor for item in await storage.asset_changes(7)] == ["paul", "anne"]
    assert list(await storage.asset_changes(7, 1)) == [msgspec.structs.replace(change, actor="paul")]
    assert list(await storage.connections()) == [gateway]
    assert dict(await storage.bindings()) == {"gw-1": bindings}

    moved = msgspec.structs.replace(LAMP, lon=5.05, version=2)
    await storage.commit(Unit(replaced_assets=[moved], bindings={"gw-1": bindings[1:]}))
    assert list(await storage.assets()) == [street, moved]
    assert dict(await storage.bindings()) == {"gw-1": bindings[1:]}

    await storage.commit(Unit(removed_connections=["gw-1"]))
    assert not await storage.connections()
    assert not await storage.bindings()


async def test_two_lamps_cannot_have_the_same_code_and_nothing_of_the_attempt_is_kept(storage: Storage) -> None:
    await storage.commit(Unit(replaced_assets=[LAMP]))
    twin = msgspec.structs.replace(LAMP, id=8)
    with pytest.raises(StorageError):
        await storage.commit(Unit(entries=[entry()], replaced_assets=[twin]))
    assert list(await storage.assets()) == [LAMP]
    assert await storage.journal_count(JournalQuery()) == 0


async def test_one_bad_unit_does_not_take_its_neighbours_with_it(storage: Storage) -> None:
    units = [Unit(entries=[entry(asset_id=n)], replaced_assets=[msgspec.structs.replace(LAMP, id=n)]) for n in (1, 2)]
    good = [Unit(entries=[entry(asset_id=n)]) for n in range(3, 30)]
    results = await asyncio.gather(*(storage.commit(unit) for unit in [*units, *good]), return_exceptions=True)
    assert [isinstance(result, StorageError) for result in results] == [False, True, *[False] * 27]
    assert await storage.journal_count(JournalQuery()) == 28
    assert await storage.verify_journal() is None


async def test_alarms_claims_and_commands_survive_until_they_end(storage: Storage) -> None:
    claim = Claim(
        id="c1", asset_id=7, property="level", value=40.5, rank=Rank.OPERATOR, owner="anne", reason="r", placed_at=NOW
    )
    unit = Unit(
        alarm_states=[(1, 7, "lamp_failed", b"\x00\xffstate"), (2, 7, "cold", b"x")],
        claims=[claim],
        commands=[command("a", 1), command("b", 2), command("c", 3, CommandState.VERIFIED)],
    )
    await storage.commit(unit)
    assert sorted(await storage.alarm_states()) == [(1, 7, "lamp_failed", b"\x00\xffstate"), (2, 7, "cold", b"x")]
    assert list(await storage.claims()) == [claim]
    assert [item.id for item in await storage.open_commands()] == ["a", "b"]

    ended = command("a", 1, CommandState.UNKNOWN)
    await storage.commit(Unit(alarm_states=[(2, 7, "cold", b"")], released_claims=["c1"], commands=[ended]))
    assert [item[0] for item in await storage.alarm_states()] == [1]
    assert not await storage.claims()
    assert [item.id for item in await storage.open_commands()] == ["b"]
    assert await storage.command("a") == ended
    assert await storage.command("z") is None


async def test_commands_are_paged_newest_first(storage: Storage) -> None:
    await storage.commit(Unit(commands=[command(f"{n:02}", n // 2, asset_id=n % 2) for n in range(10)]))
    first = await storage.commands(None, None, 4)
    assert [item.id for item in first] == ["09", "08", "07", "06"]
    assert [item.id for item in await storage.commands(None, "06", 3)] == ["05", "04", "03"]
    assert [item.id for item in await storage.commands(1, "05", 9)] == ["03", "01"]
    assert not await storage.commands(None, "unheard of", 3)


async def test_the_journal_answers_by_time_asset_actor_and_kind(storage: Storage, clock: ManualClock) -> None:
    for n in range(6):
        clock.pass_time(60)
        kind = EntryKind.ALARM if n % 2 else EntryKind.LOGIN
        await storage.commit(Unit(entries=[entry(kind, actor=f"user{n % 3}", asset_id=n % 2 or None)]))
    everything = await storage.journal(JournalQuery())
    assert [item.seq for item in everything] == [6, 5, 4, 3, 2, 1]
    assert everything[0].at == clock.now()
    assert everything[0].payload == {"text": "été"}
    since = NOW + dt.timedelta(seconds=120)
    until = NOW + dt.timedelta(seconds=300)
    assert [item.seq for item in await storage.journal(JournalQuery(since=since, until=until))] == [4, 3, 2]
    assert [item.seq for item in await storage.journal(JournalQuery(asset_id=1, before=6))] == [4, 2]
    assert [item.seq for item in await storage.journal(JournalQuery(actor="user0", limit=1))] == [4]
    alarms = JournalQuery(kinds=(EntryKind.ALARM,), limit=1, before=6)
    assert [item.seq for item in await storage.journal(alarms)] == [4]
    assert await storage.journal_count(alarms) == 3


async def test_erasing_personal_data_leaves_the_chain_whole(storage: Storage) -> None:
    login = NewEntry(kind=EntryKind.LOGIN, actor="anne", payload={}, personal={"address": "192.0.2.7"})
    (kept,) = await storage.commit(Unit(entries=[login]))
    assert dict(await storage.personal_of(kept.seq)) == {"address": "192.0.2.7"}
    await storage.erase_personal(kept.seq)
    assert not await storage.personal_of(kept.seq)
    assert await storage.verify_journal() is None


async def test_what_cannot_be_kept_is_refused_and_the_next_is_kept(storage: Storage) -> None:
    with pytest.raises(StorageError):
        await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.NOTE, actor="a", payload={"x": object()})]))
    await storage.commit(Unit(entries=[entry()]))
    assert await storage.journal_count(JournalQuery()) == 1


async def test_a_refresh_token_is_taken_once(storage: Storage, clock: ManualClock) -> None:
    token = StoredToken(token_hash="h", family="f", user_name="anne", expires_at=clock.now() + dt.timedelta(days=1))
    await storage.save_token(token)
    taken = await asyncio.gather(*(storage.take_token("h") for _ in range(5)))
    assert sorted(item.is_used for item in taken if item) == [False, True, True, True, True]
    assert await storage.take_token("unheard of") is None
    await storage.save_token(msgspec.structs.replace(token, token_hash="h2"))
    await storage.revoke_family("f")
    revoked = await storage.take_token("h2")
    assert revoked is not None
    assert revoked.is_used


async def test_accounts_approvals_workspaces_and_secrets_are_kept(storage: Storage, clock: ManualClock) -> None:
    anne = StoredUser(
        user=User(name="anne", person="Anne", display_name="Anne", role="operator", grants=()), password_hash="$argon2"
    )
    await storage.save_user(anne, entry(EntryKind.USER))
    assert list(await storage.users()) == [anne]

    approval = Approval(
        id="p1", act="raise", payload_hash="0", requester="anne", reason="", requested_at=NOW,
        expires_at=NOW + dt.timedelta(minutes=5),
    )  # fmt: skip
    await storage.save_approval(approval, entry(EntryKind.APPROVAL))
    assert list(await storage.approvals()) == [approval]
    clock.pass_time(301)
    assert not await storage.approvals()

    await storage.save_workspace("anne", Workspace(name="nuit", content="{}"))
    await storage.save_workspace("anne", Workspace(name="nuit", content="{1}"))
    assert await storage.workspaces("anne") == [Workspace(name="nuit", content="{1}", updated_at=clock.now())]
    assert not await storage.workspaces("paul")
    await storage.delete_workspace("anne", "nuit")
    await storage.delete_workspace("anne", "nuit")
    assert not await storage.workspaces("anne")

    await storage.save_secret("gw", "cipher")
    assert dict(await storage.secrets()) == {"gw": "cipher"}


async def test_a_trend_is_thinned_evenly_across_midnight(storage: Storage, clock: ManualClock) -> None:
    start = dt.datetime(2026, 1, 1, 23, 59, tzinfo=dt.UTC)
    values = [(7, "level", PointValue(n / 2, Quality.GOOD, None, start + dt.timedelta(seconds=n))) for n in range(120)]
    await storage.keep_readings([*values, (7, "lit", PointValue(True, Quality.STALE, None, start))])
    end = start + dt.timedelta(hours=1)
    kept = await storage.readings(7, "level", start, end, 1000)
    assert [item.value for item in kept] == [n / 2 for n in range(120)]
    assert kept[61].at == start + dt.timedelta(seconds=61)
    thinned = await storage.readings(7, "level", start, end, 5)
    assert [item.value for item in thinned] == [0.0, 15.0, 30.0, 44.5, 59.5]
    (lit,) = await storage.readings(7, "lit", start, end, 5)
    assert lit.value is True
    assert lit.quality == Quality.STALE
    assert not await storage.readings(8, "level", start, end, 5)


async def test_a_database_of_the_first_schema_is_brought_up_to_date_with_what_it_holds(
    tmp_path: Path, clock: ManualClock
) -> None:
    kept = create_storage(None, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await kept.open()
    await kept.commit(Unit(entries=[entry()], replaced_assets=[LAMP]))
    await kept.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "kept" / DATABASE_FILE)) as file:
        file.executescript(
            "DROP TABLE house_numbers; DROP TABLE address_streets; DROP TABLE kept_records;"
            "UPDATE alembic_version SET version_num = '0001'"
        )
    again = create_storage(None, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await again.open()
    assert list(await again.assets()) == [LAMP]
    assert list(await again.address_streets()) == []
    assert dict(await again.records("masks")) == {}
    assert await again.verify_journal() is None
    await again.close()
