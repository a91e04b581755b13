"""Alarm messages, joined: rules and rosters kept, alarms followed, messages sent, what ails it told."""

import datetime as dt
import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks, repeat_for_ever
from backend.domain.alarms.roster import Duty, duties, gaps
from backend.domain.rights_place import RightsPlace, place_of, service_of_class
from backend.ports import Storage, StorageError, Unit
from backend.services.alarms.routing.book import RoutingBook, Secrets, by_name
from backend.services.alarms.routing.carriers.carrier import Carrier, Letter, Result, Tried
from backend.services.alarms.routing.carriers.mail import MailCarrier
from backend.services.alarms.routing.carriers.sms import SmsCarrier
from backend.services.alarms.routing.carriers.webhook import WebhookCarrier
from backend.services.alarms.routing.checks import check_address
from backend.services.alarms.routing.escalations import Alarms, Escalations
from backend.services.alarms.routing.letters import Facts, facts_of, for_machines, moved, worded
from backend.services.alarms.routing.messages import Message, notice
from backend.services.alarms.routing.outbox import Outbox
from backend.services.alarms.routing.receivers import Presence, Receivers
from backend.services.own_asset import OwnAsset
from backend.services.refusals import RoutingRefused
from backend.services.register import Register
from backend.services.said import say
from contract.alarm_routing import (
    Channel,
    ChannelKind,
    ChannelSettings,
    ChannelState,
    NoticeKind,
    OnCall,
    OnCallPeriod,
    OnCallRoster,
    Outcome,
    Roster,
)
from contract.alarms import Alarm
from contract.points import PointValue
from contract.rights import User

log = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 0.5
GAPS_AHEAD: Final = dt.timedelta(days=7)
_ROSTERS_EVERY_S: Final = 60.0


def no_sheet(_alarm: Alarm) -> float | None:
    """No sheet says a time to respond."""
    return None


class AlarmRouting:
    """`load`, then `start`; hears of alarms by `alarm_changed`. Acknowledging from outside is not possible."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        alarms: Alarms,
        presence: Presence,
        user: Callable[[str], User | None],
        secrets: Secrets,
        respond_s: Callable[[Alarm], float | None] = no_sheet,
        spread: Callable[[], float] = random.random,
    ) -> None:
        """`spread`, of 0 to 1, sets the tries of several messages apart."""
        self._storage = storage
        self._clock = clock
        self._register = register
        self.book = RoutingBook(storage, secrets, lambda name: user(name) is not None)
        why = "messages to people on call are set up"
        self.call_out = OwnAsset(register, "call_out", "APPEL-01", "Appels et astreinte", why=why)
        self._receivers = Receivers(storage, clock, self.book, presence, user)
        self.outbox = Outbox(storage, clock, self, spread)
        self.escalations = Escalations(
            storage,
            clock,
            self.book,
            self.outbox,
            self._receivers,
            alarms,
            self._facts,
            respond_s,
            lambda alarm: self._facts(alarm).service,
        )
        self._testing: set[str] = set()
        self._rosters_at: float | None = None
        self._is_degraded = False
        self._tasks = Tasks("alarm routing")

    # --- life

    async def load(self) -> None:
        """Once the alarms are loaded."""
        await self.book.load()
        await self._receivers.load()
        await self.outbox.load()
        await self.escalations.load()

    def start(self) -> None:
        """Follow alarms and send."""
        self._tasks.start(self._run(), name="escalation")
        self._tasks.start(self.outbox.run(), name="outbox")

    async def close(self) -> None:
        """End what runs; what is promised is kept. May be called twice."""
        await self._tasks.close()
        await self.outbox.close()

    def alarm_changed(self, alarm: Alarm) -> None:
        """An alarm came, went or was acted upon."""
        self.escalations.alarm_changed(alarm)

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Values are for others: a rule makes an alarm of them."""

    async def look(self) -> None:
        """Do what is due now."""
        try:
            await self.escalations.look()
        except StorageError as error:
            if not self._is_degraded:
                log.error("escalations are not being kept, they are tried again: %s", error)
            self._is_degraded = True
        else:
            self._is_degraded = False
        self.call_out.tell({"nobody_reached": self.escalations.nobody_reached})
        now = self._clock.monotonic()
        if self._rosters_at is None or now - self._rosters_at >= _ROSTERS_EVERY_S:
            self._rosters_at = now
            self.call_out.tell({"roster_gap": self._has_gap()})

    async def _run(self) -> None:
        await repeat_for_ever(
            self.look, LOOK_EVERY_S, "escalations could not be looked after; they are again in a moment"
        )

    # --- what the outbox asks

    def carrier(self, channel: str) -> Carrier | None:
        """How to send there now; None when there is no such channel or it is switched off."""
        settings = self.book.channels.get(channel)
        return None if settings is None or not settings.is_active else self._carrier(settings)

    def letter(self, message: Message) -> Letter | None:
        """What the receiver may read now; None when he is to be told no more."""
        contact = self.book.contacts.get(message.contact)
        if contact is None or not contact.is_active:
            return None
        facts = None if message.facts is None else self._present(message.facts)
        if facts is not None and not self._receivers.may_see(contact, facts):
            facts = None
        words = worded(message.kind, facts, message.held, contact.language, self.book.plan.call_back)
        return Letter(
            key=message.key,
            to=message.addresses[0].to,
            title=words.title,
            text=words.text,
            short=words.short,
            facts=for_machines(message.kind, facts, message.held, message.level),
            made_at=message.made_at,
        )

    def addressed(self, message: Message) -> Message:
        """To where its receiver is reached now: an address that was taken from him is not used any more."""
        contact = self.book.contacts.get(message.contact)
        if contact is None or not contact.addresses:
            return message
        kept = tuple(address for address in message.addresses if address in contact.addresses)
        if kept == message.addresses:
            return message
        return msgspec.structs.replace(message, addresses=kept or contact.addresses)

    def is_wanted(self, message: Message) -> bool:
        """Whether it still has to be said."""
        return self.escalations.is_wanted(message)

    def stuck(self, message: Message) -> None:
        """It does not come through now, by none of its addresses."""
        self.escalations.stuck(message)

    def fared(self, channel: str, *, is_down: bool) -> None:
        """A channel went down, or works again: an alarm for each kind of channel of which one is down."""
        settings = self.book.channels.get(channel)
        if settings is None:
            return
        same = [one.id for one in self.book.channels.values() if one.kind is settings.kind and one.id != channel]
        others = any(self.outbox.state(one)[0] is ChannelState.DOWN for one in same)
        self.call_out.tell({f"{settings.kind.value}_down": is_down or others})

    # --- what the API asks

    def channels(self) -> Sequence[Channel]:
        """All channels and how they fare, by name."""
        return [self.channel(settings) for settings in by_name(self.book.channels)]

    def channel(self, settings: ChannelSettings) -> Channel:
        """One channel and how it fares."""
        state, trouble, since = self.outbox.state(settings.id)
        return Channel(
            settings=settings,
            has_secret=bool(self.book.secret(settings.id)),
            state=state if settings.is_active else ChannelState.OFF,
            trouble=trouble.text,
            trouble_code=trouble.code,
            trouble_args=dict(trouble.args),
            since=since,
            waiting=self.outbox.waiting(settings.id),
        )

    async def save_channel(self, settings: ChannelSettings, *, by: str) -> Channel:
        """Raises RoutingRefused, StorageError."""
        kept = await self.book.save_channel(settings, by=by)
        self.outbox.forget_channel(kept.id)
        await self.call_out.ensure()
        return self.channel(kept)

    async def save_secret(self, settings: ChannelSettings, secret: str, *, by: str) -> Channel:
        """What failed for want of it is tried anew. Raises RoutingRefused, StorageError."""
        await self.book.save_secret(settings.id, secret, by=by)
        self.outbox.forget_channel(settings.id)
        return self.channel(settings)

    async def remove_channel(self, id_: str, *, by: str) -> None:
        """Raises RoutingRefused, StorageError."""
        self.outbox.forget_channel(id_)
        await self.book.remove_channel(id_, by=by)

    async def test(self, settings: ChannelSettings, to: str, language: str, *, by: str) -> Tried:
        """Send a test at once, once, whatever state the channel is in. Raises RoutingRefused, StorageError."""
        check_address(settings.kind, to, settings.name)
        if not settings.is_active:
            raise RoutingRefused(say("channel_off"))
        if settings.id in self._testing:
            raise RoutingRefused(say("channel_busy"))
        now = self._clock.now()
        words = worded(NoticeKind.TEST, None, None, language, "")
        letter = Letter(
            key=f"test-{int(now.timestamp() * 1000)}",
            to=to,
            title=words.title,
            text=words.text,
            short=words.short,
            facts=for_machines(NoticeKind.TEST, None, None, 0),
            made_at=now,
        )
        self._testing.add(settings.id)
        try:
            tried = await self._carrier(settings).send(letter)
        finally:
            self._testing.discard(settings.id)
        self.outbox.tried(settings.id, tried)
        outcome = {Result.DELIVERED: Outcome.DELIVERED, Result.REFUSED: Outcome.REFUSED}.get(
            tried.result, Outcome.FAILED
        )
        entry = notice(outcome, NoticeKind.TEST, channel=settings.id, to=to, tries=1, detail=tried.detail, actor=by)
        await self._storage.commit(Unit(entries=[entry]))
        return tried

    def on_call(self, since: dt.datetime, until: dt.datetime) -> OnCall:
        """Who is on call in that time, roster by roster."""
        rosters = sorted(self.book.rosters.values(), key=lambda roster: roster.name.casefold())
        return OnCall(at=self._clock.now(), items=tuple(self._on_call(roster, since, until) for roster in rosters))

    def _on_call(self, roster: Roster, since: dt.datetime, until: dt.datetime) -> OnCallRoster:
        periods = tuple(self._period(duty) for duty in duties(roster, since, until))
        return OnCallRoster(id=roster.id, name=roster.name, time_zone=roster.time_zone, periods=periods)

    def _period(self, duty: Duty) -> OnCallPeriod:
        known = self.book.contacts
        return OnCallPeriod(
            since=duty.since,
            until=duty.until,
            contacts=duty.contacts,
            names=tuple(known[id_].name if id_ in known else id_ for id_ in duty.contacts),
            is_exception=duty.is_exception,
        )

    # --- within

    def rosters_changed(self) -> None:
        """Look for gaps at the next turn."""
        self._rosters_at = None

    def _has_gap(self) -> bool:
        now = self._clock.now()
        return any(gaps(roster, now, now + GAPS_AHEAD) for roster in self.book.rosters.values())

    def _carrier(self, settings: ChannelSettings) -> Carrier:
        secret = self.book.secret(settings.id)
        if settings.mail is not None:
            return MailCarrier(settings, settings.mail, secret)
        if settings.http is None:
            raise RoutingRefused(say("channel_kind"))
        if settings.kind is ChannelKind.SMS:
            return SmsCarrier(settings, settings.http, secret)
        return WebhookCarrier(settings, settings.http, secret, self._clock)

    def _facts(self, alarm: Alarm) -> Facts:
        place = self._place(alarm.asset_id) or RightsPlace(
            alarm.commune, alarm.class_, service_of_class(alarm.class_, self._register.classes)
        )
        class_ = self._register.classes.get(alarm.class_)
        return facts_of(alarm, place, class_, self._commune_name(place.commune), self._clock.now())

    def _present(self, facts: Facts) -> Facts:
        """A message may wait for hours: its receiver's rights are asked where the asset lies when it goes out."""
        place = self._place(facts.asset_id)
        return facts if place is None else moved(facts, place, self._commune_name(place.commune))

    def _place(self, asset_id: int) -> RightsPlace | None:
        asset = self._register.get(asset_id)
        return None if asset is None else place_of(asset, self._register.classes)

    def _commune_name(self, code: str) -> str:
        return next((commune.name for commune in self._register.communes() if commune.code == code), code)
