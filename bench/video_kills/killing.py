"""The kills: each at a random moment of people's work, the room whole again before the next."""

import asyncio
import contextlib
import functools
import operator
import random
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.tasks import Tasks
from bench.report import Bar, Metric
from bench.video_kills import afterwards
from bench.video_kills.control_room import ControlRoom, LeftOver
from bench.video_kills.field import Field
from bench.video_kills.onlooker import COVERED, Onlooker
from bench.video_kills.patience import IS_MOVING_S, until
from bench.video_kills.people import NOT_NOW, People, footage
from video.clocks import wall

VICTIMS: Final = ("recorder", "decoder", "backend", "console", "picture worker")
KILLS: Final = 25
_NONE: Final = Bar(0, gates=True)
_WHOLE_WITHIN_S: Final = 45.0
_AT_MOST_S: Final = 2.5


class Kill(msgspec.Struct, frozen=True):
    """Who, and how long until every camera was recorded and watched again."""

    victim: str
    recorded_s: float
    watched_s: float


class KillsResult(msgspec.Struct, frozen=True):
    """What came of it. `faults`: in words, everything that must not be."""

    kills: tuple[Kill, ...]
    confirmed: int
    masked_pictures: int
    bare_pictures: int
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
        self.kills: list[Kill] = []
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
        began = wall()
        await self._since(began, self._is_recorded, "recorded at the beginning")
        await self._since(began, self._is_watched, "watched at the beginning")

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
        killed_at = wall()
        try:
            await kills[victim]()
        except (LeftOver, TimeoutError) as error:
            self.faults.append(f"{victim}: {error}")
        if victim == "backend":
            self.room.start_backend()
        if victim == "console":
            self.room.start_console()
        async with asyncio.TaskGroup() as group:
            recorded = group.create_task(self._since(killed_at, self._is_recorded, f"recorded after the {victim}"))
            watched = group.create_task(self._since(killed_at, self._is_watched, f"watched after the {victim}"))
        self.kills.append(Kill(victim, recorded.result(), watched.result()))

    async def _since(self, killed_at: float, is_so: Callable[[float], Awaitable[bool]], what: str) -> float:
        await self._until(functools.partial(is_so, killed_at), what, _WHOLE_WITHIN_S)
        return wall() - killed_at

    async def _is_recorded(self, killed_at: float) -> bool:
        """Every camera has pictures of after the kill on disk."""
        with contextlib.suppress(*NOT_NOW):
            for camera in self.field.camera_ids:
                spans = (await footage(self.people.anne, camera)).spans
                if not spans or spans[-1].until.timestamp() < killed_at:
                    return False
            return True
        return False

    async def _is_watched(self, killed_at: float) -> bool:
        """Every camera moves at the console, as it said when what was painted before the kill counts no more."""
        return self.room.watched(killed_at + IS_MOVING_S) == len(self.field.camera_ids)

    async def look_back(self) -> None:
        """People stop; what was confirmed is looked for, then everything ends and the disk is read."""
        await self._tasks.close()
        await asyncio.to_thread(self.onlooker.close)  # its last viewing ends; the cameras go on meanwhile
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
        await asyncio.to_thread(self.onlooker.close)  # its last viewing ends; the cameras go on meanwhile
        await self.people.close()
        try:
            await self.room.close()
        except LeftOver as error:
            self.faults.append(f"at the end: {error}")
        await self.field.close()

    async def _until(self, is_so: Callable[[], Awaitable[bool]], what: str, within_s: float) -> None:
        if not await until(is_so, within_s):
            self.faults.append(f"not within {within_s:g} s: {what}")


def measure() -> list[Metric]:
    """Twenty-five kills in one room."""
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(kill_at_random(Path(folder), VICTIMS * (KILLS // len(VICTIMS)), seed=1))
    for fault in result.faults:
        print(f"  video-kills: {fault}")
    how = (
        f"{len(result.kills)} kill -9 in all of {', '.join(VICTIMS)}; looked for afterwards: {result.confirmed} "
        "confirmed plans, masks, bookmarks, seals, packages and viewings; every file against its index, every passage "
        "decoded, every hole told, the journal's chain, children left over"
    )
    bare = f"live pictures and stills of a masked camera that showed what is covered, of {result.masked_pictures}"
    metrics = [
        Metric(id="video_kills_faults", value=len(result.faults), unit="faults", how=how).against(_NONE),
        Metric(id="video_kills_bare_pictures", value=result.bare_pictures, unit="pictures", how=bare).against(_NONE),
    ]
    for name in ("recorded", "watched"):
        slowest = max(result.kills, key=operator.attrgetter(f"{name}_s"))
        value = round(float(getattr(slowest, f"{name}_s")), 1)
        how = f"from the kill until every camera is {name} again, worst of {len(result.kills)}: the {slowest.victim}"
        metrics.append(Metric(id=f"video_kills_{name}_again_s", value=value, unit="s", how=how))
    return metrics


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
        kills=tuple(room.kills),
        confirmed=room.people.confirmed.count,
        masked_pictures=room.onlooker.seen,
        bare_pictures=room.onlooker.bare,
        faults=tuple(room.faults),
    )
