"""A Mosquitto of Debian for one test: loopback, passwords, TLS, killed by its own pid."""

import asyncio
import contextlib
from pathlib import Path

from backend.devkit.free_port import free_port

MOSQUITTO = Path("/usr/sbin/mosquitto")
USER, PASSWORD = "beffroi", "canary-5521"


class Mosquitto:
    """`start` and `stop` as often as a test likes; what it keeps for clients outlives a stop."""

    def __init__(self, folder: Path, certificate: Path | None = None, key: Path | None = None) -> None:
        self._folder = folder
        self._certificate = certificate
        self._key = key
        self._process: asyncio.subprocess.Process | None = None
        self.port = free_port()

    async def start(self) -> None:
        """Listen, with one account."""
        passwords = self._folder / "passwords"
        if not passwords.exists():
            passwords.write_text(f"{USER}:{PASSWORD}\n")
            await _run("mosquitto_passwd", "-U", str(passwords))
            passwords.chmod(0o700)
        lines = [
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous false",
            f"password_file {passwords}",
            "persistence true",
            f"persistence_location {self._folder}/",
            "user root",
        ]
        if self._certificate is not None:
            lines += [f"certfile {self._certificate}", f"keyfile {self._key}"]
        settings = self._folder / "mosquitto.conf"
        settings.write_text("\n".join(lines) + "\n")
        self._process = await asyncio.create_subprocess_exec(
            str(MOSQUITTO), "-c", str(settings), stderr=asyncio.subprocess.DEVNULL
        )
        for _ in range(1_000):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.02)
        raise AssertionError("mosquitto does not listen")

    async def stop(self) -> None:
        """As an administrator stops it; may be called twice."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0
