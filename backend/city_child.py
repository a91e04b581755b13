"""The demo city as a child process: started with us, started again when it falls, gone when we go."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from contract.city_plan import CityReady
from video.child_process import end_child

log = logging.getLogger(__name__)
_READY_WITHIN_S = 120.0
_LEAVE_WITHIN_S = 1.0
_FIRST_DELAY_S, _LONGEST_DELAY_S, _PROVEN_S = 1.0, 30.0, 60.0


class CityChild:
    """`is_ready` is awaited each time its devices listen."""

    def __init__(self, command: Sequence[str], is_ready: Callable[[CityReady], Awaitable[None]], clock: Clock) -> None:
        self._command = tuple(command)
        self._is_ready = is_ready
        self._clock = clock
        self._tasks = Tasks("city")
        self._process: asyncio.subprocess.Process | None = None
        self.ready: CityReady | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin to keep it alive; does not wait for it."""
        self._tasks.start(self._keep_alive(), name="keep alive")

    async def close(self) -> None:
        """End it; may be called twice."""
        await self._tasks.close()

    async def _keep_alive(self) -> None:
        delay_s = _FIRST_DELAY_S
        while True:
            born = self._clock.monotonic()
            await self._one_life()
            if self._clock.monotonic() - born >= _PROVEN_S:
                delay_s = _FIRST_DELAY_S
            log.warning("the city ended and is started again in %.0f s", delay_s)
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)

    async def _one_life(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._process = process
        try:
            if process.stdout is None:
                return
            async with asyncio.timeout(_READY_WITHIN_S):
                line = await process.stdout.readline()
            self.ready = msgspec.json.decode(line, type=CityReady)
            await self._is_ready(self.ready)
            while await process.stdout.readline():
                pass
            await process.wait()
        except TimeoutError:
            log.error("the city was not ready after %.0f s", _READY_WITHIN_S)
        except msgspec.MsgspecError as error:
            log.error("the city did not say how to reach its devices: %s", error)
        finally:
            self.ready = None
            self._process = None
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await end_child(process, leave_within_s=_LEAVE_WITHIN_S)
