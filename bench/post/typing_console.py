"""One console in which somebody types: `python -m bench.post.typing_console URL`, a refresh token on standard input.

Prints one line of JSON: for each letter typed into the palette, how long until all that answers was painted.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtWidgets import QApplication

from bench.console_loop import OneLogin, run_console
from console.kit.errors import RequestFailed
from console.shell.application import ConsoleApplication
from console.shell.options import ConsoleOptions
from console.shell.palette.palette import CommandPalette

TEXTS: Final = (
    "rue de la liberté", "12 bis rue monge", "libetré", "boulvard des iris", "avenue jean jaures", "cam 12",
    "caméra 2690", "camra 115", "PL-21231-117704", "ARM-21370-035", "armoire 35 flaubert", "lampadaire rue du lavoir",
    "toison d'or point 21", "vienot petitjan", "chenôve", "quetigny", "parking descartes", "parkng", "benne 12",
    "carrefour mairie", "point lumineux", "journal", "raccourcis", "plein ecran", "quitter", "aide carte", "zzxxyy",
)  # fmt: skip
_SETTLE_S: Final = 0.02
_PATIENCE_S: Final = 300.0


class Typed(msgspec.Struct, kw_only=True):
    """`letters_ms`: from each letter to its answers on screen; `assets` were in the console meanwhile."""

    letters_ms: list[float]
    assets: int


async def type_into(qt: QApplication, url: str, assets: int, token: str, folder: Path) -> Typed:
    """Open, wait for the whole city and for the index, type."""
    options = ConsoleOptions(server_url=url, config_folder=folder, screen_count=1)
    console = ConsoleApplication(options, qt, vault=OneLogin(token))
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await console.start()
            await _until_filled(console, assets)
            await _until_indexed(console)
            await asyncio.sleep(3)
        letters: list[float] = []
        palette = console.at_hand.palette
        assert palette is not None
        for text in TEXTS:
            console.at_hand.show_palette()
            letters += await _type(palette, text)
            palette.close()
            await asyncio.sleep(_SETTLE_S)
        return Typed(letters_ms=letters, assets=console.stores.assets.count)
    finally:
        await console.close()


async def _until_filled(console: ConsoleApplication, assets: int) -> None:
    while True:
        if console.stores.assets.count >= assets and console.at_hand.palette is not None:
            return
        await asyncio.sleep(0.1)


async def _until_indexed(console: ConsoleApplication) -> None:
    """The first search of a backend's life waits for its index."""
    while True:
        try:
            if console.connection is not None:
                await console.connection.requests.places("rue", limit=1)
                return
        except RequestFailed:
            pass  # it is still made
        await asyncio.sleep(0.5)


async def _type(palette: CommandPalette, text: str) -> list[float]:
    box = palette.box
    assert box is not None
    taken: list[float] = []
    for letter in text:
        answered = asyncio.Event()
        waiting = box.field.text() + letter

        def seen(what: str, waiting: str = waiting, answered: asyncio.Event = answered) -> None:
            if what == waiting.strip():
                answered.set()

        palette.answered.connect(seen)
        begun = time.perf_counter()
        box.field.insert(letter)
        if waiting.strip() == waiting:  # a blank asks nothing new
            async with asyncio.timeout(10):
                await answered.wait()
            box.repaint()
            taken.append((time.perf_counter() - begun) * 1000)
        palette.answered.disconnect(seen)
        await asyncio.sleep(_SETTLE_S)
    return taken


def main() -> None:
    """Measure and print."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    token = sys.stdin.readline().strip()
    url, assets = sys.argv[1], int(sys.argv[2])
    typed = run_console(lambda qt, folder: type_into(qt, url, assets, token, folder))
    print(msgspec.json.encode(typed).decode())


if __name__ == "__main__":
    main()
