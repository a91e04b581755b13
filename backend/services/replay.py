"""The past of the map for who may see it: its span, its frames; who replays what is entered in the journal."""

import asyncio
import datetime as dt
import itertools
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.domain.map_history import MapChange, Recorded, Stretch, UInt32s, merged, of_assets
from backend.domain.rights_place import RightsPlace
from backend.ports import Storage, Unit
from backend.services.alarms.moments import AlarmMoments
from backend.services.map_recorder import MapRecorder, Recording
from backend.services.topic_ids import TopicIds
from contract.journal import EntryKind, NewEntry
from contract.replay import ReplayAlarm, ReplayBatch, ReplayFrames, ReplayGap, ReplaySpan

MOST_ANSWER_BYTES: Final = 24 * 1024 * 1024
MOST_WAITING: Final = 16  # requests for frames; one is worked on at a time
MOST_OF_ONE_LOGIN: Final = 6
_ENTERED_MS: Final = 900_000  # spans are entered by quarters of an hour
_MOST_VIEWERS: Final = 500
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encoder = msgspec.msgpack.Encoder()


class ReplayBusy(Exception):
    """Too many ask at once."""


class Replay:
    """Reads the recording in a thread of its own, for the assets of the topics that somebody may see."""

    def __init__(
        self,
        recording: Recording,
        recorder: MapRecorder,
        storage: Storage,
        clock: Clock,
        topic_ids: TopicIds,
        kept_hours: int,
    ) -> None:
        self._recording = recording
        self._recorder = recorder
        self._storage = storage
        self._clock = clock
        self._topic_ids = topic_ids
        self._kept_hours = kept_hours
        self._moments = AlarmMoments(storage, clock, kept_hours)
        self._threads = Threads("replay")
        self._waiting: Counter[str] = Counter()  # by login session
        self._entering = asyncio.Lock()
        self._entered: OrderedDict[str, set[int]] = OrderedDict()  # login session -> quarters of an hour since 1970

    def close(self) -> None:
        """End its thread; may be called twice."""
        self._threads.close()

    async def span(self, places: Collection[RightsPlace]) -> ReplaySpan:
        """What can be replayed, where it has gaps, and when alarms came on the assets of these topics."""
        stretches = await self._threads.run(self._recording.stretches)
        allowed = await self._topic_ids.of(places)
        return ReplaySpan(
            first_ms=stretches[0].since_ms if stretches else None,
            last_ms=stretches[-1].until_ms if stretches else None,
            now_ms=_ms(self._clock.now()),
            kept_hours=self._kept_hours,
            gaps=tuple(ReplayGap(one.until_ms, other.since_ms) for one, other in itertools.pairwise(stretches)),
            alarms=tuple(await self._moments.minutes(allowed)),
            trouble=self._recorder.trouble,
        )

    async def alarm_from(self, at_ms: int, places: Collection[RightsPlace], *, is_back: bool) -> ReplayAlarm | None:
        """The next alarm after a moment, or the last before it, on the assets of these topics."""
        allowed = await self._topic_ids.of(places)
        return await (self._moments.last_before if is_back else self._moments.next_after)(at_ms, allowed)

    async def frames(
        self, since_ms: int, until_ms: int, step_s: int, places: Collection[RightsPlace], *, by: str, session: str
    ) -> bytes:
        """ReplayFrames as MessagePack; that somebody sees them is entered first. Raises ReplayBusy, StorageError."""
        if self._waiting.total() >= MOST_WAITING or self._waiting[session] >= MOST_OF_ONE_LOGIN:
            raise ReplayBusy
        self._waiting[session] += 1
        try:
            await self._enter(since_ms, until_ms, by=by, session=session)
            allowed = await self._topic_ids.of(places)
            return await self._threads.run(lambda: self._frames(since_ms, until_ms, step_s, allowed))
        finally:
            self._waiting[session] -= 1
            self._waiting += Counter[str]()  # forgets who waits for nothing

    async def _enter(self, since_ms: int, until_ms: int, *, by: str, session: str) -> None:
        """Who replays which span, once for each login, as far as there is anything to show.

        Raises StorageError: then nothing may be shown.
        """
        stretches = await self._threads.run(self._recording.stretches)
        if not stretches:
            return
        since_ms = max(since_ms, stretches[0].since_ms)
        until_ms = min(until_ms, max(stretches[-1].until_ms, _ms(self._clock.now())))
        async with self._entering:
            known = self._entered.setdefault(session, set())
            self._entered.move_to_end(session)
            wanted = set(range(since_ms // _ENTERED_MS, until_ms // _ENTERED_MS + 1)) - known
            if not wanted:
                return
            entries = [
                NewEntry(
                    kind=EntryKind.VIEWING,
                    actor=by,
                    payload={"act": "replayed", "since": _iso(first * _ENTERED_MS), "until": _iso(last * _ENTERED_MS)},
                )
                for first, last in _runs(sorted(wanted))
            ]
            await self._storage.commit(Unit(entries=entries))
            known |= wanted
            while len(self._entered) > _MOST_VIEWERS:
                self._entered.popitem(last=False)

    def _frames(self, since_ms: int, until_ms: int, step_s: int, allowed: UInt32s) -> bytes:
        stretches = self._recording.stretches()
        until_ms = min(until_ms, max(since_ms, stretches[-1].until_ms)) if stretches else since_ms
        batches: list[ReplayBatch] = []
        gaps: list[ReplayGap] = []
        size = 0
        for item in _stepped(self._recording.read(since_ms, until_ms), step_s * 1000) if stretches else ():
            if isinstance(item, Stretch):
                gaps.append(ReplayGap(item.since_ms, item.until_ms))
                continue
            batch = _batch(len(batches), item, allowed)
            batches.append(batch)
            size += len(batch.ids) * 3 // 2 + len(batch.move_ids) * 7 // 2
            if size >= MOST_ANSWER_BYTES:
                until_ms = item.at_ms
                break
        return _encoder.encode(
            ReplayFrames(since_ms=since_ms, until_ms=until_ms, step_s=step_s, batches=tuple(batches), gaps=tuple(gaps))
        )


def _stepped(items: Iterator[Recorded | Stretch], step_ms: int) -> Iterator[Recorded | Stretch]:
    """Changes gathered into one a step; a whole and a gap stand alone."""
    waiting: list[Recorded] = []

    def gathered() -> Recorded:
        change = merged([item.change for item in waiting])
        at_ms = waiting[-1].at_ms
        waiting.clear()
        return Recorded(at_ms, change)

    for item in items:
        is_plain = isinstance(item, Recorded) and not item.is_whole
        if waiting and (not is_plain or (isinstance(item, Recorded) and item.at_ms - waiting[0].at_ms >= step_ms)):
            yield gathered()
        if isinstance(item, Stretch) or item.is_whole:
            yield item
        else:
            waiting.append(item)
    if waiting:
        yield gathered()


def _batch(seq: int, item: Recorded, allowed: UInt32s) -> ReplayBatch:
    change: MapChange = of_assets(item.change, allowed)
    return ReplayBatch(
        seq=seq,
        at_ms=item.at_ms,
        is_whole=item.is_whole,
        ids=change.ids.astype("<u4", copy=False).tobytes(),
        visuals=change.visuals.tobytes(),
        levels=change.levels.tobytes(),
        move_ids=change.move_ids.astype("<u4", copy=False).tobytes(),
        move_lon=change.lon.astype("<i4", copy=False).tobytes(),
        move_lat=change.lat.astype("<i4", copy=False).tobytes(),
        move_heading=change.heading.astype("<u2", copy=False).tobytes(),
    )


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers as (first, behind the last)."""
    for _, run in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1] + 1


def _ms(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(milliseconds=1)


def _iso(at_ms: int) -> str:
    return (_EPOCH + dt.timedelta(milliseconds=at_ms)).isoformat().replace("+00:00", "Z")
