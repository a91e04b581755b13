"""The one writer of alarms: events in groups, committed before anybody learns of them."""

import asyncio
import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.alarms.events import AlarmEvent, Clear, Raise, Reconfigure, Refusal, Suppress, Unsuppress
from backend.domain.alarms.life import AlarmState, Reject, step
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.records import alarm_number, transition, why_refused
from backend.services.refusals import AlarmRefused
from contract.alarms import Alarm
from contract.assets import AlarmRule
from contract.journal import NewEntry

log = logging.getLogger(__name__)
GROUP = 1000  # events that share one transaction in a storm
States = Mapping[Key, AlarmState]


class Job(msgspec.Struct):
    """Events for one alarm, in order. `occurrence`: only if it is still this one. `answer`: who waits for it."""

    key: Key
    events: tuple[AlarmEvent, ...]
    actor: str
    note: str = ""
    rule: AlarmRule | None = None
    answer: asyncio.Future[Alarm] | None = None
    occurrence: int | None = None


class AlarmWriter:
    """`taken(before, after)` is called once a group is kept; `seen` gives the record of an alarm.

    What never waits, and what operators do, goes before the rest of a storm; the events of one alarm keep their order.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ledger: AlarmLedger,
        taken: Callable[[States, States], None],
        seen: Callable[[Key], Alarm],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ledger = ledger
        self._taken = taken
        self._seen = seen
        self._urgent: deque[Job] = deque()
        self._usual: deque[Job] = deque()
        self._records: list[KeptRecord] = []
        self._tasks = Tasks("alarms")
        self._writing: asyncio.Task[None] | None = None
        self._is_degraded = False

    def add(self, jobs: Iterable[Job]) -> None:
        """Queue what follows from conditions, time and supply; `written` waits for it."""
        for job in jobs:
            is_urgent = job.rule is not None and job.rule.never_waits
            (self._urgent if is_urgent else self._usual).append(job)

    def keep(self, records: Iterable[KeptRecord]) -> None:
        """Commit these with what is written next."""
        self._records.extend(records)

    async def ask(self, job: Job) -> Alarm:
        """Do it and give the alarm as it then stands. Raises AlarmRefused, StorageError."""
        answer: asyncio.Future[Alarm] = asyncio.get_running_loop().create_future()
        job.answer = answer
        self._urgent.append(job)
        self._start()
        return await answer

    async def written(self) -> bool:
        """Wait until nothing is queued; False when storage fails: then it stays queued."""
        if self._urgent or self._usual or self._records:
            self._start()
        if self._writing is not None and not self._writing.done():
            await asyncio.shield(self._writing)
        return not self._is_degraded

    def waiting(self) -> Set[Key]:
        """Alarms that came or went, which is not kept yet."""
        jobs = (*self._urgent, *self._usual)
        return {job.key for job in jobs if any(isinstance(event, Raise | Clear) for event in job.events)}

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=1.0)
        await self._tasks.close()

    def _start(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = self._tasks.start(self._write_all(), name="writer")

    async def _write_all(self) -> None:
        while self._urgent or self._usual or self._records:
            group = [self._next() for _ in range(min(GROUP, len(self._urgent) + len(self._usual)))]
            records, self._records = self._records, []
            try:
                await self._write(group, records)
            except StorageError as error:
                self._records[:0] = records
                self._put_back(group, error)
                return
            except Exception as error:
                log.exception("a group of %d alarm events was dropped", len(group))
                for job in group:
                    if job.answer is not None and not job.answer.done():
                        job.answer.set_exception(error)
            self._is_degraded = False

    def _next(self) -> Job:
        return self._urgent.popleft() if self._urgent else self._usual.popleft()

    def _put_back(self, group: Sequence[Job], error: StorageError) -> None:
        """What devices said is tried again; who asked for an act is told that it was not done."""
        if not self._is_degraded:
            log.error("alarms are not being kept, they are tried again: %s", error)
        self._is_degraded = True
        for job in reversed(group):
            if job.answer is None:
                is_urgent = job.rule is not None and job.rule.never_waits
                (self._urgent if is_urgent else self._usual).appendleft(job)
            elif not job.answer.done():
                job.answer.set_exception(error)

    async def _write(self, group: Sequence[Job], records: list[KeptRecord]) -> None:
        at = self._clock.now()
        after: dict[Key, AlarmState] = {}
        entries: list[NewEntry] = []
        answers: list[tuple[Job, Reject | None, AlarmState]] = []
        for job in group:
            known = after.get(job.key) or self._ledger.state(job.key)
            state, reject = known or AlarmState(), None
            for event in job.events if known is not None else (*_beginning(job), *job.events):
                if job.answer is None and _is_moot(event, state):
                    continue
                result = Reject(Refusal.STALE_OCCURRENCE) if _is_stale(job, event, state) else step(state, event, at)
                if isinstance(result, Reject):
                    reject = result
                    entries.append(_line(job, event, at, state, result))
                elif result.state is not state:
                    entries.append(_line(job, event, at, state, result.state))
                    state = after[job.key] = result.state
            if job.answer is not None:
                answers.append((job, reject, state))
        if entries or records:
            kept = [(alarm_number(*key), *key, msgspec.msgpack.encode(state)) for key, state in after.items()]
            await self._storage.commit(Unit(entries=entries, alarm_states=kept, records=records))
        before = {key: was for key in after if (was := self._ledger.state(key)) is not None}
        self._ledger.take(after)
        self._taken(before, after)
        for job, reject, state in answers:
            self._tell(job, reject, state)

    def _tell(self, job: Job, reject: Reject | None, state: AlarmState) -> None:
        if job.answer is None or job.answer.done():
            return
        if reject is None:
            job.answer.set_result(self._seen(job.key))
        else:
            job.answer.set_exception(AlarmRefused(why_refused(reject.reason, state), self._seen(job.key)))


def _line(job: Job, event: AlarmEvent, at: dt.datetime, before: AlarmState, after: AlarmState | Reject) -> NewEntry:
    outcome = after.reason if isinstance(after, Reject) else after
    return transition(*job.key, event, at, before, outcome, actor=job.actor, note=job.note)


def _is_moot(event: AlarmEvent, state: AlarmState) -> bool:
    """Logic wanted what is so meanwhile."""
    return isinstance(event, Suppress if state.is_suppressed else Unsuppress)


def _is_stale(job: Job, event: AlarmEvent, state: AlarmState) -> bool:
    is_other = job.occurrence is not None and job.occurrence != state.occurrence
    return is_other and event.id not in state.seen_events


def _beginning(job: Job) -> Sequence[AlarmEvent]:
    """An alarm's first lines in the journal say under which rule it came: the journal alone gives its state."""
    rule, usual = job.rule, AlarmState()
    if rule is None or not any(isinstance(event, Raise) for event in job.events):
        return ()
    if (rule.is_latching, rule.needs_acknowledgement) == (usual.is_latching, usual.needs_acknowledgement):
        return ()
    return (Reconfigure(is_latching=rule.is_latching, needs_acknowledgement=rule.needs_acknowledgement),)
