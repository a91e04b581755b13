"""A backend and a console as processes, to be killed; and what runs below them."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psutil

from backend.bootstrap import Backend, BackendOptions
from backend.devkit.free_port import free_port
from backend.services.city_loading import CityLoading
from bench.processes import ROOT
from bench.video_kills.patience import until
from contract.city_plan import CityPlan
from contract.rights import Grant, Level, User

PEOPLE: Final = ("anne", "marc")
PASSWORD: Final = "bench-beffroi-2026"  # noqa: S105 - of a backend that lives for the length of a bench
_LEAVES_WITHIN_S: Final = 8.0


class LeftOver(Exception):
    """Children that outlived who started them."""


class ControlRoom:
    """`furnish` once; then `start_backend`, `start_console`, and the kills. `close` ends what runs."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._log = folder / "processes.log"
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.backend: subprocess.Popen[bytes] | None = None
        self.console: subprocess.Popen[bytes] | None = None

    @property
    def footage(self) -> Path:
        """Where recordings lie."""
        return self.data / "footage"

    async def furnish(self, plan: CityPlan) -> None:
        """A data directory with these cameras, and two persons who may do everything."""
        backend = Backend(BackendOptions(data_dir=self.data))
        await backend.start()
        try:
            await CityLoading(backend.storage, backend.register, backend.vault).take(plan)
            for name in PEOPLE:
                grants = (Grant(level=Level.CONFIGURE),)
                user = User(name=name, person=name, display_name=name.title(), role="bench", grants=grants)
                await backend.identity.add_user(user, PASSWORD, by="system")
        finally:
            await backend.close()

    def start_backend(self) -> None:
        """At the same address each time; does not wait."""
        words = ("main.py", "backend", "--data", str(self.data), "--listen", f"127.0.0.1:{self._port}")
        self.backend = self._started(*words)

    def start_console(self) -> None:
        """A real console with its decoders, off screen, at which somebody watches every camera."""
        self.console = self._started("-m", "bench.video_kills.watching_console", self.url, PEOPLE[0], PASSWORD)

    async def kill_backend(self) -> None:
        """With all its children left to themselves. Raises LeftOver when one of them stays."""
        await _kill_parent(self.backend)

    async def kill_console(self) -> None:
        """Likewise."""
        await _kill_parent(self.console)

    async def kill_recorder(self) -> None:
        """The media process. Raises LeftOver when one of its picture workers stays."""
        media = await self._child(lambda: _children(self.backend, "media"))
        children = media.children(recursive=True)
        media.kill()
        await _leave(children)

    async def kill_decoder(self) -> None:
        """One of the console's."""
        (await self._child(lambda: _children(self.console, "video.decoding.worker"))).kill()

    async def kill_picture_worker(self) -> None:
        """One of those that burn masks in or look at the condition of cameras."""
        (await self._child(lambda: _children(self.backend, "media.pictures.worker"))).kill()

    def watched(self, since: float) -> int:
        """How many cameras show moving pictures at the console, as it last said; 0 when that was before `since`."""
        log = self._console_log()
        lines = log.read_text("utf-8", errors="replace").split("\n")[:-1] if log.exists() else []
        said = [line for line in lines if line.startswith("watched ")]
        if not said:
            return 0
        _, count, at = said[-1].split()
        return int(count) if float(at) >= since else 0

    async def close(self) -> None:
        """End them in good order. Raises LeftOver."""
        for process in (self.console, self.backend):
            if process is None or process.poll() is not None:
                continue
            children = _tree(process)
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 20)
            if process.poll() is None:
                process.kill()
                await asyncio.to_thread(process.wait, 10)
            await _leave(children)

    def _console_log(self) -> Path:
        return self._log.with_name("console.log")

    def _started(self, *words: str) -> subprocess.Popen[bytes]:
        log = self._console_log() if words[0] == "-m" else self._log
        with log.open("wb" if words[0] == "-m" else "ab") as said:
            return subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )

    async def _child(self, find: Callable[[], Sequence[psutil.Process]]) -> psutil.Process:
        """The first one, once it is there. Raises TimeoutError."""
        if not await until(lambda: bool(find()), _LEAVES_WITHIN_S):
            raise TimeoutError("nothing of the kind runs")
        return find()[0]


def _children(process: subprocess.Popen[bytes] | None, mark: str) -> list[psutil.Process]:
    """Below this process, those whose command line says `mark`."""
    found: list[psutil.Process] = []
    for child in () if process is None else _tree(process):
        with contextlib.suppress(psutil.Error):
            if mark in child.cmdline():
                found.append(child)
    return found


def _tree(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


async def _kill_parent(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    children = _tree(process)
    process.kill()
    await asyncio.to_thread(process.wait, 10)
    await _leave(children)


async def _leave(children: Sequence[psutil.Process]) -> None:
    """Wait until they are gone: nobody told them to go but the end of their parent."""
    if await until(lambda: not any(map(_is_alive, children)), _LEAVES_WITHIN_S):
        return
    staying = [child for child in children if _is_alive(child)]
    told = [" ".join(child.cmdline()) for child in staying]
    for child in staying:
        child.kill()
    raise LeftOver(f"still there {_LEAVES_WITHIN_S:g} s after their parent: {told}")


def _is_alive(child: psutil.Process) -> bool:
    try:
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
