"""What may be kept as rules, rosters, contacts and channels; a refusal says what is wrong where."""

import datetime as dt
import re
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from backend.domain.alarms.routing import zone_of
from backend.services.alarms.routing.carriers.carrier import is_this_machine
from backend.services.refusals import RoutingRefused
from backend.services.said import say
from contract.alarm_routing import (
    ChannelKind,
    ChannelSettings,
    Contact,
    Contacts,
    HttpTarget,
    MailSecurity,
    MailServer,
    Roster,
    RoutingPlan,
    Target,
    TargetKind,
)

MOST: Final = {"rules": 200, "steps": 20, "targets": 20, "contacts": 500, "rosters": 50, "shifts": 100}
MOST_EXCEPTIONS: Final = 500
LONGEST_NAME: Final = 80
LONGEST_BODY: Final = 8_000
LONGEST_CA: Final = 64_000
MOST_AN_HOUR: Final = 500
LONGEST_DELAY_H: Final = 24
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_NUMBER: Final = re.compile(r"\+[0-9][0-9 .()-]{5,24}")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?|::1")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_NOT_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_YEAR: Final = dt.timedelta(days=366)
_DAY_MINUTES: Final = 24 * 60


def check_contacts(book: Contacts, channels: Mapping[str, ChannelSettings], is_account: Callable[[str], bool]) -> None:
    """Raises RoutingRefused."""
    _check_count("contacts", book.contacts)
    _check_count("rosters", book.rosters)
    _check_ids(book.contacts, book.rosters)
    for contact in book.contacts:
        _check_contact(contact, channels, is_account)
    known = {contact.id for contact in book.contacts}
    for roster in book.rosters:
        _check_roster(roster, known)


def check_plan(plan: RoutingPlan, book: Contacts) -> None:
    """Raises RoutingRefused."""
    _check_count("rules", plan.rules)
    _check_ids(plan.rules)
    contacts = {contact.id for contact in book.contacts}
    rosters = {roster.id for roster in book.rosters}
    for rule in plan.rules:
        _check_name(rule.name, rule.id)
        _check_count("steps", rule.steps)
        for minute in (rule.from_minute, rule.to_minute):
            _check_minute(minute, rule.name)
        for step in rule.steps:
            if not step.targets:
                raise RoutingRefused(say("routing_no_target", what=rule.name))
            if step.after_s is not None and not 0 <= step.after_s <= LONGEST_DELAY_H * 3600:
                raise RoutingRefused(say("routing_delay", what=rule.name, most=LONGEST_DELAY_H))
            _check_targets(step.targets, rule.name, contacts, rosters)
    _check_targets(plan.last_resort, "…", contacts, rosters)
    for priority, seconds in plan.respond_s.items():
        if priority not in {"1", "2", "3", "4"} or not 10 <= seconds <= LONGEST_DELAY_H * 3600:
            raise RoutingRefused(say("routing_respond", most=LONGEST_DELAY_H))
    if len(plan.call_back) > 40 or not (plan.call_back.isprintable()):
        raise RoutingRefused(say("routing_call_back"))


def check_channel(settings: ChannelSettings) -> None:
    """Raises RoutingRefused."""
    _check_id(settings.id, settings.name)
    _check_name(settings.name, settings.id)
    is_mail = settings.kind is ChannelKind.MAIL
    if (settings.mail is None) is is_mail or (settings.http is not None) is is_mail:
        raise RoutingRefused(say("channel_kind"))
    if not 1 <= settings.timeout_s <= 60:
        raise RoutingRefused(say("channel_time"))
    if settings.mail is not None:
        _check_server(settings.mail)
    if settings.http is not None:
        _check_target(settings.http, needs_body=settings.kind is ChannelKind.SMS)
    if settings.ca_pem:
        _check_ca(settings.ca_pem)


def check_address(kind: ChannelKind, to: str, what: str) -> None:
    """Raises RoutingRefused."""
    if kind is ChannelKind.MAIL and not (_MAIL.fullmatch(to) and ".." not in to):
        raise RoutingRefused(say("routing_address_mail", what=what))
    if kind is ChannelKind.SMS and not _NUMBER.fullmatch(to):
        raise RoutingRefused(say("routing_address_sms", what=what))


def _check_contact(
    contact: Contact, channels: Mapping[str, ChannelSettings], is_account: Callable[[str], bool]
) -> None:
    _check_name(contact.name, contact.id)
    if contact.user and not is_account(contact.user):
        raise RoutingRefused(say("routing_no_account", what=contact.name, id=contact.user))
    _check_count("targets", contact.addresses)
    for address in contact.addresses:
        channel = channels.get(address.channel)
        if channel is None:
            raise RoutingRefused(say("routing_no_channel", what=contact.name, id=address.channel))
        check_address(channel.kind, address.to, contact.name)
    if contact.language not in {"fr", "en"}:
        raise RoutingRefused(say("routing_language", what=contact.name))
    if not 1 <= contact.most_an_hour <= MOST_AN_HOUR:
        raise RoutingRefused(say("routing_an_hour", what=contact.name, most=MOST_AN_HOUR))
    _check_count("targets", contact.quiet)
    for minute in [minute for quiet in contact.quiet for minute in (quiet.from_minute, quiet.to_minute)]:
        _check_minute(minute, contact.name)
    for limit in (contact.scope.from_minute, contact.scope.to_minute):
        _check_minute(limit, contact.name)


def _check_roster(roster: Roster, contacts: Collection[str]) -> None:
    what = roster.name
    _check_name(roster.name, roster.id)
    if zone_of(roster.time_zone) is None:
        raise RoutingRefused(say("routing_zone", what=what, zone=roster.time_zone[:40]))
    if roster.first_monday.weekday() != 0 or not 2000 <= roster.first_monday.year <= 2200:
        raise RoutingRefused(say("routing_monday", what=what))
    _check_count("shifts", roster.shifts)
    for shift in roster.shifts:
        _check_people(shift.contacts, what, contacts)
        if not shift.weekdays or any(not 0 <= day <= 6 for day in shift.weekdays):
            raise RoutingRefused(say("routing_weekday", what=what))
        if not 1 <= shift.every_weeks <= 52 or not 0 <= shift.week < shift.every_weeks:
            raise RoutingRefused(say("routing_weeks", what=what))
        for minute in (shift.from_minute, shift.to_minute):
            _check_minute(minute, what)
    if len(roster.exceptions) > MOST_EXCEPTIONS:
        raise RoutingRefused(say("routing_many", most=MOST_EXCEPTIONS))
    for item in roster.exceptions:
        _check_people(item.contacts, what, contacts)
        if item.since.tzinfo is None or item.until.tzinfo is None or not 1990 < item.since.year < 2200:
            raise RoutingRefused(say("routing_exception", what=what))
        if not dt.timedelta(0) < item.until - item.since <= _YEAR or len(item.reason) > LONGEST_NAME:
            raise RoutingRefused(say("routing_exception", what=what))


def _check_people(people: Sequence[str], what: str, contacts: Collection[str]) -> None:
    if not people:
        raise RoutingRefused(say("routing_nobody", what=what))
    _check_count("targets", people)
    for one in people:
        if one not in contacts:
            raise RoutingRefused(say("routing_no_contact", what=what, id=one[:40]))


def _check_targets(targets: Sequence[Target], what: str, contacts: Collection[str], rosters: Collection[str]) -> None:
    _check_count("targets", targets)
    for target in targets:
        if target.kind is TargetKind.CONTACT and target.id not in contacts:
            raise RoutingRefused(say("routing_no_contact", what=what, id=target.id[:40]))
        if target.kind is TargetKind.ROSTER and target.id not in rosters:
            raise RoutingRefused(say("routing_no_roster", what=what, id=target.id[:40]))


def _check_server(server: MailServer) -> None:
    if not _HOST.fullmatch(server.host) or not 1 <= server.port <= 65_535 or not _is_line(server.user, 200):
        raise RoutingRefused(say("channel_host"))
    if not _MAIL.fullmatch(server.sender):
        raise RoutingRefused(say("channel_sender"))
    if server.security is MailSecurity.NONE and not is_this_machine(server.host):
        raise RoutingRefused(say("channel_plain"))


def _check_target(target: HttpTarget, *, needs_body: bool) -> None:
    try:
        url = urlsplit(target.url)
        host, _ = url.hostname or "", url.port
    except ValueError as error:
        raise RoutingRefused(say("channel_url")) from error
    is_safe = url.scheme == "https" or (url.scheme == "http" and is_this_machine(host))
    if not is_safe or not host or url.username or url.password or not _is_line(target.url, 2_000):
        raise RoutingRefused(say("channel_url"))
    is_filled = not needs_body or ("{to}" in target.body and "{text}" in target.body)
    if not is_filled or len(target.body) > LONGEST_BODY:
        raise RoutingRefused(say("channel_body", most=LONGEST_BODY))
    if len(target.headers) > 20 or not _is_line(target.content_type, 100):
        raise RoutingRefused(say("channel_headers"))
    for name, value in target.headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_OURS or not _is_line(value, 1_000):
            raise RoutingRefused(say("channel_headers"))


def _check_ca(pem: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=pem[:LONGEST_CA])
    except (ssl.SSLError, ValueError) as error:
        raise RoutingRefused(say("channel_ca")) from error


def _check_count(what: str, items: Sequence[object]) -> None:
    if len(items) > MOST[what]:
        raise RoutingRefused(say("routing_many", most=MOST[what]))


def _check_ids(*groups: Iterable[object]) -> None:
    for group in groups:
        seen: set[str] = set()
        for item in group:
            id_ = str(getattr(item, "id", ""))
            _check_id(id_, str(getattr(item, "name", "")))
            if id_ in seen:
                raise RoutingRefused(say("routing_twice", id=id_))
            seen.add(id_)


def _check_id(id_: str, what: str) -> None:
    if not _ID.fullmatch(id_):
        raise RoutingRefused(say("routing_id", what=what[:LONGEST_NAME]))


def _check_name(name: str, id_: str) -> None:
    if not name.strip() or not _is_line(name, LONGEST_NAME):
        raise RoutingRefused(say("routing_name", what=id_, most=LONGEST_NAME))


def _check_minute(minute: int | None, what: str) -> None:
    if minute is not None and not 0 <= minute <= _DAY_MINUTES:
        raise RoutingRefused(say("routing_minutes", what=what))


def _is_line(text: str, longest: int) -> bool:
    return len(text) <= longest and text.isprintable()
