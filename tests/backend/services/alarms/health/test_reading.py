"""The journal followed as it grows: nothing counted twice, nothing lost over a restart, days kept small."""

import datetime as dt

import pytest

from backend.devkit.clock import ManualClock
from backend.domain.alarms.health import figures, merged
from backend.domain.alarms.health_days import begin_of, day_of
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery, KeptRecord, Storage, Unit
from backend.services.alarms.health import reading
from backend.services.alarms.health.reading import DAY_KIND, PLACE_KIND, HealthReading
from backend.services.alarms.health.seats import CITY, Seating
from backend.services.register import Register
from contract.alarm_health import HealthFigures
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from contract.rights import Grant, Level, Scope, User
from tests.backend.feeds import RecordingFeed

LAMP, CAMERA = 1, 2


def user(name: str, role: str, *classes: str, level: Level = Level.OPERATE) -> User:
    return User(name=name, person=name, display_name=name, role=role, grants=(
        Grant(level=level, scope=Scope(classes=classes)),
    ))  # fmt: skip


USERS = [
    user("anne", "lighting", "streetlight"),
    user("sam", "video", "camera"),
    user("vic", "visitor", "camera", level=Level.VIEW),
]


async def register(storage: Storage, clock: ManualClock) -> Register:
    found = Register(storage, RecordingFeed(), clock, standard_asset_classes())
    lamp = Asset(id=LAMP, code="L1", class_="streetlight", lon=5, lat=47, commune="21231")
    camera = Asset(id=CAMERA, code="C1", class_="camera", lon=5, lat=47, commune="21231")
    await found.apply([lamp, camera], "system", note="a small town")
    return found


def reader(storage: Storage, clock: ManualClock, assets: Register) -> HealthReading:
    return HealthReading(storage, clock, lambda: Seating(assets, USERS))


async def happens(
    storage: Storage,
    clock: ManualClock,
    asset_id: int,
    event: str,
    letters: str,
    occurrence: int = 1,
    by: str = "device",
) -> None:
    before, _, after = letters.partition(">")
    payload: dict[str, object] = {
        "alarm": asset_id * 10, "alarm_kind": "failed", "event": {"type": event}, "at": clock.now().isoformat(),
        "from": before, "to": after, "occurrence": occurrence, "priority": 3, "is_active": event != "clear",
    }  # fmt: skip
    await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.ALARM, actor=by, asset_id=asset_id, payload=payload)]))


async def comes_and_goes(storage: Storage, clock: ManualClock, asset_id: int, by: str) -> None:
    """Five minutes: it comes, is answered after one, and goes."""
    await happens(storage, clock, asset_id, "raise", "A>B")
    clock.pass_time(60)
    await happens(storage, clock, asset_id, "acknowledge", "B>C", by=by)
    clock.pass_time(240)
    await happens(storage, clock, asset_id, "clear", "C>A")


def seen(found: HealthReading, seat: str, clock: ManualClock) -> HealthFigures:
    today = day_of(clock.now())
    tally = merged(tally for _, tally in found.days(today - dt.timedelta(days=90), today, seat))
    return figures(tally, seat, begin_of(today), clock.now())


async def test_each_seat_counts_its_own_alarms_and_who_answered(storage: Storage, clock: ManualClock) -> None:
    assets = await register(storage, clock)
    found = reader(storage, clock, assets)
    await comes_and_goes(storage, clock, LAMP, "anne")
    await comes_and_goes(storage, clock, CAMERA, "anne")
    await found.read_on()
    await found.read_on()
    assert list(Seating(assets, USERS).names) == [CITY, "lighting", "video"]
    city, lighting, video = (seen(found, seat, clock) for seat in (CITY, "lighting", "video"))
    assert (city.annunciated, lighting.annunciated, video.annunciated) == (2, 1, 1)
    assert [time.p50_s for time in lighting.answers] == [None, None, 60, None]
    assert video.answered_elsewhere == 1
    assert video.answers[2].count == 0
    await comes_and_goes(storage, clock, CAMERA, "sam")
    await found.read_on()
    assert seen(found, "video", clock).annunciated == 2
    assert seen(found, "video", clock).answers[2].count == 1


async def test_a_restart_goes_on_where_the_last_day_was_closed(storage: Storage, clock: ManualClock) -> None:
    assets = await register(storage, clock)
    before = reader(storage, clock, assets)
    await comes_and_goes(storage, clock, LAMP, "anne")
    await happens(storage, clock, CAMERA, "raise", "A>B")
    await before.read_on()
    clock.pass_time(86_400)
    await happens(storage, clock, CAMERA, "acknowledge", "B>C", by="sam")
    await comes_and_goes(storage, clock, LAMP, "anne")
    await before.read_on()
    assert set(await storage.records(DAY_KIND)) == {"2026-01-01"}
    after = reader(storage, clock, assets)
    await after.load()
    await after.read_on()
    for seat in (CITY, "lighting", "video"):
        assert seen(after, seat, clock) == seen(before, seat, clock)
    assert seen(after, CITY, clock).annunciated == 3
    # The camera waited over the restart, for a day and the five minutes before.
    assert seen(after, "video", clock).answers[2].p50_s == 86_400
    clock.pass_time(86_400)
    await after.read_on()
    [first, second] = [tally for _, tally in after.days(dt.date(2026, 1, 1), dt.date(2026, 1, 3), "video")]
    assert (first.stale, second.stale) == (0, 1)


async def test_a_long_journal_is_read_in_pages(
    storage: Storage, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = await register(storage, clock)
    monkeypatch.setattr(reading, "_PAGE", 7)
    for _ in range(12):
        await comes_and_goes(storage, clock, LAMP, "anne")
    await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.NOTE, actor="anne", payload={})]))
    found = reader(storage, clock, assets)
    await found.read_on()
    assert seen(found, CITY, clock).annunciated == 12
    assert found.reached().progress == 1.0
    assert found.source(LAMP * 10) == (LAMP, "failed")
    assert found.source(99) is None


async def test_a_journal_of_years_is_counted_from_two_months_ago(storage: Storage, clock: ManualClock) -> None:
    assets = await register(storage, clock)
    await comes_and_goes(storage, clock, LAMP, "anne")
    clock.pass_time(100 * 86_400)
    await comes_and_goes(storage, clock, LAMP, "anne")
    found = reader(storage, clock, assets)
    await found.read_on()
    assert seen(found, CITY, clock).annunciated == 1
    assert len(await storage.journal(JournalQuery(kinds=(EntryKind.ALARM,)))) == 6


async def test_figures_that_cannot_be_read_are_counted_anew(storage: Storage, clock: ManualClock) -> None:
    assets = await register(storage, clock)
    found = reader(storage, clock, assets)
    await comes_and_goes(storage, clock, LAMP, "anne")
    await found.read_on()
    clock.pass_time(86_400)
    await found.read_on()
    kept = [KeptRecord(DAY_KIND, "2026-01-01", b"?"), KeptRecord(PLACE_KIND, "reached", b"?")]
    await storage.commit(Unit(records=kept))
    anew = reader(storage, clock, assets)
    await anew.load()
    await anew.read_on()
    assert seen(anew, CITY, clock).annunciated == 1


async def test_days_are_those_of_the_city_s_clock() -> None:
    assert day_of(dt.datetime(2026, 7, 1, 21, 59, tzinfo=dt.UTC)) == dt.date(2026, 7, 1)
    assert day_of(dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC)) == dt.date(2026, 7, 2)
    spring = dt.date(2026, 3, 29)
    assert begin_of(spring + dt.timedelta(days=1)) - begin_of(spring) == dt.timedelta(hours=23)
