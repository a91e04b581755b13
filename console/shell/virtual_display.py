"""Where there is no display: say so, run on a virtual one."""

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)
_SCREEN: Final = "1920x1080x24"


class NoDisplay(Exception):
    """No display and no way to make one; the text says what to do."""


def has_display(environment: dict[str, str] | None = None) -> bool:
    """Whether windows can be shown (or Qt was told to draw into memory)."""
    env = dict(os.environ) if environment is None else environment
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(
        env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or env.get("QT_QPA_PLATFORM", "").startswith("offscreen")
    )


class VirtualDisplay:
    """An Xvfb of our own, ended with the console."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.name = ""

    @property
    def pid(self) -> int | None:
        """Its process while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> str:
        """Start it and answer its DISPLAY. Raises NoDisplay."""
        program = shutil.which("Xvfb")
        if program is None:
            raise NoDisplay(
                "There is no display, and Xvfb, which could stand in for one, is not installed.\n"
                "Install it (Debian: apt install xvfb) or start the console from a graphical session."
            )
        read, write = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the path comes from shutil.which
                [program, "-displayfd", str(write), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"],
                pass_fds=(write,),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Ctrl+C in a terminal goes to the whole group: the display must outlive the console that draws on it.
                process_group=0,
            )
        finally:
            os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            self.stop()
            raise NoDisplay(f"There is no display, and {program} did not start one. Try it by hand to see why.")
        self.name = f":{number}"
        return self.name

    def stop(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def default_screenshot_folder() -> Path:
    """Where pictures go when nobody can look at the screen."""
    return Path("build") / "screenshots"
