"""A watched connection and the desk beside it, for the stories of devices kept by hand."""

import asyncio

import msgspec
import pytest

from backend.services.administration.connections import ConnectionDesk
from contract.administration import ConnectionRequest
from tests.backend.services.rig import LAMP_MANIFEST, SmallCity
from tests.backend.services.test_supervisor import Watched


class Vault:
    """In memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def load(self) -> None: ...

    async def store(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def read(self, name: str) -> str:
        return self.kept[name]

    def names(self) -> list[str]:
        return sorted(self.kept)


class Room:
    """A watched connection and the desk beside it."""

    def __init__(self) -> None:
        self.city = SmallCity()
        self.watched = Watched(self.city)
        self.vault = Vault()
        self.desk = ConnectionDesk(
            self.city.storage, self.vault, self.city.devices, self.watched.supervisor, self.city.intake
        )

    async def settle(self) -> None:
        await asyncio.sleep(0.05)
        await self.city.intake.take_all()


def wanted(url: str = "https://10.0.0.9", **more: object) -> ConnectionRequest:
    fields = {"integration": "scripted", "url": url, **more}
    return ConnectionRequest(**fields)  # type: ignore[arg-type]  # keywords of the test


def knows(room: Room, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """The integration has this setting too."""
    manifest = msgspec.structs.replace(LAMP_MANIFEST, settings={**LAMP_MANIFEST.settings, setting: ""})
    monkeypatch.setattr(room.watched.catalogue, "manifests", lambda: {"scripted": manifest})
