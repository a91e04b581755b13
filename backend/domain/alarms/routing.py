"""Who is told of an alarm, when the next are told, and what a person is spared."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.rights import CITY_ZONE, is_in_window, local_minute
from contract.alarm_routing import RESPOND_S, Contact, RoutingPlan, RoutingRule, Target, TargetKind
from contract.alarms import Alarm, Annunciation, Priority
from contract.rights import Scope

LAST_RESORT: Final = Target(kind=TargetKind.SEATS)
HOUR: Final = dt.timedelta(hours=1)
_P1_TIMES: Final = 4  # messages of the highest priority go beyond the hourly limit, so many times of it
_WAITS: Final = frozenset({Annunciation.UNACK, Annunciation.LTCH_U})

OnCall = Callable[[str], Sequence[str]]  # a roster's id -> who is on call now, the first to be told first


def waits_for_somebody(alarm: Alarm) -> bool:
    """Whether an alarm is in force and unacknowledged, and its own: not explained, folded or set aside.

    One that returned to normal by itself wakes nobody; a latched one does.
    """
    is_set_aside = alarm.is_shelved or alarm.is_suppressed or alarm.is_out_of_service or alarm.folded_into is not None
    return alarm.annunciation in _WAITS and not is_set_aside


def rule_for(
    rules: Iterable[RoutingRule], alarm: Alarm, service: str, at: dt.datetime, zone: dt.tzinfo = CITY_ZONE
) -> RoutingRule | None:
    """The first rule in force that fits an alarm."""
    minute = local_minute(at, zone)
    for rule in rules:
        window = Scope(from_minute=rule.from_minute, to_minute=rule.to_minute)
        if (
            rule.is_active
            and alarm.priority <= rule.lowest_priority
            and _fits(rule.communes, alarm.commune)
            and _fits(rule.services, service)
            and _fits(rule.classes, alarm.class_)
            and _fits(rule.kinds, alarm.kind)
            and is_in_window(window, minute)
        ):
            return rule
    return None


def respond_s(plan: RoutingPlan, alarm: Alarm, of_sheet: float | None) -> float:
    """The time to respond: the alarm's own sheet says it, else the plan for its priority, else the usual."""
    if of_sheet is not None:
        return of_sheet
    return plan.respond_s.get(str(int(alarm.priority)), RESPOND_S[alarm.priority])


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that waits for somebody. `level`: the steps that were taken. `next_at` None: all were."""

    alarm_id: int
    occurrence: int
    rule: str
    priority: Priority = Priority.P4
    level: int = 0
    next_at: dt.datetime | None = None
    rings: int = 0
    told: tuple[str, ...] = ()  # contacts who were told by any step
    last_told: tuple[str, ...] = ()  # names of what the last step told


def begin(alarm: Alarm, rule: RoutingRule, since: dt.datetime, respond: float, *, is_staffed: bool) -> Escalation:
    """Nobody has acknowledged it yet. Where no seat can act on it, the first step is due at once."""
    due = since + dt.timedelta(seconds=delay_s(rule, 0, respond)) if is_staffed else since
    return Escalation(
        alarm_id=alarm.id, occurrence=alarm.occurrence, rule=rule.id, priority=alarm.priority, next_at=due
    )


def delay_s(rule: RoutingRule, level: int, respond: float) -> float:
    """How long after `level` steps the next one is due; after the last, the last resort."""
    if level < len(rule.steps):
        own = rule.steps[level].after_s
        return respond if own is None else own
    return respond


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one step comes to: contacts each once, in order, and whether the seats ring again."""

    contacts: tuple[str, ...]
    rings: bool
    names: tuple[str, ...]
    nobody: tuple[str, ...] = ()  # targets that came to nobody


def last_resort(plan: RoutingPlan) -> tuple[Target, ...]:
    """Whom to tell when steps have ended or come to nobody: never empty, the seats always ring."""
    return plan.last_resort if LAST_RESORT in plan.last_resort else (*plan.last_resort, LAST_RESORT)


def tell(
    targets: Iterable[Target],
    contacts: Mapping[str, Contact],
    roster_names: Mapping[str, str],
    on_call: OnCall,
    on_duty: Collection[str],
) -> Told:
    """Whom these targets come to. `on_duty`: contacts who are logged in, available and may act on the alarm."""
    people: list[str] = []
    names: list[str] = []
    nobody: list[str] = []
    rings = False
    for target in targets:
        found: Sequence[str]
        match target.kind:
            case TargetKind.SEATS:
                rings = True
                continue
            case TargetKind.ON_DUTY:
                found, name = [one for one in contacts if one in on_duty], ""
            case TargetKind.ROSTER:
                found, name = on_call(target.id), roster_names.get(target.id, target.id)
            case TargetKind.CONTACT:
                found = [target.id]
                name = contacts[target.id].name if target.id in contacts else target.id
        able = [one for one in found if one in contacts and can_be_told(contacts[one])]
        if able:
            people += able
            names.append(name)
        else:
            nobody.append(name or target.kind.value)
    shown = tuple(dict.fromkeys(name for name in names if name))
    return Told(contacts=tuple(dict.fromkeys(people)), rings=rings, names=shown, nobody=tuple(nobody))


def can_be_told(contact: Contact) -> bool:
    """Whether he takes calls, and anything reaches him."""
    return contact.is_active and bool(contact.addresses)


def is_quiet(contact: Contact, priority: Priority, at: dt.datetime, zone: dt.tzinfo = CITY_ZONE) -> bool:
    """Whether he sleeps through alarms of this priority now."""
    minute = local_minute(at, zone)
    return any(
        priority >= hours.from_priority
        and is_in_window(Scope(from_minute=hours.from_minute, to_minute=hours.to_minute), minute)
        for hours in contact.quiet
    )


def may_send(contact: Contact, priority: Priority, sent: Iterable[dt.datetime], at: dt.datetime) -> bool:
    """Whether one more message fits within his hour."""
    most = contact.most_an_hour * (_P1_TIMES if priority is Priority.P1 else 1)
    return sum(1 for moment in sent if at - HOUR < moment <= at) < most


def is_held(
    contact: Contact, priority: Priority, sent: Iterable[dt.datetime], at: dt.datetime, zone: dt.tzinfo = CITY_ZONE
) -> bool:
    """Whether this one is only counted, to be told of later as "so many more"."""
    return is_quiet(contact, priority, at, zone) or not may_send(contact, priority, sent, at)


def retry_s(tries: int, spread: float) -> float:
    """How long to wait after so many failures: from 5 s doubling to 5 min; `spread` in [0, 1) parts a crowd."""
    return min(300.0, 5.0 * 2.0 ** min(tries - 1, 10)) * (0.5 + spread)


def zone_of(name: str) -> ZoneInfo | None:
    """A time zone by its IANA name; None where there is none of it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _fits(wanted: tuple[str, ...] | None, value: str) -> bool:
    return wanted is None or value in wanted
