"""One camera's recording told in time: clocks that are set, disks that fail, hours that end."""

import pytest

from contract.footage import FootageGap, Hours, RecordingMode, RecordingPlan
from contract.media import GapRecorded, MediaEvent, RecordingState
from media.recorder.camera_recorder import CameraRecorder
from tests.video.footage.films import NOON, PICTURES_PER_SECOND, coded
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.footage.facts import Fact
from video.footage.pictures import PictureGroup
from video.footage.recovery import Recovery
from video.mp4.sample_entries import parameter_sets
from video.states import StreamState, StreamStatus

FILM = coded()
ALWAYS = RecordingPlan(mode=RecordingMode.CONTINUOUS)


class Desk:
    """A recorder of one camera, a disk that says what the test wants, time that the test passes."""

    def __init__(self, plan: RecordingPlan = ALWAYS) -> None:
        self.now, self.wall = 9000.0, NOON
        self.events: list[MediaEvent] = []
        self.facts: list[Fact] = []
        self.written: list[PictureGroup] = []
        self.finished = 0
        self.disk = ""
        self.is_killed = False  # what the disk says is not heard any more
        self.number = 0
        self.recorder = CameraRecorder(7, self, self.events.append, clock=lambda: self.now, wall=lambda: self.wall)
        self.recorder.described(StreamParameters(Codec.H264, parameter_sets(Codec.H264, FILM[0][0])))
        self.recorder.follow(plan)
        self.recorder.tick(None)

    def offer(self, camera_id: int, group: PictureGroup, gap: FootageGap | None = None) -> bool:
        if self.disk == "disk_slow":
            return False
        if self.disk:
            self.recorder.not_written(self.disk, group.begins_at, group.ends_at)
            return True
        self.written.append(group)
        if gap is not None:
            self.facts.append(Fact(gap=gap))
        if not self.is_killed:
            self.recorder.written(group.begins_at, group.ends_at, gap)
        return True

    def note(self, camera_id: int, fact: Fact) -> None:
        self.facts.append(fact)

    def finish(self, camera_id: int) -> None:
        self.finished += 1

    def shoot(self, seconds: float, *, is_silent: bool = False) -> None:
        for _ in range(round(seconds * PICTURES_PER_SECOND)):
            nal_units, time, is_key = FILM[self.number % len(FILM)]
            time += self.number // len(FILM) * len(FILM)
            if not is_silent:
                rtp = time * 90_000 // PICTURES_PER_SECOND & 0xFFFF_FFFF
                self.recorder.received(AccessUnit(nal_units, is_key, rtp, self.now))
            self.number += 1
            self.now += 1 / PICTURES_PER_SECOND
            self.wall += 1 / PICTURES_PER_SECOND
            if self.number % PICTURES_PER_SECOND == 0:
                self.recorder.tick(None)

    def gaps(self) -> list[FootageGap]:
        told = [one.gap for one in self.events if isinstance(one, GapRecorded)]
        assert told == [one.gap for one in self.facts if one.gap is not None]
        return told

    def states(self) -> list[str]:
        return [one.detail or one.state for one in self.events if isinstance(one, RecordingState)]


def length_s(gap: FootageGap) -> float:
    return (gap.until - gap.since).total_seconds()


def test_a_steady_camera_leaves_no_gap() -> None:
    desk = Desk()
    desk.shoot(30)
    assert desk.gaps() == []
    assert len(desk.written) == 29


def test_a_clock_set_ahead_is_a_fact_and_a_gap() -> None:
    """F12."""
    desk = Desk()
    desk.shoot(10)
    desk.wall += 3600
    desk.shoot(10)
    assert [one.reason for one in desk.gaps()] == ["clock_jump"]
    assert length_s(desk.gaps()[0]) == pytest.approx(3600, abs=3)


def test_a_clock_set_back_is_a_fact_and_hides_nothing() -> None:
    desk = Desk()
    desk.shoot(10)
    desk.wall -= 3600
    desk.shoot(10)
    assert [(one.reason, length_s(one)) for one in desk.gaps()] == [("clock_jump", 0.0)]
    desk.recorder.status_changed(StreamStatus(StreamState.STALLED, desk.now))
    desk.shoot(5, is_silent=True)
    desk.shoot(5)
    assert [one.reason for one in desk.gaps()] == ["clock_jump", "camera_lost"]


def test_a_gap_is_noted_with_the_pictures_that_end_it_though_a_kill_follows_at_once() -> None:
    desk = Desk()
    desk.shoot(10)
    desk.recorder.status_changed(StreamStatus(StreamState.STALLED, desk.now))
    desk.shoot(8, is_silent=True)
    desk.is_killed = True
    desk.shoot(2)
    noted = [fact.gap for fact in desk.facts if fact.gap is not None]
    assert [one.reason for one in noted] == ["camera_lost"]
    assert noted[0].until.timestamp() == pytest.approx(desk.written[-1].begins_at, abs=0.01)


@pytest.mark.parametrize("reason", ["disk_full", "disk_slow", "disk_failed"])
def test_a_disk_that_fails_is_the_reason_of_the_gap(reason: str) -> None:
    desk = Desk()
    desk.shoot(10)
    desk.disk = reason
    desk.shoot(10)
    assert desk.states()[-1] in {reason, "no_address"}
    desk.disk = ""
    desk.shoot(5)
    assert [one.reason for one in desk.gaps()] == [reason]
    assert length_s(desk.gaps()[0]) == pytest.approx(10, abs=1.5)


def test_what_was_down_and_then_gone_is_told_apart() -> None:
    desk = Desk(RecordingPlan())
    desk.recorder.recovered(Recovery(was_recording=True, ends_at=NOON - 100))
    desk.recorder.follow(ALWAYS)
    desk.recorder.tick(None)
    desk.shoot(5, is_silent=True)
    desk.recorder.status_changed(StreamStatus(StreamState.STALLED, desk.now))
    desk.shoot(20, is_silent=True)
    desk.shoot(5)
    assert [(one.reason, round(length_s(one))) for one in desk.gaps()] == [("service_down", 105), ("camera_lost", 20)]


def test_the_hours_end_without_a_gap() -> None:
    hours = Hours(from_minute=0, to_minute=16 * 60 + 15)  # it begins at 16:13:20 in Paris
    desk = Desk(RecordingPlan(mode=RecordingMode.SCHEDULE, hours=(hours,)))
    desk.shoot(100)
    desk.shoot(20, is_silent=True)
    assert desk.gaps() == []
    assert desk.finished == 1
    assert desk.written[-1].ends_at == pytest.approx(NOON + 100, abs=1.5)
    assert desk.states()[-1] == "waiting"


def test_a_moving_street_is_one_mark() -> None:
    desk = Desk()
    for _ in range(20):
        desk.recorder.event("motion", "")
        desk.shoot(1)
    desk.shoot(15)
    marks = [one.mark for one in desk.facts if one.mark is not None]
    assert len({one.id for one in marks}) == 1
    assert marks[-1].until is not None
    assert (marks[-1].until - marks[-1].since).total_seconds() == pytest.approx(19, abs=0.5)


def test_a_camera_in_silence_fails_after_half_a_minute() -> None:
    desk = Desk()
    desk.shoot(5)
    desk.shoot(40, is_silent=True)
    assert desk.recorder.open_gap() is not None
    desk.shoot(3)
    assert desk.recorder.open_gap() is None
