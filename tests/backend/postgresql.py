"""A PostgreSQL of our own: a direct child on a free port, gone with the tests."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from backend.devkit.free_port import free_port

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Server:
    """One cluster in a temporary folder."""

    def __init__(self) -> None:
        self._bin = _FOLDERS[0]
        self._folder = Path(tempfile.mkdtemp(prefix="beffroi-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        initdb: list[Path | str] = [
            self._bin / "initdb",
            "-D",
            self._folder / "data",
            "-A",
            "trust",
            "-U",
            "beffroi",
            "-N",
            "--locale=C.UTF-8",
        ]
        subprocess.run(_as_nobody_special(*initdb), check=True, capture_output=True, cwd="/")
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB", "-c", "max_connections=40"]
        postgres: list[Path | str] = [
            self._bin / "postgres",
            "-D",
            self._folder / "data",
            "-p",
            str(self.port),
            "-k",
            self._folder,
        ]
        self.process = subprocess.Popen(
            _as_nobody_special(*postgres, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
        deadline = time.monotonic() + 20
        while self.psql("SELECT 1", check=False) != "1":
            assert time.monotonic() < deadline, "PostgreSQL does not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the cluster; its children notice and end."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stop and remove it: at once, nobody needs what a last checkpoint would write."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"test_{secrets.token_hex(6)}"
        self.psql(f"CREATE DATABASE {name}")
        return f"postgresql://beffroi@127.0.0.1:{self.port}/{name}"

    def psql(self, sql: str, *, database: str = "postgres", check: bool = True) -> str:
        """What a statement answers, as text."""
        arguments = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "beffroi", "-d", database, "-Atqc", sql]
        result = subprocess.run([self._bin / "psql", *arguments], check=check, capture_output=True, text=True, cwd="/")
        return result.stdout.strip()


def is_installed() -> bool:
    """Whether a server can be started here."""
    return bool(_FOLDERS) and (os.geteuid() != 0 or shutil.which("setpriv") is not None)


def require() -> None:
    """Skip, visibly, where PostgreSQL is not installed; proofs fail instead."""
    if is_installed():
        return
    if os.environ.get("BEFFROI_PROOFS") == "1":
        pytest.fail("PostgreSQL is not installed")
    pytest.skip("PostgreSQL is not installed")


def _as_nobody_special(*command: Path | str) -> list[str]:
    """PostgreSQL refuses root: drop to its own account."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL", *words]
