"""Fault matrix, sessions: a login that is taken up from elsewhere is an alarm, and nobody can make a flood of it."""

import functools
from pathlib import Path

import pytest

from backend.bootstrap import Backend
from backend.options import BackendOptions
from backend.ports import JournalQuery, StorageError, Unit
from backend.services.control_server import CLASS, CODE, MISUSE_STANDS_S
from backend.services.disk_watch import DiskWatch
from backend.services.identity import LoginRefused
from backend_client.errors import NotLoggedIn
from backend_client.session import Session
from contract.alarms import Alarm
from contract.assets import Asset
from contract.journal import EntryKind
from contract.rights import Grant, Level, User
from tests.backend.services.rig import SmallCity
from tests.backend.test_fault_matrix_disk import Usage
from tests.eventually import eventually

ANNE = User(name="anne", person="Anne", display_name="Anne", role="operator", grants=(Grant(level=Level.OPERATE),))
PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.1"


class Door:
    """A small city with anne's account, and a thief of tokens."""

    def __init__(self) -> None:
        self.city = SmallCity()

    async def open(self) -> None:
        await self.city.start()
        await self.city.identity.open()
        await self.city.identity.add_user(ANNE, PASSWORD, by="test")

    async def close(self) -> None:
        self.city.identity.close()
        await self.city.stop()

    async def steals(self, times: int = 1) -> None:
        """Logins whose refresh token is used twice, and again."""
        identity = self.city.identity
        for _ in range(times):
            tokens = await identity.login("anne", PASSWORD, address=HERE)
            await identity.refresh(tokens.refresh_token, address=ELSEWHERE)
            for _ in range(2):
                with pytest.raises(LoginRefused):
                    await identity.refresh(tokens.refresh_token, address=HERE)
            await self.looks()

    async def looks(self) -> None:
        await self.city.server.look()
        await self.city.settle()

    def alarms(self) -> list[Alarm]:
        return [alarm for alarm in self.city.alarms.standing() if alarm.class_ == CLASS]


async def test_f45_a_login_taken_up_from_elsewhere_is_an_alarm_of_priority_3() -> None:
    door = Door()
    await door.open()
    await door.looks()
    assert CLASS not in {asset.class_ for asset in door.city.register.all()}
    await door.steals()
    (alarm,) = door.alarms()
    assert (alarm.kind, alarm.priority, alarm.asset_code) == ("session_misused", 3, CODE)
    assert (alarm.is_active, alarm.acknowledged_by) == (True, "")
    door.city.clock.pass_time(MISUSE_STANDS_S)
    await door.looks()
    (alarm,) = door.alarms()
    assert not alarm.is_active, "it ends by itself, and stays until somebody has seen it"
    await door.city.alarms.acknowledge(alarm.id, alarm.occurrence, by="leila")
    assert door.alarms() == []
    await door.close()


async def test_f45_whoever_does_it_again_and_again_is_one_alarm_that_repeats() -> None:
    door = Door()
    await door.open()
    await door.steals(times=8)
    (alarm,) = door.alarms()
    assert alarm.occurrence == 1
    await door.city.alarms.acknowledge(alarm.id, alarm.occurrence, by="leila")
    door.city.clock.pass_time(MISUSE_STANDS_S)
    await door.looks()
    assert door.alarms() == []
    await door.steals(times=3)
    (again,) = door.alarms()
    assert (again.id, again.occurrence, again.is_active) == (alarm.id, 2, True), "it rings anew, as the same"
    await door.close()


async def test_f45_it_is_an_alarm_though_the_journal_could_not_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    await door.open()
    tokens = await door.city.identity.login("anne", PASSWORD, address=HERE)
    await door.city.identity.refresh(tokens.refresh_token, address=ELSEWHERE)

    async def full(_: Unit) -> None:
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(door.city.storage, "commit", full)
        with pytest.raises(StorageError):
            await door.city.identity.refresh(tokens.refresh_token, address=HERE)
        await door.looks()  # nor could the register
    assert door.alarms() == []
    await door.looks()
    assert [alarm.kind for alarm in door.alarms()] == ["session_misused"]
    await door.close()


@pytest.mark.timeout(120)
async def test_f18_f45_the_backend_that_is_started_joins_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    almost_full = functools.partial(DiskWatch, usage=lambda _: Usage(920, 80), every_s=0.05)
    monkeypatch.setattr("backend.bootstrap.DiskWatch", almost_full)
    backend = Backend(BackendOptions(data_dir=tmp_path / "data"))
    await backend.start()
    try:
        lamp = Asset(id=1, code="PL-1", class_="streetlight", lon=5.04, lat=47.32, commune="21231")
        await backend.register.apply([lamp], "anne", note="a street")
        await backend.identity.add_user(ANNE, PASSWORD, by="test")
        thief, anne = Session(backend.url), Session(backend.url)
        try:
            await anne.login("anne", PASSWORD)
            stolen = anne.refresh_token
            assert stolen is not None
            await thief.resume(stolen)
            with pytest.raises(NotLoggedIn):
                await anne.resume(stolen)
        finally:
            await thief.close()
            await anne.close()

        def told() -> bool:
            kinds = {alarm.kind for alarm in backend.alarms.standing() if alarm.class_ == CLASS}
            return kinds == {"data_disk_80", "data_disk_90", "session_misused"}

        await eventually(told, "each is an alarm")
        noted = await backend.storage.journal(JournalQuery(kinds=(EntryKind.SECURITY,), limit=1))
        assert noted[0].payload["event"] == "refresh_token_reused"
    finally:
        await backend.close()
