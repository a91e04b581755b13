"""What two lists of rights both permit: a machine's key and the person who answers for it."""

import itertools
from collections.abc import Iterable, Sequence

import msgspec

from backend.domain.rights import MINUTES_A_DAY, contains
from contract.rights import Grant, Scope

Names = tuple[str, ...] | None
Window = tuple[int, int]  # [from, to) of the day's minutes


def common_grants(grants: Sequence[Grant], others: Sequence[Grant]) -> tuple[Grant, ...]:
    """Grants that permit exactly what both lists permit, at each place and at each minute of the day.

    Grants of the first list that lie whole in one of the other are kept as they are written.
    """
    pairs = itertools.product(_given(grants), _given(others))
    granted = tuple(dict.fromkeys(common for mine, other in pairs for common in _common(mine, other)))
    widest = [one for one in granted if not any(one != other and _lies_in(one, other) for other in granted)]
    highest = max((one.level for one in widest), default=0)
    own = [grant for grant in grants if grant.is_deny]
    foreign = [grant for grant in others if grant.is_deny and grant.level <= highest]
    return tuple(dict.fromkeys((*widest, *own, *foreign)))


def is_narrower(common: Sequence[Grant], grants: Sequence[Grant]) -> bool:
    """Whether `common_grants` took something of the first list away."""
    return set(common) != set(grants)


def _given(grants: Iterable[Grant]) -> list[Grant]:
    return [grant for grant in grants if not grant.is_deny]


def _common(mine: Grant, other: Grant) -> list[Grant]:
    level = min(mine.level, other.level)
    first, second = mine.scope, other.scope
    names = (
        _both(first.communes, second.communes),
        _both(first.services, second.services),
        _both(first.classes, second.classes),
    )
    if any(part == () for part in names):
        return []
    windows = _windows(first)
    common = [
        (max(start, begin), min(end, finish))
        for start, end in windows
        for begin, finish in _windows(second)
        if max(start, begin) < min(end, finish)
    ]
    communes, services, classes = names
    place = Scope(communes=communes, services=services, classes=classes)
    if sorted(common) == sorted(windows):
        place = msgspec.structs.replace(place, from_minute=first.from_minute, to_minute=first.to_minute)
        return [Grant(level=level, scope=place)]
    return [
        Grant(level=level, scope=msgspec.structs.replace(place, from_minute=start, to_minute=end))
        for start, end in common
    ]


def _lies_in(inner: Grant, outer: Grant) -> bool:
    """Whether the outer grant permits all that the inner one does; of two that are alike, neither."""
    held = _windows(outer.scope)
    return (
        inner.level <= outer.level
        and contains(outer.scope, inner.scope)
        and all(any(start >= begin and end <= finish for begin, finish in held) for start, end in _windows(inner.scope))
        and not (inner.level == outer.level and contains(inner.scope, outer.scope))
    )


def _both(names: Names, others: Names) -> Names:
    if names is None or others is None:
        return others if names is None else names
    wanted = frozenset(others)
    return tuple(name for name in names if name in wanted)


def _windows(scope: Scope) -> list[Window]:
    """As `backend.domain.rights.is_in_window` reads a scope; within the day."""
    start = 0 if scope.from_minute is None else scope.from_minute
    end = MINUTES_A_DAY if scope.to_minute is None else scope.to_minute
    if start == end:
        return [(0, MINUTES_A_DAY)]
    parts = [(start, end)] if start < end else [(0, end), (start, MINUTES_A_DAY)]
    within = [(max(0, begin), min(MINUTES_A_DAY, finish)) for begin, finish in parts]
    return [(begin, finish) for begin, finish in within if begin < finish]
