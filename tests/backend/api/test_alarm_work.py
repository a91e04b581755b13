"""Acts on alarms over the API: rights, many at once, two consoles, history."""

import asyncio
import uuid

import pytest

from backend.api.stream.hub import Hub
from backend.services.alarms.records import alarm_number
from backend_client.errors import Refused
from backend_client.session import Session
from contract.alarm_work import (
    AlarmAct,
    AlarmComment,
    AlarmCommentList,
    AlarmConflict,
    AlarmHistoryPage,
    AssigneeList,
    AssignRequest,
    BulkOutcome,
    BulkRequest,
    CommentRequest,
    OutOfServiceRequest,
    Pick,
    Presence,
    PresenceList,
    PresenceRequest,
    Silence,
    SilenceRequest,
)
from contract.alarms import Alarm, ShownState
from contract.api import AcknowledgeRequest
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

DIJON_ONLY = (Grant(level=Level.OPERATE, scope=Scope(communes=(DIJON,))),)


async def doors_open(city: TwoCommunes) -> list[Alarm]:
    cabinets = (city.cabinet(DIJON), city.cabinet(QUETIGNY))
    await city.say(*(Reading(cabinet.id, "cabinetDoorOpen", True) for cabinet in cabinets))
    numbers = [alarm_number(cabinet.id, "cabinetDoorOpen") for cabinet in cabinets]
    return [alarm for number in numbers if (alarm := city.alarms.get(number)) is not None]


def picks(*alarms: Alarm) -> tuple[Pick, ...]:
    return tuple(Pick(alarm.id, alarm.occurrence) for alarm in alarms)


async def test_many_at_once_answers_for_each_and_hides_what_one_may_not_see(
    served: ServedCity, city: TwoCommunes
) -> None:
    alarms = await doors_open(city)
    await city.account("leila", DIJON_ONLY)
    leila = await served.login("leila")
    request = BulkRequest(id=str(uuid.uuid4()), act=AlarmAct.ACKNOWLEDGE, picks=picks(*alarms))
    outcome = await leila.post_for("/alarms/bulk", request, BulkOutcome)
    assert outcome.done == (alarms[0].id,)
    assert [(item.id, item.asset_code, item.code) for item in outcome.refused] == [(alarms[1].id, "", "no_alarm")]
    assert await leila.post_for("/alarms/bulk", request, BulkOutcome) == outcome
    other = BulkRequest(id=request.id, act=AlarmAct.UNACKNOWLEDGE, picks=request.picks)
    assert await status(leila, "/alarms/bulk", other) == 409
    twice = BulkRequest(id=str(uuid.uuid4()), act=AlarmAct.ACKNOWLEDGE, picks=picks(alarms[0], alarms[0]))
    assert await status(leila, "/alarms/bulk", twice) == 400


async def test_forty_thousand_picks_are_taken_in_one_request(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila")
    leila = await served.login("leila")
    wanted = tuple(Pick(number << 20, 1) for number in range(40_000))
    request = BulkRequest(id=str(uuid.uuid4()), act=AlarmAct.ACKNOWLEDGE, picks=wanted)
    outcome = await leila.post_for("/alarms/bulk", request, BulkOutcome)
    assert len(outcome.refused) == 40_000


async def test_two_consoles_acknowledge_at_once_one_wins_and_both_are_told(
    served: ServedCity, city: TwoCommunes
) -> None:
    alarm = (await doors_open(city))[0]
    sessions: dict[str, Session] = {}
    for name in ("leila", "marc"):
        await city.account(name)
        sessions[name] = await served.login(name)
    told: list[tuple[str, AlarmConflict]] = []
    city.feed.attach(_Telling(city, told))
    body = AcknowledgeRequest(occurrence=alarm.occurrence)
    path = f"/alarms/{alarm.id}/acknowledge"
    results = await asyncio.gather(
        *(session.post_for(path, body, Alarm) for session in sessions.values()), return_exceptions=True
    )
    (won,) = [result for result in results if isinstance(result, Alarm)]
    (lost,) = [result for result in results if isinstance(result, Refused)]
    assert lost.problem.status == 409
    assert lost.problem.detail.startswith(f"already acknowledged by {won.acknowledged_by} at ")
    assert [(name, item.alarm.id) for name, item in told] == [(won.acknowledged_by, alarm.id)]


async def test_a_large_asset_number_has_alarms_too(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila")
    leila = await served.login("leila")
    with pytest.raises(Refused) as refused:
        await leila.get(f"/alarms/{alarm_number(34_000, 'lampFailure')}", Alarm)
    assert refused.value.problem.status == 404


async def test_comments_and_care_over_the_api(served: ServedCity, city: TwoCommunes) -> None:
    alarm = (await doors_open(city))[0]
    for name, grants in (("leila", DIJON_ONLY), ("marc", DIJON_ONLY), ("eve", (Grant(level=Level.VIEW),))):
        await city.account(name, grants)
    leila, marc, eve = [await served.login(name) for name in ("leila", "marc", "eve")]
    root = f"/alarms/{alarm.id}"
    people = await leila.get(f"{root}/assignees", AssigneeList)
    assert [item.name for item in people.items] == ["leila", "marc"]
    given = await leila.post_for(f"{root}/assign", AssignRequest(user="marc"), Alarm)
    assert given.assigned_to == "marc"
    assert await status(leila, f"{root}/assign", AssignRequest(user="eve")) == 409
    assert await status(leila, f"{root}/assign", AssignRequest(user="leila")) == 409
    assert await status(eve, f"{root}/assign", AssignRequest(user="marc")) == 403
    taken = await leila.post_for(f"{root}/take-over", None, Alarm)
    assert taken.assigned_to == "leila"
    comment = CommentRequest(id=str(uuid.uuid4()), text="the crew has the keys")
    first = await marc.post_for(f"{root}/comments", comment, AlarmComment)
    assert await marc.post_for(f"{root}/comments", comment, AlarmComment) == first
    listed = await eve.get(f"{root}/comments", AlarmCommentList)
    assert [(item.author, item.text) for item in listed.items] == [("marc", "the crew has the keys")]
    assert await status(eve, f"{root}/comments", comment) == 403
    story = await leila.get("/alarm-history", AlarmHistoryPage, {"alarm_id": alarm.id})
    assert [line.event for line in story.items] == ["comment", "take_over", "assign", "raise"]
    assert [line.note for line in story.items[:3]] == ["the crew has the keys", "leila", "marc"]
    nothing = await eve.get("/alarm-history", AlarmHistoryPage)
    assert nothing.items == ()


async def test_history_is_paged_filtered_and_only_of_where_one_operates(served: ServedCity, city: TwoCommunes) -> None:
    await doors_open(city)
    await city.account("leila", DIJON_ONLY)
    await city.account("marc")
    leila, marc = await served.login("leila"), await served.login("marc")
    assert {line.commune for line in (await leila.get("/alarm-history", AlarmHistoryPage)).items} == {DIJON}
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = await marc.get("/alarm-history", AlarmHistoryPage, {"limit": 1, "cursor": cursor})
        seen += [line.seq for line in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == 2
    assert seen == sorted(seen, reverse=True)
    of_one = await marc.get("/alarm-history", AlarmHistoryPage, {"commune": QUETIGNY, "class": "lighting_cabinet"})
    assert [line.commune for line in of_one.items] == [QUETIGNY]


async def test_out_of_service_takes_a_work_order_or_a_reason_and_the_right_to_manage(
    served: ServedCity, city: TwoCommunes
) -> None:
    alarm = (await doors_open(city))[0]
    await city.account("leila", DIJON_ONLY)
    await city.account("chief")
    leila, chief = await served.login("leila"), await served.login("chief")
    path = f"/alarms/{alarm.id}/out-of-service"
    order = OutOfServiceRequest(work_order="OT-2231", reason="door changed")
    assert await status(leila, path, order) == 403
    assert await status(chief, path, OutOfServiceRequest()) == 409
    out = await chief.post_for(path, order, Alarm)
    assert (out.shown, out.set_aside_by, out.set_aside_reason) == (
        ShownState.G_OOSRV,
        "chief",
        "OT-2231: door changed",
    )


async def test_silence_and_presence_over_the_api(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila", DIJON_ONLY)
    leila = await served.login("leila")
    silence = await leila.post_for("/seats/silence", SilenceRequest(seat="Poste 2", seconds=60), Silence)
    assert silence.by == "leila"
    assert await status(leila, "/seats/silence", SilenceRequest(seat="Poste 2", seconds=121)) == 400
    assert await status(leila, "/seats/silence", SilenceRequest(seat=" ", seconds=60)) == 400
    said = await leila.put_for("/presence", PresenceRequest(seat="Poste 2", is_away=True, note="pause"), Presence)
    assert not said.is_available
    there = await leila.get("/presence", PresenceList)
    assert [(item.user, item.is_available, item.seats) for item in there.items] == [("leila", False, ("Poste 2",))]


async def status(session: Session, path: str, body: object) -> int:
    try:
        await session.post_for(path, body, dict)
    except Refused as error:
        return error.problem.status
    return 200


class _Telling(Hub):
    """A hub that remembers conflicts."""

    def __init__(self, city: TwoCommunes, told: list[tuple[str, AlarmConflict]]) -> None:
        super().__init__(city.sources)
        self._told = told

    def alarm_conflict(self, user_name: str, conflict: AlarmConflict) -> None:
        self._told.append((user_name, conflict))
