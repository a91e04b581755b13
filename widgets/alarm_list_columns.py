"""The columns of the alarm list: which are shown, in which order and how wide is the operator's to choose."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


class Column(enum.StrEnum):
    """Every column there is. The first five are shown until somebody says otherwise."""

    MARK = "mark"
    TIME = "time"
    WHAT = "what"
    WHERE = "where"
    STATE = "state"
    AGE = "age"
    COMMUNE = "commune"
    CLASS = "class"
    SERVICE = "service"
    ASSIGNED = "assigned"
    COUNT = "count"
    COMMENTS = "comments"
    CODE = "code"


COLUMNS: Final = tuple(Column)
MARK, TIME, WHAT, WHERE, STATE = range(5)
ALWAYS: Final = frozenset({Column.MARK, Column.WHAT})  # an alarm without them is none
USUAL: Final = (Column.MARK, Column.TIME, Column.WHAT, Column.WHERE, Column.STATE)
WIDTHS: Final = {
    Column.MARK: 34,
    Column.TIME: 96,
    Column.WHERE: 200,
    Column.STATE: 190,
    Column.AGE: 84,
    Column.COMMUNE: 130,
    Column.CLASS: 130,
    Column.SERVICE: 130,
    Column.ASSIGNED: 120,
    Column.COUNT: 64,
    Column.COMMENTS: 64,
    Column.CODE: 120,
}
NARROWEST: Final = 30
WIDEST: Final = 1200


@dataclass(frozen=True)
class ShownColumn:
    """One column that is shown, and how wide at 100 % text; 0: as wide as there is room."""

    column: Column
    width: int = 0


def usual() -> Sequence[ShownColumn]:
    """What is shown until somebody says otherwise."""
    return tuple(ShownColumn(column) for column in USUAL)


def checked(found: Sequence[ShownColumn]) -> Sequence[ShownColumn]:
    """Each column once, none missing without which a line is no alarm, widths that can be seen."""
    seen: dict[Column, ShownColumn] = {}
    for each in found:
        width = min(max(each.width, NARROWEST), WIDEST) if each.width else 0
        seen.setdefault(each.column, ShownColumn(each.column, width))
    kept = list(seen.values())
    for column in (Column.WHAT, Column.MARK):
        if column not in seen:
            kept.insert(0, ShownColumn(column))
    return tuple(kept)
