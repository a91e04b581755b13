"""People on call, rules and channels of the sample city, without a wire."""

import datetime as dt

import msgspec

from console.kit.errors import RequestRefused
from contract.alarm_routing import (
    Address,
    Channel,
    ChannelKind,
    ChannelList,
    ChannelSettings,
    ChannelState,
    Contact,
    Contacts,
    HttpTarget,
    MailServer,
    Notice,
    NoticeKind,
    NoticePage,
    OnCall,
    OnCallPeriod,
    OnCallRoster,
    Outcome,
    QuietHours,
    Roster,
    RosterException,
    RoutingPlan,
    RoutingRule,
    Shift,
    Step,
    Target,
    TargetKind,
    TestMessage,
    TestOutcome,
)
from contract.alarms import Priority

_SEATS = Target(kind=TargetKind.SEATS)


class SampleRouting:
    """console.kit.routing_ports.RoutingCalls; keeps what it was asked."""

    def __init__(self, now: dt.datetime) -> None:
        self._routing_now = now
        self.routing_refusal: RequestRefused | None = None
        self.routing_book = _people(now)
        self.routing_rules = _plan()
        self.routing_ways = {channel.settings.id: channel for channel in _channels(now)}
        self.routing_secrets: dict[str, str] = {}
        self.routing_tests: list[tuple[str, TestMessage]] = []
        self.routing_test_outcome = TestOutcome(outcome=Outcome.DELIVERED)

    def have_nothing_routed(self) -> None:
        """A city that has not set anything up."""
        self.routing_book, self.routing_rules, self.routing_ways = Contacts(), RoutingPlan(), {}

    async def on_call(self, since: dt.datetime, until: dt.datetime) -> OnCall:
        """Two rosters; the second leaves its weekend open."""
        names = {contact.id: contact.name for contact in self.routing_book.contacts}
        items = tuple(
            OnCallRoster(
                id=roster.id,
                name=roster.name,
                time_zone=roster.time_zone,
                periods=_periods(roster, names, since, until),
            )
            for roster in self.routing_book.rosters
        )
        return OnCall(at=self._routing_now, items=items)

    async def routing_plan(self) -> RoutingPlan:
        """The rules."""
        return self.routing_rules

    async def save_routing_plan(self, plan: RoutingPlan) -> RoutingPlan:
        """Kept, unless it is to be refused."""
        if self.routing_refusal is not None:
            raise self.routing_refusal
        self.routing_rules = msgspec.structs.replace(plan, version=plan.version + 1)
        return self.routing_rules

    async def routing_people(self) -> Contacts:
        """Contacts and rosters."""
        return self.routing_book

    async def save_routing_people(self, people: Contacts) -> Contacts:
        """Kept, unless it is to be refused."""
        if self.routing_refusal is not None:
            raise self.routing_refusal
        self.routing_book = msgspec.structs.replace(people, version=people.version + 1)
        return self.routing_book

    async def routing_channels(self) -> ChannelList:
        """All of them."""
        return ChannelList(items=tuple(self.routing_ways.values()), total=len(self.routing_ways))

    async def save_routing_channel(self, settings: ChannelSettings) -> Channel:
        """Kept."""
        has_secret = settings.id in self.routing_ways and self.routing_ways[settings.id].has_secret
        made = Channel(settings=settings, has_secret=has_secret, state=ChannelState.UNTRIED)
        self.routing_ways[settings.id] = made
        return made

    async def remove_routing_channel(self, channel_id: str) -> None:
        """Gone."""
        self.routing_ways.pop(channel_id, None)

    async def save_routing_secret(self, channel_id: str, secret: str) -> Channel:
        """Kept where the test finds it."""
        self.routing_secrets[channel_id] = secret
        made = msgspec.structs.replace(self.routing_ways[channel_id], has_secret=bool(secret))
        self.routing_ways[channel_id] = made
        return made

    async def test_routing_channel(self, channel_id: str, message: TestMessage) -> TestOutcome:
        """As the test says."""
        self.routing_tests.append((channel_id, message))
        return self.routing_test_outcome

    async def notices(self, cursor: int | None = None) -> NoticePage:
        """A night."""
        return NoticePage(items=() if cursor else _notices(self._routing_now) if self.routing_ways else (), next=None)


def _people(now: dt.datetime) -> Contacts:
    def contact(id_: str, name: str, number: str, **fields: object) -> Contact:
        addresses = (Address(channel="sms", to=number), Address(channel="mail", to=f"{id_}@ville.example"))
        return msgspec.structs.replace(Contact(id=id_, name=name, addresses=addresses), **fields)

    quiet = (QuietHours(from_minute=22 * 60, to_minute=7 * 60),)
    weekdays, week = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)
    monday = dt.date(2026, 1, 5)
    evening = now.replace(hour=17, minute=0, second=0, microsecond=0)
    away = RosterException(
        since=evening + dt.timedelta(days=1), until=evening + dt.timedelta(days=2), contacts=("k.benali",),
        reason="Congé de L. Moreau",
    )  # fmt: skip
    return Contacts(
        contacts=(
            contact("l.moreau", "Lucie Moreau", "+33 6 12 34 56 78", user="l.moreau", quiet=quiet),
            contact("k.benali", "Karim Benali", "+33 6 98 76 54 32", quiet=quiet),
            contact("t.petit", "Théo Petit", "+33 6 11 22 33 44", most_an_hour=6),
            contact("cadre", "Cadre de permanence", "+33 6 55 66 77 88"),
        ),
        rosters=(
            Roster(
                id="eclairage",
                name="Astreinte éclairage",
                first_monday=monday,
                shifts=(
                    Shift(
                        contacts=("l.moreau",), weekdays=week, from_minute=1020, to_minute=480, every_weeks=2, week=0
                    ),
                    Shift(contacts=("t.petit",), weekdays=week, from_minute=1020, to_minute=480, every_weeks=2, week=1),
                    Shift(contacts=("k.benali", "t.petit"), weekdays=week, from_minute=480, to_minute=1020),
                ),
                exceptions=(away,),
            ),
            Roster(
                id="video",
                name="Astreinte vidéo",
                first_monday=monday,
                shifts=(Shift(contacts=("k.benali",), weekdays=weekdays),),
            ),
        ),
        version=4,
    )


def _plan() -> RoutingPlan:
    def to(kind: TargetKind, id_: str = "") -> Target:
        return Target(kind=kind, id=id_)

    lighting = RoutingRule(
        id="eclairage",
        name="Éclairage la nuit",
        services=("lighting",),
        from_minute=18 * 60,
        to_minute=7 * 60,
        steps=(
            Step(targets=(_SEATS,), after_s=120.0),
            Step(targets=(to(TargetKind.ROSTER, "eclairage"),)),
            Step(targets=(to(TargetKind.CONTACT, "cadre"),), after_s=900.0),
        ),
    )
    urgent = RoutingRule(
        id="urgent",
        name="Tout P1",
        lowest_priority=Priority.P1,
        steps=(
            Step(targets=(_SEATS, to(TargetKind.ON_DUTY)), after_s=60.0),
            Step(targets=(to(TargetKind.CONTACT, "cadre"),)),
        ),
    )  # fmt: skip
    video = RoutingRule(
        id="video",
        name="Vidéo",
        services=("video_protection",),
        steps=(Step(targets=(to(TargetKind.ROSTER, "video"),)),),
        is_active=False,
    )
    return RoutingPlan(
        rules=(lighting, urgent, video),
        last_resort=(to(TargetKind.CONTACT, "cadre"),),
        respond_s={"2": 300.0},
        call_back="+33 3 80 00 00 00",
        version=7,
    )


def _channels(now: dt.datetime) -> tuple[Channel, ...]:
    mail = ChannelSettings(
        id="mail",
        name="Courriel de la ville",
        kind=ChannelKind.MAIL,
        mail=MailServer(host="smtp.ville.example", user="beffroi", sender="beffroi@ville.example"),
    )
    sms = ChannelSettings(
        id="sms",
        name="Passerelle SMS",
        kind=ChannelKind.SMS,
        http=HttpTarget(
            url="https://sms.example/api/v1/send",
            body='{"to": "{to}", "text": "{text}", "ref": "{key}"}',
            headers={"Authorization": "Bearer {secret}"},
        ),
    )
    hook = ChannelSettings(
        id="astreinte-regie",
        name="Outil de la régie",
        kind=ChannelKind.WEBHOOK,
        http=HttpTarget(url="https://regie.example/alarmes"),
    )
    an_hour = dt.timedelta(hours=1)
    return (
        Channel(settings=mail, has_secret=True, state=ChannelState.WORKS, since=now - 30 * an_hour),
        Channel(
            settings=sms, has_secret=True, state=ChannelState.DOWN,
            trouble="it answers 503", trouble_code="web_answers",
            trouble_args={"number": "503"}, since=now - an_hour / 6,
            waiting=3,
        ),
        Channel(settings=hook, has_secret=True, state=ChannelState.UNTRIED),
    )  # fmt: skip


def _periods(roster: Roster, names: dict[str, str], since: dt.datetime, until: dt.datetime) -> tuple[OnCallPeriod, ...]:
    """Days from 8 to 17 h and nights, as the sample's shifts have them: the video roster has nobody at weekends."""
    periods: list[OnCallPeriod] = []
    at = since
    over = roster.exceptions[0] if roster.exceptions else None
    while at < until:
        local = at.astimezone()
        is_day = 8 <= local.hour < 17
        if roster.id == "video":
            following = (local + dt.timedelta(days=1)).replace(hour=0, minute=0)
            people: tuple[str, ...] = ("k.benali",) if local.weekday() < 5 else ()
        else:
            following = local.replace(hour=17 if is_day else 8, minute=0)
            following += dt.timedelta(days=0 if following > local else 1)
            is_even = local.isocalendar().week % 2 == 0
            people = ("k.benali", "t.petit") if is_day else ("l.moreau",) if is_even else ("t.petit",)
        is_over = over is not None and over.since <= at < over.until
        if over is not None and is_over:
            people, following = over.contacts, min(following, over.until.astimezone())
        end = min(following, until)
        shown = tuple(names.get(one, one) for one in people)
        periods.append(OnCallPeriod(since=at, until=end, contacts=people, names=shown, is_exception=is_over))
        at = end
    return tuple(periods)


def _notices(now: dt.datetime) -> tuple[Notice, ...]:
    lines = (
        (2, Outcome.DELIVERED, NoticeKind.RAISED, "l.moreau", "mail", 2, 1, ""),
        (2, Outcome.FAILED, NoticeKind.RAISED, "l.moreau", "sms", 2, 2, "it answers 503"),
        (3, Outcome.FAILED, NoticeKind.RAISED, "l.moreau", "sms", 2, 1, "it answers 503"),
        (3, Outcome.PROMISED, NoticeKind.RAISED, "l.moreau", "sms", 2, 0, ""),
        (8, Outcome.RANG, NoticeKind.RAISED, "", "", 1, 0, ""),
        (41, Outcome.HELD, NoticeKind.RAISED, "k.benali", "", 1, 0, ""),
        (60, Outcome.NOBODY, NoticeKind.RAISED, "", "", 1, 0, "Astreinte vidéo"),
        (95, Outcome.REFUSED, NoticeKind.TEST, "", "mail", 0, 1, "the mail server does not know the address (550)"),
        (96, Outcome.DELIVERED, NoticeKind.TEST, "", "mail", 0, 1, ""),
    )
    return tuple(
        Notice(
            seq=9000 - place,
            at=now - dt.timedelta(minutes=minutes),
            outcome=outcome,
            kind=kind,
            contact=contact,
            channel=channel,
            level=level,
            tries=tries,
            detail=detail,
            detail_code="web_answers" if "answers" in detail else "mail_address" if "address" in detail else "",
            detail_args={"number": "550" if "550" in detail else "503"} if detail[-2:-1].isdigit() else {},
            asset_id=1 if kind is NoticeKind.RAISED else None,
        )
        for place, (minutes, outcome, kind, contact, channel, level, tries, detail) in enumerate(lines)
    )
