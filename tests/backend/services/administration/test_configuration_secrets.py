"""A configuration file from elsewhere: it learns no secret, points at none, and sends none to another address."""

from typing import cast

import msgspec
import pytest

from backend.ports import Unit
from backend.services.accounts import ROLE_GRANTS
from backend.services.administration.configuration import Configuration
from backend.services.administration.connections import HIDDEN
from backend.services.administration.refusal import AdministrationRefused
from backend.services.administration.roles import Roles
from backend.services.identity import Identity
from contract.administration import ConfigurationFile
from contract.devices import Connection
from contract.rights import User
from tests.backend.services.administration.watched_room import Room, knows, wanted


class OneAdministrator:
    """Who may configure the city."""

    def users(self) -> list[User]:
        return [User(name="a", person="a", display_name="a", role="administrator", grants=ROLE_GRANTS["administrator"])]


@pytest.fixture
def configuration(room: Room) -> Configuration:
    roles = Roles(room.city.storage, room.city.clock, cast("Identity", OneAdministrator()))
    return Configuration(room.city.storage, roles, room.desk, room.watched.supervisor)


async def _take(configuration: Configuration, wanted: ConfigurationFile) -> None:
    await configuration.take(wanted, (await configuration.compare(wanted)).seal, by="admin")


def _only(file: ConfigurationFile, connection: Connection) -> ConfigurationFile:
    return msgspec.structs.replace(file, connections=(connection,))


async def test_secrets_among_settings_stand_in_no_file_and_come_through_unchanged(
    room: Room, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(room, monkeypatch, "api_key")
    old = Connection(id="old", integration="scripted", url="https://10.0.0.9", settings={"api_key": "canary-9"})
    await room.city.storage.commit(Unit(connections=[old]))
    present = await configuration.present()
    assert "canary-9" not in str(present)
    shown = next(item for item in present.connections if item.id == "old")
    assert shown.settings == {"api_key": HIDDEN}
    await _take(configuration, _only(present, msgspec.structs.replace(shown, is_paused=True)))
    kept = next(item for item in await room.city.storage.connections() if item.id == "old")
    assert (kept.is_paused, kept.settings) == (True, {"api_key": "canary-9"})
    assert "canary-9" not in str(await configuration.previous())
    await _take(configuration, _only(present, msgspec.structs.replace(shown, url="https://evil.example")))
    moved = next(item for item in await room.city.storage.connections() if item.id == "old")
    assert (moved.url, moved.settings) == ("https://evil.example", {"api_key": ""})


async def test_a_file_that_moves_a_device_does_not_send_its_password_along(
    room: Room, configuration: Configuration
) -> None:
    await room.desk.put("gateway 9", wanted(credentials="operator:canary-7"), by="admin")
    present = await configuration.present()
    gateway = next(item for item in present.connections if item.id == "gateway 9")
    await _take(configuration, _only(present, msgspec.structs.replace(gateway, url="https://10.0.0.9/new")))
    assert room.desk.one("gateway 9").has_credentials
    await _take(configuration, _only(present, msgspec.structs.replace(gateway, url="https://evil.example")))
    assert not room.desk.one("gateway 9").has_credentials


async def test_a_file_that_points_at_the_password_of_another_device_is_refused(
    room: Room, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.desk.put("gateway 9", wanted(credentials="operator:canary-7"), by="admin")
    knows(room, monkeypatch, "broker_secret")
    present = await configuration.present()
    thief = Connection(
        id="thief",
        integration="scripted",
        url="mqtts://evil.example",
        settings={"broker_secret": "connection gateway 9"},
    )
    with pytest.raises(AdministrationRefused, match="only to the address"):
        await _take(configuration, _only(present, thief))
