"""Processes of the storm that are told what to do line by line."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Generator, Mapping

import msgspec

from bench.alarms.storm_field import Truth
from bench.processes import ROOT

_PATIENCE_S = 90.0


class Child:
    """Does what it is told, and answers with a line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def tell(self, line: str) -> None:
        """Say what is to be done."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    async def hear(self) -> bytes:
        """Its next line. Raises EOFError when it is gone."""
        assert self._process.stdout is not None
        async with asyncio.timeout(_PATIENCE_S):
            line = await asyncio.to_thread(self._process.stdout.readline)
        if not line:
            raise EOFError(f"process {self.pid} left")
        return line

    async def truth(self, line: str) -> Truth:
        """Tell the field, and what is wrong there then."""
        self.tell(line)
        return msgspec.json.decode(await self.hear(), type=Truth)


@contextlib.contextmanager
def child(*words: str, environment: Mapping[str, str] | None = None) -> Generator[Child]:
    """A Python process in the root of the repository, ended by its id."""
    command = (sys.executable, *words)
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Child(process)
        finally:
            process.kill()
