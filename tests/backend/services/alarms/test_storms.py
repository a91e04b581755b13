"""Storms at the desk: killed at random nothing is lost, what must not wait does not, a large city is back quickly."""

import asyncio
import datetime as dt
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.domain.alarms.events import AlarmEvent
from backend.domain.alarms.life import AlarmState, Step, shown, step
from backend.ports import JournalQuery
from backend.storage.opening import create_storage
from contract.alarms import Alarm, ShownState
from contract.journal import EntryKind
from contract.points import Reading
from tests.backend.domain.alarms import lit_city as model
from tests.backend.services.alarms.lit_city import INTRUSION, PANEL, LitCity


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[LitCity]:
    """The reference city on SQLite."""
    clock = ManualClock()
    kept = create_storage(None, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await kept.open()
    lit = LitCity(kept, clock)
    await lit.start()
    yield lit
    await lit.stop()
    await kept.close()


async def replayed(city: LitCity) -> dict[int, tuple[int, ShownState]]:
    """(occurrence, letter) of each alarm not at rest, by the journal alone."""
    states: dict[int, AlarmState] = {}
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), limit=100_000))
    for entry in reversed(entries):
        if "refused" in entry.payload:
            continue
        number = msgspec.convert(entry.payload["alarm"], int)
        event = msgspec.convert(entry.payload["event"], AlarmEvent)
        result = step(states.get(number, AlarmState()), event, dt.datetime.fromisoformat(str(entry.payload["at"])))
        assert isinstance(result, Step)
        states[number] = result.state
    return {number: (s.occurrence, shown(s)) for number, s in states.items() if not s.is_at_rest}


def displayed(city: LitCity) -> dict[int, tuple[int, ShownState]]:
    return {alarm.id: (alarm.occurrence, alarm.shown) for alarm in city.desk.standing()}


async def test_f22_killed_at_random_in_a_storm_the_desk_shows_what_the_journal_says(city: LitCity) -> None:
    chance = random.Random(22)
    lights = [chance.randrange(model.LIGHTS) for _ in range(300)]
    await city.falls_silent(lights[:5])
    await city.pass_time(4)
    acknowledged, shelved, serviced, *_ = city.cards()
    await city.desk.acknowledge(acknowledged.id, 1, by="leila")
    until = city.clock.now() + dt.timedelta(hours=1)
    await city.desk.shelve(shelved.id, by="leila", reason="crew on site", until=until)
    await city.desk.take_out_of_service(serviced.id, by="marc", reason="works")
    for _ in range(6):
        lost = [*model.lights_of(model.CABINET + chance.randrange(850)), *chance.sample(lights, 60)]
        await city.falls_silent(lost)
        await city.pass_time(chance.uniform(0.25, 8))
        settling = asyncio.get_running_loop().create_task(city.intake.look())
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        await city.restart()  # whatever was not committed by now is gone
        await asyncio.gather(settling, return_exceptions=True)
        assert displayed(city) == await replayed(city)
        letters = [city.desk.get(alarm.id) for alarm in (acknowledged, shelved, serviced)]
        assert [alarm.shown if alarm else None for alarm in letters] == [
            ShownState.C_ACKED,
            ShownState.E_SHLVD,
            ShownState.G_OOSRV,
        ]
        await city.answers(chance.sample(lost, 20))


async def test_f30_in_a_storm_of_ten_thousand_an_intrusion_is_told_at_once(city: LitCity) -> None:
    told: dict[str, float] = {}

    def hear(alarm: Alarm) -> None:
        if alarm.kind == INTRUSION:
            told.setdefault("at", time.thread_time())

    city.hear(hear)
    await city.falls_silent(range(10_000))
    for _ in range(13):  # the delays of lights run out
        city.clock.pass_time(0.25)
    settling = asyncio.get_running_loop().create_task(city.intake.look())
    await asyncio.sleep(0)
    reported = time.thread_time()  # what is worked until then: how much others work meanwhile is chance
    await city.tells(PANEL, INTRUSION, True)
    await settling
    assert told["at"] - reported < 1.0
    await city.pass_time(20)
    accounting = city.desk.accounting()
    assert (accounting.received, accounting.folded, accounting.shown) == (10_001, 10_000, 1)
    assert accounting.is_whole


async def test_f31_all_lights_come_back_and_an_intrusion_meanwhile_is_told_within_two_seconds(city: LitCity) -> None:
    """And a restart while all are lost takes less than three."""
    lights = list(range(model.LIGHTS))
    await city.falls_silent(lights)
    await city.pass_time(25)
    assert city.roots() == {model.CORE}
    await city.restart()
    assert city.load_s < 30  # restart_s of the bench says how soon
    assert len(city.desk.standing()) == model.LIGHTS + 1
    assert city.roots() == {model.CORE}
    started = time.perf_counter()
    slowest = 0.0
    for begin in range(0, len(lights), 2_000):
        await city.answers(lights[begin : begin + 2_000])
        reported = time.perf_counter()
        await city.tells(PANEL, INTRUSION, begin % 4_000 == 0)
        assert any(alarm.kind == INTRUSION for alarm in city.feed.alarms)
        slowest = max(slowest, time.perf_counter() - reported)
        await city.pass_time(1)
    await city.pass_time(30)
    assert slowest < 20
    assert time.perf_counter() - started < 300
    assert [(alarm.kind, alarm.shown) for alarm in city.cards() if alarm.kind != INTRUSION] == [
        ("suppliedLost", ShownState.D_RTNUN)
    ]
    accounting = city.desk.accounting()
    assert accounting.is_whole
    assert accounting.folded == accounting.held == 0


async def test_f52_an_acknowledgement_that_races_a_new_occurrence_never_takes_it(city: LitCity) -> None:
    chance = random.Random(52)
    await city.tells(PANEL, INTRUSION, True)
    (alarm,) = city.cards()
    for occurrence in range(1, 40):
        city.sink.report([Reading(PANEL + 1, INTRUSION, False), Reading(PANEL + 1, INTRUSION, True)])
        turns = chance.randrange(8)

        async def acknowledge(occurrence: int = occurrence, turns: int = turns) -> Alarm:
            for _ in range(turns):
                await asyncio.sleep(0)
            return await city.desk.acknowledge(alarm.id, occurrence, by="leila")

        city.clock.pass_time(61)  # not so often that it chatters
        await asyncio.gather(acknowledge(), city.intake.take_all(), return_exceptions=True)
        await city.pass_time(0.5)
        now = city.desk.get(alarm.id)
        assert now is not None
        assert (now.occurrence, now.shown) == (occurrence + 1, ShownState.B_UNACK)
