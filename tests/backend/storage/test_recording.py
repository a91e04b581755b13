"""The recording of the map: whatever happened, what is replayed is what was, and what is not known is a gap."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from backend.domain.map_history import MapChange, Recorded, Stretch, no_change
from backend.ports import StorageError
from backend.storage.recording.files import RecordingFiles
from backend.storage.recording.payload import MOST_BYTES, PayloadBroken, unpacked

START = 1_795_443_000_000
Shown = dict[int, tuple[int, int]]
Places = dict[int, tuple[int, int, int]]


def change(states: Shown, places: Places | None = None) -> MapChange:
    """Columns of what a test says."""
    ids, moved = sorted(states), sorted(places or {})
    at = [(places or {})[i] for i in moved]
    return MapChange(
        np.array(ids, np.uint32),
        np.array([states[i][0] for i in ids], np.uint8),
        np.array([states[i][1] for i in ids], np.uint8),
        np.array(moved, np.uint32),
        np.array([place[0] for place in at], np.int32),
        np.array([place[1] for place in at], np.int32),
        np.array([place[2] for place in at], np.uint16),
    )


def folded(changes: Iterable[MapChange]) -> tuple[Shown, Places]:
    """Brute force: one asset after the other."""
    shown: Shown = {}
    places: Places = {}
    for one in changes:
        shown |= dict(zip(one.ids.tolist(), zip(one.visuals.tolist(), one.levels.tolist(), strict=True), strict=True))
        where = zip(one.lon.tolist(), one.lat.tolist(), one.heading.tolist(), strict=True)
        places |= dict(zip(one.move_ids.tolist(), where, strict=True))
    return shown, places


def recording(folder: Path, *, segment_ms: int = 60_000, whole_every_ms: int = 10_000) -> RecordingFiles:
    files = RecordingFiles(folder, segment_ms=segment_ms, whole_every_ms=whole_every_ms, least_free_bytes=0)
    files.open()
    return files


def replayed(files: RecordingFiles, at_ms: int) -> tuple[Shown, Places]:
    """What the map is said to have shown at a moment."""
    [first, *_] = files.read(at_ms, at_ms)
    assert isinstance(first, Recorded)
    assert (first.is_whole, first.at_ms) == (True, at_ms)
    return folded([first.change])


def busy_minutes(
    files: RecordingFiles, rng: random.Random, count: int, start: int = START
) -> list[tuple[int, MapChange]]:
    """Seconds of a city, some of them calm."""
    written: list[tuple[int, MapChange]] = []
    for second in range(count):
        states = {rng.randrange(1, 300): (rng.randrange(8), rng.randrange(256)) for _ in range(rng.randrange(6))}
        places = {
            rng.randrange(1, 20): (rng.randrange(-(2**31), 2**31), rng.randrange(-(2**31), 2**31), rng.randrange(65536))
            for _ in range(rng.randrange(4))
        }
        at = start + second * 1000
        one = no_change() if rng.random() < 0.2 else change(states, places)
        files.append(at, one)
        written.append((at, one))
    return written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), moments=st.lists(st.integers(0, 199_999), min_size=5, max_size=20))
def test_any_moment_is_the_fold_of_all_that_happened_before(
    tmp_path_factory: pytest.TempPathFactory, seed: int, moments: list[int]
) -> None:
    files = recording(tmp_path_factory.mktemp("recording"), segment_ms=10_000, whole_every_ms=4_000)
    written = busy_minutes(files, random.Random(seed), 200)
    last = files.stretches()[-1].until_ms
    for moment in moments:
        at = min(START + moment, last)
        assert replayed(files, at) == folded(one for when, one in written if when <= at)
    whole = list(files.read(START, last))
    assert all(isinstance(item, Recorded) for item in whole), "no gap where there was none"
    assert folded(item.change for item in whole if isinstance(item, Recorded)) == folded(one for _, one in written)
    files.close()


def test_a_span_over_many_files_and_after_a_restart_reads_the_same(tmp_path: Path) -> None:
    files = recording(tmp_path)
    written = busy_minutes(files, random.Random(1), 200)
    files.close()
    again = recording(tmp_path)
    assert len(list(tmp_path.glob("*/*.map"))) == 4
    assert again.stretches() == (Stretch(START, START + 199_000),)
    at = START + 130_500
    assert replayed(again, at) == folded(one for when, one in written if when <= at)
    changes = [item for item in again.read(at, START + 199_000) if isinstance(item, Recorded)]
    assert [item.is_whole for item in changes].count(True) == 1
    assert folded(item.change for item in changes) == folded(one for _, one in written)


def test_while_the_backend_was_down_nothing_is_known(tmp_path: Path) -> None:
    files = recording(tmp_path)
    files.append(START, change({1: (0, 50)}))
    files.append(START + 1_000, change({2: (7, 255)}))
    files.close()
    back = recording(tmp_path)
    back.append(START + 3_000, change({1: (1, 255)}))
    assert back.stretches() == (Stretch(START, START + 1_000), Stretch(START + 3_000, START + 3_000))
    items = list(back.read(START - 5_000, START + 3_000))
    gaps = [item for item in items if isinstance(item, Stretch)]
    assert gaps == [Stretch(START - 5_000, START), Stretch(START + 1_000, START + 3_000)]
    assert isinstance(items[-1], Recorded)
    assert items[-1].is_whole
    assert folded([items[-1].change]) == ({1: (1, 255)}, {}), "what was before the gap is not carried over it"
    assert list(back.read(START + 1_500, START + 2_500)) == [Stretch(START + 1_500, START + 2_500)]


def test_a_loop_that_stood_still_leaves_a_gap_and_a_calm_night_none(tmp_path: Path) -> None:
    files = recording(tmp_path)
    files.append(START, change({1: (0, 50)}))
    for second in range(1, 40):
        files.append(START + second * 1000, no_change())
    assert len(files.stretches()) == 1
    files.append(START + 39_000 + 20_000, change({1: (7, 50)}))
    assert len(files.stretches()) == 2
    assert replayed(files, START + 59_000)[0] == {1: (7, 50)}


def test_clocks_that_are_put_back_never_mix_two_times(tmp_path: Path) -> None:
    files = recording(tmp_path)
    for second in range(30):
        files.append(START + second * 1000, change({1: (0, second)}))
    files.append(START + 28_500, change({1: (0, 100)}))  # a clock in step by half a second
    assert replayed(files, START + 29_001)[0] == {1: (0, 100)}
    for second in range(10, 20):
        files.append(START + second * 1000, change({1: (0, 200 + second)}))  # put back by hand
    assert replayed(files, START + 5_000)[0] == {1: (0, 5)}
    assert replayed(files, START + 15_000)[0] == {1: (0, 215)}
    assert files.stretches()[-1] == Stretch(START + 10_000, START + 19_000)


_WRITER = """
import sys
from pathlib import Path
from tests.backend.storage.test_recording import START, change, recording
files = recording(Path(sys.argv[1]))
for second in range(10**6):
    files.append(START + second * 1000, change({n: (second % 8, second % 101) for n in range(1, 400)}))
    print(second, flush=True)
"""


def test_kill_9_loses_no_window_that_was_written(tmp_path: Path) -> None:
    for round_ in range(3):
        folder = tmp_path / str(round_)
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        told = 0
        for _ in range(30 + 17 * round_):
            told = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in writer.stdout.read().split("\n") if line)])
        writer.wait()
        files = recording(folder)
        [stretch] = files.stretches()
        assert stretch.until_ms >= START + told * 1000
        assert replayed(files, START + told * 1000)[0] == dict.fromkeys(range(1, 400), (told % 8, told % 101))


@pytest.mark.parametrize("torn", [1, 5, 20, 30])
def test_a_torn_tail_is_cut_off_and_told(tmp_path: Path, torn: int) -> None:
    files = recording(tmp_path)
    for second in range(5):
        files.append(START + second * 1000, change(dict.fromkeys(range(50), (0, second))))
    [open_file] = tmp_path.glob("*/*.open")
    os.truncate(open_file, open_file.stat().st_size - torn)  # the machine lost its power
    again = RecordingFiles(tmp_path, least_free_bytes=0)
    [loss] = again.open()
    assert "torn" in loss
    assert "UTC" in loss
    assert again.stretches() == (Stretch(START, START + 3_000),)
    assert replayed(again, START + 3_000)[0][7] == (0, 3)


def test_bits_that_turned_on_the_disk_are_a_gap_and_not_a_calm_city(tmp_path: Path) -> None:
    files = recording(tmp_path, segment_ms=10_000)
    written = busy_minutes(files, random.Random(4), 40)
    files.close()
    second_file = sorted(tmp_path.glob("*/*.map"))[1]
    content = bytearray(second_file.read_bytes())
    content[len(content) // 2] ^= 0x40
    second_file.write_bytes(content)
    items = list(recording(tmp_path).read(START, START + 39_000))
    [gap] = [item for item in items if isinstance(item, Stretch)]
    assert START + 10_000 <= gap.since_ms < gap.until_ms == START + 20_000
    after = next(item for item in items if isinstance(item, Recorded) and item.at_ms >= gap.until_ms)
    assert after.is_whole
    assert folded([after.change]) == folded(one for when, one in written if when <= after.at_ms)


def test_what_is_too_old_is_gone_and_the_rest_reads_on(tmp_path: Path) -> None:
    files = recording(tmp_path, segment_ms=10_000)
    written = busy_minutes(files, random.Random(2), 100)
    assert files.forget_before(START + 50_000) == 4
    assert files.stretches()[0].since_ms == START + 40_000
    assert replayed(files, START + 75_000) == folded(one for when, one in written if when <= START + 75_000)
    files.close()


def test_the_disk_it_may_take_is_bounded(tmp_path: Path) -> None:
    files = RecordingFiles(tmp_path, segment_ms=5_000, least_free_bytes=0, most_bytes=20_000)
    files.open()
    for second in range(100):
        files.append(START + second * 1000, change({n: (0, (n * second) % 251) for n in range(500)}))
    held = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert held < 40_000
    assert files.stretches()[-1].until_ms == START + 99_000


def test_a_full_disk_stops_the_recording_in_words_and_it_goes_on_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = recording(tmp_path)
    files.append(START, change({1: (0, 10)}))
    real = os.write

    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for second in (1, 2):
        with pytest.raises(StorageError, match="No space left"):
            files.append(START + second * 1000, change({1: (0, 10 + second), 2: (7, 0)}))
    monkeypatch.setattr(os, "write", real)
    files.append(START + 3_000, no_change())
    assert files.stretches() == (Stretch(START, START), Stretch(START + 3_000, START + 3_000))
    assert replayed(files, START + 3_000)[0] == {1: (0, 12), 2: (7, 0)}, "what changed meanwhile is known again"
    crowded = RecordingFiles(tmp_path / "crowded", least_free_bytes=1 << 62)
    crowded.open()
    with pytest.raises(StorageError, match="free space"):
        crowded.append(START, change({1: (0, 10)}))


def test_files_of_strangers_are_left_out(tmp_path: Path) -> None:
    files = recording(tmp_path)
    files.append(START, change({1: (0, 10)}))
    files.close()
    [day] = tmp_path.iterdir()
    for name, content in (("junk.map", b"junk"), ("00000007-5-9.map", os.urandom(64)), ("00000008-5.open", b"BF")):
        (day / name).write_bytes(content)
    again = recording(tmp_path)
    assert again.stretches() == (Stretch(START, START),)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400))
def test_whatever_bytes_stand_in_a_record_they_are_read_or_refused(content: bytes) -> None:
    for candidate in (content, zlib.compress(content), zlib.compress(b"\xff" * 8 + content)):
        with contextlib.suppress(PayloadBroken):
            unpacked(candidate)


def test_a_bomb_is_not_inflated() -> None:
    with pytest.raises(PayloadBroken, match="too long"):
        unpacked(zlib.compress(bytes(MOST_BYTES + 1)))


def test_links_pipes_and_names_without_sense_harm_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    files = recording(folder)
    for second in range(5):
        files.append(START + second * 1000, change({1: (second, 0)}))
    files.close()
    (closed,) = folder.glob("*/*.map")
    treasure = tmp_path / "journal"
    treasure.write_bytes(closed.read_bytes() + b"and what is not to be cut off")
    (closed.parent / f"00000002-{START}.open").symlink_to(treasure)
    (closed.parent / f"00000003-{START}-{START + 4000}.map").symlink_to(closed)
    os.mkfifo(closed.parent / f"00000004-{START}.open")
    for end in (10**40, START + 40 * 86_400_000):
        (closed.parent / f"00000005-{START}-{end}.map").write_bytes(closed.read_bytes())
    again = recording(folder)
    assert treasure.read_bytes().endswith(b"cut off")
    assert list(again.stretches()) == [Stretch(START, START + 4000)]
    assert replayed(again, START + 4000) == ({1: (4, 0)}, {})
    again.close()
