"""The past over the API: the same states and places as live, for the same people, and gaps that are told."""

import datetime as dt
import tracemalloc

import aiohttp
import msgspec
import numpy as np
import pytest

from contract.alarms import Priority
from contract.api import JournalPage
from contract.assets import Asset
from contract.journal import EntryKind, JournalEntry
from contract.points import Reading
from contract.replay import HEADING_UNKNOWN, ReplayAlarmAnswer, ReplayBatch, ReplayFrames, ReplaySpan
from contract.rights import Grant, Level, Scope
from contract.stream import Visual
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

VEHICLE = 900


async def seconds(city: TwoCommunes, count: int = 1) -> None:
    """Time passes, and is recorded."""
    for _ in range(count):
        city.clock.pass_time(1)
        await city.recorder.record()


async def a_quarter_of_an_hour(city: TwoCommunes) -> dt.datetime:
    """A vehicle drives, a cabinet fails and comes back; the backend was away in between. Gives the beginning."""
    vehicle = Asset(id=VEHICLE, code="VEH-1", class_="vehicle", lon=5, lat=47.3, commune=DIJON, service="fleet")
    await city.register.apply([vehicle], "system", note="a fleet")
    begin = city.clock.now()
    await city.recorder.record()
    for step in range(60):
        await city.say(Reading(VEHICLE, "lon", 5.0 + step / 1000), Reading(VEHICLE, "lat", 47.3))
        await city.say(*(Reading(lamp.id, "level_percent", float(step)) for lamp in city.lamps()))
        if step == 30:
            await city.say(Reading(city.cabinet().id, "supplyLoss", True))
            await city.say(Reading(city.cabinet(QUETIGNY).id, "supplyLoss", True))
        await seconds(city)
    city.clock.pass_time(120)
    await city.say(Reading(city.cabinet().id, "supplyLoss", False))
    await seconds(city, 60)
    return begin


def ids(batch: ReplayBatch) -> list[int]:
    found: list[int] = np.frombuffer(batch.ids, "<u4").tolist()
    return found


async def asked(served: ServedCity, name: str, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames:
    """Frames as this person gets them."""
    session = await served.login(name)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {session.access_token}"}) as http:
        query = {"since": since.isoformat(), "until": until.isoformat(), "step_s": str(step_s)}
        async with http.get(f"{served.url}/api/v1/replay/frames", params=query) as response:
            assert response.status == 200, await response.text()
            assert response.content_type == "application/msgpack"
            return msgspec.msgpack.decode(await response.read(), type=ReplayFrames)


async def test_the_map_of_half_a_minute_ago_is_what_it_was(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    await city.account("marie")
    frames = await asked(served, "marie", begin + dt.timedelta(seconds=40), begin + dt.timedelta(seconds=50))
    first, *rest = frames.batches
    assert first.is_whole
    assert [batch.seq for batch in frames.batches] == list(range(11))
    assert not any(batch.is_whole for batch in rest)
    visuals = dict(zip(ids(first), first.visuals, strict=True))
    levels = dict(zip(ids(first), first.levels, strict=True))
    lamp = city.lamps()[0].id
    assert (visuals[lamp], levels[lamp]) == (Visual.NORMAL, 39)
    assert visuals[city.cabinet().id] & 0x7F >= Visual.ALARM_P4
    assert np.frombuffer(first.move_lon, "<i4").tolist() == [50_390_000]
    assert np.frombuffer(first.move_heading, "<u2").tolist() == [HEADING_UNKNOWN]
    assert np.frombuffer(rest[-1].move_lon, "<i4").tolist() == [50_490_000]
    assert frames.gaps == ()


async def test_who_may_see_one_commune_replays_one_commune(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    scope = Scope(communes=(QUETIGNY,))
    await city.account("quetigny", [Grant(level=Level.OPERATE, scope=scope)])
    lamps_only = Scope(classes=("streetlight",), communes=(DIJON,))
    await city.account("lighting", [Grant(level=Level.OPERATE, scope=lamps_only)])
    until = begin + dt.timedelta(minutes=4)
    frames = await asked(served, "quetigny", begin, until)
    seen = {asset_id for batch in frames.batches for asset_id in ids(batch)}
    assert seen == {city.cabinet(QUETIGNY).id}
    assert not any(batch.move_ids for batch in frames.batches)
    frames = await asked(served, "lighting", begin, until)
    seen = {asset_id for batch in frames.batches for asset_id in ids(batch)}
    assert seen == {lamp.id for lamp in city.lamps()}
    span = await (await served.login("quetigny")).get("/replay/span", ReplaySpan)
    assert sum(sum(minute.counts) for minute in span.alarms) == 1, "counts hold what one may see"
    span = await (await served.login("lighting")).get("/replay/span", ReplaySpan)
    assert span.alarms == ()


async def test_the_register_and_the_rights_of_today_hold_for_the_past(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    vehicle = city.register.get(VEHICLE)
    assert vehicle is not None
    later = Asset(id=901, code="VEH-2", class_="vehicle", lon=5, lat=47.3, commune=QUETIGNY, service="fleet")
    moved = msgspec.structs.replace(vehicle, commune=QUETIGNY)
    await city.register.apply([moved, later], "system", note="it serves elsewhere")
    for name, commune, seen in (("dijon", DIJON, set[int]()), ("quetigny", QUETIGNY, {VEHICLE})):
        await city.account(name, [Grant(level=Level.OPERATE, scope=Scope(communes=(commune,)))])
        frames = await asked(served, name, begin, begin + dt.timedelta(seconds=50))
        found = {int(i) for batch in frames.batches for i in np.frombuffer(batch.move_ids, "<u4")}
        assert found == seen, "what came later has no past"


async def test_the_time_while_the_backend_was_away_is_a_gap(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    await city.account("marie")
    span = await (await served.login("marie")).get("/replay/span", ReplaySpan)
    [gap] = span.gaps
    assert gap.until_ms - gap.since_ms == 121_000
    frames = await asked(served, "marie", begin, begin + dt.timedelta(minutes=10))
    assert frames.gaps == (gap,)
    assert frames.until_ms == span.last_ms, "what is not yet recorded is not answered"
    after = [batch for batch in frames.batches if batch.at_ms >= gap.until_ms]
    assert after[0].is_whole
    assert after[0].at_ms == gap.until_ms
    in_gap = dt.datetime.fromtimestamp(gap.since_ms / 1000 + 30, dt.UTC)
    frames = await asked(served, "marie", in_gap, in_gap + dt.timedelta(seconds=30))
    assert frames.batches == ()
    assert [(one.since_ms, one.until_ms) for one in frames.gaps] == [(frames.since_ms, frames.until_ms)]


async def test_larger_steps_bring_the_same_end_in_fewer_batches(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    await city.account("marie")
    until = begin + dt.timedelta(seconds=60)
    folds: list[dict[int, tuple[int, int]]] = []
    for step_s, most in ((1, 61), (10, 8)):
        frames = await asked(served, "marie", begin, until, step_s)
        assert len(frames.batches) <= most
        fold: dict[int, tuple[int, int]] = {}
        for batch in frames.batches:
            fold |= dict(zip(ids(batch), zip(batch.visuals, batch.levels, strict=True), strict=True))
        folds.append(fold)
    assert folds[0] == folds[1]


async def test_alarms_are_counted_by_the_minute_and_found_one_by_one(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    await city.account("marie")
    marie = await served.login("marie")
    span = await marie.get("/replay/span", ReplaySpan)
    total = sum(sum(minute.counts) for minute in span.alarms)
    assert total == 2
    found = await marie.get("/replay/alarm", ReplayAlarmAnswer, {"at": begin.isoformat()})
    assert found.alarm is not None
    assert found.alarm.asset_id in {city.cabinet().id, city.cabinet(QUETIGNY).id}
    assert found.alarm.priority in set(Priority)
    late = {"at": city.clock.now().isoformat(), "is_back": "true"}
    back = await marie.get("/replay/alarm", ReplayAlarmAnswer, late)
    assert back.alarm is not None
    assert back.alarm.at_ms >= found.alarm.at_ms
    none = await marie.get("/replay/alarm", ReplayAlarmAnswer, {"at": city.clock.now().isoformat()})
    assert none.alarm is None
    await city.say(Reading(city.cabinet().id, "supplyLoss", True))
    more = await marie.get("/replay/span", ReplaySpan)
    assert sum(sum(minute.counts) for minute in more.alarms) == total + 1


async def test_who_replays_what_is_in_the_journal_once_a_span(served: ServedCity, city: TwoCommunes) -> None:
    begin = await a_quarter_of_an_hour(city)
    await city.account("marie")
    marie = await served.login("marie")

    async def replays() -> list[JournalEntry]:
        page = await marie.get("/journal", JournalPage, {"kinds": "viewing"})
        return [entry for entry in page.items if entry.kind is EntryKind.VIEWING]

    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {marie.access_token}"}) as http:
        for offset in (0, 60, 30):
            since = begin + dt.timedelta(seconds=offset)
            query = {"since": since.isoformat(), "until": (since + dt.timedelta(seconds=30)).isoformat()}
            async with http.get(f"{served.url}/api/v1/replay/frames", params=query) as response:
                assert response.status == 200
    [entry] = await replays()
    assert entry.actor == "marie"
    assert entry.payload == {
        "act": "replayed",
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-01T00:15:00Z",
    }


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=x&until=y",
        "since=2026-01-01T00:00:00&until=2026-01-01T00:01:00",
        "since=2026-01-01T00:01:00Z&until=2026-01-01T00:00:00Z",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:15:01Z",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:01:00Z&step_s=0",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:01:00Z&step_s=61",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:01:00Z&step_s=1e9",
        "since=0001-01-01T00:00:00Z&until=0001-01-01T00:01:00Z",
        "since=9999-12-31T23:59:00Z&until=9999-12-31T23:59:59Z",
        "since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z&until=2026-01-01T00:01:00Z",
        "since=2026-01-01T00:00:00Z&until=2026-01-01T00:01:00Z&topic=x",
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(served: ServedCity, city: TwoCommunes, query: str) -> None:
    await city.account("marie")
    marie = await served.login("marie")
    headers = {"Authorization": f"Bearer {marie.access_token}"}
    url = f"{served.url}/api/v1/replay/frames?{query}"
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as response:
        assert response.status == 400
        assert (await response.json())["detail"]


async def test_before_the_first_second_there_is_nothing_and_it_says_so(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie", EVERYTHING)
    span = await (await served.login("marie")).get("/replay/span", ReplaySpan)
    assert (span.first_ms, span.last_ms, span.gaps) == (None, None, ())
    now = city.clock.now()
    frames = await asked(served, "marie", now - dt.timedelta(minutes=1), now)
    assert (frames.batches, frames.until_ms) == ((), frames.since_ms)


async def test_a_recording_that_cannot_be_written_is_told_and_live_goes_on(city: TwoCommunes) -> None:
    await seconds(city)
    city.recording.least_free_bytes = 1 << 62
    city.clock.pass_time(60)
    await city.recorder.record()
    assert "free space" in city.recorder.trouble
    await city.say(Reading(city.lamps()[0].id, "level_percent", 10.0))
    city.recording.least_free_bytes = 0
    await seconds(city)
    assert city.recorder.trouble == ""


async def test_a_city_that_changes_all_the_time_fills_no_memory(city: TwoCommunes) -> None:
    lamps = [lamp.id for lamp in city.lamps()]
    await seconds(city)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(2_000):
        city.recorder.states_changed(lamps)
        city.recorder.assets_moved(lamps)
    assert tracemalloc.get_traced_memory()[0] - before < 100_000
    tracemalloc.stop()
