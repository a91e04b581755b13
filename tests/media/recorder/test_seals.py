"""A sealed extraction: its own copy, whole after any interruption, deleted with proof."""

import threading
from pathlib import Path

import pytest

from contract.footage import FootageGap
from contract.media import FootagePart, SealFootage
from media.recorder.purge import purge_by_age
from media.recorder.seals import SealingStopped, read_listing, release, seal
from tests.video.footage.films import NOON, pictures_in, record
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.footage.facts import Fact, note
from video.footage.footage_writer import SegmentLimits
from video.footage.places import camera_folder, sealed_folder, utc

DAY = 86_400.0


def asked(since: float, until: float, *cameras: int) -> SealFootage:
    parts = tuple(FootagePart(camera_id=one, since=utc(since), until=utc(until), masks=()) for one in cameras or (7,))
    return SealFootage(id="1", lock_id="lock-1", parts=parts)


def go() -> threading.Event:
    return threading.Event()


def test_a_seal_covers_its_period_on_key_pictures_and_outlives_the_purge(tmp_path: Path) -> None:
    record(tmp_path, seconds=12, limits=SegmentLimits(seconds=4))
    answer = seal(tmp_path, asked(NOON + 2.5, NOON + 6.5), go())
    assert (answer.trouble, answer.missing) == ("", ())
    assert answer.bytes == sum(path.stat().st_size for path in sealed_folder(tmp_path, "lock-1").rglob("2*Z.*"))
    assert purge_by_age(tmp_path, NOON + 40 * DAY, {}, spared=(), from_the_future={})
    assert list(FootageArchive(tmp_path).passages(7, 0, NOON + 99)) == []
    passages = list(FootageArchive(tmp_path).sealed("lock-1").passages(7, 0, NOON + 99))
    assert [one.begins_at for one in passages] == pytest.approx([NOON + n for n in (2, 3, 4, 5, 6)])
    assert all(pictures_in(one.parameters.codec, one.read()) == 10 for one in passages)


def test_the_bytes_are_those_that_were_recorded(tmp_path: Path) -> None:
    record(tmp_path, seconds=6)
    originals = [one.original() for one in FootageArchive(tmp_path).passages(7, NOON, NOON + 99)]
    seal(tmp_path, asked(NOON, NOON + 6), go())
    sealed = [one.original() for one in FootageArchive(tmp_path).sealed("lock-1").passages(7, NOON, NOON + 99)]
    assert sealed == originals


def test_what_is_missing_of_the_period_is_said(tmp_path: Path) -> None:
    record(tmp_path, 7, NOON)
    record(tmp_path, 7, NOON + 100)
    gap = FootageGap(since=utc(NOON + 3), until=utc(NOON + 100), reason="camera_lost", camera_id=7)
    note(tmp_path, 7, Fact(gap=gap))
    answer = seal(tmp_path, asked(NOON, NOON + 200, 7, 8), go())
    assert [(one.camera_id, one.reason, one.until.timestamp() - NOON) for one in answer.missing] == [
        (7, "camera_lost", 100.0),
        (7, "not_recorded", 200.0),
        (8, "not_recorded", 200.0),
    ]
    assert FootageArchive(tmp_path).sealed("lock-1").gaps(7, NOON, NOON + 200) == (gap,)


def test_nothing_to_seal_is_no_seal(tmp_path: Path) -> None:
    answer = seal(tmp_path, asked(NOON, NOON + 6), go())
    assert answer.trouble == "nothing of these cameras is recorded in this period"
    assert read_listing(sealed_folder(tmp_path, "lock-1")) is None


def test_a_seal_cut_short_goes_on_and_is_made_once(tmp_path: Path) -> None:
    record(tmp_path, seconds=12, limits=SegmentLimits(seconds=4))
    stop = go()
    stop.set()
    with pytest.raises(SealingStopped):
        seal(tmp_path, asked(NOON, NOON + 12), stop)
    whole = seal(tmp_path, asked(NOON, NOON + 12), go())
    place = sealed_folder(tmp_path, "lock-1")
    listing = read_listing(place)
    assert listing is not None
    first, second = listing.files[0].path, listing.files[2].path
    # A kill: one file is missing, one is half there, and the listing was not written yet.
    (place / "listing.json").unlink()
    (place / first).unlink()
    (place / second).write_bytes(b"half")
    assert seal(tmp_path, asked(NOON, NOON + 12), go()) == whole
    assert read_listing(place) == listing
    assert seal(tmp_path, asked(NOON, NOON + 12), go()) == whole


def test_of_a_recording_that_lost_bytes_the_rest_is_sealed_and_the_loss_is_said(tmp_path: Path) -> None:
    record(tmp_path, seconds=4)
    film = next(camera_folder(tmp_path, 7).glob("*/*.mp4"))
    hurt = list(FootageArchive(tmp_path).passages(7, NOON, NOON + 9))[1]
    data = bytearray(film.read_bytes())
    data[hurt.offset + hurt.length - 10] ^= 1
    film.write_bytes(data)
    answer = seal(tmp_path, asked(NOON, NOON + 4), go())
    assert [(one.reason, one.since.timestamp() - NOON) for one in answer.missing] == [("damaged", 1.0)]
    kept = list(FootageArchive(tmp_path).sealed("lock-1").passages(7, 0, NOON + 9))
    assert [one.begins_at - NOON for one in kept] == pytest.approx([0, 2, 3])


def test_a_released_seal_is_gone_and_the_proof_says_so(tmp_path: Path) -> None:
    record(tmp_path)
    made = seal(tmp_path, asked(NOON, NOON + 3), go())
    proof = release(tmp_path, "lock-1", NOON + 50)
    assert (proof.reason, proof.lock_id, proof.left) == ("seal", "lock-1", 0)
    assert proof.files == made.files + 1
    assert not sealed_folder(tmp_path, "lock-1").exists()
    again = release(tmp_path, "lock-1", NOON + 60)
    assert (again.files, again.left) == (0, 0)
    with pytest.raises(ProtocolError):
        release(tmp_path, "../cameras", NOON)
