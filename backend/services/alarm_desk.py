"""All alarms of the city: raised from what devices say, acted on by operators; one writer, journal first."""

import asyncio
import datetime as dt
import heapq
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.alarm_events import (
    Acknowledge,
    AlarmEvent,
    Clear,
    Raise,
    Reconfigure,
    Reset,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
    Unsuppress,
)
from backend.domain.alarm_rules import LONGEST_SHELVING, AlarmState, Reject, step
from backend.domain.conditions import Verdict
from backend.domain.supply import explained_by
from backend.ports import Feed, Storage, StorageError, Unit
from backend.services.alarm_records import alarm_number, as_seen, transition, why_refused
from backend.services.alarm_watch import AlarmWatch, Key
from backend.services.live_state import LiveState
from backend.services.refusals import AlarmRefused
from backend.services.register import Register
from backend.services.said import say
from contract.alarms import Alarm
from contract.assets import AlarmRule
from contract.journal import NewEntry
from contract.points import PointValue, Value

__all__ = ["AlarmDesk", "AlarmRefused"]

log = logging.getLogger(__name__)
GROUP = 1000  # events that share one transaction in a storm
RECOVERY_HOLD_S = 15.0  # what a supply fed is given this long to come back before its own alarm is shown


class _Job(msgspec.Struct):
    key: Key
    events: tuple[AlarmEvent, ...]
    actor: str
    note: str = ""
    rule: AlarmRule | None = None
    answer: asyncio.Future[Alarm] | None = None


def _nothing_wanted(asset_id: int, point: str) -> Value:  # noqa: ARG001 - the shape of the question
    return None


class AlarmDesk:
    """Every change is committed before memory, the feed and the one who asked learn of it."""

    def __init__(
        self,
        storage: Storage,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        wanted: Callable[[int, str], Value] = _nothing_wanted,
    ) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._register = register
        self._live = live
        self._watch = AlarmWatch(register, wanted)
        self._states: dict[Key, AlarmState] = {}
        self._keys: dict[int, Key] = {}
        self._versions: dict[Key, int] = defaultdict(int)
        self._of_asset: dict[int, set[str]] = defaultdict(set)
        self._queue: deque[_Job] = deque()
        self._shelf: list[tuple[float, Key, dt.datetime]] = []
        self._rechecks: list[tuple[float, int]] = []
        self._tasks = Tasks("alarms")
        self._writer: asyncio.Task[None] | None = None
        self._is_degraded = False

    # --- life

    async def load(self) -> None:
        """Alarms as they stood: acknowledged, shelved, suppressed and out of service survive a restart."""
        now, wall = self._clock.monotonic(), self._clock.now()
        for _, asset_id, kind, encoded in await self._storage.alarm_states():
            key = (asset_id, kind)
            state = _reconfigured(msgspec.msgpack.decode(encoded, type=AlarmState), self._watch.rule(key), wall)
            self._set(key, state)
            if state.is_active:
                self._watch.restore(key)
            if state.shelved_until is not None:
                left = min(state.shelved_until - wall, LONGEST_SHELVING).total_seconds()
                heapq.heappush(self._shelf, (now + max(left, 0.0), key, state.shelved_until))
            self._live.alarms_changed(asset_id, self.of_asset(asset_id))

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=1.0)
        await self._tasks.close()

    # --- reading

    def standing(self) -> Sequence[Alarm]:
        """Every alarm not at rest."""
        return [self._seen(key) for key, state in self._states.items() if not state.is_at_rest]

    def of_asset(self, asset_id: int) -> Sequence[Alarm]:
        """An asset's alarms that are not at rest."""
        kinds = self._of_asset.get(asset_id, ())
        return [self._seen((asset_id, kind)) for kind in kinds if not self._states[asset_id, kind].is_at_rest]

    def get(self, alarm_id: int) -> Alarm | None:
        """One alarm, at rest or not."""
        key = self._keys.get(alarm_id)
        return None if key is None else self._seen(key)

    def is_down(self, asset_id: int) -> bool:
        """Whether an asset that feeds others lost its supply or does not answer."""
        return self._watch.is_down(asset_id)

    # --- what devices say

    def points_changed(self, changes: Iterable[tuple[int, str, PointValue]]) -> None:
        """New values; `settle` makes alarms of them."""
        self._watch.points_changed(changes, self._clock.monotonic())

    def communication_changed(self, asset_ids: Iterable[int], *, is_lost: bool) -> None:
        """Assets that stopped answering, or answer again; `settle` makes alarms of it."""
        self._watch.communication_changed(asset_ids, is_lost=is_lost, now=self._clock.monotonic())

    async def settle(self) -> None:
        """Raise, clear, suppress and expire what is due now."""
        now = self._clock.monotonic()
        self._queue.extend(self._from_conditions(now))
        self._queue.extend(self._from_recovery(now))
        self._queue.extend(self._from_shelf(now))
        await self._written()
        for key in self._watch.repeated:
            if key in self._states:
                self._publish([key])
        self._watch.repeated.clear()

    # --- what operators do

    async def acknowledge(self, alarm_id: int, occurrence: int, *, by: str, comment: str = "") -> Alarm:
        """Raises AlarmRefused, when it was acknowledged already with by whom."""
        return await self._act(alarm_id, Acknowledge(occurrence=occurrence, by=by), by, comment)

    async def unacknowledge(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """It must be seen again. Raises AlarmRefused."""
        return await self._act(alarm_id, Unacknowledge(), by, reason)

    async def reset(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """Let go of a latched alarm. Raises AlarmRefused."""
        return await self._act(alarm_id, Reset(), by, reason)

    async def shelve(
        self, alarm_id: int, *, by: str, reason: str, until: dt.datetime, is_one_shot: bool = False
    ) -> Alarm:
        """Set it aside until a time. Raises AlarmRefused."""
        if until.tzinfo is None:
            raise AlarmRefused(say("shelf_zone"), self.get(alarm_id))
        if not reason.strip():
            raise AlarmRefused(say("shelf_reason"), self.get(alarm_id))
        return await self._act(alarm_id, Shelve(until=until, is_one_shot=is_one_shot), by, reason)

    async def unshelve(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """Take it from the shelf. Raises AlarmRefused."""
        return await self._act(alarm_id, Unshelve(), by, reason)

    async def take_out_of_service(self, alarm_id: int, *, by: str, reason: str) -> Alarm:
        """Somebody works on the equipment. Raises AlarmRefused."""
        if not reason.strip():
            raise AlarmRefused(say("service_reason"), self.get(alarm_id))
        return await self._act(alarm_id, TakeOutOfService(), by, reason)

    async def return_to_service(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """The work is done. Raises AlarmRefused."""
        return await self._act(alarm_id, ReturnToService(), by, reason)

    async def _act(self, alarm_id: int, event: AlarmEvent, by: str, note: str) -> Alarm:
        key = self._keys.get(alarm_id)
        if key is None:
            raise AlarmRefused(say("no_alarm"))
        answer: asyncio.Future[Alarm] = asyncio.get_running_loop().create_future()
        self._queue.append(_Job(key, (event,), by, note, answer=answer))
        self._start_writing()
        return await answer

    # --- from conditions to events

    def _from_conditions(self, now: float) -> Iterable[_Job]:
        jobs: list[_Job] = []
        for key, rule, verdict in self._watch.due(now):
            asset = self._register.get(key[0])
            actor = f"device:{asset.code}" if asset is not None else "system"
            if verdict is Verdict.CLEAR:
                state = self._states.get(key)
                back = (Clear(), Unsuppress()) if state is not None and state.is_suppressed else (Clear(),)
                jobs.append(_Job(key, back, actor, rule=rule))
                continue
            jobs.append(_Job(key, (*self._explanation(key, rule), Raise(priority=rule.priority)), actor, rule=rule))
            if self._watch.is_supply_kind(key):
                jobs.extend(self._explain_children(key[0]))
        return jobs

    def _explanation(self, key: Key, rule: AlarmRule) -> tuple[AlarmEvent, ...]:
        state = self._states.get(key)
        if not rule.is_explained_by_supply or (state is not None and state.is_suppressed):
            return ()
        cause = explained_by(self._register.supply_ancestors(key[0]), self._watch.is_down)
        return () if cause is None else (Suppress(by=self._supply_words(cause)),)

    def _explain_children(self, parent: int) -> Iterable[_Job]:
        """What stood before its cause was known is explained by it now."""
        for child in self._register.supply_descendants(parent):
            for kind in self._of_asset.get(child, ()):
                key = (child, kind)
                rule, state = self._watch.rule(key), self._states[key]
                explains = rule is not None and rule.is_explained_by_supply
                if explains and state.is_active and not state.is_suppressed:
                    yield _Job(key, (Suppress(by=self._supply_words(parent)),), "system")

    def _from_recovery(self, now: float) -> Iterable[_Job]:
        for asset_id in self._watch.recovered:
            heapq.heappush(self._rechecks, (now + RECOVERY_HOLD_S, asset_id))
        self._watch.recovered.clear()
        while self._rechecks and self._rechecks[0][0] <= now:
            yield from self._unexplain_children(heapq.heappop(self._rechecks)[1])

    def _unexplain_children(self, parent: int) -> Iterable[_Job]:
        for child in self._register.supply_descendants(parent):
            for kind in self._of_asset.get(child, ()):
                if not self._states[child, kind].is_suppressed:
                    continue
                if explained_by(self._register.supply_ancestors(child), self._watch.is_down) is None:
                    yield _Job((child, kind), (Unsuppress(),), "system", "what fed it is back, it is not")

    def _supply_words(self, cause: int) -> str:
        asset = self._register.get(cause)
        return f"supply: {asset.class_} {asset.code}" if asset is not None else "supply"

    def _from_shelf(self, now: float) -> Iterable[_Job]:
        while self._shelf and self._shelf[0][0] <= now:
            _, key, until = heapq.heappop(self._shelf)
            state = self._states.get(key)
            if state is not None and state.is_shelved and state.shelved_until == until:
                yield _Job(key, (Unshelve(),), "system", "the shelving ended")

    # --- the one writer

    def _start_writing(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = self._tasks.start(self._write_all(), name="writer")

    async def _written(self) -> None:
        if self._queue:
            self._start_writing()
        if self._writer is not None and not self._writer.done():
            await asyncio.shield(self._writer)

    async def _write_all(self) -> None:
        while self._queue:
            group = [self._queue.popleft() for _ in range(min(GROUP, len(self._queue)))]
            try:
                await self._write(group)
            except StorageError as error:
                self._put_back(group, error)
                return
            except Exception as error:
                log.exception("a group of %d alarm events was dropped", len(group))
                for job in group:
                    if job.answer is not None and not job.answer.done():
                        job.answer.set_exception(error)
            self._is_degraded = False

    def _put_back(self, group: Sequence[_Job], error: StorageError) -> None:
        """What devices said is tried again; who asked for an act is told that it was not done."""
        if not self._is_degraded:
            log.error("alarms are not being kept, they are tried again: %s", error)
        self._is_degraded = True
        for job in reversed(group):
            if job.answer is None:
                self._queue.appendleft(job)
            elif not job.answer.done():
                job.answer.set_exception(error)

    async def _write(self, group: Sequence[_Job]) -> None:
        at = self._clock.now()
        after: dict[Key, AlarmState] = {}
        entries: list[NewEntry] = []
        answers: list[tuple[_Job, Reject | None, AlarmState]] = []
        for job in group:
            state = after.get(job.key) or self._states.get(job.key) or _fresh(job.rule)
            reject = None
            for event in job.events:
                result = step(state, event, at)
                if isinstance(result, Reject):
                    reject = result
                    entries.append(self._line(job, event, at, state, result))
                elif result.state is not state:
                    entries.append(self._line(job, event, at, state, result.state))
                    state = after[job.key] = result.state
            answers.append((job, reject, state))
        if entries:
            kept = [(alarm_number(*key), *key, msgspec.msgpack.encode(state)) for key, state in after.items()]
            await self._storage.commit(Unit(entries=entries, alarm_states=kept))
        self._take(after)
        for job, reject, state in answers:
            self._tell(job, reject, state)

    def _line(
        self, job: _Job, event: AlarmEvent, at: dt.datetime, before: AlarmState, after: AlarmState | Reject
    ) -> NewEntry:
        outcome = after.reason if isinstance(after, Reject) else after
        return transition(*job.key, event, at, before, outcome, actor=job.actor, note=job.note)

    def _take(self, after: dict[Key, AlarmState]) -> None:
        now, wall = self._clock.monotonic(), self._clock.now()
        for key, state in after.items():
            was_until = self._states[key].shelved_until if key in self._states else None
            self._set(key, state)
            if state.shelved_until is not None and state.shelved_until != was_until:
                left = (state.shelved_until - wall).total_seconds()
                heapq.heappush(self._shelf, (now + left, key, state.shelved_until))
            if state.is_at_rest:
                self._watch.forget(key)
        self._publish(after)

    def _publish(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._versions[key] += 1
            self._feed.alarm_changed(self._seen(key))
            self._live.alarms_changed(key[0], self.of_asset(key[0]))

    def _tell(self, job: _Job, reject: Reject | None, state: AlarmState) -> None:
        if job.answer is None or job.answer.done():
            return
        if reject is None:
            job.answer.set_result(self._seen(job.key))
        else:
            job.answer.set_exception(AlarmRefused(why_refused(reject.reason, state), self._seen(job.key)))

    def _set(self, key: Key, state: AlarmState) -> None:
        self._states[key] = state
        self._keys[alarm_number(*key)] = key
        self._of_asset[key[0]].add(key[1])

    def _seen(self, key: Key) -> Alarm:
        return as_seen(
            *key,
            self._states[key],
            self._register.get(key[0]),
            repeats=self._watch.repeats(key),
            is_chattering=self._watch.is_chattering(key),
            version=self._versions[key] + 1,
        )


def _fresh(rule: AlarmRule | None) -> AlarmState:
    if rule is None:
        return AlarmState()
    return AlarmState(
        priority=rule.priority, is_latching=rule.is_latching, needs_acknowledgement=rule.needs_acknowledgement
    )


def _reconfigured(state: AlarmState, rule: AlarmRule | None, at: dt.datetime) -> AlarmState:
    if rule is None:
        return state
    edit = Reconfigure(is_latching=rule.is_latching, needs_acknowledgement=rule.needs_acknowledgement)
    result = step(state, edit, at)
    return state if isinstance(result, Reject) else result.state
