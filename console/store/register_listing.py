"""Which assets stand in the register's list and in which order: filtered, ordered, grouped with exact counts. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from console.store.register_columns import RegisterColumns, Rows, day_from
from console.store.register_fields import REFERENCES, Field, Kind, kind_of
from console.store.register_filters import RegisterView
from console.store.register_matching import Matcher, Steps
from console.store.register_ranks import RegisterRanks

NOTHING: Final = -1  # the key of assets whose field is empty
Lines = NDArray[np.int64]


@dataclass(frozen=True)
class RegisterWish:
    """What is asked of the list. `only`: nothing but these ids (what a map shows, what was chosen there)."""

    view: RegisterView = field(default_factory=RegisterView)
    opened: frozenset[int] = frozenset()  # keys of the groups that stand open
    only: NDArray[np.uint32] | None = None


@dataclass(frozen=True)
class ListedGroup:
    """Assets that share a value: its key (a word's number, a state, a year, an id), how many, whether it is open."""

    key: int
    count: int
    is_open: bool


@dataclass(frozen=True)
class Listing:
    """Rows in order; a negative line is a group: minus its place in `groups`, minus one. `passing`: without groups."""

    lines: Lines
    passing: Rows
    groups: Sequence[ListedGroup] = ()
    total: int = 0  # without filter


def listing(columns: RegisterColumns, matcher: Matcher, ranks: RegisterRanks, wish: RegisterWish) -> Listing:
    """The list as it should stand now, at once."""
    steps = listing_steps(columns, matcher, ranks, wish)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Listing = end.value
            return found


def listing_steps(
    columns: RegisterColumns, matcher: Matcher, ranks: RegisterRanks, wish: RegisterWish
) -> Steps[Listing]:
    """The same by steps of some milliseconds."""
    view = wish.view
    keep = yield from matcher.passing(view.text, view.filter)
    yield
    if wish.only is not None:
        inside = np.zeros(columns.end, np.bool_)
        rows = columns.rows_of(wish.only)
        inside[rows[rows >= 0]] = True
        keep &= inside
    ordered = ranks.ordered(view.sort)
    passing = ordered[keep[ordered]]
    yield
    if not view.group:
        return Listing(passing.astype(np.int64), passing, (), columns.count)
    keys = group_keys(columns, matcher, view.group)[passing]
    unique, firsts, counts = np.unique(keys, return_index=True, return_counts=True)
    order = np.argsort(_group_ranks(unique, passing[firsts], ranks, view.group), kind="stable")
    groups = [
        ListedGroup(int(unique[place]), int(counts[place]), int(unique[place]) in wish.opened)
        for place in order.tolist()
    ]
    return Listing(_lines(groups, keys, passing), passing, groups, columns.count)


def group_keys(columns: RegisterColumns, matcher: Matcher, name: str) -> NDArray[np.int64]:
    """What rows must share to stand in one group, by row: years for dates."""
    end = columns.end
    if name == Field.STATE:
        return matcher.visuals().astype(np.int64)
    if name in REFERENCES:
        references = columns.references[Field(name)][:end].astype(np.int64)
        return np.where(references == 0, NOTHING, references)
    found = columns.words_of(name)
    if found is not None:
        numbers = found[1][:end].astype(np.int64)
        return np.where(numbers == 0, NOTHING, numbers)
    if kind_of(name) is Kind.DATE:
        days = matcher.numbers_of(name)
        is_known = ~np.isnan(days)
        years = np.full(end, NOTHING, np.int64)
        dates = days[is_known].astype(np.int64).astype("datetime64[D]")
        years[is_known] = dates.astype("datetime64[Y]").astype(np.int64) + day_from(0).year
        return years
    return np.full(end, NOTHING, np.int64)


def _group_ranks(unique: NDArray[np.int64], rows: Rows, ranks: RegisterRanks, name: str) -> NDArray[Any]:
    """Groups by the words that name them, the worst state first; what is empty stands last."""
    found = -unique if name == Field.STATE else unique if kind_of(name) is Kind.DATE else ranks.of(name)[rows]
    return np.where(unique == NOTHING, np.iinfo(np.int64).max, found)


def _lines(groups: Sequence[ListedGroup], keys: NDArray[np.int64], passing: Rows) -> Lines:
    heads = -np.arange(1, len(groups) + 1, dtype=np.int64)
    if not any(group.is_open for group in groups):
        return heads
    parts: list[Lines] = []
    for head, group in zip(heads, groups, strict=True):
        parts.append(head.reshape(1))
        if group.is_open:
            parts.append(passing[keys == group.key].astype(np.int64))
    return np.concatenate(parts)


def assets_of(found: Listing, lines: Lines, keys: Callable[[], NDArray[np.int64]]) -> Rows:
    """The rows that lines mean: a closed group means all that is in it."""
    rows = lines[lines >= 0]
    heads = [found.groups[-int(line) - 1] for line in lines[lines < 0].tolist()]
    closed = [group.key for group in heads if not group.is_open]
    if closed:
        inside = found.passing[np.isin(keys()[found.passing], closed)]
        rows = np.concatenate((rows, inside[~np.isin(inside, rows)]))
    return rows.astype(np.intp)
