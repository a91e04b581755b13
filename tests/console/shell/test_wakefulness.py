"""Screens stay lit: asked of a desktop's own service on a bus of its own, and of a real X server."""

import ctypes
import ctypes.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
from PySide6.QtWidgets import QApplication

from console.shell.wakefulness import DesktopAwake, Wakefulness, X11Awake

SAVER = Path(__file__).with_name("screen_saver.py")
needs_bus = pytest.mark.skipif(which("dbus-daemon") is None, reason="no dbus-daemon here (apt: dbus)")
needs_x = pytest.mark.skipif(
    which("Xvfb") is None or ctypes.util.find_library("Xss") is None, reason="no Xvfb or libXss here"
)


def _soon(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 8
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


@pytest.fixture
def bus() -> Iterator[str]:
    """A bus nobody else is on."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1", "--address=unix:tmpdir=/tmp"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.wait(5)
    daemon.stdout.close()


@needs_bus
@pytest.mark.parametrize("service", ["org.freedesktop.ScreenSaver", "org.freedesktop.PowerManagement"])
def test_the_desktop_is_asked_and_forgets_it_when_the_console_lets_go(
    bus: str, tmp_path: Path, qapp: QApplication, service: str
) -> None:
    assert qapp is not None
    told = tmp_path / "told"
    desktop = subprocess.Popen([sys.executable, str(SAVER), bus, service, str(told)])
    try:
        assert _soon(lambda: told.exists() and "ready" in told.read_text())
        awake = DesktopAwake(bus)
        assert awake.hold("Un opérateur surveille ces écrans")
        assert _soon(lambda: "inhibit Beffroi | Un opérateur surveille ces écrans" in told.read_text())
        assert "left" not in told.read_text()
        awake.release()
        awake.release()
        assert _soon(lambda: "left" in told.read_text())
    finally:
        desktop.terminate()
        desktop.wait(5)


@needs_bus
def test_a_desktop_without_such_a_service_is_no_way(bus: str, qapp: QApplication) -> None:
    assert qapp is not None
    began = time.monotonic()
    assert not DesktopAwake(bus).hold("reason")
    assert not DesktopAwake("unix:path=/nowhere").hold("reason")
    assert time.monotonic() - began < 15


class _Way:
    """One that works or not."""

    def __init__(self, *, works: bool) -> None:
        self.works, self.holds = works, 0

    def hold(self, reason: str) -> bool:
        self.holds += bool(reason) and self.works
        return self.works

    def release(self) -> None:
        self.holds -= 1


def test_the_next_way_is_taken_once_and_where_none_works_it_is_told(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp is not None
    monkeypatch.setattr("console.shell.wakefulness._SCREENLESS", frozenset[str]())
    desktop, x11 = _Way(works=False), _Way(works=True)
    awake = Wakefulness((desktop, x11))
    assert awake.hold("reason")
    assert awake.hold("reason")
    assert (desktop.holds, x11.holds) == (0, 1)
    awake.release()
    awake.release()
    assert x11.holds == 0
    assert not Wakefulness((desktop,)).hold("reason")


def test_where_there_is_no_screen_nothing_is_asked(qapp: QApplication) -> None:
    assert qapp is not None
    way = _Way(works=True)
    assert Wakefulness((way,)).hold("reason")
    assert way.holds == 0


@needs_x
def test_an_x_server_does_not_blank_while_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
        awake = X11Awake()
        assert awake.hold("reason")
        subprocess.run(["xset", "s", "1"], check=True, env=dict(os.environ))
        time.sleep(2.2)
        assert not _is_blank()
        awake.release()
        assert _soon(_is_blank), "this server does blank when nobody holds it"
    finally:
        server.terminate()
        server.wait(5)
        server.stdout.close()


def test_without_an_x_server_it_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not X11Awake().hold("reason")
    monkeypatch.setenv("DISPLAY", ":4711")
    assert not X11Awake().hold("reason")


class _SaverInfo(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("mask", ctypes.c_ulong),
    )


def _is_blank() -> bool:
    x11, saver = ctypes.CDLL(ctypes.util.find_library("X11")), ctypes.CDLL(ctypes.util.find_library("Xss"))
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    info = _SaverInfo()
    root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
    saver.XScreenSaverQueryInfo(display, root, ctypes.byref(info))
    x11.XCloseDisplay(display)
    return int(info.state) == 1
