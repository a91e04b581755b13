"""What an operator finds of the recordings: the picture of the moment he asks for, and honest holes."""

import datetime as dt
from pathlib import Path

import pytest

from contract.footage import FootageGap, FootageMark
from tests.video.footage.films import NOON, groups, pictures_in, record
from video.access_unit import Codec
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.footage.facts import Fact, note
from video.footage.footage_writer import FootageWriter, SegmentLimits
from video.footage.pictures import FootageGone
from video.footage.places import FACTS_NAME, camera_folder, day_name, utc


@pytest.mark.parametrize("codec", list(Codec))
def test_what_was_recorded_is_found_by_its_time_and_plays(tmp_path: Path, codec: Codec) -> None:
    made = record(tmp_path, seconds=6, codec=codec)
    archive = FootageArchive(tmp_path)
    passage = archive.passage_at(7, NOON + 2.5)
    assert passage is not None
    assert (passage.begins_at, passage.ends_at) == pytest.approx((made[2].begins_at, made[2].ends_at), abs=1e-4)
    read = passage.read()
    assert [one.at for one in read] == pytest.approx([one.at for one in made[2].units], abs=1e-4)
    wanted = [set(one.unit.nal_units) - set(made[2].parameters.parameter_sets) for one in made[2].units]
    assert [set(one.unit.nal_units) - set(passage.parameters.parameter_sets) for one in read] == wanted
    assert pictures_in(codec, read) == 10
    assert passage.parameters == made[2].parameters


def test_every_passage_follows_on_both_ways(tmp_path: Path) -> None:
    record(tmp_path, seconds=9, limits=SegmentLimits(seconds=3))
    archive = FootageArchive(tmp_path)
    forward = [one.begins_at for one in archive.passages(7, NOON, NOON + 60)]
    assert forward == pytest.approx([NOON + n for n in range(9)], abs=1e-4)
    passage = archive.newest(7)
    backward: list[float] = []
    while passage is not None:
        backward.append(passage.begins_at)
        passage = archive.passage_before(passage)
    assert backward == forward[::-1]
    assert len({one.path for one in archive.passages(7, NOON, NOON + 60)}) == 3


def test_a_moment_in_a_hole_gives_the_next_picture_after_it(tmp_path: Path) -> None:
    record(tmp_path, seconds=3)
    record(tmp_path, seconds=3, begins_at=NOON + 100)
    archive = FootageArchive(tmp_path)
    passage = archive.passage_at(7, NOON + 50)
    assert passage is not None
    assert passage.begins_at == pytest.approx(NOON + 100)
    earliest = archive.passage_at(7, 0.0)
    assert earliest is not None
    assert earliest.begins_at == pytest.approx(NOON)
    assert archive.passage_at(7, NOON + 103.5) is None
    assert archive.passage_at(8, NOON) is None
    assert [(one.since, one.until) for one in archive.spans(7, NOON - 9, NOON + 999)] == [
        (utc(NOON), utc(NOON + 3)),
        (utc(NOON + 100), utc(NOON + 103)),
    ]
    assert archive.spans(7, NOON + 1, NOON + 2)[0].since == utc(NOON + 1)
    assert archive.oldest(7) == pytest.approx(NOON)


def test_a_file_ends_at_midnight_and_the_night_plays_on(tmp_path: Path) -> None:
    midnight = dt.datetime(2026, 9, 22, tzinfo=dt.UTC).timestamp()
    record(tmp_path, begins_at=midnight - 4.5, seconds=9)
    archive = FootageArchive(tmp_path)
    passages = list(archive.passages(7, midnight - 10, midnight + 10))
    assert len(passages) == 9
    assert {Path(one.path).parent.name for one in passages} == {"2026-09-21", "2026-09-22"}
    held = archive.passage_at(7, midnight + 0.1)
    assert held is not None
    assert held.begins_at == pytest.approx(midnight - 0.5, abs=1e-4)
    assert len(archive.spans(7, midnight - 10, midnight + 10)) == 1


def test_another_picture_size_begins_another_file(tmp_path: Path) -> None:
    writer = FootageWriter(tmp_path, 7)
    for group in [*groups(NOON, 2), *groups(NOON + 2, 2, width=160)]:
        writer.write(group)
    writer.close()
    passages = list(FootageArchive(tmp_path).passages(7, NOON, NOON + 9))
    assert len({one.path for one in passages}) == 2
    assert passages[1].parameters != passages[2].parameters
    assert all(pictures_in(Codec.H264, one.read()) == 10 for one in passages)


def test_a_clock_set_back_keeps_both_hours(tmp_path: Path) -> None:
    record(tmp_path, seconds=3)
    record(tmp_path, seconds=3, begins_at=NOON)
    assert len(list(FootageArchive(tmp_path).passages(7, NOON, NOON + 9))) == 6


def test_the_reader_follows_a_recording_that_goes_on(tmp_path: Path) -> None:
    writer = FootageWriter(tmp_path, 7)
    archive = FootageArchive(tmp_path)
    for number, group in enumerate(groups(NOON, 3)):
        writer.write(group)
        assert len(list(archive.passages(7, NOON, NOON + 9))) == number + 1
    writer.close()


def test_a_long_group_of_pictures_is_one_passage(tmp_path: Path) -> None:
    """A frugal camera sends a key picture a minute: it is on disk before the minute is over."""
    whole = groups(NOON, 1)[0]
    writer = FootageWriter(tmp_path, 7)
    half = len(whole.units) // 2
    middle = min(one.at for one in whole.units[half:])
    writer.write(type(whole)(whole.parameters, whole.units[:half], middle))
    writer.write(type(whole)(whole.parameters, whole.units[half:], whole.ends_at))
    writer.close()
    passages = list(FootageArchive(tmp_path).passages(7, NOON, NOON + 9))
    assert len(passages) == 1
    assert passages[0].pictures == 10
    assert pictures_in(Codec.H264, passages[0].read()) == 10


def test_what_is_purged_while_it_is_read_is_gone_and_says_so(tmp_path: Path) -> None:
    record(tmp_path)
    archive = FootageArchive(tmp_path)
    passage = archive.passage_at(7, NOON)
    assert passage is not None
    Path(passage.path).unlink()
    with pytest.raises(FootageGone):
        passage.read()
    assert archive.passage_at(7, NOON) is None


def test_gaps_and_marks_are_kept_by_day_and_told_whole(tmp_path: Path) -> None:
    gap = FootageGap(since=utc(NOON), until=utc(NOON + 3 * 86_400), reason="service_down", camera_id=7)
    note(tmp_path, 7, Fact(gap=gap))
    mark = FootageMark(id="a", kind="motion", since=utc(NOON))
    note(tmp_path, 7, Fact(mark=mark))
    longer = FootageMark(id="a", kind="motion", since=utc(NOON), until=utc(NOON + 9))
    note(tmp_path, 7, Fact(mark=longer))
    facts_of_day = camera_folder(tmp_path, 7) / day_name(NOON) / FACTS_NAME
    with facts_of_day.open("ab") as file:
        file.write(b'{"gap":{"since":"20')  # a kill in mid-word
    archive = FootageArchive(tmp_path)
    assert archive.gaps(7, NOON - 1, NOON + 9e5) == (gap,)
    assert archive.gaps(7, NOON + 5 * 86_400, NOON + 9e5) == ()
    assert archive.marks(7, NOON + 5, NOON + 9) == (longer,)
    assert len(list(camera_folder(tmp_path, 7).iterdir())) == 4


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a" * 65, "é"])
def test_a_lock_cannot_point_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProtocolError):
        FootageArchive(tmp_path).sealed(name)
