"""Processes under measure: started on a free loopback port, ended by their id."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def python(*words: str) -> Generator[subprocess.Popen[bytes]]:
    """A quiet Python process in the root of the repository, ended by its id."""
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def backend(data: Path, port: int, *options: str) -> Generator[subprocess.Popen[bytes]]:
    """`python main.py backend` on a data directory."""
    with python("main.py", "backend", "--data", str(data), "--listen", f"127.0.0.1:{port}", *options) as process:
        yield process


def proportional_mb(pid: int) -> float:
    """Proportional set size of a process and its children, in MB."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_full_info().pss for process in tree) / 1e6


def private_mb(pid: int) -> float:
    """What a process and its children hold for themselves alone, in MB: others that come and go do not change it."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_full_info().uss for process in tree) / 1e6


def cpu_s(pid: int) -> float:
    """Processor time of a process and its children so far, in seconds."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in tree)
