"""Which alarms stand in the list and in which order: filtered, ordered, with the groups that were opened."""

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.store.alarm_columns import AlarmColumns, Bools, Rows
from console.store.alarm_filters import AlarmFilter, Order, Sight
from contract.alarms import Priority

Ids = NDArray[np.int64]
LEAST_IN_FLOOD: Final = Priority.P2  # what is less urgent than this is counted only while a flood lasts
DEEPEST: Final = 6  # cards behind cards behind cards: a ring in the supply tree ends here


@dataclass(frozen=True)
class Wish:
    """What is asked of the list."""

    sight: Sight = Sight.STANDING
    filter: AlarmFilter = field(default_factory=AlarmFilter)
    order: Order = Order.URGENCY
    is_flood: bool = False
    opened: frozenset[int] = frozenset()  # ids of cards, and of groups of strays, that stand open
    ranks: Mapping[int, int] = field(default_factory=dict[int, int])  # members that were first out, by their place


@dataclass(frozen=True)
class Listing:
    """Alarm ids in order; a negative one is a group of strays: minus its number. `depths`: how far it is set in."""

    ids: Ids
    depths: NDArray[np.uint8]
    held_back: tuple[int, int] = (0, 0)  # P3 and P4 that stand but are not listed while a flood lasts
    passing_count: int = 0  # alarms that pass sight and filter, however they are grouped
    sight_count: int = 0  # alarms in sight without the filter


def listing(columns: AlarmColumns, wish: Wish, *, me: str, now: dt.datetime) -> Listing:
    """The list as it should stand now."""
    passing = columns.passing(wish.filter, me=me, now=now)
    end = len(passing)
    in_sight = _in_sight(columns, wish.sight, end)
    keep = passing & in_sight
    passing_count = int(np.count_nonzero(keep))
    held_back = (0, 0)
    if wish.is_flood and wish.sight in {Sight.STANDING, Sight.WAITING} and not wish.filter.priorities:
        lesser = keep & (columns.priority[:end] > LEAST_IN_FLOOD)
        held_back = (
            int(np.count_nonzero(columns.priority[:end][lesser] == Priority.P3)),
            int(np.count_nonzero(columns.priority[:end][lesser] == Priority.P4)),
        )
        keep &= ~lesser
    rows = columns.ordered(keep, wish.order)
    ids, depths = _grouped(columns, rows, wish.opened)
    ids, depths = _opened(columns, ids, depths, wish)
    sight_count = int(np.count_nonzero(in_sight & columns.live[:end]))
    return Listing(ids, depths, held_back, passing_count, sight_count)


def members_of(columns: AlarmColumns, root_id: int) -> Ids:
    """The alarms that a card stands for, first to come first."""
    live = columns.live
    rows = np.flatnonzero(live & (columns.root_id == root_id)) if root_id > 0 else np.zeros(0, np.intp)
    return columns.ids[rows[np.lexsort((columns.ids[rows], columns.raised_ms[rows]))]]


def strays_of(columns: AlarmColumns, group: int) -> Ids:
    """The alarms of a group of strays (its negative id), most urgent first."""
    keep = columns.live & (columns.group_no == -group) & ~columns.aside
    return columns.ids[columns.ordered(keep)]


def first_out(members: Ids, ranks: Mapping[int, int]) -> Ids:
    """Members with those that were first out in front, in the order of their ranks."""
    unranked = len(ranks) + 1
    keys = np.full(len(members), unranked, np.int64)
    for place in np.flatnonzero(np.isin(members, np.fromiter(ranks, np.int64, len(ranks)))).tolist():
        keys[place] = ranks[int(members[place])]
    return members[np.argsort(keys, kind="stable")]


def _in_sight(columns: AlarmColumns, sight: Sight, end: int) -> Bools:
    if sight is Sight.SET_ASIDE:
        return columns.aside[:end].copy()
    if sight is Sight.WAITING:
        return columns.waits[:end].copy()
    return ~columns.aside[:end] | _unexplained(columns, end)


def _unexplained(columns: AlarmColumns, end: int) -> Bools:
    """Alarms behind a card that this seat may not see (a feeder in another commune): here nothing stands for them."""
    behind = columns.live[:end] & columns.aside[:end] & (columns.root_id[:end] > 0)
    if not behind.any():
        return behind
    roots = columns.root_id[:end][behind]
    cards = np.unique(roots)
    seen = cards[np.isin(cards, columns.ids[:end][columns.live[:end]])]
    behind[behind] = ~np.isin(roots, seen)
    return behind


def _grouped(columns: AlarmColumns, rows: Rows, opened: Set[int]) -> tuple[Ids, NDArray[np.uint8]]:
    """Strays of one group stand as one line where the first of them stood; behind it, while it is open, all of them."""
    ids, groups = columns.ids[rows], columns.group_no[rows]
    depths = np.zeros(len(ids), np.uint8)
    if not groups.any():
        return ids, depths
    numbers, firsts = np.unique(groups, return_index=True)
    heads = np.zeros(len(ids), np.bool_)
    heads[firsts[numbers > 0]] = True
    out = np.where(heads, -groups.astype(np.int64), ids)
    keep = (groups == 0) | heads
    out, depths = out[keep], depths[keep]
    for group in sorted(opened):
        at = np.flatnonzero(out == group)
        if group < 0 and len(at):
            behind = int(at[0]) + 1
            inside = ids[groups == -group]
            out = np.insert(out, behind, inside)
            depths = np.insert(depths, behind, np.ones(len(inside), np.uint8))
    return out, depths


def _opened(columns: AlarmColumns, ids: Ids, depths: NDArray[np.uint8], wish: Wish) -> tuple[Ids, NDArray[np.uint8]]:
    """Behind each open card what it stands for, one step further in."""
    waiting = [card for card in wish.opened if card > 0]
    for _depth in range(DEEPEST):
        left: list[int] = []
        for card in waiting:
            at = np.flatnonzero(ids == card)
            if not len(at):
                left.append(card)
                continue
            first = int(at[0])
            inside = first_out(members_of(columns, card), wish.ranks)
            inside = inside[~np.isin(inside, ids)]
            ids = np.insert(ids, first + 1, inside)
            depths = np.insert(depths, first + 1, np.full(len(inside), depths[first] + 1, np.uint8))
        if len(left) == len(waiting):
            break
        waiting = left
    return ids, depths
