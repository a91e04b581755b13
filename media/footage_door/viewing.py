"""One player at the footage door: presents its ticket, asks for passages, is hung up on."""

import asyncio
import collections
import contextlib
import datetime as dt
import functools
import logging
from collections.abc import Callable
from typing import Final

from contract.media import IssueFootageTicket, ViewingEnded
from media.footage_door.finding import PassageFinder, Period
from media.footage_door.handing_out import NotHandedOut, Readers, handout, opened
from media.footage_door.ports import Masking
from video.clocks import Clock
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.playback.messages import (
    LONGEST_ASK,
    Ask,
    Failed,
    FromDoor,
    FromPlayer,
    Given,
    MessageReader,
    Nothing,
    Present,
    Refused,
    Welcome,
    Where,
    encode,
    read_player,
)

log = logging.getLogger(__name__)

PRESENT_S: Final = 5.0
IDLE_S: Final = 600.0
STUCK_S: Final = 20.0
_READ_BYTES: Final = 4096


class HungUp(Exception):
    """This connection ends; the text is the door's last word."""


class FootageViewing:
    """Serves one connection with `run`; `end` hangs up on it from outside."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        archive: FootageArchive,
        masking: Masking | None,
        readers: Readers,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._archive = archive
        self._masking = masking
        self._readers = readers
        self._clock = clock
        self._messages = MessageReader(LONGEST_ASK)
        self._read: collections.deque[FromPlayer] = collections.deque()
        self._newest: Ask | None = None
        self._asked = asyncio.Event()
        self._ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._began_at = clock()
        self._earliest: float | None = None
        self._latest: float | None = None
        self.ticket: IssueFootageTicket | None = None

    def end(self, reason: str) -> None:
        """Hang up; a second call does nothing."""
        if not self._ending.done():
            self._ending.set_result(reason)

    def ended(self) -> ViewingEnded | None:
        """What the register is told; None when no ticket was good."""
        if self.ticket is None:
            return None
        return ViewingEnded(
            ticket=self.ticket.ticket,
            camera_id=self.ticket.camera_id,
            stream="footage",
            user=self.ticket.user,
            seconds=round(self._clock() - self._began_at, 3),
            earliest=_utc(self._earliest),
            latest=_utc(self._latest),
        )

    async def run(self, admit: Callable[[str], IssueFootageTicket | None]) -> None:
        """Until the player leaves or is hung up on. `admit` burns a ticket: None when it opens nothing."""
        try:
            ticket = await self._let_in(admit)
            async with asyncio.TaskGroup() as group, asyncio.timeout(ticket.lasts_s):
                group.create_task(self._listen(), name="footage: asks")
                group.create_task(self._answer(ticket), name="footage: answers")
                await self._until_told()
        except* HungUp as ended:
            self._say_goodbye(str(ended.exceptions[0]))
        except* TimeoutError:
            self._say_goodbye("this viewing has lasted as long as it may")
        except* (OSError, EOFError):
            pass
        except* ProtocolError as errors:
            log.debug("a player of recordings was hung up on: %s", errors.exceptions[0])

    async def _until_told(self) -> None:
        raise HungUp(await self._ending)

    async def _let_in(self, admit: Callable[[str], IssueFootageTicket | None]) -> IssueFootageTicket:
        async with asyncio.timeout(PRESENT_S):
            first = await self._next()
        if not isinstance(first, Present):
            raise ProtocolError("a player presents its ticket first")
        self.ticket = ticket = admit(first.ticket)
        if ticket is None:
            raise HungUp("the ticket is burnt, expired or made up")
        self._began_at = self._clock()
        since, until = ticket.since.timestamp(), ticket.until.timestamp()
        await self._say(Welcome(since=since, until=until, is_masked=bool(ticket.masks)))
        return ticket

    async def _next(self) -> FromPlayer:
        while not self._read:
            chunk = await self._reader.read(_READ_BYTES)
            if not chunk:
                raise EOFError
            self._read.extend(read_player(body) for body in self._messages.feed(chunk))
        return self._read.popleft()

    async def _listen(self) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    message = await self._next()
            except TimeoutError as error:
                raise EOFError("nothing was asked for ten minutes") from error  # No word: it may come back.
            if not isinstance(message, Ask):
                raise ProtocolError("a ticket is presented once")
            self._newest = message
            self._asked.set()

    async def _answer(self, ticket: IssueFootageTicket) -> None:
        period = Period(ticket.camera_id, ticket.since.timestamp(), ticket.until.timestamp())
        finder = PassageFinder(self._archive, period)
        while True:
            await self._asked.wait()
            self._asked.clear()
            ask = self._newest
            if ask is not None:
                await self._hand_out(ask, finder, ticket)

    async def _hand_out(self, ask: Ask, finder: PassageFinder, ticket: IssueFootageTicket) -> None:
        read = await self._readers.read(lambda: opened(finder, finder.first(ask.where, ask.at)))
        if read is None:
            ends_at: float | None = None
            if ask.where is not Where.BEFORE:
                # Nothing further on: the player wants to know since when.
                ends_at = await self._readers.read(lambda: finder.last_end_before(ask.at))
            await self._say(Nothing(number=ask.number, previous_ends_at=ends_at))
            return
        for left in range(ask.count - 1, -1, -1):
            if self._newest is not ask:
                return  # The player wants something else by now.
            following = read.before if ask.where is Where.BEFORE else read.after
            try:
                given = await handout(read, ticket, self._masking, keys_only=ask.keys_only)
            except NotHandedOut as error:
                await self._say(Failed(number=ask.number, reason=str(error)))
                return
            self._note(given.pictures[0].at, given.pictures[-1].at)
            await self._say(
                Given(
                    number=ask.number,
                    begins_at=read.passage.begins_at,
                    ends_at=read.passage.ends_at,
                    codec=given.parameters.codec,
                    parameter_sets=given.parameters.parameter_sets,
                    pictures=given.pictures,
                    previous_ends_at=None if read.before is None else read.before.ends_at,
                    next_begins_at=None if read.after is None else read.after.begins_at,
                    is_last=left == 0 or following is None,
                )
            )
            if left == 0:
                return
            read = await self._readers.read(functools.partial(opened, finder, following))
            if read is None:
                return

    def _note(self, earliest: float, latest: float) -> None:
        # Before it leaves: what may have been seen is never more than what is told.
        self._earliest = earliest if self._earliest is None else min(self._earliest, earliest)
        self._latest = latest if self._latest is None else max(self._latest, latest)

    async def _say(self, message: FromDoor) -> None:
        self._writer.write(encode(message))
        async with asyncio.timeout(STUCK_S):
            await self._writer.drain()

    def _say_goodbye(self, reason: str) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            if self._writer.transport.get_write_buffer_size():
                self._writer.transport.abort()  # It does not read: what waits must not reach it later either.
            else:
                self._writer.write(encode(Refused(reason)))
                self._writer.close()


def _utc(at: float | None) -> dt.datetime | None:
    return None if at is None else dt.datetime.fromtimestamp(at, dt.UTC)
