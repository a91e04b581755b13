"""Devices by hand: tried before they are kept, paused without losing anything, never with a password in sight."""

import msgspec
import pytest

from backend.ports import Unit
from backend.services.administration.connections import HIDDEN
from backend.services.administration.refusal import AdministrationRefused
from contract.administration import ConnectionRequest
from contract.devices import Connection, LinkState
from contract.journal import EntryKind
from contract.points import Quality
from tests.backend.services.administration.watched_room import Room, knows, wanted
from tests.backend.services.rig import LAMP_MANIFEST, LAMPS


async def test_a_paused_device_is_left_alone_and_resumed_as_it_was(room: Room) -> None:
    made = len(room.watched.integration.made)
    paused = await room.desk.pause("talq-1", True, "works on the network", by="admin")
    await room.settle()
    assert paused.connection.is_paused
    assert room.desk.one("talq-1").link.state is LinkState.PAUSED
    value = room.city.live.point(LAMPS[0], "level_percent")
    assert value is not None
    assert value.quality is Quality.STALE
    assert room.watched.integration.made[-1].is_closed
    resumed = await room.desk.pause("talq-1", False, "", by="admin")
    await room.settle()
    assert not resumed.connection.is_paused
    assert room.desk.one("talq-1").link.state is LinkState.UP
    assert len(room.watched.integration.made) == made + 1
    events = [entry.payload.get("event") for entry in await room.city.journal(EntryKind.LINK)]
    assert [event for event in events if event] == ["connection_paused", "connection_resumed"]


async def test_link_statistics_tell_readings_losses_and_when_it_was_last_heard(room: Room) -> None:
    figures = room.desk.one("talq-1").figures
    assert figures.readings >= 1
    assert figures.last_heard is not None
    assert sum(figures.a_minute) == figures.readings
    room.watched.integration.made[-1].sink.link_changed(LinkState.DOWN, "cut")  # type: ignore[union-attr]  # it runs
    await room.settle()
    room.city.clock.pass_time(30)
    later = room.desk.one("talq-1").figures
    assert later.losses == 1
    assert later.up_percent is not None
    assert later.up_percent < 50


async def test_a_device_is_added_with_its_password_in_the_vault_and_nowhere_else(room: Room) -> None:
    added = await room.desk.put("gateway 9", wanted(credentials="operator:canary-7"), by="admin")
    await room.settle()
    assert added.has_credentials
    assert room.vault.kept == {"connection gateway 9": "operator:canary-7"}
    assert room.desk.one("gateway 9").link.state is LinkState.UP
    told = [str(entry) for entry in await room.city.journal(EntryKind.LINK)]
    assert any("connection_added" in line for line in told)
    assert not any("canary-7" in line for line in told)
    stored = await room.city.storage.connections()
    assert "canary-7" not in str(stored)
    await room.desk.put("gateway 9", wanted("https://10.0.0.9/new"), by="admin")
    assert room.desk.one("gateway 9").has_credentials  # the same device, the same password
    for elsewhere in ("https://10.0.0.10", "http://10.0.0.9", "https://10.0.0.9:8443"):
        with pytest.raises(AdministrationRefused, match="only to the address"):
            await room.desk.put("gateway 9", wanted(elsewhere), by="admin")
    await room.desk.put("gateway 9", wanted("https://10.0.0.10", credentials="operator:typed anew"), by="admin")
    await room.desk.remove("gateway 9", by="admin")
    with pytest.raises(AdministrationRefused, match="no connection"):
        room.desk.one("gateway 9")


async def test_only_what_uses_our_own_broker_needs_no_address(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdministrationRefused, match="address"):
        await room.desk.put("sensors", wanted(""), by="admin")
    manifest = msgspec.structs.replace(LAMP_MANIFEST, uses_own_broker=True)
    monkeypatch.setattr(room.watched.catalogue, "manifests", lambda: {"scripted": manifest})
    kept = await room.desk.put("sensors", wanted(""), by="admin")
    assert kept.connection.url == ""


async def test_a_device_that_assets_hang_on_is_not_removed_by_accident(room: Room) -> None:
    with pytest.raises(AdministrationRefused, match="1 assets answer behind talq-1"):
        await room.desk.remove("talq-1", by="admin")


@pytest.mark.parametrize(
    ("name", "request_", "told"),
    [
        ("a/b", wanted(), "no slash"),
        ("", wanted(), "1 to 80"),
        ("x", wanted("http://me:secret@10.0.0.1"), "without a password"),
        ("x", wanted("a\nb"), "one line"),
        ("x", wanted(settings={"unheard": "1"}), "no setting unheard"),
        ("x", wanted(credentials="a\r\nb"), "one line"),
        ("x", wanted(integration="submarine"), "not installed"),
    ],
)
async def test_what_cannot_be_a_device_is_refused_in_words(
    room: Room, name: str, request_: ConnectionRequest, told: str
) -> None:
    with pytest.raises(AdministrationRefused, match=told):
        await room.desk.put(name, request_, by="admin")
    assert len(await room.city.storage.connections()) == 1


async def test_a_trial_keeps_nothing_and_sends_a_stored_password_to_no_other_address(room: Room) -> None:
    await room.desk.put("gateway 9", wanted(credentials="operator:canary-7"), by="admin")
    await room.settle()
    before = await room.city.storage.connections()
    tried = await room.desk.try_out(wanted("https://10.0.0.77", credentials="a:b"), by="admin")
    assert (tried.state, tried.readings) == ("up", 1)
    assert room.watched.integration.made[-1].is_closed
    assert await room.city.storage.connections() == before
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await room.desk.try_out(wanted("https://evil.example", of="gateway 9"), by="admin")
    assert (await room.desk.try_out(wanted(of="gateway 9"), by="admin")).state == "up"


async def test_who_tried_to_connect_where_stands_in_the_journal(room: Room) -> None:
    await room.desk.try_out(wanted("https://10.0.0.77", credentials="a:canary-7"), by="admin")
    last = (await room.city.journal(EntryKind.LINK))[-1]
    assert (last.actor, last.payload["event"], last.payload["url"]) == (
        "admin",
        "connection_tried",
        "https://10.0.0.77",
    )
    assert "canary-7" not in str(last)


async def test_a_secret_among_the_settings_goes_to_no_other_address(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Connection(id="old", integration="scripted", url="https://10.0.0.9", settings={"api_key": "canary-9"})
    await room.city.storage.commit(Unit(connections=[old]))
    knows(room, monkeypatch, "api_key")
    asked = wanted("https://evil.example", of="old", credentials="a:b", settings={"api_key": HIDDEN})
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await room.desk.try_out(asked, by="admin")
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await room.desk.put("old", asked, by="admin")
    await room.desk.put("old", wanted("https://10.0.0.9", settings={"api_key": HIDDEN}), by="admin")
    assert "canary-9" in str(await room.city.storage.connections())


async def test_a_setting_that_names_the_secret_of_another_address_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.desk.put("gateway 9", wanted(credentials="operator:canary-7"), by="admin")
    knows(room, monkeypatch, "broker_secret")
    named = {"broker_secret": "connection gateway 9"}
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await room.desk.try_out(wanted("mqtts://evil.example", settings=named), by="admin")
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await room.desk.put("fleet", wanted("mqtts://evil.example", settings=named), by="admin")
    await room.desk.put("fleet", wanted(settings=named), by="admin")  # the same machine: it knows it already


async def test_settings_that_hold_a_secret_are_shown_as_set(room: Room) -> None:
    connection = Connection(
        id="old", integration="scripted", url="test:", settings={"api_key": "canary-9", "zone": "3"}
    )
    await room.city.storage.commit(Unit(connections=[connection]))
    await room.watched.supervisor.renew("old")
    assert room.desk.one("old").connection.settings == {"api_key": HIDDEN, "zone": "3"}
