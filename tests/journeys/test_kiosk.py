"""A wall's machine: X without a window manager, `--kiosk`, the wall's account; typed at as a technician would."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from PySide6.QtGui import QImage

from backend_client.session import Session
from contract.api import JournalPage
from tests.eventually import eventually
from tests.journeys.stage import PASSWORD, ROOT, Stage, assets

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(240),
    pytest.mark.skipif(which("Xvfb") is None or which("xdotool") is None, reason="no Xvfb or xdotool here"),
]


class WallMachine:
    """Its display, its keyboard and the console on it."""

    def __init__(self, folder: Path, server: str) -> None:
        self.shots = folder / "shots"
        self._log = folder / "console.log"
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
        self._display = subprocess.Popen(screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._display.stdout is not None
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"},
            "DISPLAY": f":{self._display.stdout.readline().strip()}",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        command = [sys.executable, str(ROOT / "main.py"), "--server", server, "--kiosk", "--lang", "en"]
        command += ["--screenshots", str(self.shots)]
        with self._log.open("wb") as log:
            self._console = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    @property
    def is_running(self) -> bool:
        """Whether the console stands."""
        return self._console.poll() is None

    @property
    def log(self) -> str:
        """What the console wrote."""
        return self._log.read_text("utf-8", errors="replace")

    def picture(self) -> QImage | None:
        """What its screen showed last."""
        image = QImage(str(self.shots / "screen-1.png"))
        return None if image.isNull() else image

    def press(self, *keys: str) -> None:
        """Keys of the real keyboard."""
        self._do("key", *keys)

    def log_in(self, user: str) -> None:
        """Name, Return, password, Return."""
        for text in (user, PASSWORD):
            self._do("type", "--delay", "15", text)
            self.press("Return")

    def stop(self) -> None:
        """End what was started here."""
        for process in (self._console, self._display):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(5)
        if self._display.stdout is not None:
            self._display.stdout.close()

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=20)


@pytest.fixture
def wall(stage: Stage, tmp_path: Path) -> Iterator[WallMachine]:
    made = WallMachine(tmp_path, stage.url)
    yield made
    made.stop()


async def test_a_wall_is_logged_in_by_keyboard_shows_alarms_and_is_left_only_by_who_may(
    stage: Stage, wall: WallMachine
) -> None:
    await stage.is_alive()
    session = await stage.session("supervisor")
    try:
        cabinet = (await assets(session, "lighting_cabinet", "21231"))[0]
        await eventually(lambda: (wall.picture() or QImage()).width() in range(200, 800), "the way in is shown", 40)

        # There is no window manager: the keyboard is in the login window all the same.
        wall.log_in("wall")
        await eventually(lambda: (wall.picture() or QImage()).width() == 1280, "it has the whole screen", 40)
        assert await _logins(session) == ["wall"]

        # What happens in the city is seen: the board of areas is no longer all grey.
        await stage.pull(f"/cabinets/{cabinet.code}/open_door")
        await eventually(lambda: _coloured(wall.picture()) > 200, "the alarm is on the wall", 40)

        # Its own account does not let out, and Escape shuts the strip again.
        wall.press("ctrl+q")
        await asyncio.sleep(1)
        wall.log_in("wall")
        await asyncio.sleep(3)
        assert wall.is_running
        wall.press("Escape")
        wall.press("alt+F4")
        await asyncio.sleep(1)
        assert wall.is_running

        await eventually(lambda: _is_let_out(wall), "who manages the city lets out", 60)
    finally:
        await session.close()
    troubles = [line for line in wall.log.splitlines() if " ERROR " in line and "stood still" not in line]
    assert not troubles
    assert "was refused" not in wall.log, "it asks for nothing that a wall may not"


async def _is_let_out(wall: WallMachine) -> bool:
    """The strip is opened anew each time: on a busy machine it may come later than the keys."""
    wall.press("Escape")
    wall.press("ctrl+q")
    await asyncio.sleep(1)
    wall.log_in("supervisor")
    with contextlib.suppress(AssertionError):
        await eventually(lambda: not wall.is_running, "it ends", 10)
    return not wall.is_running


async def _logins(session: Session) -> list[str]:
    page = await session.get("/journal", JournalPage, {"kinds": "login", "limit": 20})
    return [entry.actor for entry in page.items if entry.actor == "wall"]


def _coloured(image: QImage | None) -> int:
    """Pixels of the field that have a colour: an alarm's."""
    if image is None:
        return 0
    below_the_bar = range(120, image.height(), 2)
    found = (image.pixelColor(x, y) for y in below_the_bar for x in range(0, image.width(), 2))
    return sum(colour.hsvSaturationF() > 0.5 and colour.valueF() > 0.4 for colour in found)
