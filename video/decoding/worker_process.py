"""One decoder worker as its parent sees it: started, watched, ended, started again."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from video.back_off import BackOff
from video.child_process import end_child
from video.clocks import Clock
from video.decoding.messages import Command, Event, decode_event, encode
from video.decoding.vitality import is_only_starved, vitality_of
from video.returned_memory import returning_memory

log = logging.getLogger(__name__)

STARTING_SECONDS = 20.0
HUNG_SECONDS = 2.2  # with its start, a frozen decoder is back within three seconds
STARVED_SECONDS = 15.0
"""So long a worker that wants to run and gets no processor is waited for: ending it would make matters worse."""
_SECOND_LOOK_SECONDS = 0.1
_ENDING_SECONDS = 0.5
_WELL_SECONDS = 20.0


class WorkerProcess:
    """Keeps one worker running; `run` in a task of its owner."""

    def __init__(
        self,
        number: int,
        *,
        clock: Clock,
        on_started: Callable[[int], None],
        on_event: Callable[[Event], None],
        on_lost: Callable[[int, str], None],
    ) -> None:
        self.number = number
        self._clock = clock
        self._on_started = on_started
        self._on_event = on_event
        self._on_lost = on_lost
        self._back_off = BackOff(first_s=0.05, longest_s=10.0)
        self._process: asyncio.subprocess.Process | None = None
        self.restarts = 0

    @property
    def process_id(self) -> int | None:
        """The process while it runs."""
        return None if self._process is None else self._process.pid

    def tell(self, command: Command) -> None:
        """Pass on a command; dropped while there is no process: a new one is told everything."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(encode(command))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            started = self._clock()
            reason = await self._live_once()
            if self._clock() - started > _WELL_SECONDS:
                self._back_off.reset()
            self.restarts += 1
            log.warning("decoder %d is gone (%s) and is started again", self.number, reason)
            self._on_lost(self.number, reason)
            await asyncio.sleep(self._back_off.wait_s())

    async def _live_once(self) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "video.decoding.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=Path(__file__).parents[2],
                env=returning_memory(),
            )
        except OSError as error:
            return f"could not start: {error.strerror}"
        try:
            reason = await self._listen(process)
            if not reason:
                # Killing a child that is just ending would race with asyncio for its exit code.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ENDING_SECONDS):
                        await process.wait()
        finally:
            self._process = None
            await end_child(process)
        return f"exit code {process.returncode}" if reason == "" else reason

    async def _listen(self, process: asyncio.subprocess.Process) -> str:
        """Why the worker can no longer be relied on; empty when it ended by itself."""
        if process.stdout is None:
            return "no pipe"
        patience = STARTING_SECONDS
        while True:
            try:
                line = await self._line(process.pid, process.stdout, patience)
                if not line:
                    return ""
                event = decode_event(line)
            except TimeoutError:
                return f"it said nothing for {patience:.1f} s"
            except (ValueError, msgspec.MsgspecError):
                return "it said what nobody understands"
            if self._process is None:
                patience = HUNG_SECONDS
                self._process = process
                self._on_started(self.number)
            self._on_event(event)

    async def _line(self, process_id: int, pipe: asyncio.StreamReader, patience: float) -> bytes:
        """The next line. Raises TimeoutError when there is none and the worker is frozen or stuck."""
        before, began = vitality_of(process_id), self._clock()
        while True:
            # A parent that was itself kept waiting has not read yet what was said: it looks a second time.
            for seconds in (patience, _SECOND_LOOK_SECONDS):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        return await pipe.readline()
            silent = self._clock() - began
            if silent > STARVED_SECONDS or not is_only_starved(before, vitality_of(process_id), silent):
                raise TimeoutError
