"""A small city with everything that a backup has to bring back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from backend.devkit.clock import ManualClock
from backend.ports import KeptRecord, Storage, StoredToken, StoredUser, Unit
from backend.storage.backup.making import BackupWish, Progress, make_backup
from backend.storage.backup.package import BackupManifest
from backend.storage.backup.restoring import Restored, RestoreWish, restore_backup
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from backend.storage.vault import EncryptedVault
from contract.assets import Asset, AssetChange
from contract.commands import Command, CommandState
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue, Quality
from contract.rights import Grant, Level, User

PASSPHRASE = "a belfry above the roofs"
DEVICE_PASSWORD = "operator:canary-of-the-camera"
LAMPS = 40


class KeptCity:
    """A data directory of its own, open in a "backend" until it is closed."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.clock = ManualClock()
        self.data = folder / "data"
        self.secrets = self.data / "secrets"
        self.url = url
        self.storage: SqlStorage = self._new()

    async def build(self) -> None:
        """Assets, a command under way, an account, a login, a device's password, readings, a document."""
        await self.storage.open()
        assets = [lamp(number) for number in range(1, LAMPS + 1)]
        unit = Unit(
            entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload={"event": "first"}, personal={"ip": "x"})],
            replaced_assets=assets,
            asset_changes=[
                AssetChange(asset_id=1, at=self.clock.now(), actor="anne", before={"name": "a"}, after={"name": "b"})
            ],
            commands=[command(self.clock.now())],
            records=[KeptRecord("note", "one", b"\x00\x01\xff")],
        )
        await self.storage.commit(unit)
        user = User(name="anne", person="anne", display_name="Anne", role="operator", grants=(Grant(level=Level.VIEW),))
        entry = NewEntry(kind=EntryKind.USER, actor="system", payload={"account": "anne", "event": "added"})
        await self.storage.save_user(StoredUser(user=user, password_hash="$argon2id$x"), entry)
        await self.storage.save_token(
            StoredToken(token_hash="h", family="f", user_name="anne", expires_at=self.clock.now() + dt.timedelta(1))
        )
        await EncryptedVault(self.storage, self.secrets).store("camera", DEVICE_PASSWORD)
        await self.storage.keep_readings([(1, "power_w", reading(self.clock.now(), 40.0))])
        await self.storage.readings(1, "power_w", self.clock.now(), self.clock.now(), 1)  # they are written now
        (self.data / "documents").mkdir()
        (self.data / "documents" / "plan.pdf").write_bytes(b"%PDF a plan")
        (self.data / "footage").mkdir()
        (self.data / "footage" / "cam.mp4").write_bytes(b"pictures of people")

    async def happen(self, count: int) -> None:
        """Entries, one commit each."""
        for number in range(count):
            payload: dict[str, object] = {"event": "tick", "number": number}
            await self.storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))

    async def stop(self) -> None:
        """The backend ends."""
        await self.storage.close()

    async def back_up(
        self, target: Path, passphrase: str | None = PASSPHRASE, tell: Callable[[Progress], None] = lambda _: None
    ) -> BackupManifest:
        """As the command does."""
        wish = BackupWish(
            data_dir=self.data,
            secrets_dir=self.secrets,
            database_url=self.url,
            target=target,
            passphrase=passphrase,
        )
        return await make_backup(wish, "1.2.3", self.clock.now(), tell)

    async def take_back(
        self,
        source: Path,
        passphrase: str | None = PASSPHRASE,
        *,
        replaces: bool = False,
        keeps_api_keys: bool = False,
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> Restored:
        """Restore into this directory, and open it."""
        wish = RestoreWish(
            source=source,
            data_dir=self.data,
            secrets_dir=self.secrets,
            database_url=self.url,
            passphrase=passphrase,
            replaces=replaces,
            keeps_api_keys=keeps_api_keys,
        )
        restored = await restore_backup(wish, "1.2.3", self.clock, tell)
        self.storage = self._new()
        await self.storage.open()
        return restored

    def _new(self) -> SqlStorage:
        return create_storage(self.url, self.data, self.secrets, self.clock, ballast_bytes=0)


async def device_password(storage: Storage, secrets: Path) -> str:
    """What the vault gives for the camera."""
    vault = EncryptedVault(storage, secrets)
    await vault.load()
    return vault.read("camera")


def lamp(number: int) -> Asset:
    """One lamp."""
    return Asset(
        id=number,
        class_="streetlight",
        code=f"L-{number:05}",
        name=f"Lanterne n° {number}",
        lon=5.0,
        lat=47.3,
        commune="21231",
        service="lighting",
    )


def command(at: dt.datetime) -> Command:
    """One that is under way."""
    return Command(
        id="11111111-1111-4111-8111-111111111111",
        asset_id=1,
        action="set",
        arguments={},
        actor="anne",
        requested_at=at,
        deadline=at,
        state=CommandState.SENT,
        changed_at=at,
    )


def reading(at: dt.datetime, value: float) -> PointValue:
    """A good one."""
    return PointValue(value, Quality.GOOD, at, at)
