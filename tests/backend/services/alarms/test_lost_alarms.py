"""How an alarm could be lost: killed between two commits, its inhibitor gone, an override that ended meanwhile."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress

import msgspec
import pytest
from msgspec.structs import replace

from backend.devkit.clock import ManualClock
from backend.domain.alarms.events import AlarmEvent
from backend.domain.alarms.life import AlarmState, Step, step
from backend.domain.alarms.rule_settings import patched
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery, StorageError, Unit
from backend.services.alarms import bulk
from backend.services.alarms.records import alarm_number
from backend.services.refusals import RuleRefused
from backend.storage.memory import MemoryStorage
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.alarm_rules import OverrideChange, RulePatch
from contract.alarm_work import AlarmAct, BulkOutcome, BulkRequest, Pick
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.assets import AssetStatus, Label
from contract.journal import EntryKind, JournalEntry
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices
from tests.backend.services.rig import DARK_CABINET, LAMPS, SmallCity

KIND = "lampPowerTooLow"
BY_POINT = InhibitionRule(
    name="works at the cabinet",
    reason=Label(fr="Travaux à l'armoire", en="Works at the cabinet"),
    source_class="lighting_cabinet",
    source_point="cabinetDoorOpen",
    target_class="streetlight",
    kinds=(KIND,),
    scope=InhibitionScope.FED_BY_IT,
)
BY_ALARM = replace(BY_POINT, source_point="", source_kind="cabinetDoorOpen")
LAMP = alarm_number(LAMPS[0], KIND)


def alarm(city: SmallCity, alarm_id: int) -> Alarm:
    found = city.alarms.get(alarm_id)
    assert found is not None
    return found


async def works(city: SmallCity, rule: InhibitionRule) -> None:
    await city.alarms.inhibitions.put(rule, by="admin")
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.pass_time(5)


async def test_killed_as_the_inhibiting_alarm_clears_what_it_inhibited_is_shown_after_the_restart(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await works(city, BY_ALARM)
    door = alarm(city, alarm_number(DARK_CABINET, "cabinetDoorOpen"))
    await city.alarms.acknowledge(door.id, door.occurrence, by="leila")
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    seen = alarm(city, LAMP)
    assert seen.shown is ShownState.F_DSUPR

    commit, kept = city.storage.commit, 0

    async def once(unit: Unit) -> Sequence[JournalEntry]:
        nonlocal kept
        if not unit.alarm_states or kept:
            raise StorageError("the power is off")
        kept += 1
        return await commit(unit)

    monkeypatch.setattr(city.storage, "commit", once)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", False)
    with suppress(StorageError):
        await city.pass_time(15)
    assert kept
    monkeypatch.undo()
    await city.restart()
    assert not alarm(city, door.id).is_active
    await city.pass_time(60)
    seen = alarm(city, LAMP)
    assert seen.shown is not ShownState.F_DSUPR


@pytest.mark.parametrize("rule", [BY_POINT, BY_ALARM], ids=["a point", "an alarm"])
async def test_an_inhibitor_that_is_retired_inhibits_nothing(city: SmallCity, rule: InhibitionRule) -> None:
    await works(city, rule)
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    cabinet = city.register.get(DARK_CABINET)
    assert cabinet is not None
    await city.register.apply([replace(cabinet, status=AssetStatus.RETIRED)], "leila", note="taken down")
    await city.pass_time(60)
    seen = alarm(city, LAMP)
    assert seen.annunciation is Annunciation.UNACK


async def test_a_lamp_that_is_fed_by_another_is_no_longer_inhibited_by_the_first(city: SmallCity) -> None:
    await works(city, BY_POINT)
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    lamp = city.register.get(LAMPS[0])
    assert lamp is not None
    await city.register.apply([replace(lamp, supply_parent=None)], "leila", note="never was fed by it")
    await city.pass_time(60)
    seen = alarm(city, LAMP)
    assert seen.annunciation is Annunciation.UNACK


async def test_an_override_that_ends_while_the_backend_is_away_gives_the_alarm_its_priority_back(
    city: SmallCity,
) -> None:
    kind = ("lighting_cabinet", "cabinetDoorOpen")
    standard = city.alarms.rules.rule(DARK_CABINET, kind[1])
    assert standard is not None
    assert standard.priority < Priority.P4
    change = OverrideChange(
        patch=RulePatch(priority=Priority.P4),
        reason="known and harmless until ten",
        version=0,
        until=city.clock.now() + dt.timedelta(minutes=10),
    )
    await city.alarm_services.rule_book.put_override(kind, change, by="leila")
    await city.tells(DARK_CABINET, kind[1], True)
    await city.pass_time(5)
    door = alarm_number(DARK_CABINET, kind[1])
    seen = alarm(city, door)
    assert seen.priority is Priority.P4
    await city.restart(away_s=3600)
    await city.pass_time(5)
    seen = alarm(city, door)
    assert (seen.priority, seen.annunciation) == (standard.priority, Annunciation.UNACK)


async def states_of_the_journal(city: SmallCity) -> dict[int, AlarmState]:
    states: dict[int, AlarmState] = {}
    for entry in reversed(await city.storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), limit=100_000))):
        if "refused" in entry.payload:
            continue
        number = msgspec.convert(entry.payload["alarm"], int)
        event = msgspec.convert(entry.payload["event"], AlarmEvent)
        result = step(states.get(number, AlarmState()), event, dt.datetime.fromisoformat(str(entry.payload["at"])))
        assert isinstance(result, Step)
        states[number] = result.state
    return states


async def test_i6_of_a_latching_alarm_the_journal_alone_gives_the_state(city: SmallCity) -> None:
    kind = ("streetlight", KIND)
    change = OverrideChange(patch=RulePatch(is_latching=True), reason="to be seen", version=0)
    await city.alarm_services.rule_book.put_override(kind, change, by="leila")
    await city.tells(LAMPS[0], KIND, True)
    await city.pass_time(5)
    await city.tells(LAMPS[0], KIND, False)
    await city.pass_time(5)
    seen = alarm(city, LAMP)
    assert (await states_of_the_journal(city))[LAMP].annunciation is seen.annunciation is Annunciation.LTCH_U


async def test_what_never_waits_cannot_be_made_to_come_without_a_sound() -> None:
    clock, classes = ManualClock(), dict(standard_asset_classes())
    cabinet = classes["lighting_cabinet"]
    points = tuple(
        replace(spec, alarms=tuple(replace(rule, never_waits=True, hold_s=0.0) for rule in spec.alarms))
        for spec in cabinet.points
    )
    classes["lighting_cabinet"] = replace(cabinet, points=points)
    joined = JoinedServices(MemoryStorage(clock), RecordingFeed(), clock, classes=classes)
    change = OverrideChange(patch=RulePatch(needs_acknowledgement=False), reason="it is loud", version=0)
    with pytest.raises(RuleRefused) as refused:
        await joined.alarm_services.rule_book.put_override(("lighting_cabinet", "cabinetDoorOpen"), change, by="eve")
    assert refused.value.said.code == "rule_never_silent"
    kept = next(rule for spec in points for rule in spec.alarms)
    assert patched(kept, [change.patch]).needs_acknowledgement
    await joined.close()


async def test_a_request_under_way_is_not_forgotten_for_others_that_are_answered(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.pass_time(5)
    monkeypatch.setattr(bulk, "REMEMBERED", 0)
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def fails_late(_: Unit) -> Sequence[JournalEntry]:
        begun.set()
        await goes_on.wait()
        raise StorageError("the disk is full")

    monkeypatch.setattr(city.storage, "commit", fails_late)
    acts = city.alarm_services.acts

    def asks(alarm_id: int) -> Coroutine[None, None, BulkOutcome]:
        request = BulkRequest(id=str(uuid.uuid4()), act=AlarmAct.ACKNOWLEDGE, picks=(Pick(alarm_id, 1),))
        return acts.bulk(request, by="leila", may=_yes, allows=_yes)

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        under_way = tasks.create_task(_refused_by_storage(asks(alarm_number(DARK_CABINET, "cabinetDoorOpen"))))
        await begun.wait()
        assert len((await asks(77)).refused) == 1
        goes_on.set()
    assert under_way.result()


def _yes(_who: object, _alarm: Alarm) -> bool:
    return True


async def _refused_by_storage(doing: Coroutine[None, None, BulkOutcome]) -> bool:
    with pytest.raises(StorageError):
        await doing
    return True
