"""Clips of an evidence package: the recorded bytes, or masked pictures; what is missing is told."""

import hashlib
from pathlib import Path
from typing import Any

import av
import pytest

from contract.footage import FootageGap
from contract.media import EvidenceProgress
from media.evidence.building import PROGRESS_EVERY_S
from media.pictures.workers import PictureWorkers
from tests.media.evidence.building_site import NoPictures, Site, a_part, at
from tests.media.masked_pixels import CORNER, WINDOW, assert_masked, secret_film
from tests.video.footage.films import NOON, record
from video.access_unit import Codec
from video.footage.archive import FootageArchive
from video.footage.facts import Fact, note
from video.footage.footage_writer import FootageWriter, SegmentLimits
from video.footage.pictures import PictureGroup, TimedUnit
from video.footage.places import sealed_folder


def frames_of(path: Path) -> list[av.VideoFrame]:
    """What any player makes of a clip."""
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_a_clip_is_the_recorded_bytes_and_plays(site: Site, tmp_path: Path, codec: Codec) -> None:
    record(tmp_path / "footage", codec=codec)
    answer = await site.build(a_part())
    (clip,) = answer.clips
    made = (site.folder / clip.name).read_bytes()
    (recorded,) = (tmp_path / "footage").glob("cameras/7/*/*.mp4")
    assert made == recorded.read_bytes()
    assert clip.sha256 == hashlib.sha256(made).hexdigest()
    assert (clip.bytes, clip.codec, clip.width, clip.height, clip.pictures) == (len(made), codec.value, 128, 96, 30)
    assert clip.is_original
    assert clip.name == "001_CAM-007_20260921T141320Z_20260921T141323Z.mp4"
    assert len(frames_of(site.folder / clip.name)) == 30
    assert answer.gaps == ()


async def test_a_period_in_the_middle_is_cut_at_key_pictures_that_cover_it(site: Site, tmp_path: Path) -> None:
    record(tmp_path / "footage", seconds=9)
    (clip,) = (await site.build(a_part(3.4, 5.2))).clips
    assert (clip.since, clip.until) == (at(3), at(6))
    passages = list(FootageArchive(tmp_path / "footage").passages(7, NOON + 3.4, NOON + 5.2))
    whole = passages[0].init() + b"".join(passage.original() for passage in passages)
    assert (site.folder / clip.name).read_bytes() == whole
    assert len(frames_of(site.folder / clip.name)) == 30 == clip.pictures


async def test_cameras_and_files_come_in_order_and_keep_their_order(site: Site, tmp_path: Path) -> None:
    record(tmp_path / "footage", seconds=6, limits=SegmentLimits(seconds=2))
    record(tmp_path / "footage", camera_id=8)
    answer = await site.build(a_part(0, 6), a_part(camera_id=8, label="CAM 8 «Gare»"))
    assert [clip.name.split("_")[0] for clip in answer.clips] == ["001", "002", "003", "004"]
    assert [clip.part for clip in answer.clips] == [0, 0, 0, 1]
    assert answer.clips[-1].name.startswith("004_CAM-8-Gare_")
    assert sum(clip.pictures for clip in answer.clips) == 90


async def test_what_was_not_recorded_is_a_fact_with_its_reason(site: Site, tmp_path: Path) -> None:
    footage = tmp_path / "footage"
    record(footage, begins_at=NOON + 10)
    record(footage, begins_at=NOON + 30)
    note(footage, 7, Fact(gap=FootageGap(since=at(13), until=at(25), reason="camera_lost", camera_id=7)))
    answer = await site.build(a_part(0, 40), a_part(0, 5, camera_id=9))
    assert [(gap.camera_id, gap.reason, gap.since, gap.until) for gap in answer.gaps] == [
        (7, "not_recorded", at(0), at(10)),
        (7, "camera_lost", at(13), at(25)),
        (7, "not_recorded", at(25), at(30)),
        (7, "not_recorded", at(33), at(40)),
        (9, "not_recorded", at(0), at(5)),
    ]


async def test_nothing_recorded_at_all_is_said(site: Site, tmp_path: Path) -> None:
    record(tmp_path / "footage")
    answer = await site.build(a_part(3600, 3700))
    assert answer.trouble == "nothing"


async def test_a_media_process_without_recordings_says_so(tmp_path: Path) -> None:
    site = Site(None, tmp_path)
    assert (await site.build(a_part())).trouble == "no_recorder"
    await site.building.close()


async def test_a_sealed_extraction_is_read_when_it_is_named(site: Site, tmp_path: Path) -> None:
    record(sealed_folder(tmp_path / "footage", "lock-1"))
    assert (await site.build(a_part())).trouble == "nothing"
    answer = await site.build(a_part(), lock_id="lock-1")
    assert [clip.pictures for clip in answer.clips] == [30]
    assert (await site.build(a_part(), lock_id="../cameras")).trouble == "unreadable"


# --- masks


def record_secrets(footage: Path, camera_id: int = 7) -> int:
    """Two seconds of loud colours; how many pictures."""
    parameters, units = secret_film()
    timed = [TimedUnit(unit, NOON + unit.rtp_time / 90_000) for unit in units]
    starts = [index for index, one in enumerate(timed) if one.unit.is_key]
    writer = FootageWriter(footage, camera_id)
    for first, end in zip(starts, [*starts[1:], len(timed)], strict=True):
        writer.write(PictureGroup(parameters, tuple(timed[first:end]), timed[end - 1].at + 0.04))
    writer.close()
    return len(units)


async def test_a_masked_camera_leaves_with_its_masks_burnt_in(tmp_path: Path) -> None:
    pictures = record_secrets(tmp_path / "footage")
    workers = PictureWorkers(processes=1)
    site = Site(tmp_path / "footage", tmp_path / "clips", workers)
    try:
        answer = await site.build(a_part(masks=(WINDOW, CORNER)))
    finally:
        await site.building.close()
        await workers.close()
    (clip,) = answer.clips
    assert not clip.is_original
    assert clip.name.endswith("_masked.mp4")
    assert clip.masks == (WINDOW, CORNER)
    frames = frames_of(site.folder / clip.name)
    assert_masked(frames, (WINDOW, CORNER), at_least=pictures)
    assert len(frames) == clip.pictures == pictures
    assert clip.sha256 == hashlib.sha256((site.folder / clip.name).read_bytes()).hexdigest()
    assert (clip.codec, clip.width, clip.height) == ("h264", 320, 240)
    seconds = [float(frame.time or 0) for frame in frames]
    assert seconds == pytest.approx([number / 25 for number in range(pictures)], abs=0.001)


async def test_what_cannot_be_masked_never_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.evidence.clip_writing._BETWEEN_TRIES_S", 0)
    record_secrets(tmp_path / "footage")
    broken = NoPictures()
    site = Site(tmp_path / "footage", tmp_path / "clips", broken)
    answer = await site.build(a_part(masks=(WINDOW,)))
    await site.building.close()
    assert broken.asked == 6
    assert not answer.clips
    assert answer.trouble == "all_lost"
    assert not list(site.folder.glob("*.mp4"))
    assert not list(site.folder.glob("*.part"))


async def test_masks_drawn_since_the_last_try_count_for_all_clips(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.evidence.clip_writing._BETWEEN_TRIES_S", 0)
    record(tmp_path / "footage", seconds=6, limits=SegmentLimits(seconds=2))
    assert (await site.build(a_part(0, 6))).clips
    assert not (await site.build(a_part(0, 6, masks=(WINDOW,)))).clips
    assert not list(site.folder.glob("*.mp4"))


# --- how far it is


async def test_progress_is_told_at_most_twice_a_second_and_ends_at_the_whole(tmp_path: Path) -> None:
    record(tmp_path / "footage", seconds=60, limits=SegmentLimits(seconds=1))
    time = [0.0]

    def slow_clock() -> float:
        time[0] += PROGRESS_EVERY_S / 10
        return time[0]

    site = Site(tmp_path / "footage", tmp_path / "clips", clock=slow_clock)
    answer = await site.build(a_part(0, 60))
    await site.building.close()
    assert len(answer.clips) == 60
    told: list[Any] = [event for event in site.heard if isinstance(event, EvidenceProgress)]
    assert 5 <= len(told) <= 9
    assert site.progress == sorted(site.progress)
    assert told[-1].done_bytes == told[-1].total_bytes > 0
