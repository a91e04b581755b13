"""What is planned is what the recorder is told, whoever restarts; and how it fares is seen."""

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import StorageError
from backend.services.refusals import FootageRefused
from backend.storage.memory import MemoryStorage
from contract.assets import AssetStatus
from contract.devices import LinkState
from contract.footage import PlanChange, RecordingMode, RecordingPlan
from contract.media import CloseCamera, FootageDisk, MediaReady, OpenCamera, PlanRecording, RecordingState
from contract.points import Quality
from tests.backend.services.footage.rig import CONTINUOUS, FAR, NEAR, START, RecordedCity

OFF = RecordingPlan(mode=RecordingMode.OFF)


async def test_a_planned_camera_is_opened_and_then_recorded(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    opened, planned = city.media.told
    assert isinstance(opened, OpenCamera)
    assert (opened.camera_id, opened.stream, opened.user, opened.password) == (NEAR, "main", "root", "secret")
    assert planned == PlanRecording(camera_id=NEAR, plan=CONTINUOUS)
    await city.pass_time(30)
    assert len(city.media.told) == 2, "once"
    (entry,) = await city.journal()
    assert (entry.actor, entry.asset_id, entry.payload["event"]) == ("anne", NEAR, "planned")


async def test_plans_survive_a_restart_of_the_backend() -> None:
    clock = ManualClock(START)
    storage = MemoryStorage(clock)
    first = RecordedCity(storage, clock)
    await first.start()
    await first.plan(CONTINUOUS, NEAR, FAR)
    await first.close()
    again = RecordedCity(storage, clock)
    await again.start()
    await again.look()
    assert {command.camera_id for command in again.told(PlanRecording)} == {NEAR, FAR}
    await again.close()


async def test_a_recorder_that_starts_anew_is_told_everything_anew(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    city.media.told.clear()
    city.media.says(MediaReady(rtsp_port=1))
    await city.look()
    assert [type(command) for command in city.media.told] == [OpenCamera, PlanRecording]


async def test_a_changed_password_is_told_when_the_camera_comes_up_with_it(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    city.media.told.clear()
    city.streams.password = "another"
    await city.pass_time(5)
    assert not city.media.told
    city.link(NEAR, LinkState.UP)
    await city.look()
    (opened,) = city.told(OpenCamera)
    assert opened.password == "another"


async def test_a_camera_that_fails_is_asked_again_where_its_picture_is(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    city.media.says(RecordingState(camera_id=NEAR, state="failed", detail="not found"))
    asked = len(city.streams.asked)
    await city.pass_time(10)
    assert len(city.streams.asked) == asked, "not in a hurry"
    await city.pass_time(60)
    assert len(city.streams.asked) == asked + 1


async def test_another_stream_of_the_plan_is_opened_at_once(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    await city.plan(msgspec.structs.replace(CONTINUOUS, stream="sub"))
    await city.look()
    assert city.streams.asked == [(NEAR, "main"), (NEAR, "sub")]
    assert isinstance(city.media.told[-1], PlanRecording)
    assert city.media.told[-1].plan.stream == "sub"


async def test_a_camera_without_address_is_planned_all_the_same_and_alarms(city: RecordedCity) -> None:
    city.streams.refused = {NEAR}
    await city.plan(CONTINUOUS)
    await city.look()
    assert city.footage.desk.fare(NEAR).state == "waiting", "its connection may come up yet"
    assert not city.media.told
    await city.pass_time(15)
    assert city.told(PlanRecording)
    assert not city.told(OpenCamera)
    fare = city.footage.desk.fare(NEAR)
    assert (fare.state, fare.why.code) == ("failed", "camera_not_running")
    assert "recording_failed" not in city.alarm_kinds(NEAR)
    await city.pass_time(16)
    assert city.alarm_kinds(NEAR) == {"recording_failed"}
    city.streams.refused = set()
    await city.pass_time(60)
    city.media.says(RecordingState(camera_id=NEAR, state="recording"))
    await city.look()
    assert city.alarm_kinds(NEAR) == set()
    assert city.point(NEAR, "recording").value is True


async def test_switched_off_it_keeps_its_delay_and_stops_alarming(city: RecordedCity) -> None:
    plan = msgspec.structs.replace(CONTINUOUS, kept_days=7)
    await city.plan(plan)
    await city.look()
    city.media.says(RecordingState(camera_id=NEAR, state="failed", detail="stalled"))
    await city.look()
    await city.pass_time(20)
    assert city.alarm_kinds(NEAR) == {"recording_failed"}
    await city.plan(msgspec.structs.replace(plan, mode=RecordingMode.OFF))
    await city.look()
    last = city.told(PlanRecording)[-1]
    assert (last.plan.mode, last.plan.kept_days) == (RecordingMode.OFF, 7)
    assert city.alarm_kinds(NEAR) == set()
    assert city.footage.desk.fare(NEAR).state == "off"
    assert city.point(NEAR, "recording_state").value == "off"


async def test_a_retired_camera_is_recorded_no_more(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    city.told(PlanRecording)
    camera = city.register.get(NEAR)
    assert camera is not None
    await city.register.apply([msgspec.structs.replace(camera, status=AssetStatus.RETIRED)], "anne", note="gone")
    await city.look()
    (ended,) = city.told(PlanRecording)
    assert ended.plan.mode is RecordingMode.OFF
    assert [command.camera_id for command in city.told(CloseCamera)] == [NEAR]


async def test_a_recorder_that_is_down_is_one_alarm_not_one_a_camera(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS, NEAR, FAR)
    await city.look()
    for camera in (NEAR, FAR):
        city.media.says(RecordingState(camera_id=camera, state="recording"))
    await city.look()
    city.media.is_down, city.media.reason = True, "the video service ended"
    await city.look()
    await city.pass_time(60)
    assert city.alarm_kinds(city.recorder.id) == {"recorder_down"}
    assert city.alarm_kinds(NEAR) == city.alarm_kinds(FAR) == set()
    assert city.point(NEAR, "recording").quality is Quality.UNKNOWN
    assert city.footage.desk.fare(NEAR).state == "failed"
    assert "does not run" in city.footage.trouble
    city.media.is_down = False
    city.media.says(MediaReady(rtsp_port=1), RecordingState(camera_id=NEAR, state="recording"))
    await city.look()
    assert city.alarm_kinds(city.recorder.id) == set()
    assert city.footage.trouble == ""


async def test_the_disk_of_the_recordings_alarms_before_it_is_full(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await city.look()
    for percent, kinds in (
        (79, set[str]()),
        (81, {"footage_disk_80"}),
        (91, {"footage_disk_80", "footage_disk_90"}),
        (96, {"footage_disk_80", "footage_disk_90", "footage_disk_95", "recording_stopped"}),
        (50, set[str]()),
    ):
        disk = FootageDisk(used_bytes=percent, free_bytes=100 - percent, quota_bytes=0, is_stopped=percent == 96)
        city.media.says(disk)
        await city.pass_time(1)
        assert city.alarm_kinds(city.recorder.id) == kinds, percent
    events = [entry.payload["event"] for entry in await city.journal()]
    assert events == ["planned", "recording_stopped", "recording_resumed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kept_days": 31}, "plan_kept"),
        ({"kept_days": 0}, "plan_kept"),
        ({"stream": "../sub"}, "streams"),
        ({"pre_roll_s": -1}, "plan_pre_roll"),
        ({"post_roll_s": 10_000}, "plan_post_roll"),
        ({"quota_bytes": 1}, "plan_quota"),
        ({"time_zone": "../../etc/passwd"}, "plan_zone"),
        ({"mode": RecordingMode.SCHEDULE}, "plan_no_hours"),
    ],
)
async def test_a_plan_that_must_not_be_is_refused_in_words(
    city: RecordedCity, change: dict[str, object], code: str
) -> None:
    plan = msgspec.convert(msgspec.to_builtins(CONTINUOUS) | change, RecordingPlan)
    with pytest.raises(FootageRefused) as refused:
        await city.plan(plan)
    assert refused.value.said.code == code
    assert city.footage.plans.of(NEAR) is None


async def test_all_cameras_of_a_change_are_planned_or_none(city: RecordedCity) -> None:
    with pytest.raises(FootageRefused):
        await city.plan(CONTINUOUS, NEAR, 3)
    for camera_ids in ((), (NEAR, NEAR)):
        with pytest.raises(FootageRefused):
            await city.footage.plans.change(PlanChange(camera_ids=camera_ids, plan=CONTINUOUS), by="anne")
    assert isinstance(city.storage, MemoryStorage)
    city.storage.fail_next = "the disk is full"
    with pytest.raises(StorageError):
        await city.plan(CONTINUOUS)
    assert not city.footage.plans.all()
    await city.plan(CONTINUOUS)
    await city.plan(CONTINUOUS)
    kept = city.footage.plans.of(NEAR)
    assert kept is not None
    assert kept.version == 1, "the same plan again is no change"
    assert len(await city.journal()) == 1
