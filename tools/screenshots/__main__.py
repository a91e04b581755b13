"""`python -m tools.screenshots DIR`: every workspace and panel, dark and light, French and English."""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tools.screenshots.studio import Studio

THEMES = ("dark", "light")
LANGUAGES = ("fr", "en")


def main(argv: list[str] | None = None) -> int:
    """Write the pictures; 0 when all were written."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build") / "screenshots")
    parser.add_argument("--only", default="", help="only pictures whose name holds this")
    parser.add_argument("--zoom", type=int, default=100, metavar="PERCENT", help="size of the text, as the menu has it")
    parser.add_argument("--look", action="append", metavar="THEME-LANGUAGE", help="only this look, e.g. dark-fr")
    asked = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = QApplication(sys.argv[:1])
    qt.setStyle("Fusion")
    asked.folder.mkdir(parents=True, exist_ok=True)
    looks = asked.look or [f"{theme}-{language}" for theme in THEMES for language in LANGUAGES]
    result = asyncio.run(_shoot(qt, asked.folder, asked.only, looks, asked.zoom))
    if asked.only or asked.look or asked.zoom != 100:
        return result
    # The running demo city, in a process of its own: it needs another event loop.
    command = [sys.executable, "-m", "tools.screenshots.demo", asked.folder / "demo"]
    # The city's own time, as its cameras write into their pictures.
    return subprocess.run(command, check=False, env={**os.environ, "TZ": "Europe/Paris"}).returncode


async def _shoot(qt: QApplication, folder: Path, only: str, looks: Sequence[str], zoom_percent: int) -> int:
    for look in looks:
        theme, _, language = look.partition("-")
        studio = Studio(qt, theme=theme, language=language, zoom_percent=zoom_percent)
        try:
            for name in studio.names:
                file = folder / f"{name}-{theme}-{language}.png"
                if only in file.name:
                    began = time.monotonic()
                    for path in await studio.shoot(name, file):
                        print(f"{path}  {time.monotonic() - began:.1f} s")
        finally:
            await studio.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
