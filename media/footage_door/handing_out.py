"""A passage as it may leave: inside the ticket's period, masks burnt in or not at all."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import msgspec

from contract.media import IssueFootageTicket
from media.footage_door.finding import PassageFinder
from media.footage_door.ports import Masking
from media.pictures.workers import PicturesRefused
from video.access_unit import StreamParameters
from video.errors import ProtocolError
from video.footage.archive import Passage
from video.footage.pictures import FootageGone, TimedUnit
from video.playback.messages import CodedPicture

log = logging.getLogger(__name__)

_LONGEST_BYTES: Final = 44 * 2**20


Answer = TypeVar("Answer")


class NotHandedOut(Exception):
    """This passage stays inside; the text says why."""


class Handout(msgspec.Struct, frozen=True):
    """What leaves."""

    parameters: StreamParameters
    pictures: tuple[CodedPicture, ...]


class Readers:
    """Threads that read from the disk, so that neither the loop nor anybody else's work waits for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4, "footage door")

    async def read(self, question: Callable[[], Answer]) -> Answer:
        """What the question gives, asked in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=True, cancel_futures=True)


class Opened(msgspec.Struct, frozen=True):
    """A passage with its neighbours, as read; nothing is recorded in it when it could not be read."""

    passage: Passage
    before: Passage | None
    after: Passage | None
    recorded: tuple[TimedUnit, ...]


def opened(finder: PassageFinder, passage: Passage | None) -> Opened | None:
    """Read a passage. In a thread, all at once: each way to a thread and back costs the loop a turn."""
    if passage is None:
        return None
    before, after = finder.neighbours(passage)
    try:
        recorded = passage.read()
    except (OSError, ProtocolError, FootageGone) as error:
        log.warning("a passage of camera %d cannot be read: %s", passage.camera_id, error)
        recorded = ()
    return Opened(passage, before, after, recorded)


async def handout(read: Opened, ticket: IssueFootageTicket, masking: Masking | None, *, keys_only: bool) -> Handout:
    """Make a passage ready to leave. Raises NotHandedOut."""
    if not read.recorded:
        raise NotHandedOut("this part of the recording cannot be read: the file is damaged or gone")
    passage, recorded = read.passage, read.recorded
    until = ticket.until.timestamp()
    chosen = [picture for picture in recorded if picture.at <= until]
    if keys_only:
        chosen = chosen[:1]
    if not chosen or not chosen[0].unit.is_key:
        raise NotHandedOut("this part of the recording does not begin with a whole picture")
    if sum(len(nal) for picture in chosen for nal in picture.unit.nal_units) > _LONGEST_BYTES:
        raise NotHandedOut("this part of the recording is too large to be shown: take it out as evidence")
    if ticket.masks:
        return await _masked(passage, chosen, ticket, masking)
    return Handout(passage.parameters, tuple(_picture(one.at, one) for one in chosen))


async def _masked(
    passage: Passage, chosen: Sequence[TimedUnit], ticket: IssueFootageTicket, masking: Masking | None
) -> Handout:
    if masking is None:
        raise NotHandedOut("this camera has privacy masks, and nothing here can burn them in")
    try:
        masked = await masking.mask_units(passage.parameters, [one.unit for one in chosen], ticket.masks)
    except PicturesRefused as error:
        raise NotHandedOut(f"the privacy masks could not be burnt in: {error}") from error
    times = sorted(chosen[position].at for position in masked.positions)
    pictures = tuple(
        CodedPicture(at, unit.is_key, unit.nal_units, chosen[position].unit.is_damaged)
        for at, unit, position in zip(times, masked.units, masked.positions, strict=True)
    )
    if not pictures or not pictures[0].is_key:
        raise NotHandedOut("the privacy masks could not be burnt in: no picture of this part can be decoded")
    return Handout(masked.parameters, pictures)


def _picture(at: float, recorded: TimedUnit) -> CodedPicture:
    unit = recorded.unit
    return CodedPicture(at, unit.is_key, unit.nal_units, unit.is_damaged)
