"""The console's own backend: a child on a leash, started again when it falls."""

import asyncio
import sys
from pathlib import Path

import pytest

from console.shell.embedded_backend import BackendReady, EmbeddedBackend

GOOD = """
import json, sys
token = sys.stdin.readline().strip()
print(json.dumps({"url": "http://127.0.0.1:4711", "first_password": token}), flush=True)
sys.stdin.read()
"""
FALLS = """
import json, sys, pathlib
sys.stdin.readline()
print(json.dumps({"url": "http://127.0.0.1:4712"}), flush=True)
print("disk full", file=sys.stderr, flush=True)
sys.exit(3)
"""
MUTTERS = "import sys; print('not json at all', flush=True); print('cannot open the database', file=sys.stderr)"


class Ear:
    """What the console hears of its backend."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[BackendReady | None, str]] = asyncio.Queue()

    def __call__(self, ready: BackendReady | None, reason: str) -> None:
        self.heard.put_nowait((ready, reason))

    async def next(self) -> tuple[BackendReady | None, str]:
        return await asyncio.wait_for(self.heard.get(), 10)


def _command(tmp_path: Path, program: str) -> tuple[str, ...]:
    file = tmp_path / "child.py"
    file.write_text(program)
    return (sys.executable, str(file))


async def _no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


async def _run(backend: EmbeddedBackend) -> "asyncio.Task[None]":
    return asyncio.get_running_loop().create_task(backend.run())


async def test_the_child_gets_its_token_on_standard_input_and_ends_with_the_console(tmp_path: Path) -> None:
    ear = Ear()
    backend = EmbeddedBackend(_command(tmp_path, GOOD), changed=ear)
    running = await _run(backend)
    ready, _reason = await ear.next()
    assert ready is not None
    assert ready.first_password == backend.launch_token
    assert backend.pid is not None
    running.cancel()
    await asyncio.wait([running])
    assert backend.pid is None


async def test_a_child_that_falls_is_started_again_and_its_last_words_are_told(tmp_path: Path) -> None:
    ear = Ear()
    backend = EmbeddedBackend(_command(tmp_path, FALLS), changed=ear, sleep=_no_pause)
    running = await _run(backend)
    assert (await ear.next())[0] is not None
    gone, reason = await ear.next()
    assert gone is None
    assert "code 3" in reason
    assert (await ear.next())[0] is not None
    assert backend.start_count >= 2
    running.cancel()
    await asyncio.wait([running])


async def test_a_child_that_does_not_become_ready_says_why(tmp_path: Path) -> None:
    ear = Ear()
    backend = EmbeddedBackend(_command(tmp_path, MUTTERS), changed=ear)
    running = await _run(backend)
    gone, reason = await ear.next()
    assert gone is None
    assert "cannot open the database" in reason
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("command", [("/no/such/program",)])
async def test_a_program_that_is_not_there_is_told_not_raised(command: tuple[str, ...]) -> None:
    ear = Ear()
    running = await _run(EmbeddedBackend(command, changed=ear))
    gone, reason = await ear.next()
    assert gone is None
    assert "/no/such/program" in reason
    running.cancel()
    await asyncio.wait([running])
