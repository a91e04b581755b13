"""The file is made next door: the console waits, may change its mind, and is told in words what went wrong."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exported_maps.child import FileNotMade, make_file
from exported_maps.values import MAX_ASSETS, ExportRequest, FileFormat
from tests.exported_maps.samples import asset, city

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, str(ROOT / "main.py"), "export-map")
SLOW = (sys.executable, "-c", "import time, sys; sys.stdin.buffer.read(); time.sleep(60)")


async def test_the_command_makes_the_file() -> None:
    made = await make_file(COMMAND, ExportRequest(FileFormat.HTML, city(title="L'été")))
    assert made.startswith(b"<!DOCTYPE html>")
    assert "L&#39;été" in made.decode()


async def test_a_refusal_comes_back_in_the_words_of_the_one_who_asked() -> None:
    many = tuple(asset(number) for number in range(MAX_ASSETS + 1))
    with pytest.raises(FileNotMade) as refused:
        await make_file(COMMAND, ExportRequest(FileFormat.CSV, city(assets=many)))
    assert refused.value.words.startswith("La sélection compte 5\u202f001 équipements")


async def test_a_process_that_falls_or_is_not_there_says_nothing_it_does_not_know() -> None:
    for command in ((sys.executable, "-c", "raise SystemExit(1)"), ("/nowhere/python",)):
        with pytest.raises(FileNotMade) as fallen:
            await make_file(command, ExportRequest(FileFormat.CSV, city()))
        assert fallen.value.words == ""


async def test_waiting_ends_at_the_limit() -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await make_file(SLOW, ExportRequest(FileFormat.CSV, city()), time_limit_s=0.3)
    assert time.monotonic() - started < 5


async def test_who_cancels_leaves_no_process_behind(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    asked = asyncio.get_running_loop().create_task(
        make_file((sys.executable, "-c", code), ExportRequest(FileFormat.CSV, city()))
    )
    while not (mark.exists() and mark.read_text()):
        await asyncio.sleep(0.02)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not Path(f"/proc/{mark.read_text()}").exists()


def test_garbage_is_refused_in_words() -> None:
    answered = subprocess.run([*COMMAND, "--lang", "fr"], input=b"\xff\x00", capture_output=True, check=False)
    assert answered.returncode == 3
    assert answered.stdout == b""
    assert "n'a pas pu être lue" in answered.stderr.decode()


def test_starting_it_loads_no_folium_into_the_console() -> None:
    code = (
        "import sys, exported_maps.child, exported_maps.values; print('folium' in sys.modules, 'numpy' in sys.modules)"
    )
    answered = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answered.stdout.split() == ["False", "False"]


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such bound")
def test_work_without_end_ends_though_nobody_waits_for_it() -> None:
    code = "from exported_maps.command import bound_cpu\nbound_cpu(1)\nwhile True:\n    pass"
    ended = subprocess.run([sys.executable, "-c", code], timeout=30, check=False)
    assert ended.returncode < 0
