"""A virtual screen whose pixels can be read without asking its server, and the stamps of cameras on it."""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from video.test_camera.film import SUB_STREAM
from video.test_camera.stamp import read_stamp, stamp_age_ms

_SIZE = (1920, 1080)
_NAP_S = 0.0005


class NoScreen(Exception):
    """There is no virtual screen; the text says how to get one."""


class Screen:
    """A running X server without a monitor."""

    def __init__(self, number: str, pid: int, pixels: NDArray[Any]) -> None:
        self.environment = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}
        self.pid = pid
        self.pixels = pixels

    def ages_ms(self, places: Sequence[tuple[int, int, int, int]], seconds: float) -> list[float]:
        """How old each new stamp was when its pixels appeared, at places of (x, y, width, height)."""
        last: list[int | None] = [None] * len(places)
        views = [self.pixels[y : y + high, x : x + wide] for x, y, wide, high in places]
        ages: list[float] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for index, view in enumerate(views):
                stamp = read_stamp(view, SUB_STREAM.width)
                if stamp is not None and stamp != last[index]:
                    if last[index] is not None:
                        ages.append(float(stamp_age_ms(stamp, time.monotonic())))
                    last[index] = stamp
            time.sleep(_NAP_S)
        return ages


@contextmanager
def screen() -> Generator[Screen]:
    """Start one and end it. Raises NoScreen."""
    program = shutil.which("Xvfb")
    if program is None:
        raise NoScreen("Xvfb is not installed: tools/system_packages.sh")
    read, write = os.pipe()
    wide, high = _SIZE
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "-displayfd", str(write), "-screen", "0", f"{wide}x{high}x24", "-fbdir", folder]
        command += ["-nolisten", "tcp", "-noreset"]
        with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
            os.close(write)
            try:
                with os.fdopen(read) as number:
                    yield Screen(number.readline().strip(), server.pid, _pixels(Path(folder) / "Xvfb_screen0"))
            finally:
                server.terminate()


def _pixels(path: Path) -> NDArray[Any]:
    """The picture behind an XWD header, as rows of blue, green, red, unused."""
    with path.open("rb") as file:
        header = struct.unpack(">25I", file.read(100))
        size, wide, high, line, colours = header[0], header[4], header[5], header[12], header[19]
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = size + 12 * colours
    rows = np.frombuffer(memory, np.uint8, line * high, start).reshape(high, line)
    return rows[:, : wide * 4].reshape(high, wide, 4)
