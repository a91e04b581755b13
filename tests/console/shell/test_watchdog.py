"""A console that stands still says where it stood (fault row F24)."""

import time
from pathlib import Path

import pytest

from console.shell import watchdog as watchdog_module
from console.shell.watchdog import Watchdog


def stand_still(seconds: float) -> None:
    """What a slot that blocks the loop does."""
    time.sleep(seconds)


def test_a_standstill_is_written_down_with_its_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watchdog_module, "STANDSTILL_S", 0.2)
    with (tmp_path / "stderr").open("w+") as output:
        watchdog = Watchdog(output, time.monotonic)
        watchdog.pet()
        stand_still(0.5)
        watchdog.pet()
        watchdog.stop()
        output.seek(0)
        written = output.read()
    assert "stand_still" in written
    assert "stood still" in caplog.text
    assert watchdog.standstill_count == 1


def test_a_loop_that_goes_round_leaves_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog_module, "STANDSTILL_S", 0.3)
    with (tmp_path / "stderr").open("w+") as output:
        watchdog = Watchdog(output, time.monotonic)
        for _ in range(5):
            watchdog.pet()
            stand_still(0.1)
        watchdog.stop()
        stand_still(0.4)
        output.seek(0)
        assert output.read() == ""
    assert watchdog.standstill_count == 0
