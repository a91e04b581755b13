"""Others that show or decode the same cameras: mpv, and ffmpeg, which throws its pictures away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from bench.video.screen import Screen

_FFMPEG: Final = ("-nostdin", "-v", "error", "-stats_period", "0.2", "-threads", "1", "-rtsp_transport", "tcp")
# What keeps mpv closest behind a camera; `untimed` halves the latency of its own low-latency profile (measured).
_MPV: Final = (
    "--no-config",
    "--no-terminal",
    "--vo=x11",
    "--hwdec=no",
    "--profile=low-latency",
    "--untimed",
    "--sws-fast=yes",
    "--no-audio",
    "--no-border",
    "--no-osc",
    "--osd-level=0",
    "--rtsp-transport=tcp",
)
_COLUMNS, _WIDTH, _HEIGHT = 4, 320, 180
_IPC_S: Final = 2.0


class Absent(Exception):
    """A contender that this machine does not have."""


class _Answer(msgspec.Struct):
    data: int = 0


class Running:
    """Processes of a contender, one a camera, and how to ask each how many pictures it has had, or dropped."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]], folder: Path) -> None:
        self.processes = processes
        self.folder = folder

    @property
    def pids(self) -> list[int]:
        """Who they are."""
        return [process.pid for process in self.processes]

    def decoded(self) -> int:
        """ffmpeg: pictures so far, of all."""
        return sum(_progress(self.folder / f"{number}.progress") for number in range(len(self.processes)))

    def dropped(self) -> int:
        """mpv: pictures it did not show so far, of all."""
        return sum(
            _ask_mpv(self.folder / f"{number}.socket", name)
            for number in range(len(self.processes))
            for name in ("frame-drop-count", "decoder-frame-drop-count")
        )


def version(program: str) -> str:
    """Of ffmpeg or mpv. Raises Absent."""
    path = _path(program)
    run = subprocess.run([path, "-version" if program == "ffmpeg" else "--version"], capture_output=True, check=False)
    words = run.stdout.decode(errors="replace").replace("version ", "").split()
    return words[1] if len(words) > 1 else ""


@contextmanager
def ffmpeg(port: int, count: int, *out: str) -> Generator[Running]:
    """One ffmpeg a camera; `out` instead of decoding to nowhere, {number} in it is the camera's. Raises Absent."""
    path = _path("ffmpeg")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = [
            (
                *(path, *_FFMPEG, "-progress", str(folder / f"{number}.progress")),
                *("-i", _camera(port, number), "-an"),
                *(word.replace("{number}", str(number)) for word in (out or ("-f", "null", "-"))),
            )
            for number in range(count)
        ]
        with _running(commands, {}) as processes:
            yield Running(processes, folder)


@contextmanager
def mpv(port: int, count: int, screen: Screen) -> Generator[Running]:
    """One mpv a camera, in a grid of four columns. Raises Absent."""
    path = _path("mpv")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = [
            (
                *(path, *_MPV, f"--input-ipc-server={folder / f'{number}.socket'}"),
                *("--geometry={2}x{3}+{0}+{1}".format(*mpv_place(number)), _camera(port, number)),
            )
            for number in range(count)
        ]
        with _running(commands, screen.environment) as processes:
            yield Running(processes, folder)


def mpv_place(number: int) -> tuple[int, int, int, int]:
    """Where on the screen mpv shows a camera: x, y, width, height."""
    return number % _COLUMNS * _WIDTH, number // _COLUMNS * _HEIGHT, _WIDTH, _HEIGHT


def _camera(port: int, number: int) -> str:
    return f"rtsp://127.0.0.1:{port}/cam/{number + 1:03d}"


def _path(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Absent(f"{program} is not installed: apt-get install {program}")
    return path


@contextmanager
def _running(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str]
) -> Generator[list[subprocess.Popen[bytes]]]:
    quiet, processes = subprocess.DEVNULL, list[subprocess.Popen[bytes]]()
    try:
        for command in commands:
            processes.append(
                subprocess.Popen(command, env={**os.environ, **environment}, stdin=quiet, stdout=quiet, stderr=quiet)
            )
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _progress(path: Path) -> int:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0
    counts = [line.removeprefix("frame=").strip() for line in lines if line.startswith("frame=")]
    return int(counts[-1]) if counts and counts[-1].isdigit() else 0


def _ask_mpv(path: Path, name: str) -> int:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_IPC_S)
        try:
            line.connect(str(path))
            line.sendall(msgspec.json.encode({"command": ["get_property", name]}) + b"\n")
            answer = msgspec.json.decode(line.recv(4096).split(b"\n")[0], type=_Answer)
        except (OSError, msgspec.MsgspecError):
            return 0
    return answer.data
