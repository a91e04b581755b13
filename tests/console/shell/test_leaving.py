"""Who leaves the console sees it end as wanted, never with an abort."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
# The console's own start and end around a thread as asyncio keeps one for each child: it tells Qt's loop, then ends.
_A_CHILD_ENDS_LAST = """
import sys, threading, time
from console.shell import cli
from console.shell.options import parse

async def serve(options, qt):
    def tell():
        time.sleep({seconds})
        print("the thread has ended", flush=True)
    threading.Thread(target=tell, daemon=True).start()
    return 0

cli._serve = serve
sys.exit(cli.run(parse([])))
"""


@pytest.mark.parametrize(("seconds", "is_waited_for"), [(0.3, True), (600, False)])
def test_what_tells_the_loop_of_an_ended_child_is_seen_out_and_what_hangs_is_not(
    seconds: float, *, is_waited_for: bool
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _A_CHILD_ENDS_LAST.format(seconds=seconds)],
        cwd=_ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ("the thread has ended" in ended.stdout) is is_waited_for
