"""Acts on many alarms, and two people who act at once."""

import asyncio
import datetime as dt
import random
import uuid

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.ports import StorageError
from backend.services.alarms.bulk import BulkMismatch
from backend.services.refusals import AlarmRefused
from backend.storage.memory import MemoryStorage
from contract.alarm_work import AlarmAct
from contract.alarms import Alarm, Annunciation, ShownState
from contract.journal import EntryKind
from contract.rights import Level
from tests.backend.services.alarms.acting import bulk, door_opens, door_shuts, everybody, everything, lamps_fail
from tests.backend.services.rig import LAMPS, SmallCity

RACES = 1_000
OPERATORS = ("leila", "marc")


async def test_f51_a_thousand_races_have_one_winner_each_and_both_are_told(city: SmallCity) -> None:
    alarm = await door_opens(city)
    acts = city.alarm_services.acts
    draw = random.Random(51)

    async def wants(name: str, barrier: asyncio.Barrier, occurrence: int) -> Alarm:
        await barrier.wait()
        for _ in range(draw.randrange(3)):
            await asyncio.sleep(0)
        return await acts.one(AlarmAct.ACKNOWLEDGE, city.alarms.acknowledge(alarm.id, occurrence, by=name), by=name)

    winners: set[str] = set()
    for round_ in range(1, RACES + 1):
        barrier = asyncio.Barrier(len(OPERATORS))
        city.feed.conflicts.clear()
        results = await asyncio.gather(*(wants(name, barrier, round_) for name in OPERATORS), return_exceptions=True)
        won = [result for result in results if isinstance(result, Alarm)]
        lost = [result for result in results if isinstance(result, AlarmRefused)]
        assert len(won) == len(lost) == 1
        winner = won[0].acknowledged_by
        loser = OPERATORS[1 - OPERATORS.index(winner)]
        assert lost[0].said.code == "acknowledged_first"
        assert lost[0].reason == f"already acknowledged by {winner} at 22:00:00"
        ((told, conflict),) = city.feed.conflicts
        assert (told, conflict.actor, conflict.act) == (winner, loser, AlarmAct.ACKNOWLEDGE)
        winners.add(winner)
        await city.alarms.unacknowledge(alarm.id, by="leila")
    assert winners == set(OPERATORS)
    rows = [entry for entry in await city.journal(EntryKind.ALARM) if '"acknowledge"' in _text(entry.payload)]
    by_round: dict[object, list[tuple[str, bool]]] = {}
    for row in rows:
        by_round.setdefault(row.payload["occurrence"], []).append((row.actor, "refused" in row.payload))
    assert len(by_round) == RACES
    for pair in by_round.values():
        assert sorted(actor for actor, _ in pair) == sorted(OPERATORS)
        assert sorted(is_refused for _, is_refused in pair) == [False, True]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.booleans(), is_bulk=st.booleans(), turns=st.integers(0, 4))
async def test_f52_an_acknowledgement_that_races_a_new_alarm_never_covers_it(
    first: bool, is_bulk: bool, turns: int
) -> None:
    city = SmallCity()
    await city.start()
    try:
        alarm = await door_opens(city)

        async def again() -> None:
            await door_shuts(city)
            for _ in range(turns):
                await asyncio.sleep(0)
            await door_opens(city)

        async def acknowledge() -> bool:
            if not is_bulk:
                await city.alarms.acknowledge(alarm.id, alarm.occurrence, by="leila")
                return True
            request = bulk(AlarmAct.ACKNOWLEDGE, [alarm])
            outcome = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
            return outcome.done == (alarm.id,)

        both = (acknowledge(), again()) if first else (again(), acknowledge())
        await asyncio.gather(*both, return_exceptions=True)
        now = city.alarms.get(alarm.id)
        assert now is not None
        assert (now.occurrence, now.annunciation) == (alarm.occurrence + 1, Annunciation.UNACK)
    finally:
        await city.stop()


async def test_all_that_was_shown_is_acknowledged_and_what_came_again_is_named(city: SmallCity) -> None:
    alarms = await lamps_fail(city)
    assert len(alarms) == len(LAMPS)
    request = bulk(AlarmAct.ACKNOWLEDGE, alarms, reason="seen at the briefing")
    again = alarms[7]
    await city.tells(again.asset_id, "highTemperature", False)
    await city.pass_time(10)
    await city.tells(again.asset_id, "highTemperature", True)
    await city.pass_time(10)
    outcome = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    assert [item.id for item in outcome.refused] == [again.id]
    assert outcome.refused[0].code == "came_again"
    assert outcome.refused[0].asset_code == again.asset_code
    assert len(outcome.done) == len(alarms) - 1
    assert {alarm.shown for alarm in city.shown() if alarm.id in outcome.done} == {ShownState.C_ACKED}
    still = city.alarms.get(again.id)
    assert still is not None
    assert still.annunciation is Annunciation.UNACK


async def test_every_other_act_too_is_only_for_what_was_shown(city: SmallCity) -> None:
    alarm = await door_opens(city)
    until = city.clock.now() + dt.timedelta(hours=2)
    stale = msgspec.structs.replace(alarm, occurrence=alarm.occurrence - 1)
    for act, more in (
        (AlarmAct.SHELVE, {"reason": "works", "until": until}),
        (AlarmAct.OUT_OF_SERVICE, {"work_order": "OT-2231"}),
        (AlarmAct.ASSIGN, {"user": "marc"}),
        (AlarmAct.COMMENT, {"reason": "look"}),
    ):
        outcome = await city.alarm_services.acts.bulk(
            bulk(act, [stale], **more), by="leila", may=everything, allows=everybody
        )
        assert [item.code for item in outcome.refused] == ["came_again"], act
    now = city.alarms.get(alarm.id)
    assert now is not None
    assert (now.shown, now.assigned_to, now.comment_count) == (ShownState.B_UNACK, "", 0)


async def test_a_request_that_is_sent_twice_is_done_once_also_over_a_restart(city: SmallCity) -> None:
    alarms = await lamps_fail(city, 5)
    until = city.clock.now() + dt.timedelta(hours=2)
    request = bulk(AlarmAct.SHELVE, alarms, reason="crew on site", until=until)
    first = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    count = len(await city.journal(EntryKind.ALARM))
    again = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    assert first == again
    assert len(first.done) == 5
    await city.restart()
    later = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    assert later == first
    shelved = [e for e in await city.journal(EntryKind.ALARM) if e.payload.get("to") == "E"]
    assert len(shelved) == 5
    assert count >= 10
    other = msgspec.structs.replace(request, reason="something else")
    await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    with pytest.raises(BulkMismatch):
        await city.alarm_services.acts.bulk(other, by="leila", may=everything, allows=everybody)


async def test_rights_are_asked_for_on_each_alarm(city: SmallCity) -> None:
    alarms = await lamps_fail(city, 3)

    def may(level: Level, alarm: Alarm) -> bool:
        if alarm.id == alarms[0].id:
            return False
        return level <= Level.OPERATE or alarm.id == alarms[2].id

    request = bulk(AlarmAct.OUT_OF_SERVICE, alarms, work_order="OT-77")
    outcome = await city.alarm_services.acts.bulk(request, by="leila", may=may, allows=everybody)
    assert outcome.done == (alarms[2].id,)
    assert [(item.code, item.asset_code) for item in outcome.refused] == [
        ("no_alarm", ""),
        ("needs_manage_of", alarms[1].asset_code),
    ]
    out = city.alarms.get(alarms[2].id)
    assert out is not None
    assert (out.set_aside_by, out.set_aside_reason) == ("leila", "OT-77")


async def test_one_who_loses_many_at_once_is_one_message_to_the_winner(city: SmallCity) -> None:
    alarms = await lamps_fail(city, 9)
    acts = city.alarm_services.acts
    ours, theirs = bulk(AlarmAct.ACKNOWLEDGE, alarms), bulk(AlarmAct.ACKNOWLEDGE, alarms)
    await acts.bulk(ours, by="leila", may=everything, allows=everybody)
    lost = await acts.bulk(theirs, by="marc", may=everything, allows=everybody)
    assert {item.code for item in lost.refused} == {"acknowledged_first"}
    ((told, conflict),) = city.feed.conflicts
    assert (told, conflict.actor, conflict.count) == ("leila", "marc", 9)
    await city.pass_time(120)
    city.feed.conflicts.clear()
    await acts.bulk(msgspec.structs.replace(theirs, id=str(uuid.uuid4())), by="marc", may=everything, allows=everybody)
    assert city.feed.conflicts == []


async def test_what_could_not_be_kept_is_told_and_asked_again_is_done(city: SmallCity) -> None:
    alarms = await lamps_fail(city, 4)
    request = bulk(AlarmAct.ACKNOWLEDGE, alarms)
    assert isinstance(city.storage, MemoryStorage)
    city.storage.fail_next = "the disk is full"
    with pytest.raises(StorageError):
        await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    assert all(alarm.annunciation is Annunciation.UNACK for alarm in city.shown())
    outcome = await city.alarm_services.acts.bulk(request, by="leila", may=everything, allows=everybody)
    assert len(outcome.done) == 4


def _text(payload: dict[str, object]) -> str:
    return msgspec.json.encode(payload).decode()
