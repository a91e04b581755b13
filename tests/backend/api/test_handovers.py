"""A shift is handed over: the report, two persons' signatures, and nothing that can be changed afterwards."""

import datetime as dt
import uuid

import msgspec
import pytest

from backend.ports import KeptRecord, Unit
from backend.services.alarms.handover import Handovers
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_work import AssignRequest, CommentRequest, OutOfServiceRequest
from contract.alarms import Alarm, Priority
from contract.api import AcknowledgeRequest, ShelveRequest
from contract.claims import Claim, Rank
from contract.handover import (
    Handover,
    HandoverList,
    HandoverRequest,
    HandoverState,
    ShiftNote,
    SignRequest,
    SinceYouLeft,
)
from contract.journal import EntryKind
from contract.logbook import NoteRequest
from contract.points import Reading
from contract.rights import Grant, Level, Scope, User
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

DIJON_ONLY = (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),)


async def cabinet_alarm(city: TwoCommunes, kind: str, commune: str = DIJON) -> Alarm:
    cabinet = city.cabinet(commune)
    await city.say(Reading(cabinet.id, kind, True))
    alarm = city.alarms.get(alarm_number(cabinet.id, kind))
    assert alarm is not None
    return alarm


async def people(served: ServedCity, city: TwoCommunes, *names: str) -> list[Session]:
    for name in names:
        await city.account(name, EVERYTHING)
    return [await served.login(name) for name in names]


def request(**more: object) -> HandoverRequest:
    return HandoverRequest(id=str(uuid.uuid4()), seat="Poste 2", **more)  # type: ignore[arg-type] # as asked


async def drawn(session: Session, wanted: HandoverRequest | None = None) -> Handover:
    return await session.post_for("/handovers", wanted or request(), Handover)


async def sign(session: Session, handover: Handover, user: str = "", password: str = "") -> Handover:
    body = SignRequest(hash=handover.hash, user=user, password=password)
    return await session.post_for(f"/handovers/{handover.report.id}/sign", body, Handover)


async def refusal(session: Session, handover: Handover, user: str = "", password: str = "") -> str:
    with pytest.raises(Refused) as refused:
        await sign(session, handover, user, password)
    return refused.value.problem.detail_code


async def test_the_report_says_what_stands_and_what_is_set_aside_and_why(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    door = await cabinet_alarm(city, "cabinetDoorOpen")
    await leila.post_for(f"/alarms/{door.id}/assign", AssignRequest(user="leila"), Alarm)
    note = CommentRequest(id=str(uuid.uuid4()), text="keys are with the guard")
    await leila.post_for(f"/alarms/{door.id}/comments", note, msgspec.Raw)
    lamps = city.lamps(DIJON)
    for lamp in lamps[:2]:
        await city.say(Reading(lamp.id, "highTemperature", True))
    city.clock.pass_time(10)
    await city.alarms.settle()
    hot, out = (alarm_number(lamp.id, "highTemperature") for lamp in lamps[:2])
    until = city.clock.now() + dt.timedelta(hours=3)
    await leila.post_for(f"/alarms/{hot}/shelve", ShelveRequest(reason="heat wave", until=until), Alarm)
    await leila.post_for(f"/alarms/{out}/out-of-service", OutOfServiceRequest(work_order="OT-2231"), Alarm)
    claim = Claim(
        id="c1",
        asset_id=lamps[2].id,
        property="level_percent",
        value=100.0,
        rank=Rank.OPERATOR,
        owner="leila",
        reason="market",
        placed_at=city.clock.now(),
    )
    calendar = msgspec.structs.replace(claim, id="c2", rank=Rank.CALENDAR)
    await city.storage.commit(Unit(claims=[claim, calendar]))
    await leila.post_for("/notes", NoteRequest(id=str(uuid.uuid4()), text="the prefecture called"), ShiftNote)
    report = (await drawn(leila, request(incoming="marc", remarks="calm night"))).report
    assert [(item.alarm.asset_code, item.alarm.assigned_to) for item in report.open] == [(door.asset_code, "leila")]
    assert [comment.text for comment in report.open[0].comments] == ["keys are with the guard"]
    (shelved,) = report.shelved
    assert (shelved.alarm.set_aside_reason, shelved.alarm.shelved_until) == ("heat wave", until)
    (taken_out,) = report.out_of_service
    assert (taken_out.alarm.set_aside_by, taken_out.alarm.set_aside_reason) == ("leila", "OT-2231")
    (override,) = report.overrides
    assert (override.asset_code, override.claim.owner, override.claim.reason) == (lamps[2].code, "leila", "market")
    assert [(item.author, item.text) for item in report.notes] == [("leila", "the prefecture called")]
    assert report.shift.raised == {Priority.P3: 3}
    assert report.shift.shelved == 1
    assert report.since_you_left is not None
    assert (report.remarks, report.outgoing, report.incoming) == ("calm night", "leila", "marc")
    del marc


async def test_two_persons_sign_and_the_alarms_go_to_the_one_who_comes(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    door = await cabinet_alarm(city, "cabinetDoorOpen")
    await leila.post_for(f"/alarms/{door.id}/assign", AssignRequest(user="leila"), Alarm)
    handover = await drawn(leila)
    assert await refusal(marc, handover) == "handover_yours"
    left = await sign(leila, handover)
    assert left.state is HandoverState.LEFT
    assert await refusal(leila, handover) == "handover_same_person"
    waiting = await marc.get("/handovers", HandoverList)
    assert [(line.outgoing, line.is_for_you) for line in waiting.items] == [("leila", True)]
    signed = await sign(marc, left)
    assert signed.state is HandoverState.SIGNED
    assert signed.is_intact
    assert signed.outgoing is not None
    assert signed.incoming is not None
    assert (signed.outgoing.user, signed.incoming.user) == ("leila", "marc")
    now = city.alarms.get(door.id)
    assert now is not None
    assert now.assigned_to == "marc"
    assert await refusal(marc, signed) == "handover_signed"
    entries = await city.journal(EntryKind.HANDOVER)
    assert [(entry.actor, entry.payload["event"]) for entry in entries] == [("leila", "left"), ("marc", "signed")]
    assert {entry.payload["hash"] for entry in entries} == {handover.hash}
    again = await leila.get(f"/handovers/{handover.report.id}", Handover)
    assert again.report == handover.report


async def test_at_one_seat_the_one_who_comes_signs_with_his_password(served: ServedCity, city: TwoCommunes) -> None:
    (leila, _) = await people(served, city, "leila", "marc")
    twin = User(name="leila2", person=" Leila ", display_name="Leïla", role="operator", grants=EVERYTHING)
    await city.identity.add_user(twin, "leila2-password", by="system")
    handover = await sign(leila, await drawn(leila))
    assert await refusal(leila, handover, "marc", "wrong-password") == "handover_password"
    assert await refusal(leila, handover, "leila2", "leila2-password") == "handover_same_person"
    assert await refusal(leila, handover, "leila", "leila-password") == "handover_same_person"
    signed = await sign(leila, handover, "marc", "marc-password")
    assert signed.incoming is not None
    assert (signed.incoming.user, signed.incoming.by_password) == ("marc", True)
    assert "marc-password" not in repr(SignRequest(hash="", user="marc", password="marc-password"))


async def test_it_is_signed_as_it_was_read_while_it_is_true_and_by_whom_it_is_for(
    served: ServedCity, city: TwoCommunes
) -> None:
    leila, marc, eve = await people(served, city, "leila", "marc", "eve")
    handover = await drawn(leila, request(incoming="marc"))
    other = msgspec.structs.replace(handover, hash="0" * 64)
    assert await refusal(leila, other) == "handover_other"
    await sign(leila, handover)
    assert await refusal(eve, handover) == "handover_to"
    city.clock.pass_time(31 * 60)
    assert await refusal(await served.login("marc"), handover) == "handover_old"
    del marc


async def test_who_may_not_see_what_is_in_it_neither_reads_nor_signs_it(served: ServedCity, city: TwoCommunes) -> None:
    (leila,) = await people(served, city, "leila")
    await city.account("marc", DIJON_ONLY)
    marc = await served.login("marc")
    await cabinet_alarm(city, "cabinetDoorOpen", QUETIGNY)
    await cabinet_alarm(city, "cabinetDoorOpen", DIJON)
    whole = await sign(leila, await drawn(leila, request(incoming="marc")))
    assert (await marc.get("/handovers", HandoverList)).items == ()
    assert await refusal(marc, whole) == "handover_blind"
    part = await sign(leila, await drawn(leila, request(communes=(DIJON,))))
    assert {item.alarm.commune for item in part.report.open} == {DIJON}
    signed = await sign(marc, part)
    assert signed.state is HandoverState.SIGNED


async def test_only_what_he_may_act_on_is_passed_to_the_one_who_comes(served: ServedCity, city: TwoCommunes) -> None:
    (leila,) = await people(served, city, "leila")
    sees_all = (Grant(level=Level.VIEW), *DIJON_ONLY)
    await city.account("marc", sees_all)
    marc = await served.login("marc")
    doors = [await cabinet_alarm(city, "cabinetDoorOpen", commune) for commune in (DIJON, QUETIGNY)]
    for door in doors:
        await leila.post_for(f"/alarms/{door.id}/assign", AssignRequest(user="leila"), Alarm)
    await sign(marc, await sign(leila, await drawn(leila)))
    now = [city.alarms.get(door.id) for door in doors]
    assert [alarm.assigned_to for alarm in now if alarm is not None] == ["marc", "leila"]


async def test_what_was_changed_after_it_was_signed_is_told(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    signed = await sign(marc, await sign(leila, await drawn(leila)))
    forged = msgspec.structs.replace(signed.report, remarks="all is well")
    record = KeptRecord(f"handover_report {signed.report.id}", "", msgspec.json.encode(forged))
    await city.storage.commit(Unit(records=[record]))
    assert not (await leila.get(f"/handovers/{signed.report.id}", Handover)).is_intact


async def test_a_report_can_be_withdrawn_and_is_drawn_once_for_an_id(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    wanted = request()
    first = await drawn(leila, wanted)
    await cabinet_alarm(city, "cabinetDoorOpen")
    assert await drawn(leila, wanted) == first
    await sign(leila, first)
    await leila.post(f"/handovers/{first.report.id}/withdraw", None)
    assert await refusal(marc, first) == "handover_signed"
    assert (await marc.get("/handovers", HandoverList)).items == ()


async def test_since_you_left_tells_what_came_and_went(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    await sign(marc, await sign(leila, await drawn(leila)))
    city.clock.pass_time(60)
    door = await cabinet_alarm(city, "cabinetDoorOpen")
    await marc.post_for(f"/alarms/{door.id}/acknowledge", AcknowledgeRequest(occurrence=door.occurrence), Alarm)
    await city.say(Reading(door.asset_id, "cabinetDoorOpen", False))
    told = await leila.get("/since-you-left", SinceYouLeft)
    assert (told.raised, told.acknowledged, told.is_complete) == ({Priority.P3: 1}, 1, True)
    assert [(row.alarm.asset_code, row.alarm.is_active) for row in told.alarms] == [(door.asset_code, False)]


async def test_a_signature_that_could_not_be_kept_is_none(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    left = await sign(leila, await drawn(leila))
    city.storage.fail_next = "the disk is full"
    with pytest.raises(Refused) as refused:
        await sign(marc, left)
    assert refused.value.problem.status == 503
    assert (await marc.get(f"/handovers/{left.report.id}", Handover)).state is HandoverState.LEFT
    assert (await sign(marc, left)).state is HandoverState.SIGNED


async def test_handovers_survive_a_restart(served: ServedCity, city: TwoCommunes) -> None:
    leila, marc = await people(served, city, "leila", "marc")
    signed = await sign(marc, await sign(leila, await drawn(leila)))
    services = city.alarm_services
    restarted = Handovers(city.storage, city.clock, city.register, services.drawing, services.work)
    await restarted.load()
    user = city.identity.user("leila")
    assert user is not None
    assert await restarted.get(signed.report.id, user, _sees_all) == signed


def _sees_all(commune: str, service: str, class_: str) -> bool:
    return True
