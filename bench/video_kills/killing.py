"""The kills: each at a random moment of people's work, the room whole again before the next."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.tasks import Tasks
from bench.video_kills import afterwards
from bench.video_kills.control_room import ControlRoom, LeftOver
from bench.video_kills.field import Field
from bench.video_kills.onlooker import COVERED, Onlooker
from bench.video_kills.patience import until
from bench.video_kills.people import NOT_NOW, People

VICTIMS: Final = ("recorder", "decoder", "backend", "console", "picture worker")
KILLS: Final = 25
_WHOLE_WITHIN_S: Final = 45.0
_AT_MOST_S: Final = 2.5


class KillsResult(msgspec.Struct, frozen=True):
    """What came of it. `faults`: in words, everything that must not be."""

    kills: tuple[str, ...]
    confirmed: int
    masked_pictures: int
    bare_pictures: int
    whole_again_s: float
    """The longest time from a kill until all was recorded and watched again."""
    faults: tuple[str, ...]


class _Room:
    """The room with people in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.room = ControlRoom(folder)
        self.field = Field()
        self.people = People(self.room.url, self.field.camera_ids, self.chance)
        self.onlooker = Onlooker(self.people, self.field.camera_ids[0])
        self.faults: list[str] = []
        self.whole_again_s = 0.0
        self._tasks = Tasks("people")

    async def open(self) -> None:
        """Everything runs, is recorded, masked and watched; people begin to work."""
        await self.field.start()
        await self.room.furnish(self.field.plan)
        self.room.start_backend()
        await self.people.arrive()
        await self.people.cover(self.field.camera_ids[0], COVERED)
        await self.people.plan_all()
        self.room.start_console()
        self._tasks.start(self.people.work(), name="work")
        self._tasks.start(self.onlooker.look(), name="look")
        await self._until(self.is_whole, "all is recorded and watched", _WHOLE_WITHIN_S)

    async def kill(self, victim: str) -> None:
        """At some moment from now, and wait until the room is whole again."""
        kills: Mapping[str, Callable[[], Awaitable[None]]] = {
            "recorder": self.room.kill_recorder,
            "decoder": self.room.kill_decoder,
            "backend": self.room.kill_backend,
            "console": self.room.kill_console,
            "picture worker": self.room.kill_picture_worker,
        }
        await asyncio.sleep(self.chance.uniform(0.0, _AT_MOST_S))
        began = time.monotonic()
        try:
            await kills[victim]()
        except (LeftOver, TimeoutError) as error:
            self.faults.append(f"{victim}: {error}")
        if victim == "backend":
            self.room.start_backend()
        if victim == "console":
            self.room.start_console()
        await self._until(self.is_whole, f"whole again after the {victim} was killed", _WHOLE_WITHIN_S)
        self.whole_again_s = max(self.whole_again_s, time.monotonic() - began)

    async def is_whole(self) -> bool:
        """All recorded, and seen moving at the console."""
        with contextlib.suppress(*NOT_NOW):
            return self.room.watched() == len(self.field.camera_ids) and await afterwards.are_recorded(
                self.people.anne, self.field.camera_ids
            )
        return False

    async def look_back(self) -> None:
        """People stop; what was confirmed is looked for, then everything ends and the disk is read."""
        await self._tasks.close()
        self.onlooker.close()
        session, confirmed = self.people.anne, self.people.confirmed
        await self._until(lambda: afterwards.are_settled(session, confirmed), "packages and seals are done", 60)
        self.faults += await afterwards.missing(session, confirmed)
        await self.close()
        self.faults += afterwards.faults_on_disk(self.room.footage, self.field.camera_ids)
        self.faults += afterwards.unplayable_seals(self.room.footage, confirmed.seals, self.field.camera_ids)
        if fault := afterwards.journal_fault(self.room.data):
            self.faults.append(fault)

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()
        self.onlooker.close()
        await self.people.close()
        try:
            await self.room.close()
        except LeftOver as error:
            self.faults.append(f"at the end: {error}")
        await self.field.close()

    async def _until(self, is_so: Callable[[], Awaitable[bool]], what: str, within_s: float) -> None:
        if not await until(is_so, within_s):
            self.faults.append(f"not within {within_s:g} s: {what}")


async def kill_at_random(folder: Path, victims: Sequence[str], seed: int) -> KillsResult:
    """These, in an order of chance, each at a moment of chance; `folder` is there and empty."""
    room = _Room(folder, seed)
    chosen = list(victims)
    room.chance.shuffle(chosen)
    try:
        await room.open()
        for victim in chosen:
            await room.kill(victim)
        await room.look_back()
    finally:
        await room.close()
    return KillsResult(
        kills=tuple(chosen),
        confirmed=room.people.confirmed.count,
        masked_pictures=room.onlooker.seen,
        bare_pictures=room.onlooker.bare,
        whole_again_s=room.whole_again_s,
        faults=tuple(room.faults),
    )
