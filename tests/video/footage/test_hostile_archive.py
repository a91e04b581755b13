"""An archive whose files were cut, scribbled on or half deleted: readers and the mending after a kill live with it."""

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.footage.films import NOON, pictures_in, record
from video.access_unit import Codec
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.footage.footage_writer import FootageWriter, SegmentLimits
from video.footage.pictures import FootageGone
from video.footage.places import INDEX_SUFFIX, camera_folder
from video.footage.recovery import recover
from video.footage.segment_index import SIZE, parse_index


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    record(folder, seconds=6, limits=SegmentLimits(seconds=3))
    return folder


def files(folder: Path) -> tuple[Path, Path]:
    film = max(camera_folder(folder, 7).glob("*/*.mp4"))
    return film, film.with_suffix(INDEX_SUFFIX)


def whole(folder: Path) -> int:
    passages = list(FootageArchive(folder).passages(7, 0, NOON + 99))
    for one in passages:
        assert pictures_in(Codec.H264, one.read()) == one.pictures
    return len(passages)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 1), st.integers(-2, 3), st.booleans())
def test_a_kill_at_any_byte_loses_the_open_fragment_alone(
    recorded: Path, tmp_path_factory: pytest.TempPathFactory, share: float, lag: int, other_boot: bool
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(recorded, folder, dirs_exist_ok=True)
    film, index = files(folder)
    _, records = parse_index(index.read_bytes())
    cut = round(film.stat().st_size * share)
    with film.open("r+b") as file:
        file.truncate(cut)
    # The index is behind the file, or after a power cut before it.
    known = min(max(sum(one.end <= cut for one in records) - lag, 0), len(records))
    with index.open("r+b") as file:
        file.truncate(SIZE * (known + 1) + (lag == 1) * 30)
    mark = camera_folder(folder, 7) / "open"
    if other_boot:
        mark.write_text(mark.read_text().split("\n")[0] + "\nanother start")
    recovery = recover(folder, 7)
    complete = sum(one.end <= cut for one in records)
    assert whole(folder) == 3 + complete
    assert recovery.was_recording
    if complete:
        assert film.stat().st_size == records[complete - 1].end
        assert len(index.read_bytes()) == SIZE * (complete + 1)
    else:
        assert not film.exists()
        assert not index.exists()
    assert recovery.ends_at == pytest.approx(NOON + 3 + complete)
    again = recover(folder, 7)
    assert (again.cut_bytes, again.found_fragments, again.ends_at) == (0, 0, recovery.ends_at)
    shutil.rmtree(folder)


@settings(deadline=None, max_examples=60)
@given(st.booleans(), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_scribbled_files(
    recorded: Path, tmp_path_factory: pytest.TempPathFactory, is_index: bool, scribbles: list[tuple[float, int]]
) -> None:
    folder = tmp_path_factory.mktemp("scribbled")
    shutil.copytree(recorded, folder, dirs_exist_ok=True)
    path = files(folder)[is_index]
    data = bytearray(path.read_bytes())
    for share, byte in scribbles:
        data[int(len(data) * share)] = byte
    path.write_bytes(data)
    archive = FootageArchive(folder)
    for passage in archive.passages(7, 0, NOON + 99):
        with contextlib.suppress(ProtocolError):
            passage.read()
    archive.spans(7, 0, NOON + 99)
    recover(folder, 7)
    for passage in FootageArchive(folder).passages(7, 0, NOON + 99):
        with contextlib.suppress(ProtocolError, FootageGone):
            passage.read()
    shutil.rmtree(folder)


def test_a_power_cut_that_left_zeros_is_found(tmp_path: Path) -> None:
    record(tmp_path, seconds=3)
    film, index = files(tmp_path)
    _, records = parse_index(index.read_bytes())
    data = bytearray(film.read_bytes())
    data[records[2].offset + 200 :] = bytes(len(data) - records[2].offset - 200)
    film.write_bytes(data)
    mark = camera_folder(tmp_path, 7) / "open"
    mark.write_text(mark.read_text().split("\n")[0] + "\nanother start")
    recover(tmp_path, 7)
    assert whole(tmp_path) == 2


def test_a_lost_index_is_made_anew(tmp_path: Path) -> None:
    record(tmp_path, seconds=3)
    _, index = files(tmp_path)
    content = index.read_bytes()
    index.unlink()
    assert recover(tmp_path, 7).found_fragments == 3
    assert index.read_bytes() == content


def test_a_recording_that_was_ended_leaves_no_suspect(tmp_path: Path) -> None:
    record(tmp_path)
    FootageWriter(tmp_path, 7).finish()
    assert not recover(tmp_path, 7).was_recording


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "a/b/c", ".x/y", "2026-09-21/none.mp4\nx", "\n\n"])
def test_the_mark_of_the_open_file_cannot_point_elsewhere(tmp_path: Path, text: str) -> None:
    record(tmp_path)
    (camera_folder(tmp_path, 7) / "open").write_text(text)
    assert recover(tmp_path, 7).ends_at == pytest.approx(NOON + 3)
