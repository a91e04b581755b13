"""Keeps screens from going dark while somebody is at work: by the desktop, by X11, by Windows; says when it cannot."""

import ctypes
import ctypes.util
import logging
import os
import sys
from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage
from PySide6.QtGui import QGuiApplication

log = logging.getLogger(__name__)
_CONNECTION: Final = "beffroi-awake"
_WITHIN_MS: Final = 1_000
_KEEP_ON: Final = 0x80000000 | 0x00000002 | 0x00000001  # ES_CONTINUOUS, ES_DISPLAY_REQUIRED, ES_SYSTEM_REQUIRED
_AS_BEFORE: Final = 0x80000000
_SCREENLESS: Final = frozenset({"offscreen", "minimal"})


class Awake(Protocol):
    """One way to keep screens lit."""

    def hold(self, reason: str) -> bool:
        """From now on; False when this way does not exist here."""
        ...

    def release(self) -> None:
        """As before; may be called twice."""
        ...


class Wakefulness:
    """The first way that works is taken."""

    def __init__(self, ways: Sequence[Awake] | None = None) -> None:
        self._ways = (DesktopAwake(), X11Awake(), WindowsAwake()) if ways is None else ways
        self._held: Awake | None = None

    def hold(self, reason: str) -> bool:
        """Keep the screens lit; False when nothing here can. Where there is no screen there is nothing to do."""
        if self._held is not None or QGuiApplication.platformName() in _SCREENLESS:
            return True
        self._held = next((way for way in self._ways if way.hold(reason)), None)
        if self._held is None:
            log.warning("screens may go dark: neither the desktop nor X11 takes the wish to keep them lit")
        return self._held is not None

    def release(self) -> None:
        """Screens may go dark again."""
        held, self._held = self._held, None
        if held is not None:
            held.release()


class DesktopAwake:
    """The desktop's services on the session bus. They forget the wish when its connection ends, also by a crash."""

    _SERVICES: Final = (
        ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
        ("org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit"),
    )

    def __init__(self, address: str = "") -> None:
        """`address`: another bus than the session's."""
        self._address = address
        self._is_open = False

    def hold(self, reason: str) -> bool:
        """Ask each service there is."""
        if sys.platform == "win32" or not (self._address or os.environ.get("DBUS_SESSION_BUS_ADDRESS")):
            return False
        bus = (
            QDBusConnection.connectToBus(self._address, _CONNECTION)
            if self._address
            else QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, _CONNECTION)
        )
        self._is_open = True
        is_held = bus.isConnected() and any(self._asked(bus, service, path, reason) for service, path in self._SERVICES)
        if not is_held:
            self.release()
        return is_held

    def release(self) -> None:
        """The connection ends, and with it the wish."""
        if self._is_open:
            self._is_open = False
            QDBusConnection.disconnectFromBus(_CONNECTION)

    def _asked(self, bus: QDBusConnection, service: str, path: str, reason: str) -> bool:
        interface = f"{service}.Inhibit" if service.endswith("PowerManagement") else service
        message = QDBusMessage.createMethodCall(service, path, interface, "Inhibit")
        message.setArguments(["Beffroi", reason])
        answer = bus.call(message, QDBus.CallMode.Block, _WITHIN_MS)
        return answer.type() is QDBusMessage.MessageType.ReplyMessage


class X11Awake:
    """The X server's own saver and power saving, suspended while this connection to it lives."""

    def __init__(self) -> None:
        self._display: int | None = None
        self._x11: ctypes.CDLL | None = None

    def hold(self, reason: str) -> bool:
        """Needs libX11 and libXss, which every X desktop has."""
        del reason
        names = ctypes.util.find_library("X11"), ctypes.util.find_library("Xss")
        if not os.environ.get("DISPLAY") or sys.platform == "win32" or not all(names):
            return False
        x11, saver = (ctypes.CDLL(name) for name in names)
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display: int | None = x11.XOpenDisplay(None)
        if not display:
            return False
        self._x11, self._display = x11, display
        first, second = ctypes.c_int(), ctypes.c_int()
        pointer = ctypes.c_void_p(display)
        if not saver.XScreenSaverQueryExtension(pointer, ctypes.byref(first), ctypes.byref(second)):
            self.release()
            return False
        saver.XScreenSaverSuspend(pointer, 1)
        x11.XFlush(pointer)
        return True

    def release(self) -> None:
        """The connection ends, and with it the suspension."""
        if self._x11 is not None and self._display is not None:
            self._x11.XCloseDisplay(ctypes.c_void_p(self._display))
        self._x11 = self._display = None


class WindowsAwake:
    """The thread's own wish, by SetThreadExecutionState."""

    def hold(self, reason: str) -> bool:
        """Only on Windows."""
        del reason
        return _windows_says(_KEEP_ON)

    def release(self) -> None:
        """As before."""
        _windows_says(_AS_BEFORE)


def _windows_says(state: int) -> bool:
    windows = getattr(ctypes, "windll", None)
    return windows is not None and bool(windows.kernel32.SetThreadExecutionState(ctypes.c_uint(state)))
