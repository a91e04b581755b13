"""A process that is told line by line what to do, so that several can take turns. Standard library only: QGIS brings
a Python of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_MARK = b"ANSWER "
_QUIET = {"QT_LOGGING_RULES": "*=false", "PYTHONWARNINGS": "ignore"}


class ChildFailed(Exception):
    """A contender died or said nothing for too long; the text holds its last words."""


class Child:
    """The bench's end of the line."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._name = " ".join(command)
        self._process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**os.environ, **_QUIET, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._read = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, job: str, within_s: float = 120.0, /, **how: object) -> bytes:
        """Have a job done and answer its result as JSON. Raises ChildFailed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"job": job, **how}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise ChildFailed(self._last_words(job)) from error
        until = time.monotonic() + within_s
        while True:
            line = self._line(job, until)
            if line.startswith(_MARK):
                return line.removeprefix(_MARK)

    def close(self) -> None:
        """Ask it to go, and see to it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _line(self, job: str, until: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._read:
            ready, _, _ = select.select([self._process.stdout], [], [], max(until - time.monotonic(), 0))
            chunk = os.read(self._process.stdout.fileno(), 1 << 20) if ready else b""
            if not chunk:
                raise ChildFailed(self._last_words(job))
            self._read += chunk
        line, _, self._read = self._read.partition(b"\n")
        return line

    def _last_words(self, job: str) -> str:
        self._process.kill()
        _, told = self._process.communicate()
        return f"{self._name} did not do {job!r}: {told.decode('utf-8', 'replace')[-1500:]}"


def serve(jobs: Mapping[str, Callable[..., object]]) -> None:
    """The child's end: do what each line says until there are no more."""
    for line in sys.stdin:
        how = json.loads(line)
        answer = json.dumps(jobs[how.pop("job")](**how)).encode()
        sys.stdout.buffer.write(_MARK + answer + b"\n")
        sys.stdout.buffer.flush()
