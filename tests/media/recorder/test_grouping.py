"""When a picture was taken: the camera's rhythm, our time, whatever the network and the clocks do."""

import itertools

import pytest

from media.recorder.grouping import ClockJump, PictureGrouping
from tests.video.footage.films import NOON, PICTURES_PER_SECOND, coded
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.footage.pictures import PictureGroup
from video.mp4.sample_entries import parameter_sets

FILM = coded()
PARAMETERS = StreamParameters(Codec.H264, parameter_sets(Codec.H264, FILM[0][0]))
UP = 5000.0


class Studio:
    """A camera, a network, a recorder with clocks of its own."""

    def __init__(self) -> None:
        self.now, self.wall = UP, NOON
        self.grouping = PictureGrouping(lambda: self.now, lambda: self.wall)
        self.grouping.describe(PARAMETERS)
        self.number = 0
        self.groups: list[PictureGroup] = []
        self.jumps: list[ClockJump] = []
        self.rtp = 123_456

    def shoot(self, count: int, *, late_s: float = 0.0, damaged: int = -1, pace: float = 1.0) -> None:
        for _ in range(count):
            nal_units, time, is_key = FILM[self.number % len(FILM)]
            time += self.number // len(FILM) * len(FILM)
            tick = self.rtp + time * 90_000 // PICTURES_PER_SECOND
            unit = AccessUnit(nal_units, is_key, tick & 0xFFFF_FFFF, self.now + late_s, self.number == damaged)
            self.take(unit)
            self.number += 1
            self.now += pace / PICTURES_PER_SECOND
            self.wall += pace / PICTURES_PER_SECOND

    def take(self, unit: AccessUnit) -> None:
        for one in self.grouping.add(unit):
            if isinstance(one, ClockJump):
                self.jumps.append(one)
            else:
                self.groups.append(one)

    def end(self) -> None:
        self.groups += [one for one in self.grouping.end() if isinstance(one, PictureGroup)]


def test_groups_follow_on_in_the_cameras_rhythm() -> None:
    studio = Studio()
    studio.shoot(40)
    studio.end()
    assert [len(one.units) for one in studio.groups] == [10, 10, 10, 10]
    assert [one.begins_at for one in studio.groups] == pytest.approx([NOON + n for n in range(4)], abs=0.25)
    for one, following in zip(studio.groups, studio.groups[1:], strict=False):
        assert one.ends_at == pytest.approx(following.begins_at, abs=0.03)


def test_the_burst_with_which_a_connection_begins_does_not_bend_time() -> None:
    studio = Studio()
    studio.shoot(20, pace=0.001)  # two seconds at once, as a relay hands out its last group
    studio.now, studio.wall = studio.now, studio.wall
    studio.shoot(20)
    starts = [one.begins_at for one in studio.groups]
    assert starts[1] - starts[0] == pytest.approx(1.0, abs=0.05)
    assert starts[2] - starts[1] == pytest.approx(1.0, abs=0.05)
    assert studio.groups[0].begins_at < NOON - 0.5, "those pictures were taken before they came"


def test_a_stall_of_the_network_does_not_move_pictures() -> None:
    studio = Studio()
    studio.shoot(10)
    studio.shoot(5, late_s=1.5)
    studio.shoot(25)
    starts = [one.begins_at for one in studio.groups]
    assert [b - a for a, b in itertools.pairwise(starts)] == pytest.approx([1.0, 1.0], abs=0.03)


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_clock_that_is_set_is_told(jump: float) -> None:
    studio = Studio()
    studio.shoot(20)
    studio.wall += jump
    studio.shoot(21)
    assert len(studio.jumps) == 1
    assert studio.jumps[0].after - studio.jumps[0].before == pytest.approx(jump, abs=0.1)
    starts = [one.begins_at for one in studio.groups]
    assert max(abs(b - a) for a, b in itertools.pairwise(starts)) == pytest.approx(abs(jump), abs=1.5)


def test_a_clock_that_is_slewed_is_followed() -> None:
    studio = Studio()
    studio.shoot(20)
    studio.wall += 0.5
    studio.shoot(900)
    assert studio.jumps == []
    assert studio.groups[-1].begins_at == pytest.approx(studio.wall - 1.9, abs=0.3)


def test_after_a_loss_the_next_key_picture_begins() -> None:
    studio = Studio()
    studio.shoot(40, damaged=14)
    studio.end()
    assert [len(one.units) for one in studio.groups] == [10, 4, 10, 10]
    assert studio.groups[2].begins_at - studio.groups[0].begins_at == pytest.approx(2.0, abs=0.1)


def test_a_camera_that_starts_its_clock_anew_is_followed() -> None:
    studio = Studio()
    studio.shoot(20)
    studio.rtp += 77_000_000
    studio.shoot(20)
    studio.end()
    assert [one.begins_at for one in studio.groups] == pytest.approx([NOON + n for n in range(4)], abs=0.3)


def test_the_clock_of_rtp_goes_round() -> None:
    studio = Studio()
    studio.rtp = (1 << 32) - 100_000
    studio.shoot(40)
    assert [one.begins_at for one in studio.groups] == pytest.approx([NOON + n for n in range(3)], abs=0.3)


def test_an_endless_group_is_written_in_parts() -> None:
    studio = Studio()
    nal_units = FILM[1][0]
    studio.shoot(1)
    for number in range(1, 500):
        studio.now += 0.1
        studio.take(AccessUnit(nal_units, False, studio.rtp + number * 9000, studio.now))
    assert len(studio.groups) >= 4
    assert [one.is_key for one in studio.groups[:3]] == [True, False, False]
    assert all(one.ends_at - one.begins_at < 11 for one in studio.groups)


def test_without_parameter_sets_nothing_is_made_up() -> None:
    studio = Studio()
    studio.grouping.describe(StreamParameters(Codec.H264, ()))
    bare = tuple(nal for nal in FILM[0][0] if nal[0] & 0x1F == 5)
    for number in range(5):
        studio.take(AccessUnit(bare, True, number * 90_000, UP + number))
    assert studio.groups == []
