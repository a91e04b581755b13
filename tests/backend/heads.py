"""A city whose camera turns, and operators at their desks."""

import uuid

from backend.devkit.adapter import Adapter, DeviceCommand
from backend.services.sessions import Session
from contract.api import CommandRequest
from contract.assets import Asset
from contract.commands import Command
from contract.devices import Binding, Connection
from contract.rights import Grant, Level, User
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.services.rig import LAMP_MANIFEST, ScriptedGateway


class Dome(ScriptedGateway):
    """A camera that turns."""

    @property
    def acts(self) -> list[str]:
        """What it was told, oldest first."""
        return [command.action for command in self.commands]

    @property
    def tokens(self) -> list[int]:
        return [command.lease_token for command in self.commands]

    def stops(self) -> list[DeviceCommand]:
        return [command for command in self.commands if command.action == "ptz_stop"]


def a_dome(city: TwoCommunes) -> Dome:
    """The camera of Dijon turns from now on."""
    dome = Dome()
    connection = Connection(id="dome", integration="scripted", url="test:")
    bindings = {"dome": [Binding(asset_id=city.camera().id, address="")]}
    city.devices.take({"scripted": LAMP_MANIFEST}, [connection], bindings)
    as_adapter: Adapter = dome
    city.devices.set_adapter("dome", as_adapter)
    return dome


class Desk:
    """One operator, logged in."""

    def __init__(self, city: TwoCommunes, user: User, session: Session) -> None:
        self.city = city
        self.user = user
        self.session = session

    @property
    def camera(self) -> Asset:
        return self.city.camera()

    async def tells(self, action: str = "ptz_move") -> Command:
        """One command to the head. Raises CommandRejected."""
        arguments = {"pan": 0.5, "tilt": 0.0, "zoom": 0.0} if action == "ptz_move" else {}
        request = CommandRequest(
            id=str(uuid.uuid4()), asset_id=self.camera.id, action=action, arguments=dict(arguments), deadline_s=2.0
        )
        return await self.city.commands.submit(request, by=self.user.name, session=self.session.id)


async def sit_down(city: TwoCommunes, name: str, level: Level = Level.OPERATE) -> Desk:
    """An account of this level that logs in."""
    user = await city.account(name, [Grant(level=level)])
    tokens = await city.identity.login(name, f"{name}-password", address="127.0.0.1")
    session = city.identity.session(tokens.access_token)
    assert session is not None
    return Desk(city, user, session)
