"""All alarms of the city: raised from what devices say, acted on by operators, folded, inhibited; journal first."""

import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.conditions import Verdict
from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Clear,
    Raise,
    Reset,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
    Unsuppress,
)
from backend.domain.alarms.life import AlarmState
from backend.domain.alarms.supply import is_explainable, waits_in_flood
from backend.ports import Feed, Storage
from backend.services.alarms.accounting import account
from backend.services.alarms.edited_rules import jobs_of_edit
from backend.services.alarms.first_outs import FirstOuts
from backend.services.alarms.floods import Floods
from backend.services.alarms.folds import HELD_WORDS, SupplyFolds
from backend.services.alarms.groups import Groups
from backend.services.alarms.inhibitions import Inhibitions, words
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.recall import unjudged
from backend.services.alarms.records import alarm_number
from backend.services.alarms.rules_in_force import RulesInForce
from backend.services.alarms.shelf import Shelf
from backend.services.alarms.telling import Telling
from backend.services.alarms.watch import AlarmWatch
from backend.services.alarms.writer import GROUP, AlarmWriter, Job, States
from backend.services.live_state import LiveState
from backend.services.refusals import AlarmRefused
from backend.services.register import Register
from backend.services.said import say
from contract.alarm_flood import FOLD_HOLD_S, AlarmAccounting
from contract.alarms import Alarm
from contract.assets import AlarmRule, AssetClass, AssetStatus
from contract.points import PointValue, Value

__all__ = ["AlarmDesk", "AlarmRefused"]


def nothing_wanted(_asset_id: int, _point: str) -> Value:
    """No claim holds."""
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
        wanted: Callable[[int, str], Value] = nothing_wanted,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._live = live
        self._watch = AlarmWatch(register, wanted, live.point)
        self._ledger = AlarmLedger()
        self.inhibitions = Inhibitions(storage, register, self._ledger, live.point, self._is_folded)
        self.folds = SupplyFolds(register, self._watch, self._ledger, self._is_inhibited)
        self.floods = Floods(self._ledger, self.folds)
        self._telling = Telling(feed, clock, register, live, self._ledger, self._watch, self.folds, self.floods)
        self._writer = AlarmWriter(storage, clock, self._ledger, self._taken, self._telling.seen)
        self._shelf = Shelf(clock, self._ledger)
        self.first_outs = FirstOuts(storage, clock, live.gave_impossible_time)
        self.groups = Groups(self._ledger, self.folds, self.first_outs, self._telling.seen)
        self._points = {code: _points_of(class_) for code, class_ in register.classes.items()}
        self._verdicts: deque[tuple[Key, AlarmRule, Verdict]] = deque()  # fired, and not yet a job
        self.counts: Counter[str] = Counter()  # since the start: received, cleared, repeated

    def dress_by(self, dress: Callable[[Alarm], Alarm]) -> None:
        """What others know of an alarm (who takes care of it, comments) is added to its record by `dress`."""
        self._telling.dress_by(dress)

    def tell_again(self, alarm_ids: Iterable[int]) -> None:
        """Something that `dress` adds is another: tell consoles."""
        self._telling.tell(key for alarm_id in alarm_ids if (key := self._ledger.key(alarm_id)) is not None)

    # --- life

    async def load(self) -> None:
        """Alarms as they stood: acknowledged, shelved, folded, inhibited and out of service survive a restart."""
        now, wall = self._clock.monotonic(), self._clock.now()
        states: dict[Key, AlarmState] = {}
        for _, asset_id, kind, encoded in await self._storage.alarm_states():
            key = (asset_id, kind)
            state = states[key] = msgspec.msgpack.decode(encoded, type=AlarmState)
            self._writer.add(jobs_of_edit(key, state, self._watch.rule(key)))
            if state.is_active:
                self._watch.restore(key)
            self._shelf.put(key, state)
        self._ledger.take(states)
        await self.inhibitions.load()
        await self.first_outs.load()
        self.folds.load(now)
        self.floods.load(now, wall)
        self.folds.changed.clear()
        self.floods.changed.clear()
        for asset_id in dict.fromkeys(key[0] for key in states):
            self._live.alarms_changed(asset_id, self.of_asset(asset_id))

    async def close(self) -> None:
        """Write what waits, then stop."""
        await self._writer.close()

    # --- reading

    def standing(self) -> Sequence[Alarm]:
        """Every alarm not at rest."""
        return [self._telling.seen(key) for key, _ in self._ledger.standing()]

    def standing_ids(self, passes: Callable[[int, AlarmState], bool]) -> Sequence[int]:
        """Of the alarms not at rest those that pass (asset id, state), in order: nobody's record is made for it."""
        return sorted(alarm_number(*key) for key, state in self._ledger.standing() if passes(key[0], state))

    def of_asset(self, asset_id: int) -> Sequence[Alarm]:
        """An asset's alarms that are not at rest."""
        return [self._telling.seen(key) for key, _ in self._ledger.of_asset(asset_id)]

    def get(self, alarm_id: int) -> Alarm | None:
        """One alarm, at rest or not."""
        key = self._ledger.key(alarm_id)
        return None if key is None else self._telling.seen(key)

    def is_down(self, asset_id: int) -> bool:
        """Whether an asset that feeds others lost its supply or does not answer."""
        return self._watch.is_down(asset_id)

    def accounting(self, sees: Callable[[int], bool] = lambda _: True) -> AlarmAccounting:
        """Where each received alarm is now, of the assets that `sees` lets through."""
        waiting = self._watch.waiting() | {key for key, _, _ in self._verdicts} | self._writer.waiting()
        return account(self._ledger, self._watch, self.folds, self.floods, waiting, sees)

    # --- what devices say

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """New values; `settle` makes alarms of them."""
        self.first_outs.points_changed(changes)
        self.inhibitions.points_changed(changes)
        self._watch.points_changed(changes, self._clock.monotonic())

    def recall(self, values: Sequence[tuple[int, str, PointValue]]) -> None:
        """What was said last before the backend stopped, unless it was judged: delays that ran then begin anew."""
        now = self._clock.monotonic()
        self._watch.points_changed(unjudged(values, self._register, self._watch.rules, self._ledger.state), now)

    def communication_changed(self, asset_ids: Iterable[int], *, is_lost: bool) -> None:
        """Assets that stopped answering, or answer again; `settle` makes alarms of it."""
        self._watch.communication_changed(asset_ids, is_lost=is_lost, now=self._clock.monotonic())

    @property
    def rules(self) -> RulesInForce:
        """Which rule holds for which asset now."""
        return self._watch.rules

    def undecided(self) -> Sequence[Key]:
        """Alarms that are not raised because it is not known whether their rule is enabled."""
        return tuple(self._watch.undecided)

    def rules_changed(self, keys: Iterable[Key]) -> None:
        """The rules of these alarms are others: what stands is kept; `settle` makes alarms of the rest."""
        now = self._clock.monotonic()
        for key in keys:
            self._writer.add(jobs_of_edit(key, self._ledger.state(key), self._watch.rule(key)))
            self._watch.look_again(key, now)

    async def settle(self) -> None:
        """Raise, clear, fold, inhibit and expire what is due now."""
        now = self._clock.monotonic()
        self._take_verdicts(now)
        self._writer.add(self._shelf.over(now))
        self._writer.add(self.inhibitions.look())
        if await self._verdicts_written(now):
            self._writer.add(self.folds.look(now))
            self._take_groups()
            await self._writer.written()
        self.floods.look(now)
        self.counts["repeated"] += self._telling.tell_changes()

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
        return await self._act(alarm_id, Shelve(until=until, is_one_shot=is_one_shot, by=by, reason=reason), by, reason)

    async def unshelve(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """Take it from the shelf. Raises AlarmRefused."""
        return await self._act(alarm_id, Unshelve(), by, reason)

    async def take_out_of_service(self, alarm_id: int, *, by: str, reason: str) -> Alarm:
        """Somebody works on the equipment. Raises AlarmRefused."""
        if not reason.strip():
            raise AlarmRefused(say("service_reason"), self.get(alarm_id))
        return await self._act(alarm_id, TakeOutOfService(by=by, reason=reason), by, reason)

    async def return_to_service(self, alarm_id: int, *, by: str, reason: str = "") -> Alarm:
        """The work is done. Raises AlarmRefused."""
        return await self._act(alarm_id, ReturnToService(), by, reason)

    async def act(self, alarm_id: int, event: AlarmEvent, *, by: str, note: str, occurrence: int | None) -> Alarm:
        """An act on this occurrence and no other; done again under the same event id it stands. Raises AlarmRefused."""
        return await self._act(alarm_id, event, by, note, occurrence)

    async def _act(self, alarm_id: int, event: AlarmEvent, by: str, note: str, occurrence: int | None = None) -> Alarm:
        key = self._ledger.key(alarm_id)
        if key is None:
            raise AlarmRefused(say("no_alarm"))
        return await self._writer.ask(Job(key, (event,), by, note, occurrence=occurrence))

    # --- from conditions to events

    def _take_verdicts(self, now: float) -> None:
        """What never waits goes ahead; an alarm's verdicts keep their order."""
        for verdict in self._watch.due(now):
            if verdict[1].never_waits:
                self._writer.add([self._job(*verdict, now, 0.0)])
            else:
                self._verdicts.append(verdict)

    async def _verdicts_written(self, now: float) -> bool:
        """Group by group, so that a storm leaves turns to others; False when storage fails."""
        while self._verdicts:
            self.folds.evaluate(now)
            arriving = self._watch.pending_count + len(self._verdicts) + self.folds.held_count
            hold_s = self.floods.hold_s(arriving)
            group = [self._verdicts.popleft() for _ in range(min(GROUP, len(self._verdicts)))]
            self._writer.add([self._job(*verdict, now, hold_s) for verdict in group])
            if not await self._writer.written():
                return False
        return await self._writer.written()

    def _job(self, key: Key, rule: AlarmRule, verdict: Verdict, now: float, hold_s: float) -> Job:
        asset = self._register.get(key[0])
        actor = f"device:{asset.code}" if asset is not None else "system"
        if verdict is Verdict.CLEAR:
            self.counts["cleared"] += 1
            if asset is not None and asset.status is AssetStatus.RETIRED:
                return Job(key, (Clear(), Unsuppress()), "system", "its asset was retired", rule=rule)
            return Job(key, (Clear(), Unsuppress()), actor, rule=rule)
        self.counts["received"] += 1
        began = self._clock.now() - dt.timedelta(seconds=rule.hold_s)
        point = self._points.get(asset.class_, {}).get(key[1]) if asset is not None else None
        self.first_outs.raised(key, point, began)
        return Job(key, (*self._explanation(key, rule, now, hold_s), Raise(priority=rule.priority)), actor, rule=rule)

    def _explanation(self, key: Key, rule: AlarmRule, now: float, hold_s: float) -> tuple[AlarmEvent, ...]:
        """What keeps a new alarm silent: a rule, its supply, or the few seconds in which its supply may explain it."""
        inhibited = self.inhibitions.inhibited_by(key)
        if inhibited is not None:
            return (Suppress(by=words(inhibited)),)
        if not is_explainable(rule):
            return ()
        root = self.folds.explains(key)
        if root is not None:
            return (Suppress(by=self.folds.words(root)),)
        if not waits_in_flood(rule):
            hold_s = min(hold_s, FOLD_HOLD_S)
        if hold_s <= rule.hold_s or not self.folds.has_feeder(key[0]):
            return ()
        self.folds.hold(key, now + hold_s - rule.hold_s)
        return (Suppress(by=HELD_WORDS),)

    def _is_folded(self, key: Key) -> bool:
        return self.folds.root_of(key) is not None or self.folds.is_held(key)

    def _is_inhibited(self, key: Key) -> bool:
        return self.inhibitions.inhibited_by(key) is not None

    # --- what was committed

    def _taken(self, before: States, after: States) -> None:
        now = self._clock.monotonic()
        self._shelf.taken(before, after)
        for key, state in after.items():
            if state.is_at_rest:
                self._watch.forget(key)
                self.first_outs.rested(key)
        self.inhibitions.taken(after)
        self.folds.taken(after, now)
        self.floods.taken(before, after, now)
        self._telling.tell(after)

    def _take_groups(self) -> None:
        """What came first behind each card is kept with what is written next."""
        joined, self.folds.joined = self.folds.joined, []
        for root, key in joined:
            self.first_outs.joined(root, key)
        for root in self.first_outs.roots():
            if not self.folds.members_of(root) and not self._ledger.of_asset(root):
                self.first_outs.forget(root)
        self._writer.keep(self.first_outs.records())
        self._writer.keep(self.inhibitions.records())


def _points_of(class_: AssetClass) -> dict[str, str]:
    return {rule.kind: spec.name for spec in class_.points for rule in spec.alarms}
