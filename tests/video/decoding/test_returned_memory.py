"""A wall whose cameras come and go holds no more memory than one whose cameras stay."""

import subprocess
import sys
from pathlib import Path

import pytest

from video.returned_memory import returning_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="told by Linux's own count of private memory")


def test_decoders_that_are_made_anew_leave_nothing_behind() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.video.decoding.remade_decoders"],
        env=returning_memory(),
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = (float(word) for word in ran.stdout.split())
    assert after - before < 4.0  # it was 8 MB, and more with each size of pictures


def test_what_somebody_set_on_purpose_stays() -> None:
    assert returning_memory({"MALLOC_ARENA_MAX": "4", "HOME": "/"})["MALLOC_ARENA_MAX"] == "4"
