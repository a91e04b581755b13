"""A busy machine does not make a decoder look dead, and a dead one does not look busy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.eventually import eventually
from video.decoding.vitality import Vitality, is_only_starved, vitality_of


@pytest.mark.parametrize(
    ("state", "used_s", "is_waited_for"),
    [("R", 0.2, True), ("R", 1.9, False), ("S", 0.0, False), ("T", 0.0, False), ("Z", 0.0, False), ("D", 0.1, False)],
)
def test_only_who_wants_to_run_and_may_not_is_waited_for(state: str, used_s: float, is_waited_for: bool) -> None:
    assert is_only_starved(Vitality("S", 10.0), Vitality(state, 10.0 + used_s), 2.2) is is_waited_for


def test_where_nobody_can_say_nobody_is_waited_for() -> None:
    assert not is_only_starved(None, Vitality("R", 0.0), 2.2)
    assert vitality_of(2**22 + 1) is None


@pytest.fixture
def busy() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        yield process.pid
        process.send_signal(signal.SIGCONT)
        process.kill()


async def test_a_frozen_process_is_seen_to_be_stopped(busy: int) -> None:
    os.kill(busy, signal.SIGSTOP)
    await eventually(lambda: (seen := vitality_of(busy)) is not None and seen.state == "T")


async def test_a_busy_process_is_seen_to_compute(busy: int) -> None:
    before = vitality_of(busy)
    assert before is not None
    await eventually(lambda: (now := vitality_of(busy)) is not None and now.cpu_s > before.cpu_s)
