"""Exported maps on this machine: the child process, the user's folder, the system's browser."""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from console.kit.exporting import ExportFailed
from exported_maps.child import TIME_LIMIT_S, FileNotMade, make_file
from exported_maps.values import ExportRequest
from widgets.texts import Texts

COMMAND: Final = (sys.executable, str(Path(__file__).parents[2] / "main.py"), "export-map")
_NAMELESS: Final = re.compile(r"[^\w .,()+-]+")
_LONGEST_NAME: Final = 80


class LocalMapFiles:
    """Implements MapFiles."""

    def __init__(
        self,
        tr: Texts,
        *,
        command: Sequence[str] = COMMAND,
        folder: Path | None = None,
        open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl,
        time_limit_s: float = TIME_LIMIT_S,
        opens: bool = True,
        remember: Callable[[bool], None] = lambda _wanted: None,
    ) -> None:
        """`opens`: whether files are to be opened afterwards; `remember` keeps it for the next start."""
        self._tr = tr
        self._command = command
        self._folder = folder
        self._open_url = open_url
        self._time_limit_s = time_limit_s
        self._opens = opens
        self._remember = remember

    @property
    def opens_afterwards(self) -> bool:
        """Whether a file is to be opened when it is there."""
        return self._opens

    def remember_opening(self, *, wanted: bool) -> None:
        """So it is from now on."""
        if wanted != self._opens:
            self._opens = wanted
            self._remember(wanted)

    async def make(self, request: ExportRequest) -> bytes:
        """A file's content. Raises ExportFailed."""
        try:
            return await make_file(self._command, request, time_limit_s=self._time_limit_s)
        except FileNotMade as error:
            raise ExportFailed(error.words or self._tr("exporting.fell")) from error
        except TimeoutError as error:
            raise ExportFailed(self._tr("exporting.too_slow", seconds=round(self._time_limit_s))) from error

    def proposal(self, name: str, suffix: str) -> Path:
        """In the user's documents, with a number where the name is taken."""
        folder = self._folder or _documents()
        plain = _NAMELESS.sub(" ", name).strip(" .")[:_LONGEST_NAME].strip(" .") or "map"
        file, number = folder / f"{plain}{suffix}", 2
        while file.exists():
            file, number = folder / f"{plain} ({number}){suffix}", number + 1
        return file

    def keep(self, content: bytes, file: Path) -> None:
        """Write it beside its place, for its owner's eyes, then put it there. Raises ExportFailed."""
        half_done: Path | None = None
        try:
            handle, name = tempfile.mkstemp(prefix=".beffroi-", dir=file.parent)
            half_done = Path(name)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            half_done.replace(file)
        except OSError as error:
            if half_done is not None:
                with suppress(OSError):
                    half_done.unlink()
            reason = error.strerror or str(error)
            raise ExportFailed(self._tr("exporting.not_written", file=file, reason=reason)) from error

    def open(self, file: Path) -> bool:
        """Ask the system to show it."""
        return self._open_url(QUrl.fromLocalFile(str(file)))


def _documents() -> Path:
    """Where people look for their files; a private folder where there is no such place."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if place and Path(place).is_dir():
        return Path(place)
    return Path.home() if os.access(Path.home(), os.W_OK) else Path(tempfile.mkdtemp(prefix="beffroi-"))
