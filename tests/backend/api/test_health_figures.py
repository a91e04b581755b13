"""What administrators see of who is held back, and of consoles that do not keep up."""

import asyncio
import datetime as dt

import aiohttp
import pytest

from backend.api.stream import subscriber as subscriber_module
from backend.devkit.clock import ManualClock
from backend.devkit.last_minute import LastMinute
from backend_client.errors import ClientError
from backend_client.session import Session
from contract.administration import ApiKeyRequest, HealthFigure, NewApiKey, SystemHealth
from contract.points import Reading
from contract.rights import Grant, Level
from contract.stream import Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.test_hub import console, told
from tests.backend.api.two_communes import EVERYTHING, TwoCommunes


@pytest.fixture
async def admin(served: ServedCity, city: TwoCommunes) -> Session:
    await city.account("admin", EVERYTHING)
    return await served.login("admin")


async def figure(admin: Session, code: str) -> HealthFigure:
    """One figure, as the page shows it."""
    health = await admin.get("/system-health", SystemHealth)
    return next(one for one in health.figures if one.code == code)


async def test_a_key_that_runs_away_is_named(served: ServedCity, city: TwoCommunes, admin: Session) -> None:
    assert (await figure(admin, "refused_keys")).value == 0
    end = city.clock.now() + dt.timedelta(days=30)
    wanted = ApiKeyRequest(name="car park signs", grants=(Grant(level=Level.VIEW),), expires_at=end)
    made = await admin.post_for("/api-keys", wanted, NewApiKey)
    headers = {"Authorization": f"Bearer {made.secret}"}
    refused = 0
    async with aiohttp.ClientSession(headers=headers) as http:
        for _ in range(120):
            async with http.get(f"{served.url}/api/v1/me") as response:
                refused += response.status == 429
    shown = await figure(admin, "refused_keys")
    assert refused > 0
    assert (shown.value, shown.who, shown.state) == (refused, "car park signs", "watch")
    city.clock.pass_time(61)
    assert (await figure(admin, "refused_keys")).value == 0


async def test_a_spray_of_passwords_is_seen(served: ServedCity, admin: Session) -> None:
    stranger = Session(served.url)
    for _ in range(12):
        with pytest.raises(ClientError):
            await stranger.login("admin", "not this one")
    await stranger.close()
    shown = await figure(admin, "refused_passwords")
    assert (shown.value, shown.who, shown.state) == (12, "127.0.0.1", "watch")


async def test_a_console_that_does_not_keep_up_is_named(
    city: TwoCommunes, admin: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = await console(city, name="wall")
    city.hub.subscribe(slow, Subscribe(kinds=(TopicKind.POINTS,)))
    told(slow)
    assert (await figure(admin, "stream_dropped")).value == 0
    monkeypatch.setattr(subscriber_module, "MOST_WAITING_BYTES", 2_000)
    for level in range(40):
        await city.say(*(Reading(lamp.id, "level_percent", level) for lamp in city.lamps()))
        city.hub.flush_window()
    dropped, slow_ones = await figure(admin, "stream_dropped"), await figure(admin, "stream_slow")
    assert dropped.value is not None
    assert dropped.value >= 1
    assert (dropped.who, dropped.state) == ("wall", "watch")
    assert (slow_ones.value, slow_ones.who) == (1, "wall")
    waiting = await figure(admin, "stream_waiting_mb")
    assert waiting.value is not None


async def test_how_late_the_stream_tells_is_measured(city: TwoCommunes, admin: Session) -> None:
    marie = await console(city)
    city.hub.subscribe(marie, Subscribe(kinds=(TopicKind.POINTS,)))
    await city.say(Reading(city.lamps()[0].id, "level_percent", 4))
    await asyncio.sleep(0.1)
    late = await figure(admin, "stream_late_p95_ms")
    assert late.value is not None
    assert late.unit == "ms"
    assert (await figure(admin, "stream_consoles")).value == 1


def test_a_minute_forgets_and_names_take_bounded_room() -> None:
    clock = ManualClock()
    minute = LastMinute(clock)
    for number in range(1_000):
        minute.note(f"stranger {number}")
    for _ in range(3):
        minute.note("stranger 1")
    assert (minute.count(), minute.most()) == (1_003, "stranger 1")
    clock.pass_time(59)
    minute.note("late")
    assert minute.count() == 1_004
    clock.pass_time(2)
    assert (minute.count(), minute.most()) == (1, "late")


async def test_who_is_refused_where_the_field_speaks_to_us_is_told_by_connection(
    city: TwoCommunes, admin: Session
) -> None:
    health = await admin.get("/system-health", SystemHealth)
    assert not any(one.code == "refused_doors" for one in health.figures), "nobody was"
    for _ in range(12):
        city.supervisor.refused_at_doors.note("vehicles", "192.0.2.17")
    shown = await figure(admin, "refused_doors")
    assert (shown.of, shown.value, shown.who, shown.state) == ("vehicles", 12, "192.0.2.17", "watch")
    assert shown.last_at == city.clock.now()
    city.clock.pass_time(61)
    later = await figure(admin, "refused_doors")
    assert (later.value, later.state, later.who) == (0, "ok", "192.0.2.17"), "the last one is known still"
