"""Where conditions are inherited from, on whose points an alarm depends, and trials that are watched and cancelled."""

import asyncio
import datetime as dt

import msgspec
import pytest

from backend.services.alarms.kept_past import KeptPast
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_rules import (
    AlarmTypeDetail,
    OverrideChange,
    RuleOverride,
    RulePatch,
    Trial,
    TrialRequest,
    TrialState,
)
from contract.alarms import Priority, ShownState
from contract.assets import AlarmRule, AlarmWhen, Asset, EnablingCondition, EnablingOf
from contract.points import Reading
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

LAMP, FAILURE = "streetlight", "lampFailure"
FAILURES = f"/alarm-rules/{LAMP}/{FAILURE}"


@pytest.fixture
async def anne(served: ServedCity, city: TwoCommunes) -> Session:
    """May do everything."""
    await city.account("anne", EVERYTHING)
    return await served.login("anne")


async def place(session: Session, patch: RulePatch, asset_id: int | None = None) -> None:
    change = OverrideChange(patch=patch, reason="works on the street", version=0, asset_id=asset_id)
    await session.put_for(f"{FAILURES}/override", change, RuleOverride)


def priority(city: TwoCommunes, lamp: Asset) -> Priority | None:
    rule = city.alarms.rules.rule(lamp.id, FAILURE)
    return None if rule is None else rule.priority


async def test_a_lamp_inherits_from_its_cabinet_and_from_its_building_and_the_nearest_wins(
    anne: Session, city: TwoCommunes
) -> None:
    first, second, third = city.lamps(DIJON)
    cabinet = city.cabinet(DIJON)
    building = Asset(id=9001, code="B-1", class_="building", lon=5.0, lat=47.3, commune=DIJON)
    await city.register.apply(
        [building, msgspec.structs.replace(second, parent=building.id)], "anne", note="a building"
    )
    await place(anne, RulePatch(priority=Priority.P4))
    await place(anne, RulePatch(priority=Priority.P2), cabinet.id)
    await place(anne, RulePatch(priority=Priority.P3), building.id)
    await place(anne, RulePatch(priority=Priority.P1), third.id)
    assert [priority(city, lamp) for lamp in (first, second, third)] == [Priority.P2, Priority.P3, Priority.P1]
    assert priority(city, city.lamps(QUETIGNY)[0]) is Priority.P4
    detail = await anne.get(FAILURES, AlarmTypeDetail)
    tree = [(seen.asset_code, seen.depth) for seen in detail.overrides]
    assert tree[:2] == [("", 0), (cabinet.code, 1)]
    assert tree[tree.index((cabinet.code, 1)) + 1] == (third.code, 2), "what refines another stands below it"
    assert ("B-1", 1) in tree


async def test_an_alarm_that_depends_on_its_cabinets_door_follows_the_door(anne: Session, city: TwoCommunes) -> None:
    lamp, cabinet = city.lamps(DIJON)[0], city.cabinet(DIJON)
    shut = EnablingCondition(point="cabinetDoorOpen", when=AlarmWhen.IS_FALSE, of=EnablingOf.SUPPLY)
    await place(anne, RulePatch(enabled_by=(shut,), hold_s=0.0))

    async def say(point: str, asset: Asset, value: bool) -> ShownState | None:
        await city.say(Reading(asset.id, point, value))
        city.clock.pass_time(20)
        await city.alarms.settle()
        alarm = city.alarms.get(alarm_number(lamp.id, FAILURE))
        return None if alarm is None else alarm.shown

    assert await say("lampFailure", lamp, True) is None, "whether the door is open is not known: nothing is raised"
    detail = await anne.get(FAILURES, AlarmTypeDetail)
    assert lamp.id in detail.undecided, "and the engineer is told so"
    assert await say("cabinetDoorOpen", cabinet, False) is ShownState.B_UNACK
    assert await say("cabinetDoorOpen", cabinet, True) is ShownState.D_RTNUN
    assert await say("cabinetDoorOpen", cabinet, False) is ShownState.B_UNACK
    assert lamp.id not in (await anne.get(FAILURES, AlarmTypeDetail)).undecided


async def test_an_enabling_condition_on_a_point_that_nothing_has_is_refused(anne: Session) -> None:
    for condition in (
        EnablingCondition(point="noSuchPoint", when=AlarmWhen.IS_TRUE),
        EnablingCondition(point="power_w", when=AlarmWhen.ABOVE),
        EnablingCondition(point="power_w", when=AlarmWhen.STUCK, limit=1.0),
    ):
        with pytest.raises(Refused) as told:
            await place(anne, RulePatch(enabled_by=(condition,)))
        assert told.value.problem.detail_code == "rule_enabling"


@pytest.fixture
def slow_past(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The second asset's past is read only once this is set."""
    go_on = asyncio.Event()
    really, read = KeptPast.samples, list[int]()

    async def samples(
        self: KeptPast, asset: Asset, point: str, rule: AlarmRule, since: dt.datetime, until: dt.datetime
    ) -> object:
        read.append(asset.id)
        if len(read) > 1:
            await go_on.wait()
        return await really(self, asset, point, rule, since, until)

    monkeypatch.setattr(KeptPast, "samples", samples)
    return go_on


async def begun(anne: Session, city: TwoCommunes) -> Trial:
    city.clock.pass_time(3600)
    until = city.clock.now()
    request = TrialRequest(
        class_=LAMP, kind=FAILURE, patch=RulePatch(hold_s=60.0), since=until - dt.timedelta(hours=1), until=until
    )
    return await anne.post_for("/alarm-trials", request, Trial)


async def test_a_trial_says_how_far_it_is_and_ends_when_cancelled(
    anne: Session, city: TwoCommunes, slow_past: asyncio.Event
) -> None:
    trial = await begun(anne, city)
    async with asyncio.timeout(5):
        while (trial := await anne.get(f"/alarm-trials/{trial.id}", Trial)).done < 1:
            await asyncio.sleep(0.01)
    assert (trial.state, trial.done, trial.total) == (TrialState.RUNNING, 1, 6)
    with pytest.raises(Refused) as told:
        await begun(anne, city)
    assert told.value.problem.detail_code == "trial_busy"
    cancelled = await anne.post_for(f"/alarm-trials/{trial.id}/cancel", None, Trial)
    assert (cancelled.state, cancelled.result) == (TrialState.CANCELLED, None)
    slow_past.set()
    await city.alarm_services.trials.settle()
    assert (await anne.get(f"/alarm-trials/{trial.id}", Trial)).state is TrialState.CANCELLED
    again = await begun(anne, city)
    await city.alarm_services.trials.settle()
    done = await anne.get(f"/alarm-trials/{again.id}", Trial)
    assert (done.state, done.done) == (TrialState.DONE, 6)


async def test_nobody_sees_or_cancels_a_colleagues_trial(
    anne: Session, city: TwoCommunes, served: ServedCity, slow_past: asyncio.Event
) -> None:
    trial = await begun(anne, city)
    await city.account("theo", EVERYTHING)
    theo = await served.login("theo")
    with pytest.raises(Refused) as told:
        await theo.post_for(f"/alarm-trials/{trial.id}/cancel", None, Trial)
    assert told.value.problem.status == 404
    slow_past.set()
    await city.alarm_services.trials.settle()
    assert (await anne.get(f"/alarm-trials/{trial.id}", Trial)).state is TrialState.DONE
