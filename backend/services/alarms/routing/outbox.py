"""Messages that were promised, until somebody has taken them: nothing is lost, nothing is sent twice knowingly."""

import asyncio
import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks, look_for_ever
from backend.domain.alarms.routing import retry_s
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.alarms.routing.breaker import Breaker
from backend.services.alarms.routing.carriers.carrier import Carrier, Letter, Result, Tried
from backend.services.alarms.routing.messages import KIND, Message, notice, record_of
from backend.services.said import NOTHING, Said, say
from contract.alarm_routing import ChannelState, NoticeKind, Outcome
from contract.journal import NewEntry

log = logging.getLogger(__name__)
MOST_TRIES: Final = 12
KEPT_FOR: Final = dt.timedelta(hours=24)
_AT_ONCE: Final = 2  # on one channel: a slow server does not hold up the others
_LOOK_EVERY_S: Final = 0.5
_KEEP_AGAIN_S: Final = 1.0
_MOST_REMEMBERED: Final = 5_000


class Desk(Protocol):
    """Who knows channels, people and alarms."""

    def carrier(self, channel: str) -> Carrier | None:
        """How to send there now; None when there is no such channel or it is switched off."""
        ...

    def letter(self, message: Message) -> Letter | None:
        """What the receiver may read now; None when he is to be told no more."""
        ...

    def addressed(self, message: Message) -> Message:
        """To where its receiver is reached now."""
        ...

    def is_wanted(self, message: Message) -> bool:
        """Whether it still has to be said."""
        ...

    def stuck(self, message: Message) -> None:
        """It does not come through now, by none of its addresses."""
        ...

    def fared(self, channel: str, *, is_down: bool) -> None:
        """A channel went down, or works again."""
        ...


class Outbox:
    """`promise` what is committed with a reason; `run` sends. Everything that becomes of a message is journalled."""

    def __init__(self, storage: Storage, clock: Clock, desk: Desk, spread: Callable[[], float]) -> None:
        self._storage = storage
        self._clock = clock
        self._desk = desk
        self._spread = spread
        self._messages: dict[str, Message] = {}
        self._busy: set[str] = set()
        self._stuck: set[str] = set()
        self._breakers: dict[str, Breaker] = {}
        self._states: dict[str, tuple[ChannelState, Said, dt.datetime]] = {}
        self._delivered: OrderedDict[int, set[int]] = OrderedDict()  # alarm -> levels
        self._tasks = Tasks("messages")
        self._wake = asyncio.Event()

    # --- life

    async def load(self) -> None:
        """What was promised before. What was being sent is sent again under the same key, and said so."""
        entries: list[NewEntry] = []
        records: list[KeptRecord] = []
        for key, body in (await self._storage.records(KIND)).items():
            try:
                message = msgspec.json.decode(body, type=Message)
            except msgspec.MsgspecError as error:
                log.error("the message %s cannot be read and is left out: %s", key, error)
                continue
            if message.is_sending:
                message = msgspec.structs.replace(message, is_sending=False, next_at=self._clock.now())
                entries.append(self._entry(message, Outcome.UNKNOWN, say("message_cut_short")))
                records.append(record_of(message))
            self._messages[message.id] = message
        if entries:
            await self._storage.commit(Unit(entries=entries, records=records))

    async def run(self) -> None:
        """Send what is due, for ever."""
        await look_for_ever(self.look, self._wake, _LOOK_EVERY_S, "messages")

    async def close(self) -> None:
        """End what is being sent: what became of it is unknown until the next start. May be called twice."""
        await self._tasks.close()

    async def settle(self) -> None:
        """Returns when nothing is being sent."""
        await self._tasks.settle()

    # --- promising

    def unit_of(self, messages: Sequence[Message]) -> Unit:
        """What to commit, with its reason, so that these are not lost; then `take` them."""
        return Unit(
            entries=[self._entry(message, Outcome.PROMISED) for message in messages],
            records=[record_of(message) for message in messages],
        )

    def take(self, messages: Sequence[Message]) -> None:
        """They are committed: send them."""
        self._messages |= {message.id: message for message in messages}
        self._wake.set()

    # --- how it stands

    def waiting(self, channel: str) -> int:
        """How many messages wait for a channel."""
        return sum(1 for message in self._messages.values() if message.addresses[0].channel == channel)

    def state(self, channel: str) -> tuple[ChannelState, Said, dt.datetime | None]:
        """How a channel fares, why, and since when."""
        return self._states.get(channel, (ChannelState.UNTRIED, NOTHING, None))

    def is_delivered(self, alarm_id: int) -> bool:
        """Whether somebody was told of this alarm."""
        return alarm_id in self._delivered

    def is_hopeful(self, alarm_id: int, level: int | None = None) -> bool:
        """Whether a message of this step, or of any, was delivered, or is on its way and not stuck."""
        levels = self._delivered.get(alarm_id, set()) | {
            message.level
            for message in self._messages.values()
            if message.kind is NoticeKind.RAISED
            and message.id not in self._stuck
            and message.facts is not None
            and message.facts.alarm_id == alarm_id
        }
        return bool(levels) if level is None else level in levels

    def is_waiting(self, alarm_id: int, contact: str) -> bool:
        """Whether this person has not been told of this alarm yet."""
        return any(
            message.contact == contact and message.facts is not None and message.facts.alarm_id == alarm_id
            for message in self._messages.values()
            if message.kind is NoticeKind.RAISED
        )

    def forget_channel(self, channel: str) -> None:
        """It is set anew, or gone: how it fared before says nothing."""
        self._breakers.pop(channel, None)
        if self._states.pop(channel, (ChannelState.UNTRIED, NOTHING, None))[0] is ChannelState.DOWN:
            self._desk.fared(channel, is_down=False)

    def tried(self, channel: str, tried: Tried) -> None:
        """Somebody sent a test there: it says how the channel fares as any message does."""
        self._fared(channel, tried)

    # --- sending

    def look(self) -> None:
        """Start what is due now."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        under_way: dict[str, int] = {}
        for id_ in self._busy:
            channel = self._messages[id_].addresses[0].channel
            under_way[channel] = under_way.get(channel, 0) + 1
        for message in sorted(self._messages.values(), key=lambda one: (one.priority, one.made_at)):
            if message.id in self._busy or message.next_at > now:
                continue
            if not self._desk.is_wanted(message):
                self._start(self._end(message, Outcome.NOT_NEEDED), message)
                continue
            if now - message.made_at > KEPT_FOR:
                self._start(self._give_up(message, say("message_too_old")), message)
                continue
            reachable = self._by_a_way_that_works(self._desk.addressed(message), monotonic)
            channel = reachable.addresses[0].channel
            if under_way.get(channel, 0) >= _AT_ONCE:
                continue
            if self._breaker(channel).wait_s(monotonic) > 0 or self._desk.carrier(channel) is None:
                self._say_stuck(reachable)
                continue
            if self._breaker(channel).is_open:
                self._breaker(channel).begin()
            under_way[channel] = under_way.get(channel, 0) + 1
            self._messages[message.id] = reachable
            self._start(self._send(reachable), reachable)

    def _by_a_way_that_works(self, message: Message, now: float) -> Message:
        """The first address whose channel is not down comes first; the others stay behind it."""
        for place, address in enumerate(message.addresses):
            is_up = self._breaker(address.channel).wait_s(now) == 0 and self._desk.carrier(address.channel) is not None
            if is_up and place:
                others = (*message.addresses[:place], *message.addresses[place + 1 :])
                return msgspec.structs.replace(message, addresses=(address, *others))
            if is_up:
                break
        return message

    def _say_stuck(self, message: Message) -> None:
        if message.id not in self._stuck:
            self._stuck.add(message.id)
            self._desk.stuck(message)

    def _start(self, work: Coroutine[object, object, None], message: Message) -> None:
        self._busy.add(message.id)
        self._tasks.start(self._one(work, message.id), name="message")

    async def _one(self, work: Coroutine[object, object, None], id_: str) -> None:
        try:
            await work
        finally:
            self._busy.discard(id_)
            self._wake.set()

    async def _send(self, message: Message) -> None:
        channel = message.addresses[0].channel
        carrier, letter = self._desk.carrier(channel), self._desk.letter(message)
        if carrier is None:
            self._breaker(channel).given_up()
            return
        if letter is None:
            self._breaker(channel).given_up()
            await self._end(message, Outcome.NOT_NEEDED)
            return
        sending = msgspec.structs.replace(message, tries=message.tries + 1, is_sending=True)
        await self._keep(sending, [])
        try:
            tried = await carrier.send(letter)
        except BaseException:
            self._breaker(channel).given_up()
            raise
        self._fared(channel, tried)
        match tried.result:
            case Result.DELIVERED:
                self._remember(message)
                await self._end(sending, Outcome.DELIVERED)
            case Result.REFUSED:
                await self._next_address(sending, tried.detail)
            case Result.LATER | Result.DOWN:
                await self._later(sending, tried)

    async def _later(self, message: Message, tried: Tried) -> None:
        if message.tries >= MOST_TRIES:
            await self._give_up(message, tried.detail)
            return
        wait = max(retry_s(message.tries, self._spread()), tried.retry_after_s)
        later = msgspec.structs.replace(
            message, is_sending=False, next_at=self._clock.now() + dt.timedelta(seconds=wait)
        )
        await self._keep(later, [self._entry(message, Outcome.FAILED, tried.detail)])

    async def _next_address(self, message: Message, detail: Said) -> None:
        """This address will not do: the next is tried at once."""
        entry = self._entry(message, Outcome.REFUSED, detail)
        if len(message.addresses) == 1:
            await self._give_up(message, detail, [entry])
            return
        following = msgspec.structs.replace(
            message, addresses=message.addresses[1:], is_sending=False, tries=0, next_at=self._clock.now()
        )
        await self._keep(following, [entry])

    async def _give_up(self, message: Message, detail: Said, entries: Sequence[NewEntry] = ()) -> None:
        await self._end(message, Outcome.GIVEN_UP, detail, entries)
        self._desk.stuck(message)

    async def _end(
        self, message: Message, outcome: Outcome, detail: Said = NOTHING, entries: Sequence[NewEntry] = ()
    ) -> None:
        made = [*entries, self._entry(message, outcome, detail)]
        await self._commit(Unit(entries=made, records=[KeptRecord(KIND, message.id, None)]))
        self._messages.pop(message.id, None)
        self._stuck.discard(message.id)

    async def _keep(self, message: Message, entries: Sequence[NewEntry]) -> None:
        await self._commit(Unit(entries=list(entries), records=[record_of(message)]))
        self._messages[message.id] = message

    async def _commit(self, unit: Unit) -> None:
        """What became of a message is known: until it is written, the message is not touched again."""
        is_said = False
        while True:
            try:
                await self._storage.commit(unit)
            except StorageError as error:
                if not is_said:
                    log.error("what became of a message is not being kept, it is tried again: %s", error)
                is_said = True
                await asyncio.sleep(_KEEP_AGAIN_S)
            else:
                return

    def _remember(self, message: Message) -> None:
        if message.facts is not None:
            self._delivered.setdefault(message.facts.alarm_id, set()).add(message.level)
            while len(self._delivered) > _MOST_REMEMBERED:
                self._delivered.popitem(last=False)

    # --- channels

    def _breaker(self, channel: str) -> Breaker:
        return self._breakers.setdefault(channel, Breaker())

    def _fared(self, channel: str, tried: Tried) -> None:
        breaker = self._breaker(channel)
        was_open = breaker.is_open
        if tried.result is Result.DOWN:
            breaker.failed(self._clock.monotonic(), self._spread(), tried.retry_after_s)
        else:
            breaker.worked()
        state = ChannelState.DOWN if breaker.is_open else ChannelState.WORKS
        trouble = tried.detail if tried.result is Result.DOWN else NOTHING
        before = self._states.get(channel)
        since = before[2] if before is not None and before[0] is state else self._clock.now()
        self._states[channel] = (state, trouble, since)
        if breaker.is_open and not was_open:
            log.warning("messages do not go out by %s: %s", channel, tried.detail)
            self._desk.fared(channel, is_down=True)
        elif was_open and not breaker.is_open:
            log.info("messages go out by %s again", channel)
            self._desk.fared(channel, is_down=False)

    # --- the journal

    def _entry(self, message: Message, outcome: Outcome, detail: Said = NOTHING) -> NewEntry:
        address = message.addresses[0]
        return notice(
            outcome,
            message.kind,
            message_id=message.id,
            contact=message.contact,
            channel=address.channel,
            to=address.to,
            facts=message.facts,
            level=message.level,
            tries=message.tries,
            detail=detail,
        )
