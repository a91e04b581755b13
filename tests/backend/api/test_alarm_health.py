"""Alarm health over the API: who may see which seat's figures, bad actors, and two persons who mend one."""

import msgspec
import pytest

from backend.ports import KeptRecord, Unit
from backend.services.alarms.health.remedies import APPLIED_KIND
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_health import (
    BadActors,
    HealthAnswer,
    HealthSeats,
    Proposals,
    RemediesApplied,
    Remedy,
    RemedyApplied,
    RemedyRequest,
    RemedySetting,
)
from contract.api import Approval, ApprovalRequest
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

TIMES = 6


async def doors_flicker(city: TwoCommunes) -> int:
    """A cabinet door of Dijon opens six times for eight seconds, one of Quetigny once. Gives the first alarm's id."""
    for place in range(TIMES):
        await _opens(city, city.cabinet().id)
        if place == 0:
            await _opens(city, city.cabinet(QUETIGNY).id)
    return next(alarm.id for alarm in city.alarms.standing() if alarm.asset_id == city.cabinet().id)


async def _opens(city: TwoCommunes, cabinet: int) -> None:
    for is_open, seconds in ((True, 8.0), (False, 292.0)):
        await city.say(Reading(cabinet, "cabinetDoorOpen", is_open))
        await city.alarms.settle()
        city.clock.pass_time(seconds)
        await city.alarms.settle()


async def people(city: TwoCommunes) -> None:
    here = Scope(communes=(DIJON,))
    await city.account("marie", [Grant(level=Level.OPERATE, scope=here)], role="dijon")
    await city.account("quentin", [Grant(level=Level.OPERATE, scope=Scope(communes=(QUETIGNY,)))], role="quetigny")
    await city.account("vera", [Grant(level=Level.VIEW)], role="visitor")
    await city.account("chief", [Grant(level=Level.CONFIGURE)], role="supervisor")
    await city.account("paul", [Grant(level=Level.MANAGE)], role="supervisor")


async def test_each_seat_has_its_own_figures_and_who_manages_the_city_sees_all(
    served: ServedCity, city: TwoCommunes
) -> None:
    await people(city)
    await doors_flicker(city)
    marie, chief, vera = [await served.login(name) for name in ("marie", "chief", "vera")]
    seats = (await chief.get("/alarm-health/seats", HealthSeats)).items
    assert [seat.name for seat in seats] == ["", "dijon", "quetigny", "supervisor"]
    assert [seat.name for seat in (await marie.get("/alarm-health/seats", HealthSeats)).items] == ["dijon"]
    whole = await chief.get("/alarm-health", HealthAnswer)
    assert whole.figures.annunciated == TIMES + 1
    assert whole.progress == 1.0
    assert sum(window.p1 + window.p2 + window.p3 + window.p4 for window in whole.trend) == TIMES + 1
    assert [day.annunciated for day in whole.days] == [TIMES + 1]
    own = await marie.get("/alarm-health", HealthAnswer)
    assert (own.figures.seat, own.figures.annunciated) == ("dijon", TIMES)
    quetigny = await chief.get("/alarm-health", HealthAnswer, {"seat": "quetigny"})
    assert quetigny.figures.annunciated == 1
    for seat in ("", "quetigny", "nobody"):
        with pytest.raises(Refused, match="seats"):
            await marie.get("/alarm-health", HealthAnswer, {"seat": seat})
    with pytest.raises(Refused, match="seats"):
        await vera.get("/alarm-health", HealthAnswer)
    assert (await vera.get("/alarm-health/seats", HealthSeats)).items == ()


async def test_periods_that_make_no_sense_are_refused(served: ServedCity, city: TwoCommunes) -> None:
    await people(city)
    chief = await served.login("chief")
    for query in (
        {"since": "2026-01-02", "until": "2026-01-01"},
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"since": "0001-01-01", "until": "0001-01-01"},
        {"since": "yesterday"},
        {"seat": "x" * 200},
    ):
        with pytest.raises(Refused):
            await chief.get("/alarm-health", HealthAnswer, query)
    empty = await chief.get("/alarm-health", HealthAnswer, {"since": "2027-01-01", "until": "2027-01-02"})
    assert empty.figures.annunciated == 0


def remedy(city: TwoCommunes, alarm_id: int, setting: RemedySetting) -> RemedyRequest:
    return RemedyRequest(
        alarm_id=alarm_id,
        asset_code=city.cabinet().code,
        kind="cabinetDoorOpen",
        setting=setting,
        reason="the door is loose until Monday",
    )


async def asked(session: Session, request: RemedyRequest) -> Approval:
    payload = msgspec.to_builtins(request)
    payload.pop("approval_id")
    body = ApprovalRequest(act="alarm_remedy", payload=payload, reason=request.reason)
    return await session.post_for("/approvals", body, Approval)


async def test_a_bad_actor_is_mended_by_two_persons_with_what_the_past_says(
    served: ServedCity, city: TwoCommunes
) -> None:
    await people(city)
    alarm_id = await doors_flicker(city)
    chief, paul, marie = [await served.login(name) for name in ("chief", "paul", "marie")]
    actors = await chief.get("/alarm-health/bad-actors", BadActors)
    first, second = actors.items
    assert (first.alarm_id, first.kind, first.count) == (alarm_id, "cabinetDoorOpen", TIMES)
    assert first.share == pytest.approx(TIMES / (TIMES + 1))
    mine = await marie.get("/alarm-health/bad-actors", BadActors)
    assert [item.alarm_id for item in mine.items] == [alarm_id]
    with pytest.raises(Refused):
        await marie.get(f"/alarm-health/bad-actors/{second.alarm_id}", Proposals)
    found = await chief.get(f"/alarm-health/bad-actors/{alarm_id}", Proposals)
    delay = next(item for item in found.items if item.setting.remedy is Remedy.ON_DELAY)
    assert (delay.setting.value, delay.test.came, delay.test.removed, delay.test.hidden) == (10, TIMES, TIMES, 0)
    request = remedy(city, alarm_id, delay.setting)
    with pytest.raises(Refused, match="second person"):
        await chief.post("/alarm-health/remedies", request)
    approval = await asked(chief, request)
    await paul.post(f"/approvals/{approval.id}/approve", None)
    other = msgspec.structs.replace(request, setting=RemedySetting(remedy=Remedy.ON_DELAY, value=300.0))
    with pytest.raises(Refused, match="second person"):
        await chief.post("/alarm-health/remedies", msgspec.structs.replace(other, approval_id=approval.id))
    agreed = msgspec.structs.replace(request, approval_id=approval.id)
    done = await chief.post_for("/alarm-health/remedies", agreed, RemedyApplied)
    assert (done.by, done.approved_by, done.asset_id) == ("chief", "paul", city.cabinet().id)
    assert done.test is not None
    assert done.test.removed == TIMES
    listed = await marie.get("/alarm-health/remedies", RemediesApplied)
    assert listed.items == (done,)
    before = len([a for a in city.alarms.standing() if a.asset_id == city.cabinet().id and a.is_active])
    await city.say(Reading(city.cabinet().id, "cabinetDoorOpen", True))
    await city.alarms.settle()
    city.clock.pass_time(8)
    await city.alarms.settle()
    assert before == len([a for a in city.alarms.standing() if a.asset_id == city.cabinet().id and a.is_active])


async def test_a_bad_actor_is_shelved_with_a_second_person(served: ServedCity, city: TwoCommunes) -> None:
    await people(city)
    alarm_id = await doors_flicker(city)
    chief, paul = [await served.login(name) for name in ("chief", "paul")]
    setting = RemedySetting(remedy=Remedy.SHELVE, value=8.0)
    request = remedy(city, alarm_id, setting)
    approval = await asked(chief, request)
    await paul.post(f"/approvals/{approval.id}/approve", None)
    await chief.post("/alarm-health/remedies", msgspec.structs.replace(request, approval_id=approval.id))
    shelved = city.alarms.get(alarm_id)
    assert shelved is not None
    assert shelved.is_shelved
    health = await chief.get("/alarm-health", HealthAnswer)
    assert [(item.how, item.count) for item in health.figures.set_aside] == [
        ("shelved", 1), ("suppressed", 0), ("out_of_service", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "setting",
    [
        RemedySetting(remedy=Remedy.PRIORITY, value=1.0),
        RemedySetting(remedy=Remedy.ON_DELAY, value=-1.0),
        RemedySetting(remedy=Remedy.ON_DELAY, value=1e9),
        RemedySetting(remedy=Remedy.COUNT, value=2.5, window_s=60.0),
        RemedySetting(remedy=Remedy.COUNT, value=3.0),
        RemedySetting(remedy=Remedy.DEAD_BAND, value=3.0),
        RemedySetting(remedy=Remedy.SHELVE, value=100.0),
    ],
)
async def test_remedies_that_cannot_be_are_refused_in_words(
    served: ServedCity, city: TwoCommunes, setting: RemedySetting
) -> None:
    await people(city)
    alarm_id = await doors_flicker(city)
    chief, marie = [await served.login(name) for name in ("chief", "marie")]
    with pytest.raises(Refused, match="Nothing was changed"):
        await chief.post("/alarm-health/remedies", remedy(city, alarm_id, setting))
    with pytest.raises(Refused):
        await marie.post("/alarm-health/remedies", remedy(city, alarm_id, setting))


async def test_what_was_done_about_fifteen_hundred_bad_actors_is_all_kept(
    served: ServedCity, city: TwoCommunes
) -> None:
    await people(city)
    request = remedy(city, await doors_flicker(city), RemedySetting(remedy=Remedy.SHELVE, value=8.0))
    records = [KeptRecord(APPLIED_KIND, f"2026-01-01T00:00:00 {number:04}", b"{}") for number in range(1500)]
    await city.storage.commit(Unit(records=records))
    chief, paul = [await served.login(name) for name in ("chief", "paul")]
    approval = await asked(chief, request)
    await paul.post(f"/approvals/{approval.id}/approve", None)
    await chief.post("/alarm-health/remedies", msgspec.structs.replace(request, approval_id=approval.id))
    assert len(await city.storage.records(APPLIED_KIND)) == 1501
