"""Alarms that nobody has acknowledged yet: which step is due when, and what each step comes to."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.routing import (
    Escalation,
    begin,
    can_be_told,
    delay_s,
    last_resort,
    respond_s,
    rule_for,
    tell,
    waits_for_somebody,
)
from backend.ports import KeptRecord, Storage, Unit
from backend.services.alarms.routing.book import RoutingBook
from backend.services.alarms.routing.letters import Facts
from backend.services.alarms.routing.messages import Message, notice
from backend.services.alarms.routing.outbox import Outbox
from backend.services.alarms.routing.receivers import Receivers, held_record
from backend.services.alarms.routing.turn import Turn
from backend.services.said import quoted
from contract.alarm_routing import NoticeKind, Outcome, RoutingRule
from contract.alarms import Alarm, Priority

log = logging.getLogger(__name__)
KIND: Final = "alarm_escalation"
ANY_RULE: Final = RoutingRule(id="", name="", lowest_priority=Priority.P2)  # where no rule fits: the last resort
STARTING_S: Final = 120.0  # after a start nobody is logged in yet: that is no empty room
MOST_A_TURN: Final = 200


class Alarms(Protocol):
    """The alarm desk."""

    def get(self, alarm_id: int) -> Alarm | None:
        """One alarm."""
        ...

    def standing(self) -> Sequence[Alarm]:
        """Every alarm not at rest."""
        ...

    def tell_again(self, alarm_ids: Iterable[int]) -> None:
        """Consoles get these anew."""
        ...


class Escalations:
    """Follows alarms as they are told; `look` does what is due. Level 0 is not kept: an alarm's own time says it."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        book: RoutingBook,
        outbox: Outbox,
        receivers: Receivers,
        alarms: Alarms,
        facts: Callable[[Alarm], Facts],
        respond: Callable[[Alarm], float | None],
        service: Callable[[Alarm], str],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._book = book
        self._outbox = outbox
        self._receivers = receivers
        self._alarms = alarms
        self._facts = facts
        self._respond = respond
        self._service = service
        self._open: dict[int, Escalation] = {}
        self._due: dict[int, float] = {}  # monotonic
        self._changed: dict[int, Alarm] = {}
        self._since: dict[int, dt.datetime] = {}  # alarms that stood when the backend started
        self._leaders: dict[str, int] = {}  # of a group of strays, the one that is told for all
        self._followers: dict[str, set[int]] = {}
        self._exhausted: set[int] = set()
        self._started_at = clock.monotonic()

    # --- life

    async def load(self) -> None:
        """Steps that were taken stay taken; what stood before goes on waiting since it began to."""
        self._started_at = self._clock.monotonic()
        now = self._clock.now()
        for key, body in (await self._storage.records(KIND)).items():
            try:
                state = msgspec.json.decode(body, type=Escalation)
            except msgspec.MsgspecError as error:
                log.error("the escalation of alarm %s cannot be read; it begins anew: %s", key, error)
                continue
            self._set(state, now)
        for alarm in self._alarms.standing():
            self._changed[alarm.id] = alarm
            self._since[alarm.id] = alarm.changed_at or now
        gone: list[int] = []
        for id_ in set(self._open) - set(self._changed):
            ended = self._alarms.get(id_)
            if ended is not None:  # as the backend did: who was told of it is told so
                self._changed[id_] = ended
            else:
                gone.append(id_)
                self._open.pop(id_)
                self._due.pop(id_, None)
        if gone:
            await self._storage.commit(Unit(records=[KeptRecord(KIND, str(id_), None) for id_ in gone]))

    def alarm_changed(self, alarm: Alarm) -> None:
        """An alarm came, went or was acted upon."""
        self._changed[alarm.id] = alarm

    def dress(self, alarm: Alarm) -> Alarm:
        """The alarm with how far it went."""
        state = self._open.get(alarm.id)
        if state is None or not state.level:
            return alarm
        return msgspec.structs.replace(
            alarm, escalation_level=state.level, escalated_to=state.last_told, rings=state.rings
        )

    @property
    def nobody_reached(self) -> bool:
        """Whether an alarm waits of which nobody outside the room could be told."""
        return any(not self._outbox.is_delivered(id_) for id_ in self._exhausted)

    def is_wanted(self, message: Message) -> bool:
        """Whether a message still has to be said."""
        if message.kind is not NoticeKind.RAISED or message.facts is None:
            return True
        alarm = self._alarms.get(message.facts.alarm_id)
        return alarm is not None and waits_for_somebody(alarm)

    def stuck(self, message: Message) -> None:
        """Somebody cannot be told now. When nobody of his step can, the next step is due at once."""
        if message.kind is not NoticeKind.RAISED or message.facts is None:
            return
        id_ = message.facts.alarm_id
        state = self._open.get(id_)
        if state is None:
            return
        if state.next_at is None:
            if not self._outbox.is_hopeful(id_):
                self._exhausted.add(id_)
        elif state.level == message.level and not self._outbox.is_hopeful(id_, state.level):
            self._due[id_] = self._clock.monotonic()

    async def look(self) -> None:
        """Do what is due now. Raises StorageError: nothing was done, it is tried again."""
        self._receivers.look_anew()
        while self._changed:
            changes = {id_: self._changed.pop(id_) for id_ in list(self._changed)[:MOST_A_TURN]}
            await self._take_changes(changes)
            await asyncio.sleep(0)
        await self._take_due()
        await self._tell_held()

    # --- alarms come and go

    async def _take_changes(self, changes: dict[int, Alarm]) -> None:
        turn = Turn()
        for alarm in changes.values():
            state = self._open.get(alarm.id)
            is_followed = bool(alarm.stray_group) and not self._leads(alarm)
            if is_followed and waits_for_somebody(alarm):
                self._followers.setdefault(alarm.stray_group, set()).add(alarm.id)
            if not waits_for_somebody(alarm) or (is_followed and state is not None and not state.level):
                if state is not None:
                    self._close(turn, state, alarm)
            elif not is_followed:
                self._begin(alarm, state)
        try:
            await self._commit(turn)
        except BaseException:
            self._changed = changes | self._changed
            raise

    def _leads(self, alarm: Alarm) -> bool:
        """Whether this one is told for its group; the first that waits is."""
        leader = self._leaders.get(alarm.stray_group)
        standing = None if leader is None else self._alarms.get(leader)
        if standing is None or not waits_for_somebody(standing) or standing.stray_group != alarm.stray_group:
            self._leaders[alarm.stray_group] = alarm.id
            return waits_for_somebody(alarm)
        return leader == alarm.id

    def _begin(self, alarm: Alarm, state: Escalation | None) -> None:
        if state is not None and state.occurrence == alarm.occurrence:
            return
        facts = self._facts(alarm)
        rule = self._rule_for(alarm)
        if rule is None:
            return
        now = self._clock.now()
        is_starting = self._clock.monotonic() - self._started_at < STARTING_S
        is_staffed = is_starting or self._receivers.is_staffed(facts)
        since = min(self._since.pop(alarm.id, now), now)
        made = begin(alarm, rule, since, self._respond_s(alarm), is_staffed=is_staffed)
        if state is not None:  # it came again before anybody acknowledged it: nothing waits longer for that
            if state.next_at is None or made.next_at is None:  # every step was taken: they are taken anew
                made = msgspec.structs.replace(made, rings=state.rings, told=state.told)
            else:
                sooner = min(state.next_at, made.next_at)
                made = msgspec.structs.replace(
                    state,
                    occurrence=alarm.occurrence,
                    rule=rule.id,
                    priority=alarm.priority,
                    next_at=sooner,
                )
        self._set(made, now)

    def _close(self, turn: Turn, state: Escalation, alarm: Alarm) -> None:
        turn.states[state.alarm_id] = None
        if not state.level:
            return
        rule = self._rule(state.rule)
        if not rule.tells_end:
            return
        facts = self._facts(alarm)
        for id_ in state.told:
            contact = self._book.contacts.get(id_)
            if contact is None or not can_be_told(contact) or self._outbox.is_waiting(state.alarm_id, id_):
                continue
            if not self._receivers.is_held(contact, alarm.priority, turn.count(id_)):
                turn.promise(NoticeKind.ENDED, contact, self._clock.now(), state.level, facts=facts)

    # --- steps

    async def _take_due(self) -> None:
        now = self._clock.monotonic()
        late = [(self._open[id_].priority, at, id_) for id_, at in self._due.items() if at <= now]
        due = [id_ for _, _, id_ in sorted(late)[:MOST_A_TURN]]
        turn = Turn()
        for id_ in due:
            alarm, state = self._alarms.get(id_), self._open[id_]
            if alarm is None:
                turn.states[id_] = None
            elif not waits_for_somebody(alarm):
                self._close(turn, state, alarm)
            else:
                self._step(turn, state, alarm)
        await self._commit(turn)

    def _step(self, turn: Turn, state: Escalation, alarm: Alarm) -> None:
        """One step, and the ones after it as long as they come to nobody."""
        rule, facts = self._rule(state.rule), self._facts(alarm)
        before = state.level
        while state.level == before or (state.next_at is not None and state.next_at <= self._clock.now()):
            is_last = state.level >= len(rule.steps)
            state = self._tell_step(turn, state, rule, facts, is_last=is_last)
        if state.next_at is None and not turn.reaches(state.alarm_id) and not self._outbox.is_hopeful(state.alarm_id):
            turn.exhausted.add(state.alarm_id)
        turn.states[state.alarm_id] = state

    def _tell_step(
        self, turn: Turn, state: Escalation, rule: RoutingRule, facts: Facts, *, is_last: bool
    ) -> Escalation:
        plan, at = self._book.plan, self._clock.now()
        targets = last_resort(plan) if is_last else rule.steps[state.level].targets
        rosters = {id_: roster.name for id_, roster in self._book.rosters.items()}
        on_duty = self._receivers.on_duty(facts)
        told = tell(targets, self._book.contacts, rosters, self._receivers.on_call, on_duty)
        level = state.level + 1
        for name in told.nobody:
            turn.unit.entries.append(
                notice(Outcome.NOBODY, NoticeKind.RAISED, facts=facts, level=level, detail=quoted(name))
            )
        if told.rings:
            turn.unit.entries.append(notice(Outcome.RANG, NoticeKind.RAISED, facts=facts, level=level))
        for id_ in told.contacts:
            contact = self._book.contacts[id_]
            if self._receivers.is_held(contact, facts.priority, turn.count(id_)):
                turn.hold(contact, self._receivers.held.get(id_), facts, level, at)
            else:
                turn.promise(NoticeKind.RAISED, contact, at, level, facts=facts)
        is_somebody = bool(told.contacts) or told.rings
        wait = delay_s(rule, level, self._respond_of(state.alarm_id)) if is_somebody else 0.0
        return msgspec.structs.replace(
            state,
            level=level,
            rings=state.rings + int(told.rings),
            told=tuple(dict.fromkeys((*state.told, *told.contacts))),
            last_told=told.names or state.last_told,
            next_at=None if is_last else at + dt.timedelta(seconds=wait),
        )

    async def _tell_held(self) -> None:
        turn = Turn()
        for contact, held in self._receivers.due_digests():
            turn.promise(NoticeKind.DIGEST, contact, self._clock.now(), held=held)
            turn.held[contact.id] = None
        await self._commit(turn)

    # --- committing

    async def _commit(self, turn: Turn) -> None:
        promised = self._outbox.unit_of(turn.messages)
        turn.unit.entries.extend(promised.entries)
        turn.unit.records.extend(promised.records)
        turn.unit.records.extend(held_record(contact, held) for contact, held in turn.held.items())
        for id_, state in turn.states.items():
            if state is not None or self._open[id_].level:
                body = None if state is None else msgspec.json.encode(state)
                turn.unit.records.append(KeptRecord(KIND, str(id_), body))
        if turn.unit.entries or turn.unit.records:
            await self._storage.commit(turn.unit)
        self._take(turn)

    def _take(self, turn: Turn) -> None:
        now = self._clock.now()
        shown = [id_ for id_, state in turn.states.items() if state is not None or self._open[id_].level]
        for id_, state in turn.states.items():
            if state is not None:
                self._set(state, now)
            else:
                self._forget(id_)
        self._exhausted |= turn.exhausted
        for contact, held in turn.held.items():
            if held is None:
                self._receivers.held.pop(contact, None)
            else:
                self._receivers.held[contact] = held
        for message in turn.messages:
            if message.kind is not NoticeKind.ENDED:
                self._receivers.told(message.contact)
        self._outbox.take(turn.messages)
        if shown:
            self._alarms.tell_again(shown)

    def _set(self, state: Escalation, now: dt.datetime) -> None:
        self._open[state.alarm_id] = state
        if state.next_at is None:
            self._due.pop(state.alarm_id, None)
        else:
            left = (state.next_at - now).total_seconds()
            self._due[state.alarm_id] = self._clock.monotonic() + max(0.0, left)

    def _forget(self, id_: int) -> None:
        self._open.pop(id_, None)
        self._due.pop(id_, None)
        self._exhausted.discard(id_)
        for group in [group for group, leader in self._leaders.items() if leader == id_]:
            del self._leaders[group]
            for follower in self._followers.pop(group, ()):  # another is told for those that still wait
                alarm = self._alarms.get(follower)
                if alarm is not None and follower != id_:
                    self._changed.setdefault(follower, alarm)

    # --- rules

    def _rule_for(self, alarm: Alarm) -> RoutingRule | None:
        found = rule_for(self._book.plan.rules, alarm, self._service(alarm), self._clock.now())
        if found is not None:
            return found
        return ANY_RULE if alarm.priority <= ANY_RULE.lowest_priority else None

    def _rule(self, id_: str) -> RoutingRule:
        return next((rule for rule in self._book.plan.rules if rule.id == id_), ANY_RULE)

    def _respond_s(self, alarm: Alarm) -> float:
        return respond_s(self._book.plan, alarm, self._respond(alarm))

    def _respond_of(self, alarm_id: int) -> float:
        alarm = self._alarms.get(alarm_id)
        return 0.0 if alarm is None else self._respond_s(alarm)
