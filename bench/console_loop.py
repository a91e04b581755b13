"""A console of a bench: Qt under asyncio, a folder of its own, one kept login."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

T = TypeVar("T")


class OneLogin:
    """A keyring that holds one login."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._kept: dict[tuple[str, str], str | None] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get((service, username), self._token)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._kept[service, username] = None


def run_console(work: Callable[[QApplication, Path], Coroutine[Any, Any, T]]) -> T:
    """Do the work in Qt's event loop, on the display that the environment names; its folder is gone afterwards."""
    qt = QApplication(sys.argv[:1])
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as folder:
        return loop.run_until_complete(work(qt, Path(folder)))
