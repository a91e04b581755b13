"""Sheets, conditions and trials through the API, as an engineer and an operator notice them."""

import contextlib
import datetime as dt

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.ports import Unit
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_rules import (
    AlarmSheet,
    AlarmTypeDetail,
    AlarmTypeList,
    AssetRules,
    Consequence,
    MatrixChange,
    OverrideChange,
    OverrideRemoval,
    PriorityMatrix,
    RuleEvent,
    RuleHistory,
    RuleOverride,
    RulePatch,
    SheetChange,
    SheetContent,
    Trial,
    TrialRequest,
    TrialState,
)
from contract.alarms import Priority, ShownState
from contract.api import AssetClassList
from contract.assets import AlarmWhen, EnablingCondition, Label
from contract.journal import EntryKind, NewEntry
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

VOLTAGE = "/alarm-rules/lighting_cabinet/supplyVoltageTooHigh"
CLASS, KIND = "lighting_cabinet", "supplyVoltageTooHigh"


@pytest.fixture
async def anne(served: ServedCity, city: TwoCommunes) -> Session:
    """May do everything."""
    await city.account("anne", EVERYTHING)
    return await served.login("anne")


@pytest.fixture
async def theo(served: ServedCity, city: TwoCommunes) -> Session:
    """Manages Dijon only."""
    await city.account("theo", (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),))
    return await served.login("theo")


async def override(session: Session, patch: RulePatch, asset_id: int | None = None, **fields: object) -> RuleOverride:
    change = msgspec.structs.replace(
        OverrideChange(patch=patch, reason="works on the street", version=0, asset_id=asset_id), **fields
    )
    return await session.put_for(f"{VOLTAGE}/override", change, RuleOverride)


def shown(city: TwoCommunes, commune: str) -> tuple[ShownState, Priority] | None:
    alarm = city.alarms.get(alarm_number(city.cabinet(commune).id, KIND))
    return None if alarm is None else (alarm.shown, alarm.priority)


async def test_a_sheets_priority_and_guidance_reach_alarm_and_console(anne: Session, city: TwoCommunes) -> None:
    content = SheetContent(
        cause=Label("porte forcée", "door forced"),
        guidance=Label("Envoyer la patrouille.", "Send the patrol."),
        consequence=Consequence.SEVERE,
        respond_within_s=120.0,
        owner="éclairage",
        review_on=dt.date(2020, 1, 1),
    )
    sheet = await anne.put_for(f"{VOLTAGE}/sheet", SheetChange(content=content, version=0, reason="review"), AlarmSheet)
    assert (sheet.version, sheet.by) == (1, "anne")
    classes = await anne.get("/asset-classes", AssetClassList)
    cabinet = next(item for item in classes.items if item.code == CLASS)
    rule = next(rule for point in cabinet.points for rule in point.alarms if rule.kind == KIND)
    assert (rule.guidance.fr, rule.priority) == ("Envoyer la patrouille.", Priority.P1)
    await city.say(Reading(city.cabinet(DIJON).id, "supplyVoltageTooHigh", True))
    city.clock.pass_time(60)
    await city.alarms.settle()
    assert shown(city, DIJON) == (ShownState.B_UNACK, Priority.P1)
    types = await anne.get("/alarm-rules", AlarmTypeList)
    overdue = [item for item in types.items if item.is_review_overdue]
    assert [(item.class_, item.kind) for item in overdue] == [(CLASS, KIND)]


async def test_two_engineers_do_not_overwrite_each_other(anne: Session) -> None:
    change = SheetChange(content=SheetContent(owner="a"), version=0, reason="first")
    await anne.put_for(f"{VOLTAGE}/sheet", change, AlarmSheet)
    with pytest.raises(Refused) as told:
        await anne.put_for(f"{VOLTAGE}/sheet", change, AlarmSheet)
    assert told.value.problem.status == 409
    assert told.value.problem.detail_code == "rule_changed"


async def test_an_edit_never_drops_what_waits_for_an_operator(anne: Session, city: TwoCommunes) -> None:
    cabinet = city.cabinet(DIJON)
    await city.say(Reading(cabinet.id, "supplyVoltageTooHigh", True))
    city.clock.pass_time(60)
    await city.alarms.settle()
    before = shown(city, DIJON)
    assert before is not None
    guard = EnablingCondition(point="supplyVoltageTooHigh", when=AlarmWhen.IS_FALSE)
    await override(anne, RulePatch(enabled_by=(guard,), hold_s=600.0), cabinet.id)
    city.clock.pass_time(120)
    await city.alarms.settle()
    after = shown(city, DIJON)
    assert after is not None
    assert after[0] is ShownState.D_RTNUN, "the process is no alarm any more, the operator has still to see it"


async def test_a_graver_priority_sounds_again_and_the_nearest_override_wins(anne: Session, city: TwoCommunes) -> None:
    cabinet = city.cabinet(DIJON)
    await override(anne, RulePatch(priority=Priority.P4))
    await city.say(*(Reading(city.cabinet(commune).id, "supplyVoltageTooHigh", True) for commune in (DIJON, QUETIGNY)))
    city.clock.pass_time(60)
    await city.alarms.settle()
    await override(anne, RulePatch(priority=Priority.P1), cabinet.id)
    await city.alarms.settle()
    assert (shown(city, DIJON), shown(city, QUETIGNY)) == (
        (ShownState.B_UNACK, Priority.P1),
        (ShownState.B_UNACK, Priority.P4),
    )
    found = await anne.get(f"/assets/{cabinet.id}/alarm-rules", AssetRules)
    mine = next(item for item in found.items if item.rule.kind == KIND)
    assert [step.asset_code for step in mine.trace if step.source == "override"] == ["", cabinet.code]


async def test_an_override_ends_on_time_and_on_the_record(anne: Session, city: TwoCommunes) -> None:
    cabinet = city.cabinet(DIJON)
    until = city.clock.now() + dt.timedelta(hours=1)
    await override(anne, RulePatch(hold_s=900.0), cabinet.id, until=until)
    rule = city.alarms.rules.rule(cabinet.id, KIND)
    assert rule is not None
    assert rule.hold_s == 900.0
    city.clock.pass_time(3600)
    await city.alarm_services.rule_book.expire_due()
    after = city.alarms.rules.rule(cabinet.id, KIND)
    assert after is not None
    assert after.hold_s != 900.0
    history = await anne.get(f"{VOLTAGE}/history", RuleHistory)
    assert [(item.event, item.actor) for item in history.items] == [
        (RuleEvent.OVERRIDE_EXPIRED, "system"),
        (RuleEvent.OVERRIDE_PLACED, "anne"),
    ]


async def test_what_was_changed_survives_a_restart_and_can_be_taken_away(anne: Session, city: TwoCommunes) -> None:
    cabinet = city.cabinet(DIJON)
    await override(anne, RulePatch(hold_s=42.0), cabinet.id)
    again = TwoCommunes()
    again.storage = city.storage
    book = city.alarm_services.rule_book
    await book.load()
    kept = await city.storage.records("alarm_override")
    assert len(kept) == 1
    detail = await anne.get(VOLTAGE, AlarmTypeDetail)
    assert [(item.asset_code, item.reaches) for item in detail.overrides] == [(cabinet.code, 1)]
    await anne.post(f"{VOLTAGE}/override/remove", OverrideRemoval(asset_id=cabinet.id, reason="works are over"))
    assert not await city.storage.records("alarm_override")
    await again.close()


async def test_who_manages_one_commune_changes_nothing_elsewhere(theo: Session, city: TwoCommunes) -> None:
    await override(theo, RulePatch(hold_s=42.0), city.cabinet(DIJON).id)
    for asset_id, status in ((city.cabinet(QUETIGNY).id, 404), (None, 403)):
        with pytest.raises(Refused) as told:
            await override(theo, RulePatch(hold_s=42.0), asset_id)
        assert told.value.problem.status == status
    types = await theo.get("/alarm-rules", AlarmTypeList)
    assert not any(item.may_edit for item in types.items)


async def test_a_matrix_that_makes_no_sense_is_refused_in_words(anne: Session) -> None:
    matrix = await anne.get("/alarm-priority-matrix", PriorityMatrix)
    upside_down = tuple(tuple(reversed(row)) for row in matrix.priorities)
    change = MatrixChange(within_s=matrix.within_s, priorities=upside_down, version=0, reason="try")
    with pytest.raises(Refused) as told:
        await anne.put_for("/alarm-priority-matrix", change, PriorityMatrix)
    assert told.value.problem.detail_code == "matrix_order"


async def test_a_trial_tells_what_would_have_been_and_what_was(anne: Session, city: TwoCommunes) -> None:
    cabinet, since = city.cabinet(DIJON), city.clock.now()
    for open_s in (20, 200, 20):
        for value, lasts_s in ((True, open_s), (False, 600)):
            line = NewEntry(
                kind=EntryKind.POINT,
                actor="device:x",
                asset_id=cabinet.id,
                payload={"point": "supplyVoltageTooHigh", "value": value},
            )
            await city.storage.commit(Unit(entries=[line]))
            await city.say(Reading(cabinet.id, "supplyVoltageTooHigh", value))
            for passed_s in (4, lasts_s - 4):  # the rule as it came waits 3 s
                city.clock.pass_time(passed_s)
                await city.alarms.settle()
    request = TrialRequest(
        class_=CLASS, kind=KIND, patch=RulePatch(hold_s=60.0), since=since, until=city.clock.now(), asset_id=cabinet.id
    )
    trial = await anne.post_for("/alarm-trials", request, Trial)
    await city.alarm_services.trials.settle()
    trial = await anne.get(f"/alarm-trials/{trial.id}", Trial)
    assert trial.state is TrialState.DONE
    assert trial.result is not None
    assert (trial.result.would, trial.result.did, trial.result.kept, trial.result.removed) == (1, 3, 1, 2)


_numbers = st.one_of(st.floats(allow_nan=False), st.integers(-(2**40), 2**40))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["limit", "hold_s", "count", "count_window_s", "over_s", "dead_band", "priority"]), _numbers
    ),
    version=st.integers(-5, 5),
)
async def test_no_content_of_an_override_breaks_the_backend(
    anne: Session, fields: dict[str, float], version: int
) -> None:
    body = {"patch": fields, "reason": "fuzz", "version": version}
    with contextlib.suppress(Refused):
        await anne.put_for(f"{VOLTAGE}/override", body, RuleOverride)
    detail = await anne.get(VOLTAGE, AlarmTypeDetail)  # answers, whatever was said
    assert detail.in_force.rule.hold_s >= 0
