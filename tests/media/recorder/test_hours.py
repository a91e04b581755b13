"""When a camera is recorded by the clock on the wall, also in the nights when that clock is moved."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from contract.footage import Hours, RecordingMode, RecordingPlan
from media.recorder.hours import UnknownZone, wants_pictures

PARIS = ZoneInfo("Europe/Paris")


def plan(*hours: Hours) -> RecordingPlan:
    return RecordingPlan(mode=RecordingMode.SCHEDULE, hours=hours)


def at(text: str, fold: int = 0) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp()


NIGHT = plan(Hours(from_minute=22 * 60, to_minute=6 * 60, weekdays=(4,)))  # Friday's night


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-09-25T21:59", False),
        ("2026-09-25T22:00", True),
        ("2026-09-26T05:59", True),
        ("2026-09-26T06:00", False),
        ("2026-09-26T23:00", False),
        ("2026-09-25T05:00", False),
    ],
)
def test_a_night_belongs_to_the_day_it_begins(moment: str, wanted: bool) -> None:
    assert wants_pictures(NIGHT, at(moment)) is wanted


def test_summer_time() -> None:
    """F12: the hour that is repeated is recorded twice, the one that is skipped never comes."""
    early = plan(Hours(from_minute=150, to_minute=180))  # 02:30 to 03:00
    assert wants_pictures(early, at("2026-10-25T02:45", fold=0))
    assert wants_pictures(early, at("2026-10-25T02:45", fold=1))
    change = at("2026-03-29T01:59")
    assert not any(wants_pictures(early, change + 60 * minute) for minute in range(120))


def test_a_whole_day_and_other_modes() -> None:
    assert wants_pictures(plan(Hours(from_minute=0, to_minute=0, weekdays=(4,))), at("2026-09-25T13:00"))
    assert wants_pictures(plan(Hours(from_minute=0, to_minute=1440)), at("2026-09-25T23:59"))
    assert not wants_pictures(RecordingPlan(), 0.0)
    assert wants_pictures(RecordingPlan(mode=RecordingMode.EVENT), 0.0)
    assert wants_pictures(RecordingPlan(mode=RecordingMode.CONTINUOUS), 0.0)


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../../etc/passwd", "a" * 500])
def test_a_zone_that_is_none(zone: str) -> None:
    with pytest.raises(UnknownZone):
        wants_pictures(RecordingPlan(mode=RecordingMode.SCHEDULE, time_zone=zone, hours=NIGHT.hours), 0.0)
