"""A timeline shows recordings, gaps and what happened in sight of the camera, to those who may see it."""

import datetime as dt

import pytest

from backend.services.refusals import FootageRefused
from contract.assets import Asset
from contract.footage import BookmarkRequest, FootageGap, FootageMark, FootageSpan, LockRequest
from contract.media import FootageListed, ListFootage, MediaCommand, MediaEvent
from contract.points import Reading
from tests.backend.services.footage.rig import CONTINUOUS, FAR, LAMP, NEAR, START, RecordedCity

MINUTE = dt.timedelta(minutes=1)
SINCE, UNTIL = START - 10 * MINUTE, START + 50 * MINUTE


def anybody(_: Asset) -> bool:
    return True


def camera(city: RecordedCity, camera_id: int = NEAR) -> Asset:
    found = city.register.get(camera_id)
    assert found is not None
    return found


def recorded() -> FootageListed:
    """From half an hour before to ten minutes after."""
    span = FootageSpan(since=START - 30 * MINUTE, until=START + 10 * MINUTE)
    gap = FootageGap(since=START + 10 * MINUTE, until=START + 90 * MINUTE, reason="camera_lost")
    marks = tuple(FootageMark(id=kind, kind=kind, since=START) for kind in ("motion", "event", "alarm"))
    return FootageListed(id="", spans=(span,), gaps=(gap,), marks=marks, oldest=span.since)


def knows(city: RecordedCity, *camera_ids: int) -> None:
    """The recorder has these cameras."""

    def listed(command: MediaCommand) -> MediaEvent | None:
        if not isinstance(command, ListFootage):
            return None
        return recorded() if command.camera_id in camera_ids else FootageListed(id=command.id)

    city.media.answer = listed


async def test_recordings_and_gaps_are_cut_to_the_period(city: RecordedCity) -> None:
    knows(city, NEAR)
    shown = await city.footage.timeline.of(camera(city), SINCE, UNTIL, may_see=anybody)
    assert shown.spans == (FootageSpan(since=SINCE, until=START + 10 * MINUTE),)
    assert [(gap.since, gap.until, gap.reason) for gap in shown.gaps] == [(START + 10 * MINUTE, UNTIL, "camera_lost")]
    assert shown.oldest == START - 30 * MINUTE
    assert [mark.kind for mark in shown.marks] == ["event"], "alarms and motion are told once, by the backend"


async def test_marks_are_motion_alarms_bookmarks_and_seals_in_order(city: RecordedCity) -> None:
    bookmark = BookmarkRequest(at=START - MINUTE, label="man with a bag")
    await city.footage.bookmarks.make(camera(city), bookmark, by="anne")
    lock = LockRequest(
        camera_ids=(NEAR,),
        since=SINCE - MINUTE,
        until=START - 5 * MINUTE,
        reason="secret reason",
        expires_at=START + 600 * MINUTE,
        approval_id="",
    )
    await city.footage.seals.make(lock, by="anne", approved_by="claire")
    for second, is_moving in ((0, True), (20, False), (22, True), (40, False)):
        city.clock.pass_time(START.timestamp() + second - city.clock.now().timestamp())
        city.intake.own_sink((NEAR,)).report([Reading(NEAR, "motion", is_moving)])
        await city.look()
    city.intake.own_sink((NEAR, LAMP)).report([Reading(NEAR, "tamper", True), Reading(LAMP, "leakageDetected", True)])
    await city.look()
    await city.pass_time(5)
    shown = await city.footage.timeline.of(camera(city), SINCE, UNTIL, may_see=anybody)
    assert [mark.kind for mark in shown.marks] == ["lock", "bookmark", "motion", "alarm", "alarm"]
    lock_mark, _, motion, tamper, lamp = shown.marks
    assert "secret" not in lock_mark.label
    assert (motion.since, motion.until) == (START, START + dt.timedelta(seconds=40)), "two seconds of calm are none"
    assert (tamper.alarm_kind, tamper.asset_id, tamper.priority) == ("tamper", NEAR, 2)
    assert (lamp.alarm_kind, lamp.asset_id, lamp.label) == ("leakageDetected", LAMP, "PL-1")


async def test_motion_ends_where_nobody_knows_any_more(city: RecordedCity) -> None:
    city.intake.own_sink((NEAR,)).report([Reading(NEAR, "motion", True)])
    await city.look()
    await city.pass_time(1200)
    shown = await city.footage.timeline.of(camera(city), SINCE, UNTIL, may_see=anybody)
    assert [mark.until for mark in shown.marks] == [START + 20 * MINUTE], "it still moves"
    city.intake.own_sink((NEAR,)).assets_unreachable((NEAR,), "it does not answer")
    await city.look()
    shown = await city.footage.timeline.of(camera(city), SINCE, UNTIL, may_see=anybody)
    assert [mark.until for mark in shown.marks] == [START + MINUTE]


async def test_alarms_of_what_one_may_not_see_or_the_camera_does_not_are_left_out(city: RecordedCity) -> None:
    city.intake.own_sink((LAMP,)).report([Reading(LAMP, "leakageDetected", True)])
    await city.look()
    await city.pass_time(5)

    def no_lamps(asset: Asset) -> bool:
        return asset.class_ == "camera"

    for shown_camera, may_see, count in ((NEAR, anybody, 1), (NEAR, no_lamps, 0), (FAR, anybody, 0)):
        shown = await city.footage.timeline.of(camera(city, shown_camera), SINCE, UNTIL, may_see=may_see)
        assert len(shown.marks) == count


async def test_without_a_recorder_the_timeline_says_so_and_shows_the_rest(city: RecordedCity) -> None:
    await city.footage.bookmarks.make(camera(city), BookmarkRequest(at=START, label="here"), by="anne")
    city.media.is_down = True
    shown = await city.footage.timeline.of(camera(city), SINCE, UNTIL, may_see=anybody)
    assert "recorder does not answer" in shown.trouble
    assert [mark.label for mark in shown.marks] == ["here"]


@pytest.mark.parametrize("until", [SINCE, SINCE - MINUTE, SINCE + dt.timedelta(days=32)])
async def test_a_period_is_capped(city: RecordedCity, until: dt.datetime) -> None:
    with pytest.raises(FootageRefused):
        await city.footage.timeline.of(camera(city), SINCE, until, may_see=anybody)


async def test_from_an_alarm_to_that_moment_on_the_cameras_that_have_it(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS, NEAR, FAR)
    knows(city, FAR)
    found = await city.footage.timeline.near(5.0402, 47.32, START, may_see=anybody, count=8)
    assert [(item.camera_id, item.has_footage, item.sees_it) for item in found.items] == [
        (FAR, True, False),
        (NEAR, False, True),
    ]
    knows(city, NEAR, FAR)
    found = await city.footage.timeline.near(5.0402, 47.32, START, may_see=anybody, count=1)
    assert [item.camera_id for item in found.items] == [NEAR], "what sees the place comes first"
    nothing = await city.footage.timeline.near(5.04, 47.32, START, may_see=lambda _: False, count=8)
    assert nothing.total == 0


async def test_bookmarks_go_with_the_recordings(city: RecordedCity) -> None:
    old = await city.footage.bookmarks.make(camera(city), BookmarkRequest(at=START, label="old"), by="anne")
    city.clock.pass_time(32 * 86_400)
    at = city.clock.now()
    await city.footage.bookmarks.make(camera(city), BookmarkRequest(at=at, label="new"), by="anne")
    assert city.footage.bookmarks.get(old.id) is None
    assert list(await city.storage.records("bookmark")) == [item.id for item in city.footage.bookmarks.of(NEAR)]


@pytest.mark.parametrize(
    "request_",
    [
        BookmarkRequest(at=START + MINUTE, label="the future"),
        BookmarkRequest(at=START, until=START - MINUTE, label="backwards"),
        BookmarkRequest(at=START, label=" "),
        BookmarkRequest(at=START, label="x" * 201),
        BookmarkRequest(at=START, label="two\nlines"),
    ],
)
async def test_bookmarks_that_make_no_sense_are_refused(city: RecordedCity, request_: BookmarkRequest) -> None:
    with pytest.raises(FootageRefused):
        await city.footage.bookmarks.make(camera(city), request_, by="anne")
