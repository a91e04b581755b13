"""The broker's password for field devices: made by an administrator, told once, good at once; the old one is not."""

import asyncio
from collections.abc import AsyncIterator

import aiomqtt
import msgspec
import pytest

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery
from backend.services.administration.broker_account import BrokerAccount
from backend.services.administration.refusal import AdministrationRefused
from backend.services.field_broker import SECRET, field_broker
from contract.administration import NewBrokerPassword
from contract.journal import EntryKind
from tests.backend.services.administration.watched_room import Room


@pytest.fixture
async def account(room: Room) -> AsyncIterator[BrokerAccount]:
    yield BrokerAccount(room.city.storage, room.vault, room.watched.supervisor)
    await asyncio.get_running_loop().shutdown_default_executor()


async def enters(made: NewBrokerPassword, password: str) -> bool:
    """Whether a field device gets in."""
    client = aiomqtt.Client(made.broker.host, made.broker.port, username=made.broker.user, password=password)
    try:
        async with client:
            await client.publish("bays/1", b"1", qos=1)
    except aiomqtt.MqttError:
        return False
    return True


async def test_a_new_password_opens_the_running_broker_at_once_and_the_old_one_no_more(
    room: Room, account: BrokerAccount
) -> None:
    broker = room.watched.supervisor.own_broker()
    await broker.listening()
    port = broker.port
    assert (await account.present()).user == "", "nobody but we enters"
    first = await account.renew("chirpstack", by="anne")
    assert (first.broker.user, first.broker.port, first.broker.is_running) == ("chirpstack", port, True)
    assert await enters(first, first.password)
    second = await account.renew("chirpstack", by="anne")
    assert second.broker.port == port, "those in the field know it"
    assert not await enters(second, first.password)
    assert await enters(second, second.password)


async def test_it_is_kept_encrypted_for_the_next_start_and_the_journal_knows_who_and_not_what(
    room: Room, account: BrokerAccount
) -> None:
    made = await account.renew("chirpstack", by="anne")
    assert not made.broker.is_running, "nothing asked for the broker yet"
    assert room.vault.kept == {SECRET: f"chirpstack:{made.password}"}
    assert field_broker({}, room.vault.read, SystemClock()).field_user == "chirpstack"
    entry = (await room.city.storage.journal(JournalQuery(kinds=(EntryKind.SECURITY,), limit=1)))[0]
    assert entry.actor == "anne"
    assert entry.payload == {"event": "broker_password_renewed", "user": "chirpstack", "before": ""}
    assert made.password not in repr(await room.city.storage.journal(JournalQuery()))
    await room.watched.supervisor.own_broker().listening()
    listening = msgspec.structs.replace(made, broker=await account.present())
    assert await enters(listening, made.password)


@pytest.mark.parametrize("user", ["", "beffroi", "a:b", "a b", "x" * 65, "é", "-a"])
async def test_a_user_that_can_be_none_is_refused_and_nothing_changes(
    room: Room, account: BrokerAccount, user: str
) -> None:
    with pytest.raises(AdministrationRefused):
        await account.renew(user, by="anne")
    assert room.vault.kept == {}
