"""The backend as a process: how it starts, what it refuses, how it leaves."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from backend.cli import Ready, main

_MAIN = Path(__file__).parents[2] / "main.py"


class Child:
    """A backend started as a console starts it."""

    def __init__(self, folder: Path, *more: str) -> None:
        command = [sys.executable, str(_MAIN), "backend", "--child", "--listen", "127.0.0.1:0", "--data", str(folder)]
        self.process = subprocess.Popen(
            [*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ready(self) -> Ready:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"launch-token\n")
        self.process.stdin.flush()
        return msgspec.json.decode(self.process.stdout.readline(), type=Ready)

    def left(self, within_s: float) -> int:
        started = time.monotonic()
        code = self.process.wait(10)
        assert time.monotonic() - started < within_s
        return code

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "[::]"])  # noqa: S104 - must be refused
def test_only_this_machine_may_connect_without_a_certificate(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--listen", f"{host}:8440", "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert "--tls-cert" in capsys.readouterr().err


@pytest.mark.parametrize("listen", ["8440", "localhost:", "localhost:port", "localhost:70000"])
def test_a_bad_address_is_told(listen: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--listen", listen, "--data", str(tmp_path)])
    assert stopped.value.code == 2


@pytest.mark.parametrize("hours", ["0", "-1", "745", "1e3", "x"])
def test_the_maps_past_is_kept_for_an_hour_at_least_and_a_month_at_most(
    hours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--replay-hours", hours, "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert "--replay-hours" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "61", "x"])
def test_where_vehicles_were_is_kept_for_two_months_at_most(
    days: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--position-days", days, "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert "--position-days" in capsys.readouterr().err


@pytest.mark.parametrize("gigabytes", ["-1", "1000001", "much"])
def test_recordings_take_no_impossible_room(gigabytes: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--footage-quota-gb", gigabytes, "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert "--footage-quota-gb" in capsys.readouterr().err


def test_the_demo_never_opens_a_real_citys_data_nor_the_reverse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real, demo = tmp_path / "real", tmp_path / "demo"
    for folder in (real, demo):
        folder.mkdir()
        (folder / "beffroi.sqlite").touch()
    (demo / "demo").touch()
    assert main(["--demo", "--data", str(real), "--listen", "127.0.0.1:0"]) == 2
    assert "real city" in capsys.readouterr().err
    assert main(["--data", str(demo), "--listen", "127.0.0.1:0"]) == 2
    assert "--demo" in capsys.readouterr().err


def test_killed_and_started_again_it_answers_and_leaves_with_its_parent(tmp_path: Path) -> None:
    child = Child(tmp_path)
    try:
        ready = child.ready()
        assert ready.first_password
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait(10)
    finally:
        child.end()
    again = Child(tmp_path)
    try:
        ready = again.ready()
        assert ready.first_password is None, "shown once"
        connection = http.client.HTTPConnection(ready.url.removeprefix("http://"), timeout=5)
        connection.request("GET", "/api/v1/health")
        assert connection.getresponse().status == 200
        connection.close()
        assert again.process.stdin is not None
        again.process.stdin.close()
        assert again.left(6.0) == 0
    finally:
        again.end()


def test_two_backends_never_share_their_data_and_a_signal_ends_the_first(tmp_path: Path) -> None:
    first, second = Child(tmp_path), Child(tmp_path)
    try:
        first.ready()
        assert second.process.stdin is not None
        second.process.stdin.write(b"launch-token\n")
        second.process.stdin.flush()
        assert second.process.wait(20) == 1
        os.kill(first.process.pid, signal.SIGTERM)
        assert first.left(6.0) == 0
    finally:
        first.end()
        second.end()


def test_a_child_without_a_launch_token_does_not_start(tmp_path: Path) -> None:
    child = Child(tmp_path)
    try:
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(20) == 2
    finally:
        child.end()
