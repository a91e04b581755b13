"""Who takes part: started on the virtual display, asked in turn, their best rounds kept."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from array import array
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from bench.city_map.child import Child
from bench.generated_map import GeneratedMap
from bench.processes import ROOT

LEAFLET: Final = ROOT / "resources" / "leaflet"
LEAFLET_VERSION: Final = "1.9.4"
_QGIS_PYTHON: Final = "/usr/bin/python3"
_SCREEN: Final = "3840x1080x24"  # two maps side by side


class NotHere(Exception):
    """A contender that this machine does not have; the text says how to get it."""


@contextmanager
def display() -> Generator[dict[str, str]]:
    """A virtual display of our own; answers the environment of those who show something on it."""
    program = shutil.which("Xvfb")
    if program is None:
        raise NotHere("Xvfb is not installed: tools/system_packages.sh")
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as number:
                yield {"DISPLAY": f":{number.readline().strip()}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}
        finally:
            server.terminate()


class Contenders:
    """Starts children and ends them all."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment, self._folder = environment, folder
        self._stack = ExitStack()

    def floor(self) -> Child:
        return self._python("bench.city_map.floor")

    def points(self) -> Child:
        """Points through OpenGL, as this machine has it."""
        return self._python("bench.city_map.gl_points")

    def ours(self, city: Path) -> Child:
        return self._python("bench.city_map.ours", str(city))

    def leaflet(self, city: Path, units: float) -> Child:
        """Raises NotHere."""
        if not (LEAFLET / "leaflet.js").exists():
            raise NotHere("resources/leaflet is missing")
        try:
            importlib.import_module("PySide6.QtWebEngineCore")  # its system libraries are wanted by nothing else
        except ImportError as error:
            raise NotHere(f"QtWebEngine does not load ({error}): tools/system_packages.sh bench") from error
        flags = {"QTWEBENGINE_CHROMIUM_FLAGS": "--disable-frame-rate-limit --disable-gpu-vsync"}
        if os.geteuid() == 0:
            flags["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium's sandbox does not run as root; in the bench only
        page = self._folder / f"leaflet_{city.stem}"
        return self._python("bench.city_map.leaflet", str(city), str(LEAFLET), str(page), str(units), **flags)

    def qgis(self, city: GeneratedMap, units: float) -> Child:
        """Raises NotHere."""
        wanted = (_QGIS_PYTHON, "-c", "import qgis.core")
        if subprocess.run(wanted, capture_output=True, check=False).returncode:
            raise NotHere("QGIS is not installed: apt-get install python3-qgis")
        places = self._folder / "places.bin"
        places.write_bytes(array("d", _mercator(city).ravel().tolist()).tobytes())
        words = (_QGIS_PYTHON, "-m", "bench.city_map.qgis_pan", str(places), str(units))
        return self._keep(Child(words, {"QT_QPA_PLATFORM": "offscreen"}))

    def close(self) -> None:
        self._stack.close()

    def _python(self, module: str, *words: str, **environment: str) -> Child:
        return self._keep(Child((sys.executable, "-m", module, *words), {**self._environment, **environment}))

    def _keep(self, child: Child) -> Child:
        self._stack.callback(child.close)
        return child


class Pan(msgspec.Struct):
    """What a contender answers when it has panned."""

    interval: list[float]
    work: list[float] = []


def _mercator(city: GeneratedMap) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    radius, lat = 6_378_137.0, np.radians(city.columns.lat)
    return np.stack((np.radians(city.columns.lon) * radius, np.arctanh(np.sin(lat)) * radius), axis=1)
