"""The alarm desk: who acknowledges, what survives a restart, storms, chatter and a storage that fails."""

import asyncio
import datetime as dt
import time

import msgspec
import pytest

from backend.devkit.clock import Clock
from backend.domain.alarms.events import AlarmEvent
from backend.domain.alarms.life import AlarmState, Step, step
from backend.ports import StorageError, Unit
from backend.services.alarms.desk import AlarmRefused
from backend.services.alarms.records import alarm_number
from backend.storage.memory import MemoryStorage
from contract.alarms import Alarm, Annunciation, ShownState
from contract.devices import LinkState
from contract.journal import EntryKind, JournalEntry
from contract.points import PointValue, Quality, Reading
from tests.backend.services.rig import BRIGHT_CABINET, DARK_CABINET, GATEWAY, LAMPS, SmallCity

UNACK, ACKED = Annunciation.UNACK, Annunciation.ACKED


async def door_opens(city: SmallCity) -> Alarm:
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    return next(a for a in city.shown() if a.kind == "cabinetDoorOpen")


def replayed(entries: list[JournalEntry]) -> dict[int, tuple[int, str, bool]]:
    """What the journal alone says of each alarm: (occurrence, annunciation, is active)."""
    states: dict[int, AlarmState] = {}
    for entry in entries:
        if "refused" in entry.payload:
            continue
        number = entry.payload["alarm"]
        assert isinstance(number, int)
        event = msgspec.convert(entry.payload["event"], AlarmEvent)
        result = step(states.get(number, AlarmState()), event, dt.datetime.fromisoformat(str(entry.payload["at"])))
        assert isinstance(result, Step)
        states[number] = result.state
    return {number: (s.occurrence, s.annunciation.value, s.is_active) for number, s in states.items()}


async def test_two_operators_acknowledge_at_once_and_one_wins(city: SmallCity) -> None:
    alarm = await door_opens(city)
    for round_ in range(1, 21):
        names = ("leila", "marc")
        results = await asyncio.gather(
            *(city.alarms.acknowledge(alarm.id, round_, by=name) for name in names), return_exceptions=True
        )
        won = [result for result in results if isinstance(result, Alarm)]
        lost = [result for result in results if isinstance(result, AlarmRefused)]
        assert len(won) == len(lost) == 1
        assert lost[0].reason == f"already acknowledged by {won[0].acknowledged_by}"
        assert lost[0].alarm is not None
        assert lost[0].alarm.annunciation is ACKED
        await city.alarms.unacknowledge(alarm.id, by="marc")
    acts = [e for e in await city.journal(EntryKind.ALARM) if e.payload["event"]["type"] == "acknowledge"]  # type: ignore[index] # a mapping
    assert len(acts) == 40, "one line each, the refused ones too"
    assert sum("refused" in entry.payload for entry in acts) == 20


async def test_acknowledging_what_came_again_meanwhile_is_refused(city: SmallCity) -> None:
    alarm = await door_opens(city)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    with pytest.raises(AlarmRefused, match="occurrence 2"):
        await city.alarms.acknowledge(alarm.id, 1, by="leila")
    now = city.alarms.get(alarm.id)
    assert now is not None
    assert now.annunciation is UNACK


async def test_a_console_that_hangs_up_tears_nothing(city: SmallCity) -> None:
    alarm = await door_opens(city)
    asking = asyncio.get_running_loop().create_task(city.alarms.acknowledge(alarm.id, 1, by="leila"))
    await asyncio.sleep(0)
    asking.cancel()
    await city.settle()
    now = city.alarms.get(alarm.id)
    assert now is not None
    assert (now.annunciation, now.acknowledged_by) == (ACKED, "leila")


async def test_a_restart_keeps_acknowledged_shelved_and_out_of_service(city: SmallCity) -> None:
    door = await door_opens(city)
    await city.alarms.acknowledge(door.id, 1, by="leila")
    await city.tells(BRIGHT_CABINET, "cabinetDoorOpen", True)
    other = next(a for a in city.shown() if a.asset_id == BRIGHT_CABINET)
    until = city.clock.now() + dt.timedelta(minutes=30)
    await city.alarms.shelve(other.id, by="leila", reason="crew on site", until=until)
    await city.tells(DARK_CABINET, "supplyLoss", True)
    supply = next(a for a in city.shown() if a.kind == "supplyLoss")
    await city.alarms.take_out_of_service(supply.id, by="leila", reason="works")
    before = {(a.id, a.occurrence, a.shown) for a in city.alarms.standing()}
    journal_says = replayed(await city.journal(EntryKind.ALARM))

    await city.restart()

    assert {(a.id, a.occurrence, a.shown) for a in city.alarms.standing()} == before
    assert {a.shown for a in city.alarms.standing()} == {
        ShownState.C_ACKED,
        ShownState.E_SHLVD,
        ShownState.G_OOSRV,
    }
    assert replayed(await city.journal(EntryKind.ALARM)) == journal_says


async def test_occurrences_go_on_counting_after_a_restart_at_rest(city: SmallCity) -> None:
    alarm = await door_opens(city)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    await city.alarms.acknowledge(alarm.id, 1, by="leila")
    assert city.shown() == []
    await city.restart()
    again = await door_opens(city)
    assert (again.id, again.occurrence) == (alarm.id, 2)


async def test_shelving_ends_on_time_whatever_the_wall_clock_does(city: SmallCity) -> None:
    alarm = await door_opens(city)
    until = city.clock.now() + dt.timedelta(minutes=30)
    await city.alarms.shelve(alarm.id, by="leila", reason="crew on site", until=until)
    city.clock.jump(3600)
    await city.pass_time(60)
    assert city.alarms.of_asset(DARK_CABINET)[0].is_shelved, "a clock set forward ends nothing early"
    city.clock.jump(-7200)
    await city.pass_time(30 * 60)
    assert city.alarms.of_asset(DARK_CABINET)[0].annunciation is UNACK, "a clock set back keeps nothing longer"


async def test_shelving_ends_on_time_after_a_restart(city: SmallCity) -> None:
    alarm = await door_opens(city)
    until = city.clock.now() + dt.timedelta(minutes=30)
    await city.alarms.shelve(alarm.id, by="leila", reason="crew on site", until=until)
    await city.restart(away_s=20 * 60)
    assert city.alarms.of_asset(DARK_CABINET)[0].is_shelved
    await city.pass_time(11 * 60)
    assert city.alarms.of_asset(DARK_CABINET)[0].annunciation is UNACK


async def test_alertmanager_what_is_explained_stays_silent_through_a_restart(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.tells(DARK_CABINET, "supplyLoss", True)
    city.sink.assets_unreachable(list(LAMPS), "no answer")
    await city.settle()
    await city.pass_time(5)
    city.feed.alarms.clear()
    await city.restart()
    await city.pass_time(60)
    assert [alarm.kind for alarm in city.shown()] == ["supplyLoss"]
    assert all(alarm.shown is ShownState.F_DSUPR for alarm in city.feed.alarms), "nothing sounded"


async def test_a_contact_that_chatters_is_one_alarm_with_a_count(city: SmallCity) -> None:
    for tick in range(200):
        city.clock.pass_time(0.1)
        await city.tells(DARK_CABINET, "cabinetDoorOpen", tick % 2 == 0)
    (alarm,) = city.shown()
    assert alarm.is_active
    assert alarm.is_chattering
    assert alarm.repeat_count > 90
    assert len(await city.journal(EntryKind.ALARM)) < 10
    assert len(await city.journal(EntryKind.POINT)) <= 20


async def test_a_storm_of_ten_thousand_is_kept_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = _CountingStorage(SmallCity().clock)
    city = SmallCity(storage)
    await city.start()
    storage.units.clear()
    lamps = 10_000
    template = city.register.get(LAMPS[0])
    assert template is not None
    more = [msgspec.structs.replace(template, id=1000 + i, code=f"S-{i}", supply_parent=None) for i in range(lamps)]
    await city.register.apply(more, "system", note="a larger city")
    city.alarms.communication_changed([asset.id for asset in more], is_lost=True)
    started = time.monotonic()
    city.clock.pass_time(4)
    await city.alarms.settle()
    assert time.monotonic() - started < 10
    assert len(city.shown()) == lamps
    assert len([unit for unit in storage.units if unit.alarm_states]) == lamps / 1000
    await city.stop()


async def test_what_devices_said_while_storage_failed_is_kept_afterwards(city: SmallCity) -> None:
    storage = city.storage
    assert isinstance(storage, MemoryStorage)
    city.alarms.points_changed([(DARK_CABINET, "cabinetDoorOpen", _now_true(city))])
    storage.fail_next = "the disk is full"
    await city.alarms.settle()
    assert city.shown() == [], "what is not kept is not shown"
    await city.alarms.settle()
    assert [alarm.kind for alarm in city.shown()] == ["cabinetDoorOpen"]


async def test_an_act_that_could_not_be_kept_was_not_done(city: SmallCity) -> None:
    alarm = await door_opens(city)
    storage = city.storage
    assert isinstance(storage, MemoryStorage)
    storage.fail_next = "the disk is full"
    with pytest.raises(StorageError):
        await city.alarms.acknowledge(alarm.id, 1, by="leila")
    now = city.alarms.get(alarm.id)
    assert now is not None
    assert now.annunciation is UNACK
    assert (await city.alarms.acknowledge(alarm.id, 1, by="leila")).annunciation is ACKED


async def test_a_gateway_that_is_lost_is_one_alarm_for_everything_behind_it(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.report([Reading(BRIGHT_CABINET, "supplyLoss", False)])
    city.sink.link_changed(LinkState.DOWN, "connection refused")
    await city.settle()
    await city.pass_time(5)
    assert [(alarm.asset_id, alarm.kind) for alarm in city.shown()] == [(GATEWAY, "communication_lost")]


def test_an_alarm_keeps_its_number_for_ever() -> None:
    assert alarm_number(213, "supplyLoss") == alarm_number(213, "supplyLoss")
    assert alarm_number(2**32 - 1, "supplyLoss") < 2**53, "a number that JSON readers keep exactly"


class _CountingStorage(MemoryStorage):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.units: list[Unit] = []

    async def commit(self, unit: Unit) -> list[JournalEntry]:
        self.units.append(unit)
        return list(await super().commit(unit))


def _now_true(city: SmallCity) -> PointValue:
    return PointValue(True, Quality.GOOD, None, city.clock.now())
