"""One picture worker as the media process sees it: started, watched, ended, started again, its questions in order."""

import asyncio
import contextlib
import logging
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from media.pictures.messages import (
    HEADER,
    MAX_MESSAGE_BYTES,
    Alive,
    Answer,
    EndStream,
    Failed,
    FeedStream,
    Question,
    Said,
    decode_said,
    encode,
)
from video.back_off import BackOff
from video.child_process import end_child
from video.clocks import Clock, monotonic
from video.returned_memory import returning_memory
from video.task_owner import TaskOwner

log = logging.getLogger(__name__)

STARTING_SECONDS: Final = 20.0
HUNG_SECONDS: Final = 1.5  # with its start, a frozen worker is back within three seconds
_ENDING_SECONDS: Final = 0.5
_WELL_SECONDS: Final = 20.0
_STRIKES: Final = 2

Answered = Callable[[Answer | None], None]
"""Takes the answer; None when the worker was lost and the question cannot be asked again."""


class _Asked:
    __slots__ = ("answered", "question", "strikes")

    def __init__(self, question: Question, answered: Answered) -> None:
        self.question = question
        self.answered = answered
        self.strikes = 0


class WorkerProcess:
    """Runs one worker from the first question on. What a lost worker was asked is asked again, but for live pictures;
    a question that two workers died of is refused."""

    def __init__(
        self,
        name: str,
        tasks: TaskOwner,
        *,
        clock: Clock = monotonic,
        lost: Callable[[Question | None], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.restarts = 0
        self._tasks = tasks
        self._clock = clock
        self._lost = lost
        self._back_off = BackOff(first_s=0.05, longest_s=2.0)
        self._asked: deque[_Asked] = deque()
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self._patience = STARTING_SECONDS
        self._is_hung = False

    @property
    def process_id(self) -> int | None:
        """The process while it runs and answers."""
        return None if self._process is None else self._process.pid

    @property
    def waiting(self) -> int:
        """How many questions are unanswered."""
        return len(self._asked)

    def begin(self) -> None:
        """Start the process; a second call does nothing."""
        if self._running is None:
            self._running = self._tasks.start(self._run(), name=f"picture worker {self.name}")

    def ask(self, question: Question, answered: Answered) -> None:
        """Ask, now or as soon as the worker runs. Answers come in the order of the questions."""
        self.begin()
        self._asked.append(_Asked(question, answered))
        self._write(question)

    def _write(self, question: Question) -> None:
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(encode(question))

    async def _run(self) -> None:
        try:
            while True:
                began = self._clock()
                reason = await self._live_once()
                if self._clock() - began > _WELL_SECONDS:
                    self._back_off.reset()
                self.restarts += 1
                log.warning("picture worker %s is gone (%s) and is started again", self.name, reason)
                self._sort_out()
                await asyncio.sleep(self._back_off.wait_s())
        finally:
            asked, self._asked = self._asked, deque()
            for one in asked:
                one.answered(None)

    def _sort_out(self) -> None:
        """The worker died of what it had not answered first."""
        culprit = self._asked[0] if self._asked else None
        if culprit is not None:
            culprit.strikes += 1
        asked, self._asked = self._asked, deque()
        for one in asked:
            if isinstance(one.question, FeedStream | EndStream):
                one.answered(None)
            elif one.strikes >= _STRIKES:
                one.answered(Failed("these pictures cannot be decoded: two decoders ended over them"))
            else:
                self._asked.append(one)
        self._lost(None if culprit is None else culprit.question)

    async def _live_once(self) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "media.pictures.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=Path(__file__).parents[2],
                env=returning_memory(),
            )
        except OSError as error:
            return f"could not start: {error.strerror}"
        self._heard_at, self._patience, self._is_hung = self._clock(), STARTING_SECONDS, False
        watching = self._tasks.start(self._watch_over(process), name=f"watch over picture worker {self.name}")
        try:
            reason = await self._listen(process)
            if not reason:
                # Killing a child that is just ending would race with asyncio for its exit code.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ENDING_SECONDS):
                        await process.wait()
        finally:
            self._process = None
            watching.cancel()
            await end_child(process)
        if self._is_hung:
            return f"it said nothing for {self._patience:.1f} s"
        return f"exit code {process.returncode}" if reason == "" else reason

    async def _listen(self, process: asyncio.subprocess.Process) -> str:
        """Why the worker can no longer be relied on; empty when it ended by itself."""
        if process.stdout is None:
            return "no pipe"
        while True:
            try:
                said = await _read(process.stdout)
            except (asyncio.IncompleteReadError, OSError):
                return ""
            except (ValueError, msgspec.MsgspecError):
                return "it said what nobody understands"
            self._heard_at = self._clock()
            if self._process is None:
                self._patience = HUNG_SECONDS
                self._process = process
                for one in self._asked:
                    self._write(one.question)
            if isinstance(said, Alive):
                continue
            if not self._asked:
                return "it answered what nobody asked"
            self._asked.popleft().answered(said)

    async def _watch_over(self, process: asyncio.subprocess.Process) -> None:
        while True:
            silent_s = self._clock() - self._heard_at
            if silent_s < self._patience:
                await asyncio.sleep(min(self._patience - silent_s, HUNG_SECONDS))
                continue
            # What came while this process itself was busy is heard first.
            await asyncio.sleep(0.05)
            if self._clock() - self._heard_at >= self._patience:
                break
        self._is_hung = True
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def _read(stream: asyncio.StreamReader) -> Said:
    (length,) = HEADER.unpack(await stream.readexactly(HEADER.size))
    if length > MAX_MESSAGE_BYTES:
        raise ValueError("a message longer than any")
    return decode_said(await stream.readexactly(length))
