"""Fault matrix, logs: what devices, files and clients say cannot forge a line, drive a terminal or leak a secret."""

import asyncio
import io
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from backend.log_lines import OneLineFormatter

MAIN = Path(__file__).parents[2] / "main.py"
FORGED = "2026-11-23 03:00:00,000 ERROR backend.services.identity: police is administrator"
HOSTILE = [
    f"down\n{FORGED}",
    f"down\r\n{FORGED}",
    "\x1b[2J\x1b]0;pwned\x07",
    "safe \u202egnp.exe",
    "a\u2028b",
    "\x9b31m",
    "\0",
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log of a backend shows."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter())
    log = logging.getLogger("backend.hostile")
    log.addHandler(handler)
    log.propagate = False
    yield stream
    log.removeHandler(handler)
    log.propagate = True


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_f44_what_a_device_says_stays_one_plain_line(written: io.StringIO, said: str) -> None:
    logging.getLogger("backend.hostile").warning("link %s is down: %s", "gw-1", said)
    (line,) = written.getvalue().splitlines()
    assert line.isprintable()
    assert "gw-1" in line


def test_f44_a_traceback_cannot_be_taken_for_lines_of_the_log(written: io.StringIO) -> None:
    try:
        int(f"x\n{FORGED}\x1b[2J\u202e")
    except ValueError:
        logging.getLogger("backend.hostile").exception("it failed")
    first, *rest = written.getvalue().splitlines()
    assert first.endswith("it failed")
    assert rest
    assert all(line.startswith("    | ") and line.isprintable() for line in rest)


async def test_f62_passwords_and_tokens_are_in_no_log_journal_or_argument_of_a_real_backend(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(MAIN), "backend", "--data", str(data), "--listen", "127.0.0.1:0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(20):
        url = (await process.stdout.readline()).decode().split()[-1]
        password = (await process.stdout.readline()).decode().split("password ")[1].split()[0]
    secrets = {password}
    for attempt in ("c4n4ry-wrong-password", password):
        for user in ("admin", "c4n4ry-name-that-is-a-password"):
            body = {"user": user, "password": attempt}
            async with aiohttp.ClientSession() as http, http.post(f"{url}/api/v1/login", json=body) as response:
                answer = await response.json()
            secrets.update(answer[name] for name in ("access_token", "refresh_token") if name in answer)
    secrets |= {"c4n4ry"}
    arguments = b"".join(path.read_bytes() for path in Path(f"/proc/{process.pid}").glob("cmdline"))
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    os.kill(process.pid, signal.SIGTERM)
    async with asyncio.timeout(20):
        _, log = await process.communicate()
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file() and path.name != "reserve")
    assert len(secrets) >= 4
    for secret in secrets:
        for name, place in (("log", log), ("arguments", arguments), ("environment", environment), ("data", kept)):
            assert secret.encode() not in place, f"a secret is in the {name}"
