"""What people add to an alarm: comments, and who takes care of it. Kept while it stands; the journal keeps it all."""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.rights import CITY_ZONE
from backend.ports import Feed, KeptRecord, Storage, StorageError, Unit
from backend.services.alarms.desk import AlarmDesk
from backend.services.refusals import AlarmRefused
from backend.services.said import say
from contract.alarm_work import AlarmAct, AlarmComment, AlarmConflict, Silence
from contract.alarms import Alarm, Annunciation
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue

log = logging.getLogger(__name__)
KIND: Final = "alarm_care"
MOST_COMMENTS: Final = 100
_FORGOTTEN_TOGETHER: Final = 500


class Care(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who takes care of an alarm since when, given by whom; and what was written since it came."""

    user: str = ""
    by: str = ""
    since: dt.datetime | None = None
    comments: tuple[AlarmComment, ...] = ()


class AlarmWork:
    """One writer: each change is committed, then told. An alarm at rest is forgotten by `forget_rested`."""

    def __init__(self, storage: Storage, feed: Feed, clock: Clock, desk: AlarmDesk) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._desk = desk
        self._cares: dict[int, Care] = {}
        self._rested: set[int] = set()
        self.has_rested = asyncio.Event()
        self._turn = asyncio.Lock()
        desk.dress_by(self._dress)

    async def load(self) -> None:
        """As it stood; what has come to rest meanwhile is forgotten soon."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._cares[int(key)] = msgspec.json.decode(body, type=Care)
            except (msgspec.MsgspecError, ValueError) as error:
                log.warning("who takes care of alarm %s is not readable and left out: %s", key, error)
        for alarm_id in self._cares:
            self._see(alarm_id, self._desk.get(alarm_id))

    def care(self, alarm_id: int) -> Care:
        """Who takes care, and what was written since the alarm came."""
        return self._cares.get(alarm_id, _NOBODY)

    def held_by(self, user: str) -> Sequence[int]:
        """The alarms that somebody takes care of."""
        return [alarm_id for alarm_id, care in self._cares.items() if care.user == user]

    async def comment(
        self, alarm_ids: Mapping[int, str], text: str, *, by: str
    ) -> tuple[Mapping[int, AlarmComment], Mapping[int, AlarmRefused]]:
        """The same text on alarms, under an id for each: one that was used is not used again. What stands, what not.

        Raises StorageError: nothing is written.
        """
        written: dict[int, AlarmComment] = {}
        refused: dict[int, AlarmRefused] = {}
        async with self._turn:
            changed: dict[int, Care] = {}
            entries: list[NewEntry] = []
            for alarm_id, comment_id in alarm_ids.items():
                alarm, care = self._desk.get(alarm_id), self.care(alarm_id)
                old = next((item for item in care.comments if item.id == comment_id), None)
                if old is not None:
                    written[alarm_id] = old
                    continue
                if alarm is None or not text.strip():
                    refused[alarm_id] = AlarmRefused(say("no_alarm" if alarm is None else "comment_empty"), alarm)
                    continue
                if len(care.comments) >= MOST_COMMENTS:
                    refused[alarm_id] = AlarmRefused(say("comments_full", count=MOST_COMMENTS), alarm)
                    continue
                comment = AlarmComment(
                    id=comment_id,
                    alarm_id=alarm_id,
                    occurrence=alarm.occurrence,
                    author=by,
                    at=self._clock.now(),
                    text=text,
                )
                written[alarm_id] = comment
                changed[alarm_id] = msgspec.structs.replace(care, comments=(*care.comments, comment))
                entries.append(_line(alarm, "comment", by, id=comment_id, note=text))
            await self._keep(changed, entries, Unit())
        return written, refused

    async def assign(
        self, alarm_ids: Iterable[int], user: str, *, by: str, note: str = "", along: Unit | None = None
    ) -> Mapping[int, AlarmRefused]:
        """Give alarms to `user`, "" to nobody; says of which not and why. That he may operate there is checked before.

        What another one holds is left with him. `along` is committed with it, also when nothing is given.
        Raises StorageError: nothing is changed.
        """
        return await self._give(alarm_ids, user, by=by, note=note, is_taken_over=False, along=along)

    async def take_over(self, alarm_ids: Iterable[int], *, by: str) -> Mapping[int, AlarmRefused]:
        """Take care of alarms oneself; those who did are told. Says of which not and why."""
        return await self._give(alarm_ids, by, by=by, note="", is_taken_over=True)

    async def silence(self, seat: str, seconds: int, waiting: int, *, by: str) -> Silence:
        """The sound of a seat stops, which is journalled. Raises StorageError."""
        until = self._clock.now() + dt.timedelta(seconds=seconds)
        payload: dict[str, object] = {"event": "silence", "seat": seat, "seconds": seconds, "waiting": waiting}
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.ALARM_WORK, actor=by, payload=payload)]))
        return Silence(seat=seat, by=by, until=until)

    def alarm_changed(self, alarm: Alarm) -> None:
        """An alarm as it now stands: at rest, it needs nobody any more."""
        if alarm.id in self._cares and is_at_rest(alarm):
            self._see(alarm.id, alarm)

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Values say nothing about who works on what."""

    async def run(self) -> None:
        """Forget for ever what has come to rest."""
        while True:
            await self.has_rested.wait()
            try:
                await self.forget_rested()
            except StorageError as error:
                log.warning("who took care of alarms at rest is forgotten later: %s", error)
                await asyncio.sleep(5.0)

    async def forget_rested(self) -> None:
        """Nobody takes care of what is at rest. Raises StorageError."""
        async with self._turn:
            self.has_rested.clear()
            while self._rested:
                group = sorted(self._rested)[:_FORGOTTEN_TOGETHER]
                try:
                    await self._storage.commit(Unit(records=[KeptRecord(KIND, str(key), None) for key in group]))
                except StorageError:
                    self.has_rested.set()
                    raise
                for key in group:
                    self._cares.pop(key, None)
                self._rested.difference_update(group)

    async def _give(
        self,
        alarm_ids: Iterable[int],
        user: str,
        *,
        by: str,
        note: str,
        is_taken_over: bool,
        along: Unit | None = None,
    ) -> Mapping[int, AlarmRefused]:
        now = self._clock.now()
        refused: dict[int, AlarmRefused] = {}
        changed: dict[int, Care] = {}
        entries: list[NewEntry] = []
        lost: dict[str, list[int]] = {}
        async with self._turn:
            for alarm_id in alarm_ids:
                alarm, care = self._desk.get(alarm_id), self.care(alarm_id)
                if alarm is None:
                    refused[alarm_id] = AlarmRefused(say("no_alarm"))
                elif is_at_rest(alarm):
                    refused[alarm_id] = AlarmRefused(say("alarm_at_rest"), alarm)
                elif care.user and care.user != by and care.user != user and not is_taken_over:
                    refused[alarm_id] = _held(alarm, care)
                elif care.user != user:
                    changed[alarm_id] = Care(user=user, by=by, since=now, comments=care.comments)
                    event = "take_over" if is_taken_over else "assign"
                    entries.append(_line(alarm, event, by, user=user, holder=care.user, note=note))
                    if care.user not in {"", by}:
                        lost.setdefault(care.user, []).append(alarm_id)
            await self._keep(changed, entries, along or Unit())
        for holder, ids in lost.items():
            alarm = self._desk.get(ids[0])
            if alarm is not None:
                conflict = AlarmConflict(alarm=alarm, act=AlarmAct.TAKE_OVER, actor=by, at=now, count=len(ids))
                self._feed.alarm_conflict(holder, conflict)
        return refused

    async def _keep(self, changed: Mapping[int, Care], entries: Sequence[NewEntry], along: Unit) -> None:
        records = [KeptRecord(KIND, str(key), msgspec.json.encode(care)) for key, care in changed.items()]
        unit = Unit(entries=[*along.entries, *entries], records=[*along.records, *records])
        if not unit.entries and not unit.records:
            return
        await self._storage.commit(unit)
        self._cares.update(changed)
        for alarm_id in changed:
            self._see(alarm_id, self._desk.get(alarm_id))
        self._desk.tell_again(changed)

    def _see(self, alarm_id: int, alarm: Alarm | None) -> None:
        if alarm is None or is_at_rest(alarm):
            self._rested.add(alarm_id)
            self.has_rested.set()
        else:
            self._rested.discard(alarm_id)

    def _dress(self, alarm: Alarm) -> Alarm:
        care = self._cares.get(alarm.id)
        if care is None or alarm.id in self._rested or is_at_rest(alarm):
            return alarm
        return msgspec.structs.replace(alarm, assigned_to=care.user, comment_count=len(care.comments))


def is_at_rest(alarm: Alarm) -> bool:
    """Nothing of it stands: it leaves the lists."""
    is_set_aside = alarm.is_shelved or alarm.is_suppressed or alarm.is_out_of_service
    return not alarm.is_active and not is_set_aside and alarm.annunciation is Annunciation.NORM


def _held(alarm: Alarm, care: Care) -> AlarmRefused:
    since = "" if care.since is None else f"{care.since.astimezone(CITY_ZONE):%H:%M:%S}"
    return AlarmRefused(say("alarm_held", who=care.user, time=since), alarm)


def _line(alarm: Alarm, event: str, by: str, **more: str) -> NewEntry:
    payload: dict[str, object] = {
        "event": event,
        "alarm": alarm.id,
        "alarm_kind": alarm.kind,
        "occurrence": alarm.occurrence,
        **{name: text for name, text in more.items() if text or name == "user"},
    }
    return NewEntry(kind=EntryKind.ALARM_WORK, actor=by, asset_id=alarm.asset_id, payload=payload)


_NOBODY: Final = Care()
