"""A real backend in a process that may have only so much memory or so many files, and consoles that hear it."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from backend_client.mirror import Mirror, MirrorState
from backend_client.session import Session
from contract.stream import AlarmsBody, Changes, ServerMessage, Snapshot, Subscribe, TopicKind
from tests.eventually import eventually

_ROOT: Final = Path(__file__).parents[2]


class Console:
    """Follows the alarms, as a console does."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.states: list[MirrorState] = []

    def message(self, message: ServerMessage) -> None:
        """Of alarms it keeps whose they are."""
        if isinstance(message, Snapshot | Changes) and isinstance(message.body, AlarmsBody):
            self.codes.update(alarm.asset_code for alarm in message.body.alarms)

    def link_changed(self, state: MirrorState, detail: str) -> None:
        """Kept, newest last."""
        self.states.append(state)


class Bounded:
    """The process, and a session in it."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self._process = process
        self.url = url

    async def tell(self, words: str) -> None:
        """Returns once it was done."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{words}\n".encode())
        assert await stdout.readline() == b"done\n", f"the backend did not live through: {words}"

    async def login(self) -> Session:
        """As its administrator."""
        session = Session(self.url)
        try:
            await session.login("anne", "anne-password")
        except BaseException:
            await session.close()
            raise
        return session

    @asynccontextmanager
    async def console(self, session: Session) -> AsyncGenerator[Console]:
        """One that is live, until the end of the block."""
        console = Console()
        mirror = Mirror(session, console, Subscribe(kinds=(TopicKind.ALARMS,)))
        running = asyncio.get_running_loop().create_task(mirror.run(), name="mirror")
        try:
            await eventually(lambda: MirrorState.LIVE in console.states, "the console is live", within_s=30)
            yield console
        finally:
            running.cancel()
            await asyncio.wait([running])


@asynccontextmanager
async def bounded(folder: Path, limit: str, most: int) -> AsyncGenerator[Bounded]:
    """`limit`: "data" (bytes) or "files"."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.backend.bounded_backend", str(folder), limit, str(most),
        cwd=_ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            url = (await process.stdout.readline()).decode().strip()
        assert url, "it did not start"
        yield Bounded(process, url)
        process.stdin.close()
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
