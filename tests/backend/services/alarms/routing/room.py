"""A control room with alarms, people and channels that do what the test says; time is the test's."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence

import msgspec

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery, Storage
from backend.services.alarms.routing.carriers.carrier import Carrier, Letter, Result, Tried
from backend.services.alarms.routing.messages import KIND as MESSAGES
from backend.services.alarms.routing.routing import AlarmRouting
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.alarm_routing import (
    Address,
    ChannelKind,
    ChannelSettings,
    Contact,
    Contacts,
    MailSecurity,
    MailServer,
    Roster,
    RoutingPlan,
    RoutingRule,
    Shift,
    Step,
    Target,
    TargetKind,
)
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.assets import Asset, Commune
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope, User
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import SecretsInMemory

MAIL, SMS = "mail", "sms"
DIJON = "21231"
ROSTER = Target(kind=TargetKind.ROSTER, id="nights")
SEATS = Target(kind=TargetKind.SEATS)


def contact(id_: str, *channels: str, **fields: object) -> Contact:
    addresses = tuple(Address(channel=channel, to=f"{id_}@example.org") for channel in channels or (MAIL,))
    return msgspec.structs.replace(Contact(id=id_, name=id_.title(), addresses=addresses), **fields)


class Way:
    """A channel: `answers` from the front, then `usual`."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[Tried] = []
        self.usual = Tried(Result.DELIVERED)

    async def send(self, letter: Letter) -> Tried:
        self.letters.append(letter)
        return self.answers.pop(0) if self.answers else self.usual


class Room:
    """Alarms stand as `alarms` says; `there` sit at seats. `restart` is a kill -9."""

    def __init__(self, storage: Storage | None = None, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock(dt.datetime(2026, 3, 3, 1, 0, tzinfo=dt.UTC))
        self.storage = storage or MemoryStorage(self.clock)
        self.alarms: dict[int, Alarm] = {}
        self.there: list[User] = []
        self.users: dict[str, User] = {}
        self.ways = {MAIL: Way(), SMS: Way()}
        self.told_again: list[int] = []
        self.sheets: dict[str, float] = {}
        self.secrets = SecretsInMemory()
        self._build()

    def _build(self) -> None:
        self.register = Register(self.storage, RecordingFeed(), self.clock, standard_asset_classes())
        self.routing = AlarmRouting(
            self.storage,
            self.clock,
            self.register,
            self,
            self,
            self.users.get,
            self.secrets,
            lambda alarm: self.sheets.get(alarm.kind),
            spread=random.Random(29).random,
        )
        self.routing.carrier = self.carrier  # type: ignore[method-assign] # the ways of the test

    async def start(self) -> None:
        await self.register.load()
        if not len(self.register):
            cabinet = Asset(id=1, code="ARM-0213", class_="lighting_cabinet", lon=5.0, lat=47.3, commune=DIJON)
            dijon = Commune(code=DIJON, name="Dijon", lon=5.0, lat=47.3)
            await self.register.apply([cabinet], "system", note="test", communes=[dijon])
        await self.routing.load()

    async def restart(self) -> None:
        await self.routing.close()
        self._build()
        await self.start()

    async def set_up(self, *contacts: Contact, steps: Sequence[Step] = (), **plan: object) -> None:
        for id_ in (MAIL, SMS):
            server = MailServer(host="localhost", security=MailSecurity.NONE, sender="a@example.org")
            way = ChannelSettings(id=id_, name=id_, kind=ChannelKind.MAIL, mail=server)
            await self.routing.book.save_channel(way, by="admin")
        people = contacts or (contact("anna"),)
        shift = Shift(contacts=tuple(one.id for one in people))
        nights = Roster(id="nights", name="Astreinte", first_monday=dt.date(2026, 1, 5), shifts=(shift,))
        made = Contacts(contacts=people, rosters=(nights,), version=self.routing.book.people.version)
        await self.routing.book.save_people(made, by="admin")
        rule = RoutingRule(id="all", name="All", lowest_priority=Priority.P4, steps=tuple(steps))
        version = self.routing.book.plan.version
        await self.routing.book.save_plan(
            msgspec.structs.replace(RoutingPlan(rules=(rule,), version=version), **plan), by="admin"
        )

    # --- what alarms and people do

    def raise_alarm(self, id_: int = 7, **fields: object) -> Alarm:
        known = self.alarms.get(id_)
        alarm = Alarm(
            id=id_,
            asset_id=1,
            kind="supplyLoss",
            priority=Priority.P2,
            shown=ShownState.B_UNACK,
            annunciation=Annunciation.UNACK,
            is_active=True,
            occurrence=1 + (known.occurrence if known else 0),
            raised_at=self.clock.now(),
            changed_at=self.clock.now(),
            commune=DIJON,
            class_="lighting_cabinet",
            asset_code="ARM-0213",
            comment_count=1,
            assigned_to="secret.person",
        )
        return self.change(id_, msgspec.structs.replace(alarm, **fields))

    def acknowledge(self, id_: int = 7) -> None:
        self.change(id_, msgspec.structs.replace(self.alarms[id_], annunciation=Annunciation.ACKED))

    def change(self, id_: int, alarm: Alarm) -> Alarm:
        self.alarms[id_] = alarm
        self.routing.alarm_changed(alarm)
        return alarm

    def sits(self, name: str, level: Level = Level.OPERATE, *communes: str) -> User:
        scope = Scope(communes=communes or None)
        user = User(name=name, person=name, display_name=name, role="r", grants=(Grant(level=level, scope=scope),))
        self.users[name] = user
        self.there.append(user)
        return user

    async def pass_time(self, seconds: float = 0.0, *, step: float = 30.0) -> None:
        """Looked at every `step`; what is sent meanwhile is sent at once."""
        while True:
            await self.routing.look()
            self.routing.outbox.look()
            await self.routing.outbox.settle()
            await self.routing.look()
            if seconds <= 0:
                return
            self.clock.pass_time(min(step, seconds))
            seconds -= step

    # --- what routing asks

    def get(self, alarm_id: int) -> Alarm | None:
        return self.alarms.get(alarm_id)

    def standing(self) -> Sequence[Alarm]:
        return list(self.alarms.values())

    def tell_again(self, alarm_ids: Iterable[int]) -> None:
        for id_ in alarm_ids:
            self.told_again.append(id_)
            self.routing.alarm_changed(self.alarms[id_])

    def available(self, commune: str, service: str, class_: str | None = None) -> Sequence[User]:
        return [user for user in self.there if user.grants[0].scope.communes in {None, (commune,)}]

    def carrier(self, channel: str) -> Carrier | None:
        return self.ways.get(channel)

    # --- what came of it

    def seen(self, id_: int = 7) -> Alarm:
        return self.routing.escalations.dress(self.alarms[id_])

    def mails(self, to: str = "") -> list[str]:
        return [letter.to.partition("@")[0] for letter in self.ways[MAIL].letters if to in letter.to]

    async def log(self) -> list[str]:
        entries = await self.storage.journal(JournalQuery(kinds=(EntryKind.NOTICE,), limit=1000))
        return [f"{entry.payload['outcome']} {entry.payload['contact']}".strip() for entry in reversed(entries)]

    async def kept(self) -> int:
        return len(await self.storage.records(MESSAGES))
