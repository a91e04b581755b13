"""Building clips is cancelled, killed, runs out of disk or of recordings: what was written is used, nothing is lost."""

import asyncio
import contextlib
import errno
import os
import random
import shutil
import signal
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from contract.media import EvidenceClips
from tests.media.evidence.building_site import Site, a_part
from tests.video.footage.films import record
from video.footage.footage_writer import SegmentLimits

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 40
CHILD = """
import asyncio, sys
from pathlib import Path
from tests.media.evidence.building_site import Site, a_part
async def main():
    site = Site(Path(sys.argv[1]), Path(sys.argv[2]))
    print("ready", flush=True)
    await site.build(a_part(0, 40))
    print("done", flush=True)
asyncio.run(main())
"""


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """Forty files of a second each."""
    record(tmp_path / "footage", seconds=SECONDS, limits=SegmentLimits(seconds=1))
    return tmp_path / "footage"


async def undisturbed(footage: Path, folder: Path) -> EvidenceClips:
    """What is built when nothing happens."""
    site = Site(footage, folder)
    answer = await site.build(a_part(0, SECONDS))
    await site.building.close()
    return answer


async def test_a_killed_build_is_taken_up_and_ends_as_if_nothing_had_happened(footage: Path, tmp_path: Path) -> None:
    wanted = await undisturbed(footage, tmp_path / "undisturbed")
    dice = random.Random(4)
    interrupted = 0
    for round_ in range(4):
        folder = tmp_path / f"clips {round_}"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, str(footage), str(folder), stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        assert child.stdout is not None
        await child.stdout.readline()
        await asyncio.sleep(dice.uniform(0.0, 0.08))
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGKILL)
        rest, _ = await child.communicate()
        interrupted += b"done" not in rest
        site = Site(footage, folder)
        assert await site.build(a_part(0, SECONDS)) == wanted
        await site.building.close()
        for clip in wanted.clips:
            whole = (tmp_path / "undisturbed" / clip.name).read_bytes()
            assert (folder / clip.name).read_bytes() == whole
        assert not list(folder.glob("*.part"))
    assert interrupted, "no kill came in time: the test proves nothing"


async def test_cancelled_it_stops_at_once_keeps_what_is_written_and_goes_on(footage: Path, tmp_path: Path) -> None:
    wanted = await undisturbed(footage, tmp_path / "undisturbed")
    site = Site(footage, tmp_path / "clips")
    site.begin(a_part(0, SECONDS))
    done = tmp_path / "clips" / "done.jsonl"
    while not done.exists() or done.read_bytes().count(b".mp4") < 2:
        await asyncio.sleep(0.002)
    site.cancel()
    assert (await site.answer()).trouble == "cancelled"
    noted = done.read_text()
    kept = {path.name: path.stat().st_ino for path in (tmp_path / "clips").glob("*.mp4") if path.name in noted}
    assert 0 < len(kept) < SECONDS
    assert await site.build(a_part(0, SECONDS)) == wanted
    assert {name: (tmp_path / "clips" / name).stat().st_ino for name in kept} == kept
    assert site.progress[-1] == max(site.progress)
    await site.building.close()


async def test_cancelled_before_it_began_it_is_told_too(footage: Path, tmp_path: Path) -> None:
    site = Site(footage, tmp_path / "clips")
    site.begin(a_part())
    site.cancel()
    assert (await site.answer()).trouble == "cancelled"
    await site.building.close()


async def test_a_clip_cut_or_taken_away_meanwhile_is_written_anew(footage: Path, tmp_path: Path) -> None:
    wanted = await undisturbed(footage, tmp_path / "clips")
    os.truncate(tmp_path / "clips" / wanted.clips[3].name, 10)
    (tmp_path / "clips" / wanted.clips[4].name).unlink()
    with (tmp_path / "clips" / "done.jsonl").open("ab") as file:
        file.write(b'\n{"name": "cut by a ki')
    assert await undisturbed(footage, tmp_path / "clips") == wanted
    for number in (3, 4):
        assert (tmp_path / "clips" / wanted.clips[number].name).stat().st_size == wanted.clips[number].bytes


async def test_recordings_purged_before_they_were_copied_are_told_as_a_gap(footage: Path, tmp_path: Path) -> None:
    wanted = await undisturbed(footage, tmp_path / "clips")
    gone = wanted.clips[5]
    (tmp_path / "clips" / gone.name).unlink()
    sorted(footage.glob("cameras/7/*/*.mp4"))[5].unlink()
    answer = await undisturbed(footage, tmp_path / "clips")
    assert [(gap.reason, gap.since, gap.until) for gap in answer.gaps] == [("purged", gone.since, gone.until)]
    assert gone.name not in {clip.name for clip in answer.clips}
    assert len(answer.clips) == SECONDS - 1


class Usage(NamedTuple):
    """As `shutil.disk_usage` tells it."""

    total: int
    used: int
    free: int


async def test_without_room_it_is_said_before_anything_is_written(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(_: object) -> Usage:
        return Usage(10**9, 10**9, 10**6)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    site = Site(footage, tmp_path / "clips")
    answer = await site.build(a_part(0, SECONDS))
    assert (answer.trouble, answer.trouble_args["free"]) == ("no_room", "0.0")
    assert not list((tmp_path / "clips").glob("*.mp4"))
    monkeypatch.undo()
    assert len((await site.build(a_part(0, SECONDS))).clips) == SECONDS
    await site.building.close()


async def test_a_disk_that_fills_up_is_told_in_words_and_can_be_resumed(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [0]
    sync = os.fsync

    def full(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] > 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    site = Site(footage, tmp_path / "clips")
    assert (await site.build(a_part(0, SECONDS))).trouble == "disk"
    assert not list((tmp_path / "clips").glob("*_*.part"))
    monkeypatch.undo()
    assert len((await site.build(a_part(0, SECONDS))).clips) == SECONDS
    await site.building.close()
