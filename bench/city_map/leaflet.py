"""The same city as a Leaflet page (circle markers on a canvas, the engine of folium's maps) in QtWebEngine."""

from __future__ import annotations

import base64
import json
import math
import os
import pickle
import shutil
import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from bench.city_map import hand
from bench.city_map.child import serve
from bench.city_map.feeding import MOVES_PER_S, STATES_PER_S, UPDATES_HZ
from bench.city_map.floor import HEIGHT, WIDTH
from bench.city_map.frames import Loop
from bench.generated_map import GeneratedMap
from bench.processes import cpu_s

_COLOURS = ("#b9a46a", "#6a7078", "#8d939b", "#c98f3a", "#7fb2e5", "#e5c04a", "#f08a3c", "#ff4a4a")
_TILE_M = 156_543.033928041  # mercator metres per pixel at zoom 0


class Page:
    """One window, one page; answers come by its title, so that nothing is asked of it while it pans."""

    def __init__(self, city: GeneratedMap, leaflet: Path, folder: Path, units: float) -> None:
        self._pans = 0
        self._view = QWebEngineView()
        self._view.setGeometry(0, 0, WIDTH, HEIGHT)
        self._view.show()
        _write(city, leaflet, folder, units)
        start = time.perf_counter()
        self._view.load(QUrl.fromLocalFile(str(folder / "page.html")))
        self._wait_for("shown", 120)
        self._first_s = time.perf_counter() - start

    def first(self) -> float:
        """Seconds from a page asked for to the animation frame after the one that drew all circles."""
        return self._first_s

    def pan(self, frames: int) -> object:
        """Pan by Leaflet's own call, once an animation frame; milliseconds between animation frames."""
        self._view.raise_()
        Loop().run_for(0.3)
        at = json.dumps([[-x, -y] for x, y in hand.way_round(frames)])
        self._pans += 1
        self._view.page().runJavaScript(f"pan({at}, 'panned {self._pans}')")
        self._wait_for(f"panned {self._pans}", 20 + frames * 6)
        return {"interval": self._answer("intervals"), "script": self._answer("scripts")}

    def updates(self, seconds: float) -> float:
        """Move and restyle circles ten times a second; the share of a core that all processes of the page took."""
        turns = round(seconds * UPDATES_HZ)
        words = f"live({MOVES_PER_S // UPDATES_HZ}, {STATES_PER_S // UPDATES_HZ}, {turns}, 'lived')"
        began, cpu = time.perf_counter(), cpu_s(os.getpid())
        self._view.page().runJavaScript(words)
        self._wait_for("lived", 20 + seconds * 10)
        return (cpu_s(os.getpid()) - cpu) / (time.perf_counter() - began) * 100

    def coloured(self) -> float:
        """Share of the window's pixels that are not the page's ground: a blank page would be quick too."""
        self._view.raise_()
        self._view.page().runJavaScript("map.setView(middle, zoom, {animate: false})")
        Loop().run_for(2.0)
        image = self._view.screen().grabWindow(self._view.winId()).toImage()
        pixels = np.frombuffer(bytes(image.constBits()), np.uint32)
        return float(np.count_nonzero((pixels & 0xFFFFFF) != 0x20262D) / pixels.size)

    def _wait_for(self, title: str, seconds: float) -> None:
        Loop().run_until(lambda: self._view.title() == title, seconds)

    def _answer(self, name: str) -> list[float]:
        answers: list[object] = []
        self._view.page().runJavaScript(f"JSON.stringify({name})", answers.append)
        Loop().run_until(lambda: bool(answers))
        found: list[float] = json.loads(str(answers[0]))
        return found


def _write(city: GeneratedMap, leaflet: Path, folder: Path, units: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("leaflet.js", "leaflet.css"):
        shutil.copy(leaflet / name, folder / name)
    shutil.copy(Path(__file__).with_name("leaflet_page.html"), folder / "page.html")
    columns = city.columns
    middle = [float((column.min() + column.max()) / 2) for column in (columns.lat, columns.lon)]
    words = (
        f"const lats = floats('{_base64(columns.lat)}'), lons = floats('{_base64(columns.lon)}');\n"
        f"const states = bytes('{_base64(city.states & 0x7)}');\n"
        f"const colours = {json.dumps(_COLOURS)}, middle = {middle}, zoom = {math.log2(_TILE_M / units)};\n"
    )
    (folder / "city.js").write_text(words, "utf-8")


def _base64(column: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> str:
    return base64.b64encode(column.tobytes()).decode("ascii")


def main(city: Path, leaflet: Path, folder: Path, units: float) -> None:
    """Open the page, then do what each line says."""
    application = QApplication([])
    page = Page(pickle.loads(city.read_bytes()), leaflet, folder, units)  # noqa: S301 (the bench's own file)
    jobs = (page.first, page.pan, page.updates, page.coloured)
    serve({job.__name__: job for job in jobs})
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
