"""Screens as the system tells them: several in memory, and an X server's that come and go."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

ROOT = Path(__file__).parents[3]
needs_x = pytest.mark.skipif(which("Xvfb") is None or which("xrandr") is None, reason="no Xvfb or xrandr here")
_TELL = """
from PySide6.QtWidgets import QApplication
from console.shell.screens import Places, is_real
application = QApplication([])
for place in Places().now():
    print(place.name, *place.area, place.is_primary, is_real(place))
"""
_WATCH = """
import subprocess, sys, time
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from console.shell.screens import Places, ScreenWatch
from widgets.frame_clock import FrameClock
application = QApplication([])
told = []
clock, owner = FrameClock(), QObject()
watch = ScreenWatch(clock, lambda: told.append(len(Places().now())), owner)
comes, goes = ["--setmonitor", "right", "960/254x720/190+960+0", "none"], ["--delmonitor", "right"]
for number, command in enumerate((comes, goes), 1):
    subprocess.run(["xrandr", *command], check=True, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while len(told) < number and time.monotonic() < until:
        application.processEvents()
        time.sleep(0.02)
print(told)
clock.close()
"""


def _run(code: str, **environment: str) -> str:
    variables = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=variables, timeout=60, check=True
    )
    return done.stdout


def test_several_screens_are_told_from_the_left(tmp_path: Path) -> None:
    names = ("HDMI-1", "DP-2", "DP-1")
    columns = (0, 2, 1)
    screens = [
        {"name": name, "x": column * 1280, "y": 0, "width": 1280, "height": 800, "logicalDpi": 96, "dpr": 1}
        for name, column in zip(names, columns, strict=True)
    ]
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"screens": screens}))
    lines = _run(_TELL, QT_QPA_PLATFORM=f"offscreen:configfile={file}").splitlines()
    assert [line.split()[0] for line in lines] == ["HDMI-1", "DP-1", "DP-2"]
    assert lines[1].split()[1:5] == ["1280", "0", "1280", "800"]
    assert [line.split()[5] for line in lines].count("True") == 1
    assert all(line.endswith("True") for line in lines)


@needs_x
def test_an_x_servers_screen_that_comes_and_goes_is_told_once_each() -> None:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x720x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        display = f":{server.stdout.readline().strip()}"
        assert _run(_WATCH, QT_QPA_PLATFORM="xcb", DISPLAY=display).strip() == "[2, 1]"
    finally:
        server.terminate()
        server.wait(5)
        server.stdout.close()
