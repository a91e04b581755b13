"""What the recorder says happened is in the journal, on the points of the camera, and alarms."""

import datetime as dt

import pytest

from backend.devkit.clock import ManualClock
from backend.storage.memory import MemoryStorage
from contract.alarms import Priority
from contract.footage import FootageGap
from contract.journal import EntryKind
from contract.media import (
    CameraCondition,
    FootageListed,
    GapRecorded,
    ListFootage,
    MediaCommand,
    MediaEvent,
    Purged,
    PurgeHeld,
    RecordEvent,
)
from contract.points import Quality, Reading
from tests.backend.services.footage.rig import CONTINUOUS, FAR, LAMP, NEAR, ON_EVENT, START, RecordedCity

HOUR = dt.timedelta(hours=1)


def purged(left: int = 0) -> Purged:
    return Purged(camera_id=NEAR, reason="retention", until=START - 30 * 24 * HOUR, files=3, bytes=9, left=left)


async def test_purges_prove_themselves_in_the_journal_once_an_hour(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    for _ in range(3):
        city.media.says(purged())
        await city.pass_time(600)
    assert len(await city.journal()) == 1, "not each of them"
    await city.pass_time(1900)
    entry = (await city.journal())[-1]
    assert entry.actor == "system"
    one = {"camera_id": NEAR, "reason": "retention", "until": "2026-02-08T12:00:00Z", "files": 9, "bytes": 27}
    assert entry.payload == {
        "event": "purged",
        "since": START.isoformat(),
        "files": 9,
        "bytes": 27,
        "left": 0,
        "cameras": [one],
    }
    assert city.alarm_kinds(city.recorder.id) == set()
    await city.pass_time(7200)
    assert len(await city.journal()) == 2


async def test_the_proof_survives_a_kill_before_it_is_entered() -> None:
    clock = ManualClock(START)
    storage = MemoryStorage(clock)
    first = RecordedCity(storage, clock)
    await first.start()
    first.media.says(purged())
    await first.look()
    again = RecordedCity(storage, clock)
    await again.start()
    await again.look()
    (entry,) = await again.journal()
    assert (entry.payload["event"], entry.payload["files"]) == ("purged", 3)
    assert not await storage.records("purge_proof")
    await again.close()
    await first.close()


async def test_proof_that_storage_would_not_take_is_entered_when_it_does(city: RecordedCity) -> None:
    assert isinstance(city.storage, MemoryStorage)
    city.media.says(purged())
    await city.look()
    city.clock.pass_time(3700)
    city.storage.fail_next = "the disk is full"
    await city.footage.purge_proof.look()
    city.media.says(purged())
    await city.pass_time(1)
    (entry,) = await city.journal()
    assert entry.payload["files"] == 6


async def test_files_that_a_purge_could_not_destroy_alarm_until_somebody_has_seen_it(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    city.media.says(purged(left=2))
    await city.look()
    (alarm,) = city.alarms.of_asset(city.recorder.id)
    assert (alarm.kind, alarm.priority) == ("purge_incomplete", Priority.P2)
    city.media.says(purged())
    await city.look()
    (alarm,) = city.alarms.of_asset(city.recorder.id)
    assert alarm.kind == "purge_incomplete", "it stays until it is acknowledged and reset"


async def test_a_gap_is_a_fact_of_the_camera(city: RecordedCity) -> None:
    gap = FootageGap(since=START, until=START + HOUR, reason="camera_lost")
    city.media.says(GapRecorded(camera_id=NEAR, gap=gap))
    await city.look()
    (entry,) = await city.journal()
    assert entry.asset_id == NEAR
    assert (entry.payload["event"], entry.payload["reason"]) == ("gap", "camera_lost")


async def test_facts_that_storage_would_not_take_are_written_once_it_does(city: RecordedCity) -> None:
    assert isinstance(city.storage, MemoryStorage)
    city.media.says(purged(left=1))
    city.storage.fail_next = "the disk is full"
    assert not await city.footage.facts.flush()
    city.media.says(GapRecorded(camera_id=NEAR, gap=FootageGap(since=START, until=START + HOUR, reason="damaged")))
    assert await city.footage.facts.flush()
    assert [entry.payload["event"] for entry in await city.journal()] == ["purged", "gap"]


async def test_purging_that_is_held_alarms_and_is_told_once_each_way(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    for reason in ("the clock jumped", "the clock jumped"):
        city.media.says(PurgeHeld(reason=reason))
        await city.look()
        assert city.alarm_kinds(city.recorder.id) == {"purge_held"}
    assert "the clock jumped" in city.footage.trouble
    city.media.says(PurgeHeld(reason=""))
    await city.look()
    assert city.alarm_kinds(city.recorder.id) == set()
    assert [entry.payload["event"] for entry in await city.journal()] == ["planned", "purge_held", "purge_resumed"]


async def test_retention_that_was_down_alarms_until_the_recordings_are_gone(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    oldest: list[dt.datetime] = [START - dt.timedelta(days=32)]

    def listed(command: MediaCommand) -> MediaEvent | None:
        return FootageListed(id=command.id, oldest=oldest[0]) if isinstance(command, ListFootage) else None

    city.media.answer = listed
    await city.footage.retention.look()
    await city.look()
    assert city.alarm_kinds(city.recorder.id) == {"retention_overdue"}
    assert (await city.journal())[-1].payload["event"] == "retention_overdue"
    city.media.is_down = True
    await city.footage.retention.look()
    city.media.is_down = False
    await city.look()
    assert city.alarm_kinds(city.recorder.id) == {"retention_overdue"}, "a recorder that is silent proves nothing"
    oldest[0] = START - dt.timedelta(days=29)
    await city.footage.retention.look()
    await city.look()
    assert city.alarm_kinds(city.recorder.id) == set()


@pytest.mark.parametrize(
    ("condition", "kind", "hold_s"),
    [
        (CameraCondition(camera_id=NEAR, is_frozen=True), "picture_frozen", 0),
        (CameraCondition(camera_id=NEAR, is_dark=True), "picture_dark", 10),
        (CameraCondition(camera_id=NEAR, is_covered=True), "picture_covered", 5),
        (CameraCondition(camera_id=NEAR, is_blurred=True), "picture_blurred", 30),
        (CameraCondition(camera_id=NEAR, is_moved=True), "picture_moved", 10),
    ],
)
async def test_what_ails_a_picture_alarms_and_clears_when_nobody_looks_any_more(
    city: RecordedCity, condition: CameraCondition, kind: str, hold_s: float
) -> None:
    city.media.says(condition)
    await city.look()
    await city.pass_time(hold_s)
    assert city.alarm_kinds(NEAR) == {kind}
    assert city.point(NEAR, kind).value is True
    city.media.says(CameraCondition(camera_id=NEAR))
    await city.look()
    assert city.alarm_kinds(NEAR) == set()
    assert city.point(NEAR, kind).quality is Quality.UNKNOWN


async def test_motion_in_the_picture_is_kept_with_the_readings_not_in_the_journal(city: RecordedCity) -> None:
    for is_moving in (True, False, True):
        city.media.says(CameraCondition(camera_id=NEAR, is_in_motion=is_moving))
        await city.pass_time(1)
    assert not await city.journal(EntryKind.POINT)
    kept = await city.storage.readings(NEAR, "picture_motion", START - HOUR, START + HOUR, 10)
    assert [sample.value for sample in kept] == [True, False, True]


async def test_motion_and_tampering_are_recorded_where_events_are(city: RecordedCity) -> None:
    await city.plan(ON_EVENT, NEAR)
    await city.plan(CONTINUOUS, FAR)
    await city.look()
    for camera in (NEAR, FAR):
        city.live.apply([Reading(camera, "motion", True), Reading(camera, "tamper", True)])
    events = city.told(RecordEvent)
    assert [(event.camera_id, event.kind) for event in events] == [(NEAR, "motion"), (NEAR, "tamper")]
    city.live.apply([Reading(NEAR, "motion", True)])
    assert not city.told(RecordEvent), "what lasts is not said at each reading"
    city.clock.pass_time(6)
    city.live.apply([Reading(NEAR, "motion", True)])
    assert len(city.told(RecordEvent)) == 1, "but again, so that the recording does not end within it"
    for _ in range(12):
        city.clock.pass_time(1)
        city.footage.happenings.look()
    assert {event.kind for event in city.told(RecordEvent)} == {"motion", "tamper"}, "though the camera says no more"
    city.live.apply([Reading(NEAR, "motion", False), Reading(NEAR, "tamper", False)])
    city.clock.pass_time(60)
    city.footage.happenings.look()
    assert not city.told(RecordEvent)


async def test_an_alarm_is_recorded_by_the_cameras_that_see_its_place(city: RecordedCity) -> None:
    await city.plan(ON_EVENT, NEAR, FAR)
    await city.look()
    city.intake.own_sink((LAMP,)).report([Reading(LAMP, "leakageDetected", True)])
    await city.look()
    await city.pass_time(4)
    (event,) = city.told(RecordEvent)
    assert (event.camera_id, event.kind, event.label) == (NEAR, "alarm", "PL-1 leakageDetected")
    await city.pass_time(10)
    assert not city.told(RecordEvent), "each occurrence once"
