"""Who may do what, where and when: deny wins, and what is not granted is denied."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from contract.rights import Grant, Level, Scope

CITY_ZONE: Final = ZoneInfo("Europe/Paris")
MINUTES_A_DAY: Final = 24 * 60


def allows(
    grants: Iterable[Grant],
    level: Level,
    *,
    commune: str | None,
    service: str | None,
    class_: str | None,
    at: dt.datetime,
    zone: dt.tzinfo = CITY_ZONE,
) -> bool:
    """Whether the grants permit `level` on something of this commune, service and class, at that moment.

    None stands for "not of one in particular": only a grant without that restriction covers it.
    A grant covers its level and those below; a denial takes its level and those above.
    """
    minute = local_minute(at, zone)
    is_granted = False
    for grant in grants:
        if not covers(grant.scope, commune=commune, service=service, class_=class_, minute=minute):
            continue
        if grant.is_deny:
            if grant.level <= level:
                return False
        elif grant.level >= level:
            is_granted = True
    return is_granted


def allows_somewhere(grants: Iterable[Grant], level: Level, *, at: dt.datetime, zone: dt.tzinfo = CITY_ZONE) -> bool:
    """Whether there can be anything at all on which the grants permit `level` now."""
    minute = local_minute(at, zone)
    now = [grant for grant in grants if is_in_window(grant.scope, minute)]
    denials = [grant.scope for grant in now if grant.is_deny and grant.level <= level]
    return any(
        not any(contains(denied, grant.scope) for denied in denials)
        for grant in now
        if not grant.is_deny and grant.level >= level
    )


def allows_everywhere(grants: Sequence[Grant], level: Level, *, at: dt.datetime, zone: dt.tzinfo = CITY_ZONE) -> bool:
    """Whether the grants permit `level` on all of the city now: a denial anywhere in it leaves only a part."""
    minute = local_minute(at, zone)
    if any(grant.is_deny and grant.level <= level and is_in_window(grant.scope, minute) for grant in grants):
        return False
    return allows(grants, level, commune=None, service=None, class_=None, at=at, zone=zone)


def covers(scope: Scope, *, commune: str | None, service: str | None, class_: str | None, minute: int) -> bool:
    """Whether something lies in a scope at a local minute of the day."""
    return (
        (scope.communes is None or commune in scope.communes)
        and (scope.services is None or service in scope.services)
        and (scope.classes is None or class_ in scope.classes)
        and is_in_window(scope, minute)
    )


def is_in_window(scope: Scope, minute: int) -> bool:
    """Whether a local minute lies in [from, to); from after to crosses midnight, from = to is the whole day."""
    start = 0 if scope.from_minute is None else scope.from_minute
    end = MINUTES_A_DAY if scope.to_minute is None else scope.to_minute
    if start < end:
        return start <= minute < end
    if start > end:
        return minute >= start or minute < end
    return True


def local_minute(at: dt.datetime, zone: dt.tzinfo = CITY_ZONE) -> int:
    """The minute of the day on the wall clock: in the hour that autumn repeats, each minute comes twice."""
    local = at.astimezone(zone)
    return local.hour * 60 + local.minute


def contains(outer: Scope, inner: Scope) -> bool:
    """Whether all of `inner` lies in `outer`, their windows apart."""
    pairs = (
        (outer.communes, inner.communes),
        (outer.services, inner.services),
        (outer.classes, inner.classes),
    )
    return all(wide is None or (narrow is not None and set(narrow) <= set(wide)) for wide, narrow in pairs)
